"""The register of certificates: sums and hashes under a pseudonym, found by supporter or by number."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.hours_certificates.model import HoursCertificateWithdrawn, HoursCertified
from kyodo_supporter_matching.sessions.views import held_on, session
from kyodo_supporter_matching.tables import metadata

hours_certificate = sa.Table(
    "hours_certificate",
    metadata,
    sa.Column("certificate_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("until_day", sa.Date, nullable=False),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("lines", JSONB, nullable=False, comment="the digest of each session"),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("reason_ja", sa.Text, comment="why withdrawn"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("hours_certificate_by_number", "number", unique=True),
    sa.Index("hours_certificate_of_supporter", "supporter_id", "certificate_id"),
)

hours_certificates = View("hours_certificates", hours_certificate)


@hours_certificates.on(HoursCertified)
def _(rows: Batch[HoursCertified]) -> RowWrite:
    return upsert(
        hours_certificate,
        [
            {
                "certificate_id": r.stream,
                **r.event.model_dump(exclude={"sealed", "lines"}),
                "lines": list(r.event.lines),
                "withdrawn": False,
                "version": r.version,
            }
            for r in rows
        ],
    )


@hours_certificates.on(HoursCertificateWithdrawn)
def _(rows: Batch[HoursCertificateWithdrawn]) -> RowChange:
    return change(
        hours_certificate,
        [
            {"certificate_id": r.stream, "withdrawn": True, "reason_ja": r.event.reason_ja, "version": r.version}
            for r in rows
        ],
    )


def certificates_of(supporter_id: str) -> sa.Select[Any]:
    """A supporter's certificates."""
    return hours_certificate.select().where(hours_certificate.c.supporter_id == supporter_id)


def certificate_numbered(number: str) -> sa.Select[Any]:
    """The certificate of a number."""
    return hours_certificate.select().where(hours_certificate.c.number == number)


def attended_between(supporter_id: str, first: date, last: date) -> sa.Select[Any]:
    """The sessions of a period at which a supporter helped, as they are on record now, by time."""
    return (
        sa.select(
            assignment.c.assignment_id,
            held_on().label("day"),
            assignment.c.municipality,
            session.c.kind,
            assignment.c.minutes,
        )
        .join(session, session.c.session_id == assignment.c.session_id)
        .where(
            assignment.c.supporter_id == supporter_id,
            assignment.c.step == AssignmentStatus.ATTENDED.value,
            held_on().between(first, last),
        )
        .order_by(session.c.starts_at, assignment.c.assignment_id)
    )
