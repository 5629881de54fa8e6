"""Rounds with their figures, and their matches with what became of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import AnyWrite, View, change, upsert
from kyodo_talent.matching.events import (
    MatchConfirmed,
    MatchingRoundImproved,
    MatchingRoundPlanned,
    MatchLine,
    MatchSetAside,
)
from kyodo_talent.tables import metadata

matching_round = sa.Table(
    "matching_round",
    metadata,
    sa.Column("round_id", sa.Text, primary_key=True),
    sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("input_digest", sa.Text, nullable=False),
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("experts", sa.Integer, nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("served", sa.Integer, nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("bound", sa.Integer, nullable=False),
    sa.Column("optimal", sa.Boolean, nullable=False),
    sa.Column("improved_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
)
matching_match = sa.Table(
    "matching_match",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("round_id", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("half_days", JSONB, nullable=False, comment="by month"),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("decision", sa.Text, nullable=False, comment="open, confirmed, set_aside"),
    sa.Column("assignment_id", sa.Text),
    sa.Column("reason_ja", sa.Text),
    sa.Index("matching_match_round", "round_id", "request_id", "expert_id"),
    info={"private_to": "municipality"},
)

rounds = View("matching_rounds", matching_round, matching_match)


@rounds.on(MatchingRoundPlanned)
def _(rows: Batch[MatchingRoundPlanned]) -> list[AnyWrite]:
    figures = ("input_digest", "requests", "experts", "asked", "served", "value", "bound")
    planned = [
        {
            **_key(r),
            "planned_at": r.at,
            **{name: getattr(r.event, name) for name in figures},
            "optimal": False,
            "improved_at": None,
        }
        for r in rows
    ]
    return [upsert(matching_round, planned), upsert(matching_match, _matches(rows))]


@rounds.on(MatchingRoundImproved)
def _(rows: Batch[MatchingRoundImproved]) -> list[AnyWrite]:
    figures = ("served", "value", "bound", "optimal")
    improved = [{**_key(r), "improved_at": r.at, **{name: getattr(r.event, name) for name in figures}} for r in rows]
    replaced = sa.delete(matching_match).where(matching_match.c.round_id.in_([r.stream for r in rows]))
    return [change(matching_round, improved), replaced, upsert(matching_match, _matches(rows))]


@rounds.on(MatchConfirmed)
def _(rows: Batch[MatchConfirmed]) -> list[AnyWrite]:
    decided = [{**_pair(r), "decision": "confirmed", "assignment_id": r.event.assignment_id} for r in rows]
    return [change(matching_match, decided), change(matching_round, [_key(r) for r in rows])]


@rounds.on(MatchSetAside)
def _(rows: Batch[MatchSetAside]) -> list[AnyWrite]:
    decided = [{**_pair(r), "decision": "set_aside", "reason_ja": r.event.reason_ja} for r in rows]
    return [change(matching_match, decided), change(matching_round, [_key(r) for r in rows])]


def _key(recorded: Recorded[Event]) -> dict[str, Any]:
    return {"round_id": recorded.stream, "version": recorded.version}


def _pair(recorded: Recorded[MatchConfirmed] | Recorded[MatchSetAside]) -> dict[str, Any]:
    event = recorded.event
    return {
        "municipality": event.municipality,
        "round_id": recorded.stream,
        "request_id": event.request_id,
        "expert_id": event.expert_id,
    }


def _matches(rows: Batch[MatchingRoundPlanned] | Batch[MatchingRoundImproved]) -> list[dict[str, Any]]:
    return [_match(r.stream, line) for r in rows for line in r.event.matches]


def _match(round_id: str, line: MatchLine) -> dict[str, Any]:
    return {
        "municipality": line.municipality,
        "round_id": round_id,
        "request_id": line.request_id,
        "expert_id": line.expert_id,
        "half_days": line.model_dump(mode="json")["half_days"],
        "total": sum(line.half_days.values()),
        "decision": "open",
        "assignment_id": None,
        "reason_ja": None,
    }


def round_of(round_id: str) -> sa.Select[Any]:
    """One round."""
    return sa.select(matching_round).where(matching_round.c.round_id == round_id)


def matches_of(round_id: str, municipality: str | None) -> sa.Select[Any]:
    """The matches of a round, of all or of one municipality."""
    query = sa.select(matching_match).where(matching_match.c.round_id == round_id)
    return query if municipality is None else query.where(matching_match.c.municipality == municipality)
