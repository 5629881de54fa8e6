"""Training on request: wishes, a plan, an agreement, sessions, and every way out."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from kyodo_academy.courses.model import Course, CourseCancelled, CourseIsCancelled
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.training_requests.events import (
    CourseOfAnotherProgramme,
    PeriodOver,
    SessionLinkedElsewhere,
    SessionOfAnotherCourse,
    SessionsNotHeld,
    TrainingHeld,
    TrainingPlan,
    TrainingPlanAgreed,
    TrainingPlanned,
    TrainingPlanSentBack,
    TrainingRequestDeclined,
    TrainingRequested,
    TrainingRequestRevised,
    TrainingRequestWithdrawn,
    TrainingSessionLinked,
    Wishes,
    WrongTrainingStep,
)
from kyodo_academy.training_requests.model import TrainingRequest
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given

CHIYODA, MUSASHINO = "131016", "132039"
COURSE, SESSION, SECOND = (f"0193f1a0-0000-7000-8000-0000000000{end}" for end in ("c0", "51", "52"))
TODAY, UNTIL = date(2023, 8, 1), date(2023, 10, 31)
PERIOD = {"from_day": date(2023, 9, 1), "until_day": UNTIL}
WISHES = Wishes(title_ja="窓口の研修", situation_ja="紙が多い。", wishes_ja="演習で。", people=30, **PERIOD)
PLAN = TrainingPlan(course_id=COURSE, contents_ja="演習", lecturer_ja="見本社", **PERIOD)
ASKED = TrainingRequested(municipality=CHIYODA, wishes=WISHES)
PLANNED = TrainingPlanned(municipality=CHIYODA, plan=PLAN)
BACK = TrainingPlanSentBack(municipality=CHIYODA, reason_ja="時期の変更")
AGREED = TrainingPlanAgreed(municipality=CHIYODA)
LINKED = TrainingSessionLinked(municipality=CHIYODA, session_ids=(SESSION,))
HELD = TrainingHeld(municipality=CHIYODA)
WITHDRAWN = TrainingRequestWithdrawn(municipality=CHIYODA, reason_ja="独自に実施")
DECLINED = TrainingRequestDeclined(municipality=CHIYODA, reason_ja="講師なし")
WAYS = [
    [ASKED],
    [ASKED, PLANNED],
    [ASKED, PLANNED, BACK],
    [ASKED, PLANNED, AGREED],
    [ASKED, PLANNED, AGREED, LINKED, HELD],
    [ASKED, WITHDRAWN],
    [ASKED, DECLINED],
]


def course(programme: str = "customised_training") -> Course:
    announced = CourseAnnounced(title_ja="研修", programme=programme, starts_on=date(2023, 9, 1), seats=40)
    return Course(id=COURSE).fold([announced])


def session(id_: str = SESSION, status: SessionStatus = SessionStatus.OPEN, of: str = COURSE) -> TrainingSession:
    return TrainingSession(id=id_, course_id=of, status=status)


def wrong(current: str, *needed: str) -> WrongTrainingStep:
    return WrongTrainingStep(current=current, needed=" or ".join(needed))


def test_from_the_wishes_to_the_training() -> None:
    asked = given(TrainingRequest)
    asked.when(lambda one: one.ask(CHIYODA, WISHES, TODAY)).then(ASKED)
    planned = asked.that(ASKED)
    planned.when(lambda one: one.propose(PLAN, course(), TODAY)).then(PLANNED)
    agreed = planned.that(PLANNED)
    agreed.when(lambda one: one.agree(CHIYODA)).then(AGREED)
    linked = agreed.that(AGREED)
    linked.when(lambda one: one.link(session(), linked_elsewhere=False)).then(LINKED)
    linked.that(LINKED).when(lambda one: one.link(session(), linked_elsewhere=False)).then()
    held = linked.that(LINKED)
    held.when(lambda one: one.hold([session(status=SessionStatus.HELD)])).then(HELD)


def test_what_is_sent_back_is_planned_anew() -> None:
    back = given(TrainingRequest).that(ASKED, PLANNED, BACK)
    back.when(lambda one: one.agree(CHIYODA)).refuses(wrong("asked", "planned", "agreed"))
    more = WISHES.model_copy(update={"people": 40})
    revised = TrainingRequestRevised(municipality=CHIYODA, wishes=more)
    back.when(lambda one: one.revise(CHIYODA, more, TODAY)).then(revised)
    back.when(lambda one: one.propose(PLAN, course(), TODAY)).then(PLANNED)
    given(TrainingRequest).that(ASKED, PLANNED).when(lambda one: one.propose(PLAN, course(), TODAY)).then()


def test_a_plan_is_of_a_course_of_the_programme_that_takes_place() -> None:
    asked = given(TrainingRequest).that(ASKED)
    other = CourseOfAnotherProgramme(course_id=COURSE, programme="shared_training")
    asked.when(lambda one: one.propose(PLAN, course("shared_training"), TODAY)).refuses(other)
    gone = course().fold([CourseCancelled()])
    asked.when(lambda one: one.propose(PLAN, gone, TODAY)).refuses(CourseIsCancelled())
    unwritten = PLAN.model_copy(update={"contents_version": 1})
    missing = NotFound(what="version of the contents", id="1")
    asked.when(lambda one: one.propose(unwritten, course(), TODAY)).refuses(missing)


def test_nothing_is_asked_or_planned_for_a_period_that_is_over() -> None:
    late = date(2023, 11, 1)
    over = PeriodOver(until_day=UNTIL, today=late)
    given(TrainingRequest).when(lambda one: one.ask(CHIYODA, WISHES, late)).refuses(over)
    given(TrainingRequest).that(ASKED).when(lambda one: one.revise(CHIYODA, WISHES, late)).refuses(over)
    given(TrainingRequest).that(ASKED).when(lambda one: one.propose(PLAN, course(), late)).refuses(over)
    with pytest.raises(ValidationError):
        Wishes.model_validate(WISHES.model_dump() | {"from_day": "2023-11-01"})


def test_sessions_are_of_the_agreed_course_and_of_one_request() -> None:
    agreed = given(TrainingRequest).that(ASKED, PLANNED, AGREED)
    other = SessionOfAnotherCourse(course_id=SECOND, agreed=COURSE)
    agreed.when(lambda one: one.link(session(of=SECOND), linked_elsewhere=False)).refuses(other)
    elsewhere = SessionLinkedElsewhere(session_id=SESSION)
    agreed.when(lambda one: one.link(session(), linked_elsewhere=True)).refuses(elsewhere)


@pytest.mark.parametrize(
    ("statuses", "held"),
    [([], 0), (["open"], 0), (["cancelled"], 0), (["held", "open"], 1), (["held", "planned"], 1)],
)
def test_it_is_held_once_all_of_it_is_over(statuses: list[str], held: int) -> None:
    sessions = [session(status=SessionStatus(status)) for status in statuses]
    agreed = given(TrainingRequest).that(ASKED, PLANNED, AGREED, LINKED)
    agreed.when(lambda one: one.hold(sessions)).refuses(SessionsNotHeld(held=held, linked=len(statuses)))
    over = [session(status=SessionStatus.HELD), session(SECOND, SessionStatus.CANCELLED)]
    agreed.when(lambda one: one.hold(over)).then(HELD)


@pytest.mark.parametrize("past", WAYS)
def test_it_ends_once_by_whom_it_may(past: list[Event]) -> None:
    request = given(TrainingRequest).that(*past)
    status = str(request.state.status)
    withdrawing = request.when(lambda one: one.withdraw(CHIYODA, "独自に実施"))
    if status in ("asked", "planned", "agreed"):
        withdrawing.then(WITHDRAWN)
    else:
        withdrawing.refuses(wrong(status, "asked", "planned", "agreed"))
    declining = request.when(lambda one: one.decline("講師なし"))
    if status in ("asked", "planned"):
        declining.then(DECLINED)
    else:
        declining.refuses(wrong(status, "asked", "planned"))


@pytest.mark.parametrize("past", WAYS)
def test_another_municipality_finds_nothing(past: list[Event]) -> None:
    request, hidden = given(TrainingRequest).that(*past), NotFound(what="training request", id="test")
    request.when(lambda one: one.revise(MUSASHINO, WISHES, TODAY)).refuses(hidden)
    request.when(lambda one: one.agree(MUSASHINO)).refuses(hidden)
    request.when(lambda one: one.send_back(MUSASHINO, "時期")).refuses(hidden)
    request.when(lambda one: one.withdraw(MUSASHINO, "不要")).refuses(hidden)
