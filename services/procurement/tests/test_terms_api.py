"""Burden terms over HTTP: proposed, objected to, revised, consented to, in force, superseded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from kyodo_platform.settings import Settings
from tests.support.building import As
from tests.support.databases import Databases
from tests.support.procurement.sample_projects import CHIYODA, MUSASHINO, NO_SUCH_ID, OKUTAMA, TERMS, Projects
from tests.support.running import running

CHEAPER = TERMS | {"usage": [{"meter": "applications", "label_ja": "電子申請", "unit_ja": "件", "unit_price": 20}]}


@pytest_asyncio.fixture
async def procurement(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Projects]:
    """The service and its callers."""
    async with running(databases, settings_for, "procurement") as service:
        yield Projects(service, as_)


async def proposed(procurement: Projects, project: str, text: dict[str, Any] = TERMS) -> Any:
    """Terms put to the participants of a project."""
    body = {"project_id": project.rpartition("/")[2], "terms": text}
    return await procurement.ok("POST", "/v1/burden-terms", body)


def consenting(terms: Any, code: str, **more: Any) -> tuple[str, str, dict[str, Any], str, str]:
    """The request by which a municipality consents."""
    body = {"terms_hash": terms["terms_hash"], **more}
    return "PUT", f"/v1/burden-terms/{terms['id']}/consents/{code}", body, "approver", code


async def read(procurement: Projects, terms: Any, part: str = "") -> Any:
    """The terms as an officer reads them."""
    return await procurement.ok("GET", f"/v1/burden-terms/{terms['id']}{part}", None, "officer", OKUTAMA)


async def test_from_the_objection_to_the_succession(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA, MUSASHINO)
    terms = await proposed(procurement, project)
    await procurement.ok(*consenting(terms, CHIYODA))
    objection = {"reason": "単価が高い", "counter_proposal": CHEAPER}
    path = f"/v1/burden-terms/{terms['id']}"
    await procurement.ok("PUT", f"{path}/objections/{MUSASHINO}", objection, "approver", MUSASHINO)
    (standing,) = (await read(procurement, terms, "/objections"))["items"]
    assert (standing["municipality"], standing["counter_proposal"]["usage"][0]["unit_price"]) == (MUSASHINO, 20)

    revised = await procurement.ok("PUT", f"{path}/text", {"terms": CHEAPER, "reason": "対案を容れる"})
    assert (revised["consented"], revised["objecting"]) == ([], [])
    shown = await read(procurement, terms)
    assert (shown["consented"], shown["missing"], shown["objecting"]) == ([], [CHIYODA, MUSASHINO], [])
    assert await procurement.refused(*consenting(terms, CHIYODA)) == (409, "other-terms")
    for code in (CHIYODA, MUSASHINO):
        await procurement.ok(*consenting(revised, code))
    await procurement.sign(project, OKUTAMA, "2090-10")
    first = await read(procurement, terms)
    assert (first["status"], first["consented"], first["acceded"]) == ("in_force", [CHIYODA, MUSASHINO], [OKUTAMA])

    later = await proposed(procurement, project, TERMS | {"effective_from": "2090-07"})
    for code in (CHIYODA, MUSASHINO, OKUTAMA):
        await procurement.ok(*consenting(later, code))
    first = await read(procurement, terms)
    assert (first["status"], first["superseded_from"]) == ("superseded", "2090-07")
    listed = await procurement.ok("GET", "/v1/burden-terms?status=in_force&sort=-terms_version", None, "auditor")
    assert [row["id"] for row in listed["items"]] == [later["id"]]
    words = [row["words"] for row in (await read(procurement, terms, "/history"))["items"]]
    assert words[2] == "武蔵野市が異議を申し立てた：単価が高い"
    assert words[-1] == "2090-07から第2版に置き換えられた"


async def test_terms_reach_back_only_where_everybody_says_so(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA)
    await procurement.sign(project, MUSASHINO, kind="associate")
    terms = await proposed(procurement, project)
    assert (terms["missing"], terms["reaches_back"]) == ([CHIYODA], False)
    procurement.at(datetime(2090, 5, 1, tzinfo=UTC))
    assert await procurement.refused(*consenting(terms, CHIYODA)) == (409, "terms-reach-back")
    waiting = await procurement.ok(*consenting(terms, CHIYODA, to_the_past=True))
    assert (waiting["status"], waiting["missing"], waiting["reaches_back"]) == ("proposed", [MUSASHINO], True)
    done = await procurement.ok(*consenting(terms, MUSASHINO, to_the_past=True))
    assert (done["status"], done["consented"]) == ("in_force", [CHIYODA, MUSASHINO])
    assert (await read(procurement, terms))["consented"] == [CHIYODA, MUSASHINO]


async def test_an_objection_is_taken_back(procurement: Projects) -> None:
    terms = await proposed(procurement, await procurement.project(CHIYODA, MUSASHINO))
    path = f"/v1/burden-terms/{terms['id']}/objections/{CHIYODA}"
    await procurement.ok("PUT", path, {"reason": "再検討を求める"}, "approver", CHIYODA)
    assert (await read(procurement, terms))["objecting"] == [CHIYODA]
    await procurement.ok("DELETE", path, None, "approver", CHIYODA)
    assert (await read(procurement, terms))["objecting"] == []
    assert await procurement.refused("DELETE", path, None, "approver", CHIYODA) == (409, "objection-not-standing")


async def test_bad_input_is_refused_and_nothing_is_written(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA)
    terms = await proposed(procurement, project)
    path = f"/v1/burden-terms/{terms['id']}"
    refused = procurement.refused
    method, address, body, *who = consenting(terms, CHIYODA)
    assert await refused(method, address, body, *who, if_match='"9"') == (412, "stale-version")
    assert await refused(method, address, body, "officer", CHIYODA) == (403, "forbidden")
    assert await refused(method, address, body, "approver", MUSASHINO) == (404, "not-found")
    assert await refused(*consenting(terms, MUSASHINO)) == (409, "consent-not-needed")
    wrong_digit = address.replace(CHIYODA, "131017")
    assert (await refused(method, wrong_digit, body, *who))[0] in (404, 422)
    nowhere = {"project_id": NO_SUCH_ID, "terms": TERMS}
    assert await refused("POST", "/v1/burden-terms", nowhere) == (404, "not-found")
    a_half = {"reason": "x", "terms": TERMS | {"usage": [TERMS["usage"][0] | {"unit_price": 0.5}]}}  # type: ignore[index]
    assert await refused("PUT", f"{path}/text", a_half) == (422, "invalid-request")
    empty = await procurement.start(await procurement.theme(name_ja="別"))
    nobody = {"project_id": empty.rpartition("/")[2], "terms": TERMS}
    assert await refused("POST", "/v1/burden-terms", nobody) == (409, "nobody-takes-part")
