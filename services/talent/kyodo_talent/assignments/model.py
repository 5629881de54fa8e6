"""An assignment: one expert works for one municipality, or shared for several, in a form and on certain days.

It begins as the secretariat's proposal. While its half-days are held in the expert's schedule, the expert, the home
organisation and every receiving municipality agree; with the last of them it is confirmed, and the schedule promises
the time for good, in the same transaction. The decisions here never look at the expert's other work: that is the
schedule's (see schedules/model.py), to which the endpoints hand every step in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kyodo_events.aggregate import Events
from kyodo_events.contracts.talent_assignments import (
    AssignmentConfirmed,
    AssignmentEnded,
    AssignmentLine,
    Ending,
)
from kyodo_events.errors import NotFound, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month, tokyo_date
from kyodo_talent.assignments.events import (
    EXPERT,
    HOME,
    AssignmentChecklistTicked,
    AssignmentDeclined,
    AssignmentExpertAgreed,
    AssignmentHeld,
    AssignmentHomeAgreed,
    AssignmentMunicipalityAgreed,
    AssignmentPaused,
    AssignmentProposed,
    AssignmentStarted,
    DeclineReason,
    TerminationReason,
)
from kyodo_talent.assignments.forms import FORMS, Engagement
from kyodo_talent.assignments.refusals import (
    AssignmentNotThere,
    ChecklistIncomplete,
    HoldDayImpossible,
    InstructionsNotAllowed,
    LineOutsideWindow,
    LineTwice,
    NotBegun,
    UnknownChecklistItem,
    WindowImpossible,
)
from kyodo_talent.assignments.state import AssignmentState, AssignmentStatus, end_of
from kyodo_talent.schedules.capacity import window
from kyodo_talent.schedules.events import HoldGone, MonthIsOver

MAX_HOLD: Final = timedelta(days=60)
"""A hold keeps others from the expert's time, so it is short; who needs longer renews it."""

MAX_WINDOW: Final = timedelta(days=731)

OPEN: Final = frozenset({AssignmentStatus.PROPOSED, AssignmentStatus.HELD})
RUNNING: Final = frozenset({AssignmentStatus.ACTIVE, AssignmentStatus.PAUSED})


@dataclass(frozen=True)
class Assignment(AssignmentState, category="assignment"):
    """The assignment with the decisions of the secretariat, the expert and the municipalities."""

    # the secretariat's decisions

    def propose(
        self,
        expert_id: str,
        project_id: str,
        engagement: Engagement,
        from_day: date,
        until_day: date,
        lines: Sequence[AssignmentLine],
        request_id: str | None = None,
    ) -> Events:
        """Propose what the expert would do for whom. Nobody has agreed, and no time is held."""
        allowed = FORMS[engagement.form].instructors
        instructed = InstructionsNotAllowed(
            form=engagement.form.value, allowed=", ".join(sorted(one.value for one in allowed))
        )
        require(engagement.instructed_by in allowed, instructed)
        possible = timedelta() <= until_day - from_day < MAX_WINDOW
        require(possible, WindowImpossible(from_day=from_day, until_day=until_day))
        seen = set()
        for line in lines:
            first, last = window(line.month, from_day, until_day)
            outside = LineOutsideWindow(month=line.month, from_day=from_day, until_day=until_day)
            require(first <= last, outside)
            place = line.municipality, line.month
            require(place not in seen, LineTwice(municipality=line.municipality, month=line.month))
            seen.add(place)
        yield AssignmentProposed(
            expert_id=expert_id,
            project_id=project_id,
            request_id=request_id,
            form=engagement.form,
            instructed_by=engagement.instructed_by,
            instructed_by_ja=engagement.instructed_by_ja,
            from_day=from_day,
            until_day=until_day,
            lines=tuple(lines),
        )

    def tick(self, items: Sequence[str]) -> Events:
        """Items of the form's checklist are settled; none is ever unsettled again."""
        self._stands(OPEN)
        known = FORMS[self.form].checklist
        for item in items:
            require(item in known, UnknownChecklistItem(item=item, known=", ".join(known)))
        new = tuple(item for item in self.checklist_open if item in items)
        if new:
            yield AssignmentChecklistTicked(
                items=new, open=tuple(item for item in self.checklist_open if item not in new)
            )

    def hold(self, until: date, now: datetime) -> Events:
        """Ask everybody to agree by the end of a day in Tokyo; who agreed while an earlier hold lasted stays agreed."""
        self._stands(OPEN)
        today = tokyo_date(now)
        possible = today <= until <= today + MAX_HOLD
        require(possible, HoldDayImpossible(day=until, first=today, last=today + MAX_HOLD))
        live = self.status_at(now) is AssignmentStatus.HELD
        if not live or self.expires_at != end_of(until):
            yield AssignmentHeld(held_until=until, missing=self.missing if live else self.parties)

    def agree_for_home(self, reference: str | None, not_needed_ja: str | None, now: datetime) -> Events:
        """Record that the home organisation agreed, by which document, or why it need not."""
        if self._waits_for(HOME, now):
            missing = self._missing_without(HOME)
            yield from self._agreed(
                AssignmentHomeAgreed(reference=reference, not_needed_ja=not_needed_ja, missing=missing)
            )

    def withdraw(self, reason: DeclineReason) -> Events:
        """Take the proposal back, or record that the home organisation does not agree."""
        yield from self._declined(None, reason)

    def start(self, today: date) -> Events:
        """The work begins, or goes on after a pause."""
        if self.status is AssignmentStatus.ACTIVE:
            return
        self._stands({AssignmentStatus.CONFIRMED, AssignmentStatus.PAUSED})
        require(today >= self.from_day, NotBegun(first=self.from_day))
        yield AssignmentStarted(day=today)

    def pause(self, today: date) -> Events:
        """The work rests from today on; its time stays promised."""
        if self.status is not AssignmentStatus.PAUSED:
            self._stands({AssignmentStatus.ACTIVE})
            yield AssignmentPaused(day=today)

    def complete(self, today: date) -> Events:
        """The work is done; what was planned for the months after this one is free again."""
        if self.status is not AssignmentStatus.COMPLETED:
            self._stands(RUNNING)
            yield self._ended(Ending.COMPLETED, None, Month.containing(today).next())

    def terminate(self, reason: TerminationReason, from_month: Month, today: date) -> Events:
        """The work ends early: what was planned from a month on is free again."""
        if self.status is AssignmentStatus.TERMINATED and self.freed_from == from_month:
            return
        self._stands(RUNNING | {AssignmentStatus.CONFIRMED})
        this_month = Month.containing(today)
        require(from_month >= this_month, MonthIsOver(month=from_month, first=this_month))
        yield self._ended(Ending.TERMINATED, reason.value, from_month)

    # the expert's and the municipalities' decisions

    def agree_as_expert(self, expert_id: str, now: datetime) -> Events:
        """The expert agrees."""
        self._of_expert(expert_id)
        if self._waits_for(EXPERT, now):
            yield from self._agreed(AssignmentExpertAgreed(missing=self._missing_without(EXPERT)))

    def agree_as(self, municipality: str, now: datetime) -> Events:
        """A receiving municipality agrees, once everything on the form's checklist is settled."""
        self._received_by(municipality)
        if self._waits_for(municipality, now):
            require(not self.checklist_open, ChecklistIncomplete(open=", ".join(self.checklist_open)))
            missing = self._missing_without(municipality)
            yield from self._agreed(AssignmentMunicipalityAgreed(municipality=municipality, missing=missing))

    def decline_as_expert(self, expert_id: str, reason: DeclineReason) -> Events:
        """The expert does not agree."""
        self._of_expert(expert_id)
        yield from self._declined(None, reason)

    def decline_as(self, municipality: str, reason: DeclineReason) -> Events:
        """A receiving municipality does not agree, also after it did; the others may be asked by another proposal."""
        self._received_by(municipality)
        yield from self._declined(municipality, reason)

    # how decisions look at it

    def _stands(self, needed: frozenset[AssignmentStatus] | set[AssignmentStatus]) -> None:
        wanted = ", ".join(status.value for status in AssignmentStatus if status in needed)
        require(self.status in needed, AssignmentNotThere(status=self.status.value, needed=wanted))

    def _of_expert(self, expert_id: str) -> None:
        require(expert_id == self.expert_id, NotFound(what="assignment", id=self.id))

    def _received_by(self, municipality: str) -> None:
        require(municipality in self.municipalities, NotFound(what="assignment", id=self.id))

    def _waits_for(self, party: str, now: datetime) -> bool:
        """Whether a party is still to agree. Raises where it cannot agree any more, or not yet."""
        agreed = party not in self.missing
        if agreed and self.status in {AssignmentStatus.CONFIRMED, *RUNNING}:
            return False
        self._stands({AssignmentStatus.HELD})
        require(self.status_at(now) is AssignmentStatus.HELD, HoldGone(hold_id=self.id))
        return not agreed

    def _missing_without(self, party: str) -> tuple[str, ...]:
        return tuple(one for one in self.missing if one != party)

    def _agreed(self, event: Event) -> Events:
        yield event
        if not self.fold([event]).missing:
            yield AssignmentConfirmed(
                pseudonym=self.pseudonym,
                project_id=self.project_id,
                form=self.form,
                from_day=self.from_day,
                until_day=self.until_day,
                lines=self.lines,
            )

    def _declined(self, municipality: str | None, reason: DeclineReason) -> Events:
        if self.status is not AssignmentStatus.DECLINED:
            self._stands(OPEN)
            yield AssignmentDeclined(municipality=municipality, reason=reason)

    def _ended(self, ending: Ending, reason: str | None, freed_from: Month) -> AssignmentEnded:
        return AssignmentEnded(
            pseudonym=self.pseudonym,
            project_id=self.project_id,
            ending=ending,
            reason=reason,
            freed_from=freed_from,
            kept=tuple(line for line in self.lines if line.month < freed_from),
            freed=tuple(line for line in self.lines if line.month >= freed_from),
        )
