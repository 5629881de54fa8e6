"""How experts are searched: by persona, skill and level, area, mode, language, and how they stand today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Query

from kyodo_events.values.municipalities import Area
from kyodo_events.values.skills import SkillCode
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.assignments.tables import assignment
from kyodo_talent.experts.parts import Availability, Engagement, Language, Mode, Qualification, Stage
from kyodo_talent.experts.views import availability_on, expert, is_available, qualification_on
from kyodo_talent.reference.personas import Persona
from kyodo_talent.schedules.tables import schedule

# Whoever was registered before schedules were kept has none, until the secretariat sets a capacity.
HALF_DAYS = sa.func.coalesce(schedule.c.half_days_per_month, 0).label("half_days_per_month")

_PROMISED = (AssignmentStatus.CONFIRMED,)
_WORKING = (AssignmentStatus.ACTIVE, AssignmentStatus.PAUSED)

LevelWanted = Annotated[int, Query(ge=0, le=5, description="The least level of the skill.")]


@dataclass(frozen=True)
class Wanted:
    """What an expert is to be; None is whatever it may be."""

    persona: Persona | None
    skill: str | None
    level: int
    stage: Stage
    area: Area | None
    mode: Mode | None
    language: Language | None
    qualification: Qualification | None
    availability: Availability | None
    available: bool | None


async def _wanted(
    persona: Persona | None = None,
    skill: SkillCode | None = None,
    level: LevelWanted = 0,
    stage: Annotated[Stage, Query(description="How well founded the level is to be.")] = Stage.CLAIMED,
    area: Area | None = None,
    mode: Mode | None = None,
    language: Language | None = None,
    qualification: Qualification | None = None,
    availability: Availability | None = None,
    available: Annotated[bool | None, Query(description="Whether new work may be proposed today.")] = None,
) -> Wanted:
    return Wanted(persona, skill, level, stage, area, mode, language, qualification, availability, available)


Search = Annotated[Wanted, Depends(_wanted)]


def one_expert(expert_id: str, today: date) -> sa.Select[Any]:
    """One expert, as it stands today."""
    return _shown(today).where(expert.c.id == expert_id)


def experts_like(wanted: Wanted, today: date) -> sa.Select[Any]:
    """The experts who are all that is wanted, as they stand today."""
    query = _shown(today)
    in_lists = {"personas": wanted.persona, "areas": wanted.area, "modes": wanted.mode, "languages": wanted.language}
    for column, code in in_lists.items():
        if code is not None:
            query = query.where(expert.c[column].has_key(code.value))
    if wanted.skill is not None:
        query = query.where(_can(wanted.skill, wanted.level, wanted.stage, today))
    if wanted.qualification is not None:
        query = query.where(qualification_on(today) == wanted.qualification.value)
    if wanted.availability is not None:
        query = query.where(availability_on(today) == wanted.availability.value)
    if wanted.available is not None:
        query = query.where(is_available(today) == wanted.available)
    return query


def _engagement() -> sa.ColumnElement[str]:
    """Whether there is an assignment under way, or one to come; both say nothing of the other two axes."""
    working, promised = (
        sa.exists().where(assignment.c.expert_id == expert.c.id, assignment.c.status.in_([one.value for one in states]))
        for states in (_WORKING, _PROMISED)
    )
    return sa.case(
        (working, Engagement.WORKING.value), (promised, Engagement.PROMISED.value), else_=Engagement.FREE.value
    )


def _shown(today: date) -> sa.Select[Any]:
    stored = [column for column in expert.c if column.name not in ("qualification", "availability")]
    query = sa.select(
        *stored,
        HALF_DAYS,
        _engagement().label("engagement"),
        qualification_on(today).label("qualification"),
        availability_on(today).label("availability"),
        sa.func.coalesce(is_available(today), sa.false()).label("available"),
    )
    return query.outerjoin(schedule, schedule.c.expert_id == expert.c.id)


def _can(code: str, level: int, stage: Stage, today: date) -> sa.ColumnElement[bool]:
    """Whether one of the expert's skills has the code and, as well founded as is wanted, at least the level."""
    skill = sa.func.jsonb_array_elements(expert.c.skills).table_valued(sa.column("value", expert.c.skills.type))
    value = skill.c.value
    conditions = [value["code"].astext == code, value[stage.value].astext.cast(sa.Integer) >= level]
    if stage is Stage.VERIFIED:
        conditions.append(value["expires_on"].astext.cast(sa.Date) >= today)
    # The containment alone can use the index; what it lets through is looked at skill by skill.
    return sa.and_(expert.c.skills.contains([{"code": code}]), sa.exists().select_from(skill).where(*conditions))
