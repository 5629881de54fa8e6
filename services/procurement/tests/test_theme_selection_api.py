"""The selection of themes over HTTP: by a decision of the forum, flagged, shelved, merged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from conftest import Api, As
from tests.support.procurement.caller import Caller, Json, problem
from tests.support.procurement.decisions import CITED, decided

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
THEME = {"name_ja": "電子申請", "kind": "existing_shared_service", "group": "existing_services", "stage": "full"}


@pytest.fixture
async def procurement(api: Api, as_: As) -> Caller:
    return Caller(await api("procurement"), as_)


@pytest.fixture
async def decision(procurement: Caller, as_: As) -> Json:
    return await decided(procurement.client, as_("secretariat"))


async def drafted(procurement: Caller) -> str:
    return f"/v1/themes/{(await procurement.post('/v1/themes', THEME)).json()['id']}"


async def surveyed(procurement: Caller, *needed_by: str) -> str:
    theme = await drafted(procurement)
    await procurement.put(f"{theme}/survey", {"deadline": "2099-12-31"})
    for code in needed_by:
        await procurement.put(f"{theme}/answers/{code}", {"need": "need"}, code)
    closed = await procurement.put(f"{theme}/survey/closing")
    assert closed.json()["status"] == "surveyed", closed.text
    return theme


async def selected(procurement: Caller, decision: Json) -> str:
    theme = await surveyed(procurement, CHIYODA, MUSASHINO)
    answer = await procurement.put(f"{theme}/selection", {"decision": decision})
    assert answer.status_code == 200, answer.text
    return theme


async def test_from_draft_to_selection(procurement: Caller, decision: Json) -> None:
    theme = await surveyed(procurement, MUSASHINO, CHIYODA)
    answer = await procurement.put(f"{theme}/selection", {"decision": decision})
    assert (answer.json()["status"], answer.headers["ETag"]) == ("selected", '"6"')

    read = await procurement.get(theme)
    assert (read.json(), read.headers["ETag"]) == (answer.json(), '"6"')
    assert read.json() == THEME | {
        "id": theme.rpartition("/")[2],
        "status": "selected",
        "drafted_by": "tokyo",
        "proposal_id": None,
        "deadline": "2099-12-31",
        "needs": 2,
        "interests": 0,
        "answered": 2,
        "decision": {**decision, "text_ja": CITED},
        "selected_for": [CHIYODA, MUSASHINO],
        "flagged": False,
        "merged_into": None,
        "merged_from": [],
        "version": 6,
    }
    last = (await procurement.items(f"{theme}/history"))[-1]
    assert last["words"] == f"千代田区、武蔵野市のニーズに基づき、{CITED}により選定した"


async def test_one_need_is_refused_in_words_for_the_secretariat(procurement: Caller, decision: Json) -> None:
    theme = await surveyed(procurement, CHIYODA)
    refused = await procurement.put(f"{theme}/selection", {"decision": decision})
    assert problem(refused) == (409, "too-few-needs")
    assert refused.json()["facts"] == {"live": 1}
    assert refused.json()["detail"] == "1 municipalities need it now; joint work takes 2."


async def test_a_selection_rests_on_a_decision_that_exists(procurement: Caller, decision: Json) -> None:
    theme = await surveyed(procurement, CHIYODA, MUSASHINO)
    for reference, refusal in [
        ({"meeting_id": NO_SUCH_ID, "confirmation": 1}, (404, "not-found")),
        ({**decision, "confirmation": 2}, (409, "not-confirmed")),
        ({**decision, "confirmation": 0}, (422, "invalid-request")),
        ("確認事項2", (422, "invalid-request")),
    ]:
        assert problem(await procurement.put(f"{theme}/selection", {"decision": reference})) == refusal
    assert (await procurement.get(theme)).json()["status"] == "surveyed"


async def test_only_the_secretariat_decides(procurement: Caller, decision: Json) -> None:
    theme = await surveyed(procurement, CHIYODA, MUSASHINO)
    for action, body in {
        "selection": {"decision": decision},
        "reselection": {"decision": decision, "reason": "x"},
        "shelving": {"reason": "x"},
        "flag/clearing": {"reason": "x"},
        "merging": {"into": NO_SUCH_ID, "reason": "x"},
        "survey/reopening": {"deadline": "2099-12-31", "reason": "x"},
    }.items():
        for role in ((CHIYODA,), ("approver", CHIYODA), ("auditor",), ("supplier",)):
            assert problem(await procurement.put(f"{theme}/{action}", body, *role)) == (403, "forbidden")


async def test_a_need_lost_after_the_selection_is_flagged_for_the_secretariat(
    procurement: Caller, decision: Json
) -> None:
    theme = await selected(procurement, decision)
    lost = await procurement.delete(f"{theme}/answers/{CHIYODA}", CHIYODA)
    assert {name: lost.json()[name] for name in ("status", "needs", "flagged")} == {
        "status": "selected",
        "needs": 1,
        "flagged": True,
    }
    assert [item["id"] for item in await procurement.items("/v1/themes?flagged=true")] == [lost.json()["id"]]
    assert (await procurement.get(theme)).json() == lost.json()
    late = await procurement.put(f"{theme}/answers/{OKUTAMA}", {"need": "need"}, OKUTAMA)
    assert problem(late) == (409, "survey-not-open")

    cleared = await procurement.put(f"{theme}/flag/clearing", {"reason": "次年度に再調査する"})
    assert (cleared.json()["flagged"], cleared.json()["status"]) == (False, "selected")
    assert problem(await procurement.put(f"{theme}/flag/clearing", {"reason": "x"})) == (409, "theme-not-flagged")
    less = await procurement.put(f"{theme}/answers/{MUSASHINO}", {"need": "interest"}, MUSASHINO)
    assert (less.json()["needs"], less.json()["flagged"]) == (0, True)
    assert await procurement.items("/v1/themes?flagged=true") == [less.json()]


async def test_a_theme_is_shelved_and_selected_again_by_the_same_rule(procurement: Caller, decision: Json) -> None:
    theme = await selected(procurement, decision)
    shelved = await procurement.put(f"{theme}/shelving", {"reason": "財源がない"})
    assert shelved.json()["status"] == "shelved"
    again = {"decision": decision, "reason": "財源の確保"}
    assert (await procurement.put(f"{theme}/reselection", again)).json()["status"] == "selected"
    assert problem(await procurement.put(f"{theme}/reselection", again)) == (409, "theme-not-shelved")
    words = [row["words"] for row in await procurement.items(f"{theme}/history")][-3:]
    assert words[:2] == ["見送りとした。理由：財源がない", "見送りを取り消した。理由：財源の確保"]

    await procurement.put(f"{theme}/shelving", {"reason": "財源がない"})
    await procurement.delete(f"{theme}/answers/{CHIYODA}", CHIYODA)
    assert problem(await procurement.put(f"{theme}/reselection", again)) == (409, "too-few-needs")
    read = (await procurement.get(theme)).json()
    assert (read["status"], read["flagged"]) == ("shelved", False)


async def test_a_survey_is_reopened_with_a_reason_until_the_selection(procurement: Caller, decision: Json) -> None:
    theme = await surveyed(procurement, CHIYODA)
    body = {"deadline": "2099-11-30", "reason": "未回答の団体が多い"}
    reopened = await procurement.put(f"{theme}/survey/reopening", body)
    assert (reopened.json()["status"], reopened.json()["deadline"]) == ("surveying", "2099-11-30")
    assert (await procurement.get(theme)).json() == reopened.json()
    await procurement.put(f"{theme}/answers/{MUSASHINO}", {"need": "need"}, MUSASHINO)
    await procurement.put(f"{theme}/survey/closing")
    await procurement.put(f"{theme}/selection", {"decision": decision})
    assert problem(await procurement.put(f"{theme}/survey/reopening", body)) == (409, "survey-not-over")


async def test_a_merger_is_seen_from_both_themes(procurement: Caller, decision: Json) -> None:
    theme, into = await surveyed(procurement, CHIYODA), await drafted(procurement)
    ids = [path.rpartition("/")[2] for path in (theme, into)]
    merged = await procurement.put(f"{theme}/merging", {"into": ids[1], "reason": "重複"})
    assert (merged.json()["status"], merged.json()["merged_into"]) == ("merged", ids[1])
    assert (await procurement.get(theme)).json() == merged.json()
    assert (await procurement.get(into)).json()["merged_from"] == [ids[0]]
    for target, refusal in [
        (ids[0], (409, "not-a-merge-target")),
        (NO_SUCH_ID, (404, "not-found")),
    ]:
        refused = await procurement.put(f"{into}/merging", {"into": target, "reason": "重複"})
        assert problem(refused) == refusal
    taken = await selected(procurement, decision)
    refused = await procurement.put(f"{taken}/merging", {"into": ids[1], "reason": "重複"})
    assert problem(refused) == (409, "theme-not-mergeable")
    assert (await procurement.get(into)).headers["ETag"] == '"2"'


async def test_two_themes_never_become_part_of_each_other(procurement: Caller) -> None:
    for _ in range(3):
        one, two = await drafted(procurement), await drafted(procurement)
        answers = await asyncio.gather(
            *(
                procurement.put(f"{theme}/merging", {"into": into.rpartition("/")[2], "reason": "重複"})
                for theme, into in ((one, two), (two, one))
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_after_the_deadlines_day_in_tokyo_the_survey_is_over(
    app_of: Callable[..., Awaitable[FastAPI]], as_: As
) -> None:
    app = await app_of("procurement")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        procurement = Caller(client, as_)
        decision = await decided(client, as_("secretariat"))
        theme = await drafted(procurement)
        await procurement.put(f"{theme}/survey", {"deadline": "2099-12-31"})
        for code in (CHIYODA, MUSASHINO):
            await procurement.put(f"{theme}/answers/{code}", {"need": "need"}, code)
        selection = {"decision": decision}
        assert problem(await procurement.put(f"{theme}/selection", selection)) == (409, "theme-not-selectable")

        vars(app.state.runtime)["clock"] = lambda: datetime(2099, 12, 31, 15, 0, tzinfo=UTC)  # midnight in Tokyo
        late = await procurement.put(f"{theme}/answers/{OKUTAMA}", {"need": "need"}, OKUTAMA)
        assert problem(late) == (409, "deadline-passed")
        assert (await procurement.put(f"{theme}/selection", selection)).json()["status"] == "selected"
        words = [row["words"] for row in await procurement.items(f"{theme}/history")]
        assert words[-2] == "ニーズ調査を締め切った"
