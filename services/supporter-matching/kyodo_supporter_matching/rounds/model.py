"""A round: begun, planned by a worker, changed by people, published together. It assigns nobody by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import require
from kyodo_supporter_matching.matching.values import Instance, Weights
from kyodo_supporter_matching.rounds.events import (
    NothingToPlan,
    Proposal,
    ProposalDropped,
    ProposalGone,
    RoundBegun,
    RoundNotPlanned,
    RoundPlanned,
    RoundPublished,
)

Pair = tuple[str, str]


class RoundStatus(StrEnum):
    """How a round stands."""

    BEGUN = "begun"
    PLANNED = "planned"
    PUBLISHED = "published"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"begun": "計算中", "planned": "案の確認中", "published": "公表済み"}[self.value]


@dataclass(frozen=True)
class Round(Aggregate, category="matching-round"):
    """One round; proposals by session and supporter."""

    since: datetime | None = None
    before: datetime | None = None
    weights: Weights = field(default_factory=Weights)
    seed: int = 0
    keeping: str | None = None
    input_digest: str = ""
    proposals: Mapping[Pair, Proposal] = field(default_factory=dict)
    decided_against: frozenset[Pair] = frozenset()
    status: RoundStatus = RoundStatus.BEGUN

    def begin(self, instance: Instance, since: datetime, before: datetime, keeping: str | None) -> Events:
        """Begin from an input, in which an earlier round may be kept."""
        sessions, supporters = len(instance.openings), len(instance.candidates)
        require(bool(sessions and supporters), NothingToPlan(sessions=sessions, supporters=supporters))
        yield RoundBegun(
            since=since,
            before=before,
            weights=instance.weights,
            seed=instance.seed,
            keeping=keeping,
            input_digest=instance.digest,
            sessions=sessions,
            seats=instance.seats,
            supporters=supporters,
        )

    def plan(self, planned: RoundPlanned) -> Events:
        """Take over what was computed; again, before anything was published."""
        require(self.status is not RoundStatus.PUBLISHED, RoundNotPlanned(current=self.status.value))
        yield planned

    def drop(self, session_id: str, supporter_id: str, reason_ja: str) -> Events:
        """Decide against a proposal."""
        require(self.status is RoundStatus.PLANNED, RoundNotPlanned(current=self.status.value))
        proposal = self.proposals.get((session_id, supporter_id))
        if proposal is None:
            raise ProposalGone
        yield ProposalDropped(
            municipality=proposal.municipality,
            session_id=session_id,
            supporter_id=supporter_id,
            reason_ja=reason_ja,
        )

    def publish(self, *, offers: int, left_out: int) -> Events:
        """Ask everybody who is proposed."""
        require(self.status is RoundStatus.PLANNED, RoundNotPlanned(current=self.status.value))
        yield RoundPublished(offers=offers, left_out=left_out)

    @evolve
    def begun(self, event: RoundBegun) -> Self:
        return replace(
            self,
            since=event.since,
            before=event.before,
            weights=event.weights,
            seed=event.seed,
            keeping=event.keeping,
            input_digest=event.input_digest,
        )

    @evolve
    def planned(self, event: RoundPlanned) -> Self:
        proposals = {(one.session_id, one.supporter_id): one for one in event.proposals}
        return replace(self, proposals=proposals, status=RoundStatus.PLANNED)

    @evolve
    def dropped(self, event: ProposalDropped) -> Self:
        gone = (event.session_id, event.supporter_id)
        left = {pair: one for pair, one in self.proposals.items() if pair != gone}
        return replace(self, proposals=left, decided_against=self.decided_against | {gone})

    @evolve
    def published(self, event: RoundPublished) -> Self:
        return replace(self, status=RoundStatus.PUBLISHED)
