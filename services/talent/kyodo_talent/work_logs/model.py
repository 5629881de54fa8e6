"""A work log: one expert's half-days for one municipality in one month of an assignment.

Its approval is what the ledger charges, so the municipality that pays approves, and what was approved changes only
where both sides agree. Its id follows from assignment, municipality and month: there is one log of a month's work.

That nobody works in two places at a time concerns all logs of an expert. It is decided on one stream an expert and
month (`WorkedMonth`), in the transaction that writes the log: two logs written at once never book the same half-day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self
from uuid import NAMESPACE_URL, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.talent import WorkLogAdjusted, WorkLogApproved
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import Month
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.work_logs.events import (
    HalfDaysBooked,
    WorkLogAdjustmentDropped,
    WorkLogAdjustmentProposed,
    WorkLogLocked,
    WorkLogReturned,
    WorkLogSubmitted,
    WorkLogWritten,
)
from kyodo_talent.work_logs.refusals import (
    ApproverNeeded,
    HalfDayTaken,
    HalfDayTwice,
    LogAtAnotherStep,
    LogOutsideAssignment,
    NoAdjustmentProposed,
    NothingLogged,
)
from kyodo_talent.work_logs.values import Entry, LogStatus, Side

NO_MONTH: Final = Month("2000-04")  # of a log that is not written yet
OPEN: Final = frozenset({LogStatus.DRAFT, LogStatus.RETURNED})
APPROVED: Final = frozenset({LogStatus.APPROVED, LogStatus.LOCKED, LogStatus.ADJUSTED})


def log_id(assignment_id: str, municipality: str, month: Month) -> str:
    """The stream of the log of an assignment, municipality and month."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:work-log:{assignment_id}:{municipality}:{month}"))


def worked_month_id(expert_id: str, month: Month) -> str:
    """The stream of an expert's half-days in a month."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:worked-month:{expert_id}:{month}"))


def needs_approver(half_days: int, planned: int) -> bool:
    """More than 10 percent above the plan is not an officer's to approve (delegated approval, 専決)."""
    return half_days * 10 > planned * 11


@dataclass(frozen=True)
class WorkedMonth(Aggregate, category="worked-month"):
    """An expert's halves of days in a month, each with the log that it stands in."""

    taken: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def book(self, log: str, entries: Iterable[Entry]) -> Events:
        """Give these halves to a log, in place of those that it had."""
        wanted = {entry.place: entry for entry in entries}
        for place, entry in wanted.items():
            taken = HalfDayTaken(day=entry.day, half=entry.half.value)
            require(self.taken.get(place, log) == log, taken)
        if wanted.keys() != {place for place, owner in self.taken.items() if owner == log}:
            yield HalfDaysBooked(log_id=log, halves=tuple((entry.day, entry.half) for entry in wanted.values()))

    @evolve
    def booked(self, event: HalfDaysBooked) -> Self:
        others = {place: owner for place, owner in self.taken.items() if owner != event.log_id}
        own = {(day.isoformat(), half.value): event.log_id for day, half in event.halves}
        return replace(self, taken={**others, **own})


@dataclass(frozen=True)
class WorkLog(Aggregate, category="work-log"):
    """One log. `half_days` are those approved, and after that those adjusted to."""

    project_id: str = ""
    expert_id: str = ""
    municipality: str = ""
    month: Month = NO_MONTH
    planned: int = 0
    entries: tuple[Entry, ...] = ()
    status: LogStatus = LogStatus.DRAFT
    half_days: int = 0
    proposed: tuple[Side, int, str] | None = None

    # the expert's steps

    def write(
        self, assignment: Assignment, municipality: str, month: Month, entries: Sequence[Entry], today: date
    ) -> Events:
        """Write down the half-days of a month, in place of what was written before."""
        self._stands(OPEN)
        planned = assignment.planned(municipality, month)
        unplanned = LogOutsideAssignment(why=f"Nothing is planned for {municipality} in {month}.")
        require(planned > 0, unplanned)
        seen = set()
        for entry in entries:
            outside = LogOutsideAssignment(why=f"On {entry.day} the assignment was not at work in {month}.")
            require(Month.containing(entry.day) == month and assignment.covers(entry.day), outside)
            require(entry.day <= today, LogOutsideAssignment(why=f"{entry.day} has not come yet."))
            require(entry.place not in seen, HalfDayTwice(day=entry.day, half=entry.half.value))
            seen.add(entry.place)
        if tuple(entries) != self.entries or not self.version:
            yield WorkLogWritten(
                assignment_id=assignment.id,
                project_id=assignment.project_id,
                expert_id=assignment.expert_id,
                municipality=municipality,
                month=month,
                planned=planned,
                entries=tuple(entries),
            )

    def submit(self, expert_id: str) -> Events:
        """Ask the municipality to approve."""
        self._of_expert(expert_id)
        if self.status is not LogStatus.SUBMITTED:
            self._stands(OPEN)
            require(bool(self.entries), NothingLogged())
            yield WorkLogSubmitted(municipality=self.municipality)

    # the municipality's steps

    def approve(self, municipality: str, *, by_approver: bool) -> Events:
        """Approve what was worked: it is charged. Approving again changes nothing."""
        self._of(municipality)
        if self.status in APPROVED:
            return
        self._stands(frozenset({LogStatus.SUBMITTED}))
        half_days = len(self.entries)
        self._within_authority(half_days, by_approver=by_approver)
        yield WorkLogApproved(
            project_id=self.project_id,
            municipality=municipality,
            pseudonym=f"expert-{self.expert_id}",
            month=self.month,
            half_days=half_days,
        )

    def return_(self, municipality: str, reason_ja: str) -> Events:
        """Ask the expert for a correction."""
        self._of(municipality)
        self._stands(frozenset({LogStatus.SUBMITTED}))
        yield WorkLogReturned(municipality=municipality, reason_ja=reason_ja)

    def lock(self) -> Events:
        """Close the log, once its month is accounted for."""
        if self.status is not LogStatus.LOCKED:
            self._stands(APPROVED)
            yield WorkLogLocked(municipality=self.municipality)

    # what both agree on

    def propose(self, side: Side, party: str, half_days: int, reason_ja: str, *, by_approver: bool = False) -> Events:
        """Propose other half-days; proposing those that stand drops what either side had proposed."""
        self._is_party(side, party)
        self._stands(APPROVED)
        if side is Side.MUNICIPALITY:
            self._within_authority(half_days, by_approver=by_approver)
        if half_days == self.half_days:
            if self.proposed:
                yield WorkLogAdjustmentDropped(municipality=self.municipality)
        elif self.proposed != (side, half_days, reason_ja):
            yield WorkLogAdjustmentProposed(
                municipality=self.municipality, by=side, half_days=half_days, reason_ja=reason_ja
            )

    def agree(self, side: Side, party: str, half_days: int, *, by_approver: bool = False) -> Events:
        """Agree to what the other side proposed: from now on it is what was worked, and what is charged."""
        self._is_party(side, party)
        self._stands(APPROVED)
        there = self.proposed is not None and self.proposed[0] is not side and self.proposed[1] == half_days
        require(there, NoAdjustmentProposed(half_days=half_days))
        assert self.proposed is not None  # noqa: S101 - just required
        if side is Side.MUNICIPALITY:
            self._within_authority(half_days, by_approver=by_approver)
        yield WorkLogAdjusted(
            project_id=self.project_id,
            municipality=self.municipality,
            month=self.month,
            half_days_before=self.half_days,
            half_days=half_days,
            reason=self.proposed[2],
        )

    def _within_authority(self, half_days: int, *, by_approver: bool) -> None:
        fine = by_approver or not needs_approver(half_days, self.planned)
        require(fine, ApproverNeeded(half_days=half_days, planned=self.planned))

    def _is_party(self, side: Side, party: str) -> None:
        return self._of_expert(party) if side is Side.EXPERT else self._of(party)

    def _of(self, municipality: str) -> None:
        require(self.municipality == municipality, NotFound(what="work log", id=self.id))

    def _of_expert(self, expert_id: str) -> None:
        require(self.expert_id == expert_id, NotFound(what="work log", id=self.id))

    def _stands(self, needed: frozenset[LogStatus]) -> None:
        wanted = ", ".join(status.value for status in LogStatus if status in needed)
        require(self.status in needed, LogAtAnotherStep(status=self.status.value, needed=wanted))

    # what events did

    @evolve
    def written(self, event: WorkLogWritten) -> Self:
        return replace(
            self,
            project_id=event.project_id,
            expert_id=event.expert_id,
            municipality=event.municipality,
            month=event.month,
            planned=event.planned,
            entries=event.entries,
        )

    @evolve
    def submitted(self, event: WorkLogSubmitted) -> Self:
        return replace(self, status=LogStatus.SUBMITTED)

    @evolve
    def returned(self, event: WorkLogReturned) -> Self:
        return replace(self, status=LogStatus.RETURNED)

    @evolve
    def approved(self, event: WorkLogApproved) -> Self:
        return replace(self, status=LogStatus.APPROVED, half_days=event.half_days)

    @evolve
    def locked(self, event: WorkLogLocked) -> Self:
        return replace(self, status=LogStatus.LOCKED)

    @evolve
    def was_proposed(self, event: WorkLogAdjustmentProposed) -> Self:
        return replace(self, proposed=(event.by, event.half_days, event.reason_ja))

    @evolve
    def dropped(self, event: WorkLogAdjustmentDropped) -> Self:
        return replace(self, proposed=None)

    @evolve
    def adjusted(self, event: WorkLogAdjusted) -> Self:
        return replace(self, status=LogStatus.ADJUSTED, half_days=event.half_days, proposed=None)
