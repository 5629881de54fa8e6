"""Disputes over HTTP: the line stands still while one is open, and moves at once when it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.testing import PROJECT, learn
from tests.support.books_desk import CHIYODA, CHUO, Desk

USED = Cell(PROJECT, "usage", "applications", "2024-04", CHIYODA)
DISPUTE = {
    "period": "2024-04",
    "project_id": PROJECT,
    "book": "usage",
    "item": "applications",
    "month": "2024-04",
    "grounds_ja": "件数が当区の記録と一致しない。",
    "evidence": [{"title_ja": "受付簿", "file_name": "uketsuke.pdf", "sha256": "a" * 64}],
}
ANSWER = {"answer_ja": "運用事業者の記録を確認した。"}
KEPT = {"decision": "kept", "reason_ja": "記録は正しい"}
OFFICER = ("officer", CHIYODA)


async def raised(desk: Desk, body: dict[str, Any] = DISPUTE, *who: str) -> str:
    """A dispute about a line of April's statement; its address."""
    await desk.close("2024-04")
    made = await desk.ask("POST", "/v1/disputes", body, *(who or OFFICER), status=201)
    return f"/v1/disputes/{made['dispute_id']}"


async def answered(desk: Desk) -> str:
    """A dispute that has its answer."""
    path = await raised(desk)
    await desk.ask("PUT", f"{path}/answer", ANSWER)
    return path


async def test_a_line_in_dispute_stands_still_and_others_move(desk: Desk) -> None:
    path = await raised(desk)
    before = (await desk.balances())[USED]
    desk.story.used(CHIYODA, 100).used(CHUO, 100)
    await desk.learn()
    balances = await desk.balances()
    assert balances[USED] == before
    assert balances[USED._replace(party=CHUO)] == 107 * 30
    report = await desk.get("/v1/audit")
    assert (report["consistent"], report["differences"], report["held"]) == (True, 0, 1)
    [held] = report["first_held"]
    assert (held["municipality"], held["target"], held["posted"]) == (CHIYODA, 110 * 30, 300)
    [frozen] = (await desk.get("/v1/frozen-lines", *OFFICER))["items"]
    assert (frozen["posted"], f"/v1/disputes/{frozen['dispute_id']}") == (300, path)
    assert (await desk.get("/v1/frozen-lines", "officer", CHUO))["items"] == []


@pytest.mark.parametrize("end", ["kept", "withdrawn"])
async def test_what_was_held_back_is_posted_when_the_dispute_ends(desk: Desk, end: str) -> None:
    path = await answered(desk)
    desk.story.used(CHIYODA, 100)
    await desk.learn()
    if end == "kept":
        done = await desk.ask("PUT", f"{path}/resolution", KEPT)
    else:
        done = await desk.ask("PUT", f"{path}/withdrawal/{CHIYODA}", {"reason_ja": "理解した"}, "approver", CHIYODA)
    assert done["status"] == end
    assert await desk.lines(CHIYODA, "2024-04") == [("2024-04", 300), ("2024-05", 3000)]
    report = await desk.get("/v1/audit")
    assert (report["consistent"], report["held"]) == (True, 0)
    [event] = await desk.published("line-corrected")
    assert event["reason"] == "dispute"
    assert (await desk.get("/v1/frozen-lines"))["items"] == []


async def test_a_line_does_not_move_while_its_dispute_is_being_raised(desk: Desk) -> None:
    """What is being posted at this moment comes before the dispute, or after it; never into it."""
    await desk.close("2024-04")
    desk.story.used(CHIYODA, 100)
    async with desk.database.transaction() as tx:
        await learn(tx, desk.story.told)
        raising = asyncio.create_task(desk.ask("POST", "/v1/disputes", DISPUTE, *OFFICER, status=201))
        done, _ = await asyncio.wait([raising], timeout=0.3)
        assert not done
    await raising
    assert (await desk.balances())[USED] == 3300


async def test_a_dispute_is_resolved_by_a_linked_correction_at_once(desk: Desk) -> None:
    path = await answered(desk)
    desk.story.used(CHIYODA, 1)
    await desk.learn()
    body = {
        "decision": "corrected",
        "reason_ja": "二重計上",
        "correction": {"amount": -90, "reason_ja": "3件の二重計上"},
    }
    done = await desk.ask("PUT", f"{path}/resolution", body)
    correction = await desk.get(f"/v1/corrections/{done['correction_id']}", *OFFICER)
    assert f"/v1/disputes/{correction['dispute_id']}" == path
    assert (await desk.balances())[USED] == 330 - 90
    assert (await desk.get("/v1/audit"))["consistent"]
    [event] = await desk.published("line-corrected")
    assert (event["reason"], event["amount"]) == ("dispute", 30 - 90)
    kinds = ("dispute-raised", "dispute-answered", "dispute-resolved", "correction-made")
    assert [len(await desk.published(kind)) for kind in kinds] == [1, 1, 1, 1]


async def test_a_resolution_that_is_refused_leaves_the_dispute_open(desk: Desk) -> None:
    path = await answered(desk)
    too_much = {"decision": "corrected", "reason_ja": "誤り", "correction": {"amount": -301, "reason_ja": "誤り"}}
    assert await desk.refused("PUT", f"{path}/resolution", too_much) == "correction-exceeds-line"
    for body in ({"decision": "corrected", "reason_ja": "誤り"}, {**too_much, "decision": "kept"}):
        assert await desk.refused("PUT", f"{path}/resolution", body, status=422) == "correction-missing"
    assert (await desk.get(path))["status"] == "answered"
    assert (await desk.get("/v1/corrections"))["items"] == []
    tried = await desk.ask("PUT", f"{path}/resolution", KEPT, dry_run="true")
    assert tried["status"] == "kept"
    assert (await desk.get(path))["status"] == "answered"


async def test_a_correction_waits_for_the_dispute(desk: Desk) -> None:
    await answered(desk)
    line = {name: DISPUTE[name] for name in ("project_id", "book", "item", "month")}
    body = {"municipality": CHIYODA, **line, "amount": -30, "reason_ja": "誤り"}
    assert await desk.refused("POST", "/v1/corrections", body) == "line-in-dispute"


async def test_a_late_dispute_is_refused(desk: Desk) -> None:
    desk.today = "2024-05-07"
    await desk.close("2024-04")
    desk.today = "2024-06-07"
    assert await desk.refused("POST", "/v1/disputes", DISPUTE, *OFFICER) == "dispute-too-late"
    desk.today = "2024-06-06"
    await desk.ask("POST", "/v1/disputes", DISPUTE, *OFFICER, status=201)


async def test_what_is_not_on_the_statement_or_disputed_already_is_refused(desk: Desk) -> None:
    refused = await desk.refused("POST", "/v1/disputes", DISPUTE, *OFFICER)
    assert refused == "line-not-on-statement"  # April is open
    path = await raised(desk, DISPUTE, "approver", CHIYODA)
    assert await desk.refused("POST", "/v1/disputes", DISPUTE, *OFFICER) == "already-in-dispute"
    assert await desk.refused("PUT", f"{path}/resolution", KEPT) == "dispute-not-answered"
    await desk.ask("PUT", f"{path}/answer", ANSWER)
    await desk.ask("PUT", f"{path}/resolution", KEPT)
    assert await desk.refused("POST", "/v1/disputes", DISPUTE, *OFFICER) == "dispute-already-decided"
    assert await desk.refused("PUT", f"{path}/answer", ANSWER) == "dispute-ended"
    other = {**DISPUTE, "item": "seats"}
    assert await desk.refused("POST", "/v1/disputes", other, *OFFICER) == "line-not-on-statement"


async def test_a_dispute_is_read_by_its_municipality_and_tokyo_only(desk: Desk) -> None:
    path = await answered(desk)
    for who in (OFFICER, ("secretariat",), ("auditor",)):
        found = await desk.get(path, *who)
        assert (found["amount"], found["evidence"][0]["file_name"]) == (300, "uketsuke.pdf")
        history = (await desk.get(f"{path}/history", *who))["items"]
        assert len(history) == 2
    assert (await desk.get("/v1/disputes", "officer", CHUO))["items"] == []
    await desk.get(path, "officer", CHUO, status=404)
    await desk.get(f"{path}/history", "officer", CHUO, status=404)
    withdrawal = {"reason_ja": "理解した"}
    await desk.ask("PUT", f"{path}/withdrawal/{CHUO}", withdrawal, "officer", CHUO, status=404)
    await desk.ask("PUT", f"{path}/withdrawal/{CHIYODA}", withdrawal, "officer", CHUO, status=404)
    await desk.ask("POST", "/v1/disputes", DISPUTE, status=403)  # the secretariat disputes nothing
    assert (await desk.get(path))["status"] == "answered"
