"""Taking statements: all of a request or none, each with its effect on the learner's way through the course.

What a statement adds to that way is recorded with it. A report of progress that adds nothing is taken and forgotten, so
that a player which reports every second fills nothing; every other statement is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kyodo_academy.e_learning.learning import has_passed
from kyodo_academy.e_learning.model import ELearning, Learning, Progress, progress_id
from kyodo_academy.e_learning.values import LONGEST_SECONDS
from kyodo_academy.learners.model import Learner
from kyodo_academy.statements.incoming import StatementIn
from kyodo_academy.statements.model import (
    CATEGORY,
    StatementAccepted,
    StatementConflict,
    StatementTwice,
    StatementWrong,
)
from kyodo_academy.statements.values import ACCEPTED, Names, Verb, unit_in
from kyodo_events.aggregate import Events
from kyodo_events.database import Transaction
from kyodo_events.errors import NotFound, require
from kyodo_events.event import new_id
from kyodo_platform.commands import CommandBus

REPORTS = frozenset({Verb.PROGRESSED, Verb.EXPERIENCED})
"""Verbs by which players report again and again: without an effect nothing is kept of them."""

WHO = "a learner speaks of the own learning alone: {name} is somebody else"
WHERE = "the account's homePage is {home_page}"
WHAT = "only these verbs are taken: {verbs}"
WHICH = "this is no unit of a course here; a unit is called {example}"


@dataclass
class Told:
    """A statement that is understood; `effect` is whether it brought the learner further."""

    pointer: str
    id: str
    accepted: StatementAccepted
    passed: bool = False
    effect: bool = False

    @property
    def kept(self) -> bool:
        """Whether it is recorded."""
        return self.effect or self.accepted.verb not in REPORTS


async def take(
    commands: CommandBus, tx: Transaction, names: Names, statements: Sequence[StatementIn], own: str | None
) -> list[str]:
    """Take all of them; the ids. `own` is the learner who speaks, None for a player of Tokyo's.

    Raises StatementWrong, StatementTwice, StatementConflict, NotFound, LearnerIsGone: nothing was taken then.
    """
    courses: dict[str, ELearning] = {}
    learners: dict[str, Learner] = {}
    understood: list[Told] = []
    for place, statement in enumerate(statements):
        pointer = f"#/{place}" if len(statements) > 1 else "#"
        verb, course_id, unit = _understood(pointer, statement, names, own)
        if statement.learner_id not in learners:
            learners[statement.learner_id] = (await commands.read(Learner, statement.learner_id)).here()
        if course_id not in courses:
            courses[course_id] = await commands.read_or_new(ELearning, course_id)
        _require_unit(pointer, courses[course_id], unit, names)
        learner = learners[statement.learner_id]
        understood.append(_told(pointer, statement, verb, course_id, unit, learner.municipality))
    fresh = await _new_ones(commands, understood)
    by_way: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for told in fresh:
        event = told.accepted
        if event.verb is Verb.COMPLETED:
            told.passed = await has_passed(tx, event.learner_id, courses[event.course_id].unit(event.unit).quiz_id)
        by_way[event.learner_id, event.course_id].append(told)
    for (learner_id, course_id), of_way in by_way.items():
        await commands.on_or_new(Progress, progress_id(course_id, learner_id), _effects(courses[course_id], of_way))
    await commands.record_each(CATEGORY, [(told.id, told.accepted) for told in fresh if told.kept])
    return [told.id for told in understood]


def _understood(pointer: str, statement: StatementIn, names: Names, own: str | None) -> tuple[Verb, str, str]:
    """The verb, and the unit by course and key. Raises StatementWrong."""
    account = statement.actor.account
    somebody_else = own is not None and statement.learner_id != own
    _require(not somebody_else, f"{pointer}/actor/account/name", WHO.format(name=account.name))
    at_home = account.homePage == names.home_page
    _require(at_home, f"{pointer}/actor/account/homePage", WHERE.format(home_page=names.home_page))
    verb = ACCEPTED.get(statement.verb.id)
    if verb is None:
        raise StatementWrong(pointer=f"{pointer}/verb/id", why=WHAT.format(verbs=", ".join(ACCEPTED)))
    place = unit_in(names.path_of(statement.object.id))
    if place is None:
        raise _no_unit(pointer, names)
    return verb, *place


def _require_unit(pointer: str, course: ELearning, unit: str, names: Names) -> None:
    try:
        course.unit(unit)
    except NotFound as missing:
        raise _no_unit(pointer, names) from missing


def _no_unit(pointer: str, names: Names) -> StatementWrong:
    example = names.activity("courses/<course_id>/units/<key>")
    return StatementWrong(pointer=f"{pointer}/object/id", why=WHICH.format(example=example))


def _require(holds: bool, pointer: str, why: str) -> None:
    require(holds, StatementWrong(pointer=pointer, why=why))


def _told(pointer: str, said: StatementIn, verb: Verb, course_id: str, unit: str, municipality: str) -> Told:
    accepted = StatementAccepted(
        municipality=municipality,
        learner_id=said.learner_id,
        course_id=course_id,
        unit=unit,
        verb=verb,
        score=said.score,
        progress=said.progress,
        seconds=said.seconds,
        success=said.result.success if said.result else None,
        completion=said.result.completion if said.result else None,
        stated_at=said.timestamp,
    )
    return Told(pointer, said.id.lower() if said.id else new_id(), accepted)


async def _new_ones(commands: CommandBus, understood: Sequence[Told]) -> list[Told]:
    """Those that are not here yet. Raises StatementTwice, StatementConflict."""
    seen: set[str] = set()
    for told in understood:
        require(told.id not in seen, StatementTwice(pointer=f"{told.pointer}/id", id=told.id))
        seen.add(told.id)
    known = await commands.first_of(CATEGORY, seen)
    for told in understood:
        before = known.get(told.id)
        same = before is None or told.accepted.says_the_same_as(before.event)
        require(same, StatementConflict(pointer=f"{told.pointer}/id", id=told.id))
    return [told for told in understood if told.id not in known]


def _effects(course: ELearning, statements: Sequence[Told]) -> Callable[[Progress], Events]:
    """What these statements bring about, one after the other."""

    def decide(way: Progress) -> Events:
        for told in statements:
            event = told.accepted
            happened = list(_effect(way, Learning(event.municipality, event.learner_id, course, told.id), told))
            told.effect = bool(happened)
            yield from happened
            way = way.fold(happened)

    return decide


def _effect(way: Progress, learning: Learning, told: Told) -> Events:
    event, unit = told.accepted, learning.course.unit(told.accepted.unit)
    further = list(way.progress(learning, unit.key, event.progress or 0, min(event.seconds or 0, LONGEST_SECONDS)))
    yield from further
    ends = unit.quiz_id is None and event.verb in (Verb.COMPLETED, Verb.PASSED)
    if ends or told.passed:
        yield from way.fold(further).complete(learning, unit.key, passed=told.passed)
