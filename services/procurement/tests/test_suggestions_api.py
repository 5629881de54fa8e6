"""Suggestions over HTTP: what talent found in several municipalities becomes a theme, or is set aside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_procurement.suggestions.views import decisions, suggestions
from tests.support.databases import Databases
from tests.support.procurement.caller import Caller, problem
from tests.support.procurement.suggestions import suggest
from tests.support.rebuilt import rebuilt
from tests.support.running import Running, running

AOGASHIMA, HINOHARA, CHIYODA = "134023", "133078", "131016"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
THEME = {"kind": "joint_procurement", "group": "new_themes", "stage": "research"}
REASON = {"reason": "既存の共同電子申請で対応できる"}


@pytest_asyncio.fixture
async def service(databases: Databases, settings_for: Callable[..., Settings]) -> AsyncIterator[Running]:
    async with running(databases, settings_for, "procurement") as found:
        yield found


@pytest_asyncio.fixture
async def procurement(service: Running, as_: As) -> Caller:
    return Caller(service.client, as_)


async def suggested(service: Running, *municipalities: str) -> str:
    """A suggestion; its address."""
    return f"/v1/suggestions/{await suggest(service, '申請様式の電子化', municipalities or (HINOHARA, AOGASHIMA))}"


async def test_a_suggestion_is_taken_up_as_a_theme_and_names_it(service: Running, procurement: Caller) -> None:
    path = await suggested(service)
    new = (await procurement.get(path)).json()
    assert (new["status"], new["version"], new["municipalities"]) == ("new", 0, [HINOHARA, AOGASHIMA])
    taken = await procurement.put(f"{path}/theme", THEME)
    assert taken.status_code == 200, taken.text
    assert (await procurement.get(path, AOGASHIMA)).json() == taken.json()
    theme = (await procurement.client.get(f"/v1/themes/{taken.json()['theme_id']}")).json()
    assert {name: theme[name] for name in ("name_ja", *THEME)} == {"name_ja": new["title_ja"], **THEME}
    assert (theme["status"], theme["drafted_by"]) == ("drafted", "tokyo")
    for action, body in {"theme": THEME, "setting-aside": REASON}.items():
        assert problem(await procurement.put(f"{path}/{action}", body)) == (409, "suggestion-taken-up")
    assert len(await procurement.items("/v1/themes")) == 1


async def test_a_suggestion_is_set_aside_with_a_reason_and_may_come_back(
    service: Running, procurement: Caller, as_: As
) -> None:
    path = await suggested(service)
    aside = (await procurement.put(f"{path}/setting-aside", REASON)).json()
    assert (aside["status"], aside["reason"], aside["theme_id"]) == ("set_aside", REASON["reason"], None)
    assert (await procurement.get(path, HINOHARA)).json() == aside
    stale = as_("secretariat") | {"If-Match": '"7"'}
    refused = await procurement.client.put(f"{path}/theme", json=THEME, headers=stale)
    assert problem(refused) == (412, "stale-version")
    assert await procurement.items("/v1/themes") == []
    taken = (await procurement.put(f"{path}/theme", THEME)).json()
    assert (taken["status"], taken["reason"]) == ("taken_up", None)


async def test_only_tokyo_and_whom_it_names_see_a_suggestion(service: Running, procurement: Caller) -> None:
    path, other = await suggested(service), await suggested(service, CHIYODA, HINOHARA)
    for who, seen in (
        ((), [path, other]),
        (("auditor",), [path, other]),
        ((HINOHARA,), [path, other]),
        ((AOGASHIMA,), [path]),
        (("approver", CHIYODA), [other]),
        (("132039",), []),
    ):
        rows = await procurement.items("/v1/suggestions", *who)
        assert [f"/v1/suggestions/{row['id']}" for row in rows] == seen, who
        for one in (path, other):
            assert (await procurement.get(one, *who)).status_code == (200 if one in seen else 404)
    for action, body in {"theme": THEME, "setting-aside": REASON}.items():
        assert problem(await procurement.put(f"{path}/{action}", body, AOGASHIMA)) == (403, "forbidden")
        assert problem(await procurement.put(f"/v1/suggestions/{NO_SUCH_ID}/{action}", body)) == (404, "not-found")
    assert problem(await procurement.get("/v1/suggestions", "supplier")) == (403, "forbidden")


async def test_suggestions_are_listed_by_what_became_of_them(service: Running, procurement: Caller) -> None:
    first, second = await suggested(service), await suggested(service, CHIYODA, HINOHARA)
    await procurement.put(f"{first}/theme", THEME)

    async def listed(query: str) -> list[str]:
        return [f"/v1/suggestions/{row['id']}" for row in await procurement.items(f"/v1/suggestions?{query}")]

    assert await listed("status=taken_up") == await listed(f"municipality={AOGASHIMA}") == [first]
    assert await listed("status=new") == await listed(f"municipality={CHIYODA}") == [second]
    assert await listed("status=set_aside") == []
    csv = await procurement.get("/v1/suggestions", Accept="text/csv")
    assert csv.text.startswith("\ufeffversion,id,共通課題,目的,見つけた場,")


async def test_what_was_told_and_what_was_decided_are_made_anew_alike(service: Running, procurement: Caller) -> None:
    for action, body in {"theme": THEME, "setting-aside": REASON}.items():
        assert (await procurement.put(f"{await suggested(service)}/{action}", body)).is_success
    found = await rebuilt(service, suggestions, decisions)
    assert set(found) == {"suggestion", "suggestion_municipality", "suggestion_decision"}
    assert [one for one in found.values() if not one.none] == []
