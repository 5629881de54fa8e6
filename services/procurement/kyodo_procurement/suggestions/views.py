"""Suggestions as talent told them, and what became of each: in tables of their own, for no row has two sources.

A municipality sees the suggestions in which it is named. Both walls stand on the rows that name it: every query of
suggestions asks for those whose municipalities are not hidden.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.talent_needs import JointNeedFound
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowWrite, View, upsert
from kyodo_procurement.suggestions.model import SuggestionSetAside, SuggestionStatus, SuggestionTakenUp
from kyodo_procurement.tables import metadata

suggestion = sa.Table(
    "suggestion",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("purpose_ja", sa.Text, nullable=False),
    sa.Column("found_in", sa.Text, nullable=False),
    sa.Column("municipalities", JSONB, nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
)

party = sa.Table(
    "suggestion_municipality",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("suggestion_id", sa.Text, primary_key=True),
    info={"private_to": "municipality"},
)

decision = sa.Table(
    "suggestion_decision",
    metadata,
    sa.Column("suggestion_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("theme_id", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

suggestions = View("suggestions", suggestion, party)
decisions = View("decisions on suggestions", decision)


@suggestions.on(JointNeedFound)
def _(rows: Batch[JointNeedFound]) -> list[AnyWrite]:
    told = [
        {
            "id": r.stream,
            **r.event.model_dump(mode="json", include={"title_ja", "purpose_ja", "found_in", "municipalities"}),
            "found_at": r.at,
        }
        for r in rows
    ]
    named = [{"municipality": code, "suggestion_id": r.stream} for r in rows for code in r.event.municipalities]
    return [upsert(suggestion, told), upsert(party, named)]


@decisions.on(SuggestionTakenUp, SuggestionSetAside)
def _(rows: Batch[SuggestionTakenUp | SuggestionSetAside]) -> RowWrite:
    return upsert(
        decision,
        [
            {
                "suggestion_id": r.stream,
                **_became(r.event),
                "decided_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


def _became(event: SuggestionTakenUp | SuggestionSetAside) -> dict[str, Any]:
    if isinstance(event, SuggestionTakenUp):
        return {"status": SuggestionStatus.TAKEN_UP, "theme_id": event.theme_id, "reason": None}
    return {"status": SuggestionStatus.SET_ASIDE, "theme_id": None, "reason": event.reason}


def suggestions_by(
    status: SuggestionStatus | None = None, municipality: str | None = None, suggestion_id: str | None = None
) -> sa.Select[Any]:
    """The suggestions that are all of this and name a municipality whose rows the caller may see."""
    seen = sa.select(party.c.suggestion_id)
    if municipality is not None:
        seen = seen.where(party.c.municipality == municipality)
    became = sa.func.coalesce(decision.c.status, SuggestionStatus.NEW.value)
    query = (
        sa.select(
            suggestion,
            became.label("status"),
            decision.c.theme_id,
            decision.c.reason,
            decision.c.decided_at,
            sa.func.coalesce(decision.c.version, 0).label("version"),
        )
        .outerjoin(decision, decision.c.suggestion_id == suggestion.c.id)
        .where(suggestion.c.id.in_(seen))
    )
    if suggestion_id is not None:
        query = query.where(suggestion.c.id == suggestion_id)
    return query.where(became == status.value) if status else query
