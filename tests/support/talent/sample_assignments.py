"""An assignment that is outsourced to two municipalities, with the events of its whole life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from kyodo_events.aggregate import Events
from kyodo_events.contracts.talent_assignments import (
    AssignmentConfirmed,
    AssignmentEnded,
    AssignmentLine,
    Ending,
    EngagementForm,
)
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_talent.assignments.events import (
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
)
from kyodo_talent.assignments.forms import FORMS, Engagement, Instructor
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.state import AssignmentStatus

ID, EXPERT, PROJECT = (f"0193f1a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
NOW, TODAY = datetime(2026, 11, 10, 3, tzinfo=UTC), date(2026, 11, 10)
UNTIL = date(2026, 11, 20)
EXPIRED = datetime(2026, 11, 20, 15, tzinfo=UTC)  # midnight in Tokyo
FIRST, LAST = date(2026, 12, 10), date(2027, 2, 20)
DECEMBER, JANUARY, FEBRUARY = Month("2026-12"), Month("2027-01"), Month("2027-02")
OUTSOURCED = Engagement(
    form=EngagementForm.OUTSOURCING,
    instructed_by=Instructor.HOME_ORGANISATION,
    instructed_by_ja="受託者の業務責任者",
)
ITEMS = tuple(FORMS[EngagementForm.OUTSOURCING].checklist)

Decide = Callable[[Assignment], Events]


def line(municipality: str, month: Month, half_days: int) -> AssignmentLine:
    """Half-days for a municipality in a month."""
    return AssignmentLine(municipality=municipality, month=month, half_days=half_days)


LINES = (line(CHIYODA, DECEMBER, 4), line(MUSASHINO, DECEMBER, 2), line(MUSASHINO, JANUARY, 3))
PROPOSED = AssignmentProposed(
    expert_id=EXPERT,
    project_id=PROJECT,
    request_id=None,
    form=OUTSOURCED.form,
    instructed_by=OUTSOURCED.instructed_by,
    instructed_by_ja=OUTSOURCED.instructed_by_ja,
    from_day=FIRST,
    until_day=LAST,
    lines=LINES,
)
TICKED = AssignmentChecklistTicked(items=ITEMS, open=())
HELD = AssignmentHeld(held_until=UNTIL, missing=("expert", "home", CHIYODA, MUSASHINO))
EXPERT_AGREED = AssignmentExpertAgreed(missing=("home", CHIYODA, MUSASHINO))
HOME_AGREED = AssignmentHomeAgreed(reference="承諾書", not_needed_ja=None, missing=(CHIYODA, MUSASHINO))
CHIYODA_AGREED = AssignmentMunicipalityAgreed(municipality=CHIYODA, missing=(MUSASHINO,))
ALL_AGREED = AssignmentMunicipalityAgreed(municipality=MUSASHINO, missing=())
CONFIRMED = AssignmentConfirmed(
    pseudonym=f"expert-{EXPERT}",
    project_id=PROJECT,
    form=OUTSOURCED.form,
    from_day=FIRST,
    until_day=LAST,
    lines=LINES,
)
STARTED, PAUSED = AssignmentStarted(day=FIRST), AssignmentPaused(day=date(2026, 12, 20))
DECLINED = AssignmentDeclined(municipality=None, reason=DeclineReason.NO_TIME)


def ended(ending: Ending, freed_from: Month, reason: str | None = None) -> AssignmentEnded:
    """The end that frees everything from a month on."""
    return AssignmentEnded(
        pseudonym=f"expert-{EXPERT}",
        project_id=PROJECT,
        ending=ending,
        reason=reason,
        freed_from=freed_from,
        kept=tuple(one for one in LINES if one.month < freed_from),
        freed=tuple(one for one in LINES if one.month >= freed_from),
    )


AGREED: tuple[Event, ...] = (PROPOSED, TICKED, HELD, EXPERT_AGREED, HOME_AGREED, CHIYODA_AGREED, ALL_AGREED, CONFIRMED)
PAST: dict[AssignmentStatus, tuple[Event, ...]] = {
    AssignmentStatus.PROPOSED: (PROPOSED,),
    AssignmentStatus.HELD: (PROPOSED, HELD),
    AssignmentStatus.CONFIRMED: AGREED,
    AssignmentStatus.ACTIVE: (*AGREED, STARTED),
    AssignmentStatus.PAUSED: (*AGREED, STARTED, PAUSED),
    AssignmentStatus.COMPLETED: (*AGREED, STARTED, ended(Ending.COMPLETED, JANUARY)),
    AssignmentStatus.TERMINATED: (*AGREED, STARTED, ended(Ending.TERMINATED, JANUARY, "goal_met")),
    AssignmentStatus.DECLINED: (PROPOSED, DECLINED),
}


def in_status(status: AssignmentStatus) -> Given[Assignment]:
    """The assignment in this status."""
    found = given(Assignment, ID).that(*PAST[status])
    assert found.state.status is status
    return found


def propose(**changes: Any) -> Decide:
    """The proposal, with changes."""
    values: dict[str, Any] = {"engagement": OUTSOURCED, "from_day": FIRST, "until_day": LAST, "lines": LINES} | changes
    return lambda assignment: assignment.propose(EXPERT, PROJECT, **values)


AGREEMENTS: dict[str, Callable[[datetime], Decide]] = {
    "expert": lambda now: lambda assignment: assignment.agree_as_expert(EXPERT, now),
    "home": lambda now: lambda assignment: assignment.agree_for_home("承諾書", None, now),
    CHIYODA: lambda now: lambda assignment: assignment.agree_as(CHIYODA, now),
    MUSASHINO: lambda now: lambda assignment: assignment.agree_as(MUSASHINO, now),
}
