"""The levels of an expert's skills: claimed by the expert, evidenced, then verified by the secretariat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from kyodo_events.errors import Refused, require
from kyodo_events.values.skills import SkillRef
from kyodo_talent.experts.parts import SkillLevel

Skills: TypeAlias = tuple[SkillLevel, ...]
Claims: TypeAlias = Sequence[tuple[SkillRef, int]]


class SkillNotClaimed(Refused):
    status, type = 409, "skill-not-claimed"
    title = "The expert does not claim this skill"
    detail = "The expert claims no level of '{code}' in {scheme} {version}."
    remedy = "Let the expert claim it first."


class SkillNotEvidenced(Refused):
    status, type = 409, "skill-not-evidenced"
    title = "Nothing was shown for this skill"
    detail = "No evidence is recorded for '{code}'."
    remedy = "Record what was shown for it, then verify."


class LevelTooHigh(Refused):
    status, type = 409, "level-too-high"
    title = "The level is above what it rests on"
    detail = "Level {given} of '{code}' was given; what was {rests_on} is level {limit}."
    remedy = "Give at most that level, or have the level before it raised first."


def claimed(skills: Skills, claims: Claims) -> Skills:
    """The skills after the expert said all that is claimed: what is no longer named is gone.

    A claim below what was evidenced or verified takes that back too: nobody is held to more than they say.
    """
    before = _by_key(skills)
    return _sorted({ref.key: _claimed(before.get(ref.key), ref, level) for ref, level in claims})


def evidenced(skills: Skills, ref: SkillRef, level: int) -> Skills:
    """The skills after something was shown for one. Raises SkillNotClaimed, LevelTooHigh."""
    skill = _of(skills, ref)
    require(level <= skill.claimed, LevelTooHigh(code=ref.code, given=level, rests_on="claimed", limit=skill.claimed))
    keeps = skill.verified is not None and skill.verified <= level
    kept = {} if keeps else {"verified": None, "expires_on": None}
    return _with(skills, skill.model_copy(update={"evidenced": level, **kept}))


def verified(skills: Skills, ref: SkillRef, level: int, expires_on: date) -> Skills:
    """The skills after the secretariat verified one. Raises SkillNotClaimed, SkillNotEvidenced, LevelTooHigh."""
    skill = _of(skills, ref)
    if skill.evidenced is None:
        raise SkillNotEvidenced(code=ref.code)
    limit = skill.evidenced
    require(level <= limit, LevelTooHigh(code=ref.code, given=level, rests_on="evidenced", limit=limit))
    return _with(skills, skill.model_copy(update={"verified": level, "expires_on": expires_on}))


def _claimed(before: SkillLevel | None, ref: SkillRef, level: int) -> SkillLevel:
    fresh = SkillLevel(scheme=ref.scheme, version=ref.version, code=ref.code, claimed=level)
    if before is None or before.evidenced is None or before.evidenced > level:
        return fresh
    return before.model_copy(update={"claimed": level})


def _of(skills: Skills, ref: SkillRef) -> SkillLevel:
    skill = _by_key(skills).get(ref.key)
    if skill is None:
        raise SkillNotClaimed(scheme=ref.scheme, version=ref.version, code=ref.code)
    return skill


def _with(skills: Skills, skill: SkillLevel) -> Skills:
    return _sorted(_by_key(skills) | {skill.key: skill})


def _by_key(skills: Skills) -> dict[tuple[str, str, str], SkillLevel]:
    return {skill.key: skill for skill in skills}


def _sorted(skills: Mapping[tuple[str, str, str], SkillLevel]) -> Skills:
    return tuple(skills[key] for key in sorted(skills))
