"""Consents by municipality, expert and purpose."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_talent.consents.model import ConsentGiven, ConsentWithdrawn, Purpose
from kyodo_talent.tables import metadata

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, primary_key=True),
    sa.Column("consent_id", sa.Text, nullable=False),
    sa.Column("until_day", sa.Date, nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.Index("consent_expert", "expert_id"),
    info={"private_to": "municipality", "person": "expert_id"},
)

consents = View("consents", consent)


@consents.on(ConsentGiven)
def _(rows: Batch[ConsentGiven]) -> RowWrite:
    return upsert(
        consent,
        [
            {
                "municipality": municipality,
                "expert_id": r.event.expert_id,
                "purpose": r.event.purpose.value,
                "consent_id": r.stream,
                "until_day": r.event.until,
                "reference": r.event.reference,
                "given_at": r.at,
                "withdrawn_at": None,
            }
            for r in rows
            for municipality in r.event.municipalities
        ],
    )


@consents.on(ConsentWithdrawn)
def _(rows: Batch[ConsentWithdrawn]) -> RowChange:
    return change(
        consent,
        [
            {
                "municipality": municipality,
                "expert_id": r.event.expert_id,
                "purpose": r.event.purpose.value,
                "withdrawn_at": r.at,
            }
            for r in rows
            for municipality in r.event.municipalities
        ],
    )


def consents_of(expert_id: str) -> sa.Select[Any]:
    """All that an expert ever consented to; a municipality sees what is about itself."""
    return sa.select(consent).where(consent.c.expert_id == expert_id)


def in_force(expert_id: str, municipality: str, purpose: Purpose, today: date) -> sa.Select[Any]:
    """The consent to show an expert to a municipality for a purpose, if there is one today."""
    asked = consent.c.municipality == municipality, consent.c.purpose == purpose.value
    return consents_of(expert_id).where(*asked, consent.c.until_day >= today, consent.c.withdrawn_at.is_(None))
