"""An assignment as its events left it: what was proposed, who agreed, when it was worked and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, evolve
from kyodo_events.contracts.talent_assignments import (
    AssignmentConfirmed,
    AssignmentEnded,
    AssignmentLine,
    EngagementForm,
)
from kyodo_events.values.fiscal import TOKYO_TIME, Month
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
)
from kyodo_talent.assignments.forms import FORMS, Instructor


class AssignmentStatus(StrEnum):
    """How far an assignment has come. No event says `lapsed`: a held one has when its time to be agreed on is over."""

    PROPOSED = "proposed"
    HELD = "held"
    LAPSED = "lapsed"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    DECLINED = "declined"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _STATUS_JA[self.value]


_STATUS_JA = {
    "proposed": "提案中",
    "held": "仮押さえ中",
    "lapsed": "仮押さえ期限切れ",
    "confirmed": "確定",
    "active": "実施中",
    "paused": "休止中",
    "completed": "完了",
    "terminated": "中途終了",
    "declined": "不成立",
}


def end_of(day: date) -> datetime:
    """The moment at which a day ends in Tokyo."""
    return datetime.combine(day + timedelta(days=1), time(), TOKYO_TIME)


def municipalities_of(lines: Sequence[AssignmentLine]) -> tuple[str, ...]:
    """The receiving municipalities, in the order of their codes."""
    return tuple(sorted({line.municipality for line in lines}))


def parties_of(lines: Sequence[AssignmentLine]) -> tuple[str, ...]:
    """Whose agreement an assignment with these lines needs."""
    return (EXPERT, HOME, *municipalities_of(lines))


@dataclass(frozen=True)
class Pause:
    """Days without work, from one on; up to and without another, where work went on."""

    first: date
    ended: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day and (self.ended is None or day < self.ended)


@dataclass(frozen=True)
class AssignmentState(Aggregate):
    """The assignment with its lines, the items of its checklist that are settled, and the parties that agreed."""

    expert_id: str = ""
    project_id: str = ""
    request_id: str | None = None
    form: EngagementForm = EngagementForm.HANDS_ON
    instructed_by: Instructor = Instructor.NOBODY
    instructed_by_ja: str = ""
    from_day: date = date.min
    until_day: date = date.min
    lines: tuple[AssignmentLine, ...] = ()
    status: AssignmentStatus = AssignmentStatus.PROPOSED
    expires_at: datetime | None = None
    checklist_open: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    was_started: bool = False
    pauses: tuple[Pause, ...] = ()
    reason: str | None = None
    freed_from: Month | None = None

    @property
    def assignment_id(self) -> str:
        """The id, also of its hold in the expert's schedule."""
        return self.id

    @property
    def pseudonym(self) -> str:
        """What the expert is called outside."""
        return f"expert-{self.expert_id}"

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The receiving municipalities, in the order of their codes."""
        return municipalities_of(self.lines)

    @property
    def parties(self) -> tuple[str, ...]:
        """Whose agreement it needs."""
        return parties_of(self.lines)

    def planned(self, municipality: str, month: Month) -> int:
        """Half-days planned for a municipality in a month; none where the assignment ended before it."""
        freed = self.freed_from is not None and month >= self.freed_from
        here = (line.half_days for line in self.lines if (line.municipality, line.month) == (municipality, month))
        return 0 if freed else sum(here)

    def covers(self, day: date) -> bool:
        """Whether work of this day is the assignment's: it was begun, had not ended by then, and was not paused."""
        within = self.from_day <= day <= self.until_day
        ended = self.freed_from is not None and Month.containing(day) >= self.freed_from
        return self.was_started and within and not ended and not any(pause.covers(day) for pause in self.pauses)

    def status_at(self, now: datetime) -> AssignmentStatus:
        """The status as people see it: a hold that has expired is `lapsed`."""
        lapsed = self.status is AssignmentStatus.HELD and self.expires_at is not None and self.expires_at <= now
        return AssignmentStatus.LAPSED if lapsed else self.status

    # what events did

    @evolve
    def proposed(self, event: AssignmentProposed) -> Self:
        proposed = replace(
            self,
            expert_id=event.expert_id,
            project_id=event.project_id,
            request_id=event.request_id,
            form=event.form,
            instructed_by=event.instructed_by,
            instructed_by_ja=event.instructed_by_ja,
            from_day=event.from_day,
            until_day=event.until_day,
            lines=event.lines,
            checklist_open=tuple(FORMS[event.form].checklist),
        )
        return replace(proposed, missing=proposed.parties)

    @evolve
    def ticked(self, event: AssignmentChecklistTicked) -> Self:
        return replace(self, checklist_open=event.open)

    @evolve
    def held(self, event: AssignmentHeld) -> Self:
        return replace(self, status=AssignmentStatus.HELD, expires_at=end_of(event.held_until), missing=event.missing)

    @evolve
    def expert_agreed(self, event: AssignmentExpertAgreed) -> Self:
        return replace(self, missing=event.missing)

    @evolve
    def home_agreed(self, event: AssignmentHomeAgreed) -> Self:
        return replace(self, missing=event.missing)

    @evolve
    def municipality_agreed(self, event: AssignmentMunicipalityAgreed) -> Self:
        return replace(self, missing=event.missing)

    @evolve
    def confirmed(self, _: AssignmentConfirmed) -> Self:
        return replace(self, status=AssignmentStatus.CONFIRMED, expires_at=None)

    @evolve
    def declined(self, event: AssignmentDeclined) -> Self:
        return replace(self, status=AssignmentStatus.DECLINED, expires_at=None, reason=event.reason.value)

    @evolve
    def started(self, event: AssignmentStarted) -> Self:
        ended = tuple(pause if pause.ended else replace(pause, ended=event.day) for pause in self.pauses)
        return replace(self, status=AssignmentStatus.ACTIVE, was_started=True, pauses=ended)

    @evolve
    def paused(self, event: AssignmentPaused) -> Self:
        return replace(self, status=AssignmentStatus.PAUSED, pauses=(*self.pauses, Pause(event.day)))

    @evolve
    def ended(self, event: AssignmentEnded) -> Self:
        status = AssignmentStatus(event.ending.value)
        return replace(self, status=status, reason=event.reason, freed_from=event.freed_from)
