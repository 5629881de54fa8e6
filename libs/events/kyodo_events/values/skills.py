"""Skills as references: a scheme, its version and a code in it, looked up in tables that come with the package.

A version's table is never changed once experts refer to it: a new edition of a standard is a new table. What an
expert was found able to do in 2024 stays readable by the words of 2024.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from kyodo_events.values.texts import Code
from kyodo_events.values.value import Value

SchemeName = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,19}$", examples=["dss-p"])]
SchemeVersion = Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,2})?$", examples=["1.2"])]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a standard of skills."""

    scheme: str
    version: str
    title_ja: str
    title_en: str
    source: str
    issued: str  # year and month


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill, role or type of a scheme.

    `related` are codes of other schemes here that it stands near to; `sfia_7` those of SFIA 7, an international
    framework, for experts who bring a profile by it. Both are our own reading, not the standards'.
    """

    scheme: str
    version: str
    code: str
    parent: str | None
    label_ja: str
    label_en: str
    plain_ja: str
    related: tuple[str, ...]
    sfia_7: tuple[str, ...]


class SkillRef(Value):
    """A skill by scheme, version and code, as it is kept."""

    scheme: SchemeName
    version: SchemeVersion
    code: Code

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one skill from another."""
        return self.scheme, self.version, self.code

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return label_of(self.scheme, self.version, self.code)


@cache
def schemes() -> tuple[Scheme, ...]:
    """All versions of all schemes, in the order of their table."""
    return tuple(Scheme(**row) for row in _table("skill_schemes"))


@cache
def skills() -> tuple[Skill, ...]:
    """All skills of all schemes.

    Raises ValueError where a packaged table was damaged: that is found at the first import, not in a search.
    """
    found = tuple(
        Skill(
            scheme.scheme,
            scheme.version,
            row["code"],
            row["parent"] or None,
            row["label_ja"],
            row["label_en"],
            row["plain_ja"],
            tuple(row["related"].split()),
            tuple(row["sfia_7"].split()),
        )
        for scheme in schemes()
        for row in _table(f"{scheme.scheme}-{scheme.version}")
    )
    _check(found)
    return found


def label_of(scheme: str, version: str, code: str) -> str:
    """The Japanese label of a skill; its code where no table knows it any more."""
    skill = _by_key().get((scheme, version, code))
    return skill.label_ja if skill else code


def known_version(scheme: str, version: str) -> bool:
    """Whether there is a table of this version of the scheme."""
    return (scheme, version) in {(one.scheme, one.version) for one in schemes()}


def known_skill(scheme: str, version: str, code: str) -> bool:
    """Whether a table has the skill."""
    return (scheme, version, code) in _by_key()


def _check(found: tuple[Skill, ...]) -> None:
    keys = {(skill.scheme, skill.version, skill.code) for skill in found}
    schemes_of: dict[str, set[str]] = {}
    for skill in found:
        schemes_of.setdefault(skill.code, set()).add(skill.scheme)
        if skill.parent is not None and (skill.scheme, skill.version, skill.parent) not in keys:
            raise ValueError(f"skills: {skill.code} belongs to {skill.parent}, which is not there")
    if len(keys) != len(found):
        raise ValueError("skills: a code stands twice in one table")
    shared = sorted(code for code, where in schemes_of.items() if len(where) > 1)
    if shared:
        raise ValueError(f"skills: {shared[0]} is a code of two schemes, so that a search by it means either")
    for skill in found:
        if not set(skill.related) <= schemes_of.keys():
            raise ValueError(f"skills: {skill.code} names a related code that is not there")


def _table(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


@cache
def _by_key() -> Mapping[tuple[str, str, str], Skill]:
    return MappingProxyType({(skill.scheme, skill.version, skill.code): skill for skill in skills()})


def _unknown(code: str, among: list[str], where: str) -> PydanticCustomError:
    near = difflib.get_close_matches(code, among, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "GET /v1/skills of talent lists the codes."
    return PydanticCustomError(
        "skill_code", "There is no such skill in {where}: {hint}", {"where": where, "hint": hint}
    )


class KnownSkill(SkillRef):
    """A skill as somebody names it: refused where no table has it, at the field that is wrong."""

    @field_validator("version")
    @classmethod
    def _version_is_known(cls, version: str, info: ValidationInfo) -> str:
        scheme = info.data.get("scheme")
        if scheme is not None and not known_version(scheme, version):
            known = ", ".join(f"{one.scheme} {one.version}" for one in schemes())
            raise PydanticCustomError("skill_scheme", "There is no such scheme and version: {known}", {"known": known})
        return version

    @field_validator("code")
    @classmethod
    def _code_is_known(cls, code: str, info: ValidationInfo) -> str:
        scheme, version = info.data.get("scheme"), info.data.get("version")
        if scheme is not None and version is not None and not known_skill(scheme, version, code):
            among = [skill.code for skill in skills() if (skill.scheme, skill.version) == (scheme, version)]
            raise _unknown(code, among, f"{scheme} {version}")
        return code


_CODES = sorted({skill.code for skill in skills()})


def _known_code(code: str) -> str:
    if code not in _CODES:
        raise _unknown(code, _CODES, "any scheme")
    return code


_CODE_SCHEMA: dict[str, Any] = {"type": "string", "enum": _CODES, "examples": ["cloud_sre_engineer"]}
SkillCode = Annotated[Code, AfterValidator(_known_code), WithJsonSchema(_CODE_SCHEMA)]
"""A skill's code in a search: of whatever version, since one code is of one scheme only."""
