"""Rounds, and what they propose: Tokyo sees all, a municipality the proposals for its sessions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.rounds.events import ProposalDropped, RoundBegun, RoundPlanned, RoundPublished
from kyodo_supporter_matching.rounds.model import RoundStatus
from kyodo_supporter_matching.tables import metadata

matching_round = sa.Table(
    "matching_round",
    metadata,
    sa.Column("round_id", sa.Text, primary_key=True),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("before", sa.DateTime(timezone=True), nullable=False),
    sa.Column("weights", JSONB, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("keeping", sa.Text, comment="the round whose proposals are kept"),
    sa.Column("input_digest", sa.Text, nullable=False),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("supporters", sa.Integer, nullable=False),
    sa.Column("value", sa.BigInteger),
    sa.Column("bound", sa.BigInteger),
    sa.Column("filled", sa.Integer),
    sa.Column("empty", JSONB, comment="seats that stay empty, and why"),
    sa.Column("wanted", JSONB, comment="whom to look for"),
    sa.Column("offers", sa.Integer),
    sa.Column("left_out", sa.Integer),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("round_id", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("parts", JSONB, nullable=False, comment="what speaks for it"),
    sa.Column("reason_ja", sa.Text, comment="why it was dropped; null while it stands"),
    sa.Index("proposal_of_round", "round_id"),
    info={"private_to": "municipality"},
)

rounds = View("matching_rounds", matching_round, proposal)


@rounds.on(RoundBegun)
def _(rows: Batch[RoundBegun]) -> RowWrite:
    return upsert(
        matching_round,
        [
            {
                "round_id": r.stream,
                "begun_at": r.at,
                "since": r.event.since,
                "before": r.event.before,
                "weights": r.event.weights.model_dump(mode="json"),
                "seed": r.event.seed,
                "keeping": r.event.keeping,
                "input_digest": r.event.input_digest,
                "sessions": r.event.sessions,
                "seats": r.event.seats,
                "supporters": r.event.supporters,
                "status": RoundStatus.BEGUN.value,
                "version": r.version,
            }
            for r in rows
        ],
    )


@rounds.on(RoundPlanned)
def _(rows: Batch[RoundPlanned]) -> list[AnyWrite]:
    return [
        change(
            matching_round,
            [
                {
                    "round_id": r.stream,
                    "value": r.event.value,
                    "bound": r.event.bound,
                    "filled": len(r.event.proposals),
                    "empty": [one.model_dump(mode="json") for one in r.event.empty],
                    "wanted": [one.model_dump(mode="json") for one in r.event.wanted],
                    "status": RoundStatus.PLANNED.value,
                    "version": r.version,
                }
                for r in rows
            ],
        ),
        upsert(
            proposal,
            [
                {
                    "municipality": one.municipality,
                    "round_id": r.stream,
                    "session_id": one.session_id,
                    "supporter_id": one.supporter_id,
                    "line": one.line,
                    "parts": one.model_dump(
                        mode="json", exclude={"municipality", "session_id", "supporter_id", "line"}
                    ),
                    "reason_ja": None,
                }
                for r in rows
                for one in r.event.proposals
            ],
        ),
    ]


@rounds.on(ProposalDropped)
def _(rows: Batch[ProposalDropped]) -> list[AnyWrite]:
    return [
        change(
            proposal,
            [
                {
                    "municipality": r.event.municipality,
                    "round_id": r.stream,
                    "session_id": r.event.session_id,
                    "supporter_id": r.event.supporter_id,
                    "reason_ja": r.event.reason_ja,
                }
                for r in rows
            ],
        ),
        change(matching_round, [{"round_id": r.stream, "version": r.version} for r in rows]),
    ]


@rounds.on(RoundPublished)
def _(rows: Batch[RoundPublished]) -> RowChange:
    return change(
        matching_round,
        [
            {
                "round_id": r.stream,
                "status": RoundStatus.PUBLISHED.value,
                "offers": r.event.offers,
                "left_out": r.event.left_out,
                "version": r.version,
            }
            for r in rows
        ],
    )


def round_of(round_id: str) -> sa.Select[Any]:
    """One round."""
    return matching_round.select().where(matching_round.c.round_id == round_id)


def proposals_of(round_id: str) -> sa.Select[Any]:
    """What a round proposes, with what was dropped."""
    return proposal.select().where(proposal.c.round_id == round_id)
