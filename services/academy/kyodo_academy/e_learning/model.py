"""The e-learning of a course, in versions, and one learner's way through it.

Players report every few seconds. What a report adds is recorded in steps, of five percent or a minute watched, so that
a video of an hour leads to some dozens of events and not to thousands; what adds less is forgotten. Progress never goes
back: who watches something again has seen it before.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self
from uuid import NAMESPACE_URL, uuid5

from kyodo_academy.e_learning.values import Number, Percent, Seconds, Unit, Units
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Code, Id

STEP_PERCENT: Final = 5
STEP_SECONDS: Final = 60
WHOLE: Final = 100


class UnitsArranged(Event, type="kyodo.academy.units-arranged", words="eラーニング教材の第{number}版を公開した"):
    """The course is learnt online in these units, in this order."""

    number: Number
    units: Units


class _OfUnit(Event):
    """Something a learner did in a unit. `statement_id` is the statement that told it, where it was one."""

    municipality: Party
    learner_id: Id
    course_id: Id
    unit: Code
    statement_id: Id | None


class UnitStarted(_OfUnit, type="kyodo.academy.unit-started", words="教材「{unit}」を始めた"):
    """A learner began a unit."""


class UnitProgressed(_OfUnit, type="kyodo.academy.unit-progressed", words="教材「{unit}」を{percent}％まで進めた"):
    """A learner has come so far in a unit."""

    percent: Percent
    seconds: Seconds


class UnitCompleted(_OfUnit, type="kyodo.academy.unit-completed", words="教材「{unit}」を修了した"):
    """A learner is through with a unit."""


class ELearningCompleted(
    Event, type="kyodo.academy.e-learning-completed", words="eラーニングを修了した（第{number}版）"
):
    """A learner is through with all units that the course had then."""

    municipality: Party
    learner_id: Id
    course_id: Id
    number: Number


class QuizOfAnotherCourse(Refused):
    status, type = 422, "unit-quiz-of-another-course"
    title = "The quiz belongs to another course"
    detail = "The quiz '{quiz_id}' is not one of this course."
    remedy = "Write a quiz for this course, or leave it out."


class QuizNotPassed(Refused):
    status, type = 409, "unit-quiz-not-passed"
    title = "The unit's quiz has not been passed (小テスト未合格)"
    detail = "The unit '{unit}' is completed by passing its quiz '{quiz_id}'."
    remedy = "Answer the quiz; the unit is completed when you pass."


@dataclass(frozen=True)
class ELearning(Aggregate, category="e-learning"):
    """The units of the course of the same id."""

    number: int = 0
    units: tuple[Unit, ...] = ()

    def arrange(self, units: Units) -> Events:
        """Have these units, in a new version; learners keep their progress in those of the same key."""
        if units.units != self.units:
            yield UnitsArranged(number=self.number + 1, units=units)

    def unit(self, key: str) -> Unit:
        """The unit of this key. Raises NotFound."""
        for unit in self.units:
            if unit.key == key:
                return unit
        raise NotFound(what="unit", id=key)

    @evolve
    def arranged(self, event: UnitsArranged) -> Self:
        return replace(self, number=event.number, units=event.units.units)


@dataclass(frozen=True, slots=True)
class Learning:
    """Who learns what: the first words of each of a learner's events."""

    municipality: str
    learner_id: str
    course: ELearning
    statement_id: str | None = None

    @property
    def of_course(self) -> dict[str, str]:
        """Whose it is, and of which course."""
        return {
            "municipality": self.municipality,
            "learner_id": self.learner_id,
            "course_id": self.course.id,
        }

    def of_unit(self, unit: str) -> dict[str, str | None]:
        """The same of a unit, and by which statement it was told."""
        return {**self.of_course, "unit": unit, "statement_id": self.statement_id}


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far a learner has come in a unit."""

    percent: int = 0
    seconds: int = 0
    completed: bool = False


@dataclass(frozen=True)
class Progress(Aggregate, category="e-learning-progress"):
    """One learner's way through the e-learning of one course."""

    units: Mapping[str, UnitProgress] = field(default_factory=dict)
    completed: bool = False

    # decisions

    def start(self, learning: Learning, key: str) -> Events:
        """Begin a unit; once."""
        learning.course.unit(key)
        if key not in self.units:
            yield UnitStarted.model_validate(learning.of_unit(key))

    def progress(self, learning: Learning, key: str, percent: int, seconds: int) -> Events:
        """Report how far it is; what adds too little is not recorded. A unit without a quiz ends at its end."""
        state = yield from self._then(self.start(learning, key))
        before = state.units[key]
        after = max(percent, before.percent), max(seconds, before.seconds)
        further = after[0] - before.percent
        step = further >= STEP_PERCENT or (further and after[0] == WHOLE) or after[1] - before.seconds >= STEP_SECONDS
        if step:
            told = {**learning.of_unit(key), "percent": after[0], "seconds": after[1]}
            state = yield from state._then(iter([UnitProgressed.model_validate(told)]))
        if after[0] == WHOLE and learning.course.unit(key).quiz_id is None:
            yield from state.complete(learning, key, passed=False)

    def complete(self, learning: Learning, key: str, *, passed: bool) -> Events:
        """Be through with a unit, where its quiz, if there is one, was passed; and with all, where it was the last."""
        unit = learning.course.unit(key)
        require(unit.quiz_id is None or passed, QuizNotPassed(unit=key, quiz_id=unit.quiz_id))
        state = yield from self._then(self.start(learning, key))
        if not state.units[key].completed:
            state = yield from state._then(iter([UnitCompleted.model_validate(learning.of_unit(key))]))
        yield from state._all_done(learning)

    def _all_done(self, learning: Learning) -> Events:
        done = {key for key, one in self.units.items() if one.completed}
        if not self.completed and done.issuperset(unit.key for unit in learning.course.units):
            yield ELearningCompleted.model_validate({**learning.of_course, "number": learning.course.number})

    def _then(self, events: Events) -> Generator[Event, None, Self]:
        """Let these happen; the generator's value is the state after them."""
        happened = list(events)
        yield from happened
        return self.fold(happened)

    # what events did

    @evolve
    def started(self, event: UnitStarted) -> Self:
        return self._in(event.unit, UnitProgress())

    @evolve
    def progressed(self, event: UnitProgressed) -> Self:
        before = self.units[event.unit]
        return self._in(event.unit, replace(before, percent=event.percent, seconds=event.seconds))

    @evolve
    def unit_completed(self, event: UnitCompleted) -> Self:
        return self._in(event.unit, replace(self.units[event.unit], completed=True))

    @evolve
    def all_completed(self, event: ELearningCompleted) -> Self:
        return replace(self, completed=True)

    def _in(self, unit: str, state: UnitProgress) -> Self:
        return replace(self, units={**self.units, unit: state})


def progress_id(course_id: str, learner_id: str) -> str:
    """The stream of a learner's way through a course."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:e-learning:{course_id}:{learner_id}"))
