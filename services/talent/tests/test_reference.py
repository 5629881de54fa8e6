"""The reference data of skills: what the tables hold, and what is said about a code that they do not."""

from __future__ import annotations

import httpx
import pytest
from pydantic import ValidationError

from conftest import Api, As
from kyodo_events.values import skills as reference
from kyodo_events.values.skills import KnownSkill, Skill, label_of, schemes, skills
from kyodo_talent.reference.personas import PERSONAS_JA, Persona


@pytest.fixture
async def talent(api: Api) -> httpx.AsyncClient:
    return await api("talent")


def test_the_standard_has_five_types_and_fifteen_roles() -> None:
    found = [skill for skill in skills() if (skill.scheme, skill.version) == ("dss-p", "1.2")]
    types = {skill.code for skill in found if skill.parent is None}
    assert (len(types), len(found) - len(types)) == (5, 15)
    assert {skill.parent for skill in found if skill.parent} == types


def test_the_personas_are_a_scheme_of_the_same_codes_and_labels() -> None:
    found = {skill.code: skill.label_ja for skill in skills() if skill.scheme == "local-dx"}
    assert found == {persona.value: label for persona, label in PERSONAS_JA.items()}
    assert list(found) == list(Persona)


def test_every_scheme_names_its_source() -> None:
    assert all(scheme.source and scheme.issued for scheme in schemes())


def test_a_known_skill_is_taken() -> None:
    assert KnownSkill(scheme="dss-p", version="1.2", code="data_engineer").key == ("dss-p", "1.2", "data_engineer")


@pytest.mark.parametrize(
    ("skill", "place", "words"),
    [
        (("dss-p", "1.2", "data_enginere"), "code", "did you mean data_engineer"),
        (("dss-p", "1.2", "zzzz"), "code", "GET /v1/skills"),
        (("dss-p", "1.2", "producer"), "code", "no such skill in dss-p 1.2"),
        (("dss-p", "9.9", "data_engineer"), "version", "dss-p 1.2"),
        (("sfia", "9", "data_engineer"), "version", "dss-p 1.2"),
    ],
)
def test_an_unknown_skill_is_refused_where_it_is_wrong(skill: tuple[str, str, str], place: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        KnownSkill(scheme=skill[0], version=skill[1], code=skill[2])
    (error,) = refused.value.errors()
    assert error["loc"] == (place,)
    assert words in error["msg"]


def test_what_no_table_knows_any_more_is_shown_by_its_code() -> None:
    assert label_of("dss-p", "0.1", "webmaster") == "webmaster"


def skill(code: str, *, scheme: str = "a", parent: str | None = None, related: tuple[str, ...] = ()) -> Skill:
    return Skill(scheme, "1", code, parent, "", "", "", related, ())


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ((skill("x"), skill("x")), "twice"),
        ((skill("x", parent="y"),), "belongs to y"),
        ((skill("x"), skill("x", scheme="b")), "two schemes"),
        ((skill("x", related=("y",)),), "related"),
    ],
)
def test_a_damaged_table_is_found_at_once(table: tuple[Skill, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        reference._check(table)


async def test_skills_are_listed_with_their_types_and_as_csv(talent: httpx.AsyncClient, as_: As) -> None:
    officer = as_("officer", "132039")
    listed = (await talent.get("/v1/skills", headers=officer)).json()["items"]
    assert len(listed) == len(skills())

    roles = (await talent.get("/v1/skills", params={"parent": "cyber_security"}, headers=officer)).json()["items"]
    assert [role["code"] for role in roles] == ["security_manager", "security_engineer"]

    sheet = await talent.get("/v1/skills", params={"scheme": "local-dx"}, headers=officer | {"Accept": "text/csv"})
    assert sheet.text.splitlines()[1].startswith("local-dx,2022,producer,,プロデューサー")


async def test_roles_name_what_is_near_to_them_in_sfia(talent: httpx.AsyncClient, as_: As) -> None:
    listed = (await talent.get("/v1/skills", headers=as_("officer", "132039"))).json()["items"]
    near = {row["code"]: row["sfia_7"] for row in listed}
    assert near["physical_computing_engineer"] == ["RESD"]
    assert all(len(code) == 4 and code.isupper() for codes in near.values() for code in codes)


async def test_personas_are_told_by_what_is_wanted(talent: httpx.AsyncClient, as_: As) -> None:
    found = (await talent.get("/v1/personas", headers=as_("officer", "132039"))).json()["items"]
    assert [row["persona"] for row in found] == list(Persona)
    assert all(row["plain_ja"].endswith("とき") and row["related"] for row in found)


async def test_schemes_are_listed_with_their_sources(talent: httpx.AsyncClient, as_: As) -> None:
    found = (await talent.get("/v1/skill-schemes", headers=as_("officer", "132039"))).json()["items"]
    assert [(row["scheme"], row["version"]) for row in found] == [("dss-p", "1.2"), ("local-dx", "2022")]
