"""A round of matching: a plan over all open requests, which people confirm or set aside match by match.

The plan comes from the solvers as plain data; nothing here computes it. The system never assigns alone: a match becomes
a proposed assignment where the secretariat confirms it, and that one still needs everybody's agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.fiscal import Month
from kyodo_talent.matching.events import (
    MatchConfirmed,
    MatchingRoundImproved,
    MatchingRoundPlanned,
    MatchLine,
    MatchSetAside,
)
from kyodo_talent.matching.values import Instance, Match, Plan

Pair = tuple[str, str]


class NothingToMatch(Refused):
    status, type = 409, "nothing-to-match"
    title = "There is nothing to match"
    detail = "{requests} open requests miss half-days in the months to come, and {experts} experts are available."
    remedy = "Triage requests, or qualify experts, first."


class RoundUnderDecision(Refused):
    status, type = 409, "round-under-decision"
    title = "Matches of this round were decided already"
    detail = "A plan is replaced only as a whole, before its first match is confirmed or set aside."
    remedy = "Decide on the matches that are left, or plan a new round."


class NoImprovement(Refused):
    status, type = 409, "no-improvement"
    title = "The search found nothing better"
    detail = "It found a plan worth {value}; the plan of the round is worth {stands}."
    remedy = "Keep the plan as it is."


class MatchDecided(Refused):
    status, type = 409, "match-decided"
    title = "This match was decided already"
    detail = "It was {decision} before."
    remedy = "Read the round. What was set aside can be planned again in a new round."


def lines_of(instance: Instance, matches: Iterable[Match]) -> tuple[MatchLine, ...]:
    """Matches as events hold them: with the municipality, and months by name."""
    home = {seeker.request_id: seeker.municipality for seeker in instance.seekers}
    return tuple(
        MatchLine(
            request_id=match.request_id,
            municipality=home[match.request_id],
            expert_id=match.expert_id,
            half_days={
                month: half_days for month, half_days in zip(instance.months, match.half_days, strict=True) if half_days
            },
        )
        for match in matches
    )


@dataclass(frozen=True)
class MatchingRound(Aggregate, category="matching-round"):
    """One round; `decided` says of a pair of request and expert what became of it."""

    months: tuple[Month, ...] = ()
    input_digest: str = ""
    value: int = 0
    matches: Mapping[Pair, MatchLine] = field(default_factory=dict)
    decided: Mapping[Pair, str] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan, as the solvers take it."""
        return Plan(
            tuple(
                Match(request, expert, tuple(line.half_days.get(month, 0) for month in self.months))
                for (request, expert), line in sorted(self.matches.items())
            )
        )

    def propose(self, instance: Instance, plan: Plan, bound: float) -> Events:
        """Put a plan on the table."""
        yield MatchingRoundPlanned(
            months=instance.months,
            input_digest=instance.digest,
            requests=len(instance.seekers),
            experts=len(instance.candidates),
            asked=sum(sum(seeker.asked) for seeker in instance.seekers),
            served=plan.served(),
            value=plan.value(instance.seekers),
            bound=round(bound),
            matches=lines_of(instance, plan.matches),
        )

    def improve(self, instance: Instance, plan: Plan, bound: float, *, optimal: bool) -> Events:
        """Replace the plan by a better one that was found from the same input."""
        require(not self.decided, RoundUnderDecision())
        value = plan.value(instance.seekers)
        fewer = len(plan.municipalities(instance.seekers)) < len({one.municipality for one in self.matches.values()})
        require(value > self.value and not fewer, NoImprovement(value=value, stands=self.value))
        yield MatchingRoundImproved(
            served=plan.served(),
            value=value,
            bound=round(bound),
            optimal=optimal,
            matches=lines_of(instance, plan.matches),
        )

    def confirm(self, request_id: str, expert_id: str, assignment_id: str) -> Events:
        """A person agrees to a match."""
        line = self._undecided(request_id, expert_id)
        yield MatchConfirmed(
            request_id=request_id,
            municipality=line.municipality,
            expert_id=expert_id,
            assignment_id=assignment_id,
        )

    def set_aside(self, request_id: str, expert_id: str, reason_ja: str) -> Events:
        """A person decides against a match."""
        line = self._undecided(request_id, expert_id)
        yield MatchSetAside(
            request_id=request_id, municipality=line.municipality, expert_id=expert_id, reason_ja=reason_ja
        )

    def line(self, request_id: str, expert_id: str) -> MatchLine:
        """A match. Raises NotFound."""
        found = self.matches.get((request_id, expert_id))
        if found is None:
            raise NotFound(what="match", id=f"{request_id}/{expert_id}")
        return found

    def _undecided(self, request_id: str, expert_id: str) -> MatchLine:
        line, before = self.line(request_id, expert_id), self.decided.get((request_id, expert_id))
        require(before is None, MatchDecided(decision=before))
        return line

    # what events did

    @evolve
    def planned(self, event: MatchingRoundPlanned) -> Self:
        return replace(
            self,
            months=event.months,
            input_digest=event.input_digest,
            value=event.value,
            matches=_by_pair(event.matches),
        )

    @evolve
    def improved(self, event: MatchingRoundImproved) -> Self:
        return replace(self, value=event.value, matches=_by_pair(event.matches))

    @evolve
    def confirmed(self, event: MatchConfirmed) -> Self:
        return self._decide(event, "confirmed")

    @evolve
    def was_set_aside(self, event: MatchSetAside) -> Self:
        return self._decide(event, "set aside")

    def _decide(self, event: MatchConfirmed | MatchSetAside, how: str) -> Self:
        return replace(self, decided={**self.decided, (event.request_id, event.expert_id): how})


def _by_pair(lines: Iterable[MatchLine]) -> dict[Pair, MatchLine]:
    return {(line.request_id, line.expert_id): line for line in lines}
