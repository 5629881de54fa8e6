"""Corrections over HTTP and on PostgreSQL: facts that booking never undoes, taken back without a trace in balances."""

from __future__ import annotations

import random
from typing import Any

import pytest

from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.corrections.views import corrections_of
from kyodo_cost_ledger.testing import PROJECT, terms
from tests.support.books_desk import CHIYODA, CHUO, MONTHS, Desk

USED = Cell(PROJECT, "usage", "applications", "2024-04", CHIYODA)
EQUAL = Cell(PROJECT, "base", "equal", "2024-04", CHIYODA)


def correction(amount: int, counterpart: str | None = None, **changes: Any) -> dict[str, Any]:
    """A correction of Chiyoda's usage of April, or of its equal share where somebody bears the other side."""
    book, item = ("base", "equal") if counterpart else ("usage", "applications")
    named = {"municipality": CHIYODA, "project_id": PROJECT, "book": book, "item": item, "month": "2024-04"}
    return named | {"amount": amount, "counterpart": counterpart, "reason_ja": "二重計上"} | changes


async def make(desk: Desk, body: dict[str, Any], **query: Any) -> Any:
    """Make a correction."""
    return await desk.ask("POST", "/v1/corrections", body, status=201, **query)


async def reverse(desk: Desk, made: Any, **query: Any) -> Any:
    """Take it back."""
    path = f"/v1/corrections/{made['correction_id']}/reversal"
    return await desk.ask("PUT", path, {"reason_ja": "誤った訂正"}, **query)


async def test_a_corrected_line_stays_corrected_whatever_comes(desk: Desk) -> None:
    await make(desk, correction(-120))
    assert (await desk.balances())[USED] == 300 - 120
    desk.story.used(CHIYODA, 3)
    await desk.learn()
    assert (await desk.balances())[USED] == 390 - 120
    desk.story.agreed(terms(1_200_000, tokyo="1/2", prices={"applications": 40}))
    await desk.learn()
    assert (await desk.balances())[USED] == 13 * 40 - 120
    report = await desk.get("/v1/audit")
    assert (report["consistent"], report["differences"]) == (True, 0)


async def test_the_counterpart_bears_the_other_side_and_the_cost_stays(desk: Desk) -> None:
    before, cost = await desk.balances(), (await desk.get("/v1/totals"))["cost"]
    await make(desk, correction(-500, CHUO))
    after = await desk.balances()
    assert after[EQUAL] - before[EQUAL] == -500
    assert after[EQUAL._replace(party=CHUO)] - before[EQUAL._replace(party=CHUO)] == 500
    totals = await desk.get("/v1/totals")
    assert (totals["cost"], totals["balanced"], totals["difference"]) == (cost, True, 0)
    await make(desk, correction(-1, "tokyo"))
    assert (await desk.get("/v1/totals"))["cost"] == cost


async def test_tokyo_may_begin_to_bear_a_share_by_a_correction(desk: Desk) -> None:
    desk.story.agreed(terms(1_200_000, tokyo="0"))
    await desk.learn()
    before = await desk.balances()
    await make(desk, correction(-500, "tokyo"))
    after = await desk.balances()
    share = Cell(PROJECT, "base", "tokyo_share", "2024-04", "tokyo")
    assert (share in before, after[share], after[EQUAL] - before[EQUAL]) == (False, 500, -500)
    desk.story.used(CHUO, 1)  # a batch of usage alone computes no shares
    await desk.learn()
    assert (await desk.balances())[share] == 500
    assert (await desk.get("/v1/audit"))["consistent"]


async def test_a_correction_of_usage_changes_the_projects_cost(desk: Desk) -> None:
    cost = (await desk.get("/v1/totals"))["cost"]
    await make(desk, correction(-120))
    totals = await desk.get("/v1/totals")
    assert (totals["cost"], totals["balanced"]) == (cost - 120, True)


async def test_a_correction_names_the_line_it_corrects_and_is_published(desk: Desk) -> None:
    await desk.close("2024-04")
    made = await make(desk, correction(-120))
    [booked] = made["booked"]
    assert (booked["period"], booked["amount"], booked["reason"]) == ("2024-05", -120, "correction")
    async with desk.database.transaction() as tx:
        first = await tx.scalar(
            "SELECT posting_id FROM posting_line WHERE party = $1 AND book = 'usage' ORDER BY posted_at", CHIYODA
        )
        assert booked["corrects"] == str(first)
        known = await tx.rows(corrections_of(USED))
    assert [row["correction_id"] for row in known] == [made["correction_id"]]
    [event] = await desk.published("line-corrected")
    assert (event["reason"], event["amount"], event["corrects"]) == ("correction", -120, str(first))
    assert len(await desk.published("correction-made")) == 1


async def test_the_explanation_knows_corrections_and_what_each_posting_corrects(desk: Desk) -> None:
    await desk.settle()
    taken_back = await make(desk, correction(-30))
    await reverse(desk, taken_back)
    await make(desk, correction(-120))
    path = f"/v1/municipalities/{CHIYODA}/charges/{PROJECT}/usage/applications/2024-04/explanation"
    explained = await desk.get(path, "officer", CHIYODA)
    assert (explained["amount"], explained["corrected"], explained["posted"]) == (300, -120, 180)
    assert [made["amount"] for made in explained["corrections"]] == [-30, -120]
    assert explained["corrections"][0]["reversed_at"]
    newest = explained["postings"]
    assert [posting["period"] for posting in newest] == ["2025-03s"] * 3 + ["2024-04"]
    assert [posting["corrects"] for posting in newest] == [p["posting_id"] for p in newest[1:]] + [None]


async def test_a_line_that_only_a_correction_leaves_is_explained_by_it(desk: Desk) -> None:
    """New terms charge nothing in equal parts; what was corrected there stands alone."""
    made = await make(desk, correction(-500, CHUO))
    desk.story.agreed(terms(1_200_000, tokyo="1/2", shares={"population": "1"}))
    await desk.learn()
    for code, corrected in ((CHIYODA, -500), (CHUO, 500)):
        path = f"/v1/municipalities/{code}/charges/{PROJECT}/base/equal/2024-04/explanation"
        explained = await desk.get(path, "officer", code)
        assert (explained["amount"], explained["corrected"], explained["posted"]) == (0, corrected, corrected)
        assert (explained["base"], explained["usage"]) == (None, None)
        assert [c["correction_id"] for c in explained["corrections"]] == [made["correction_id"]]
        assert sum(posting["amount"] for posting in explained["postings"]) == corrected
        await desk.get(path.replace("equal", "elderly"), "officer", code, status=404)


async def test_a_correction_in_an_open_month_is_linked_all_the_same(desk: Desk) -> None:
    [booked] = (await make(desk, correction(60)))["booked"]
    assert booked["period"] == "2024-04"
    assert booked["corrects"]


@pytest.mark.parametrize("counterpart", [None, CHUO, "tokyo"])
async def test_a_reversal_restores_the_balances_exactly(desk: Desk, counterpart: str | None) -> None:
    before = await desk.balances()
    made = await make(desk, correction(-77, counterpart))
    assert await desk.balances() != before
    await desk.close("2024-04")
    back = await reverse(desk, made)
    assert await desk.balances() == before
    assert back["reversal_reason_ja"] == "誤った訂正"
    path = f"/v1/corrections/{made['correction_id']}/reversal"
    assert await desk.refused("PUT", path, {"reason_ja": "もう一度"}) == "correction-already-reversed"
    assert await desk.balances() == before
    assert (await desk.get("/v1/audit"))["consistent"]


@pytest.mark.parametrize("seed", range(3))
async def test_corrections_and_facts_in_any_order_come_to_the_same(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    steps: list[Any] = [*(correction(amount) for amount in (-30, 45, -60)), correction(-5, CHUO), 3, 4, "2024-04"]
    for step in chance.sample(steps, len(steps)):
        if isinstance(step, dict):
            await make(desk, step)
        elif isinstance(step, int):
            desk.story.used(CHIYODA, step)
            await desk.learn()
        else:
            await desk.close(step)
    balances = await desk.balances()
    assert balances[USED] == 17 * 30 - 45
    assert balances[EQUAL] + balances[EQUAL._replace(party=CHUO)] == 10_000
    assert (await desk.get("/v1/audit"))["consistent"]


async def test_a_correction_of_a_settling_year_goes_to_its_settlement(desk: Desk) -> None:
    await desk.settle()
    [booked] = (await make(desk, correction(-30)))["booked"]
    assert booked["period"] == "2025-03s"
    desk.today = "2025-06-02"
    await desk.seal(*MONTHS, "2025-03s")
    [booked] = (await make(desk, correction(-30)))["booked"]
    assert booked["period"] == "2025-04"


async def test_a_trial_answers_what_would_be_booked_and_books_nothing(desk: Desk) -> None:
    before = await desk.balances()
    tried = await make(desk, correction(-120), dry_run="true")
    assert [line["amount"] for line in tried["booked"]] == [-120]
    assert await desk.balances() == before
    assert (await desk.get("/v1/corrections"))["items"] == []
    refused = await desk.refused("POST", "/v1/corrections", correction(-301), dry_run="true")
    assert refused == "correction-exceeds-line"
    made = await make(desk, correction(-120))
    await reverse(desk, made, dry_run="true")
    assert (await desk.get(f"/v1/corrections/{made['correction_id']}"))["reversed_at"] is None


@pytest.mark.parametrize(
    ("body", "status", "refusal"),
    [
        (correction(0), 422, "corrects-nothing"),
        (correction(-301), 409, "correction-exceeds-line"),
        (correction(10, CHUO, book="usage", item="applications"), 422, "counterpart-not-taken"),
        (correction(10, None, book="base", item="equal"), 422, "counterpart-needed"),
        (correction(10, CHIYODA), 422, "own-counterpart"),
        (correction(10, month="2024-05"), 409, "no-such-line"),
        (correction(10, month="2024-13"), 422, "invalid-request"),
        (correction(1) | {"amount": 1.5}, 422, "invalid-request"),
    ],
)
async def test_bad_corrections_are_refused_and_write_nothing(
    desk: Desk, body: dict[str, Any], status: int, refusal: str
) -> None:
    before = await desk.balances()
    assert await desk.refused("POST", "/v1/corrections", body, status=status) == refusal
    assert await desk.balances() == before
    assert await desk.published("correction-made") == []


async def test_a_municipality_sees_the_corrections_of_its_own_lines(desk: Desk) -> None:
    made = await make(desk, correction(-500, CHUO))
    for code, amount, mirrored in ((CHIYODA, -500, False), (CHUO, 500, True)):
        [row] = (await desk.get("/v1/corrections", "officer", code))["items"]
        assert (row["municipality"], row["amount"], row["mirrored"]) == (code, amount, mirrored)
        one = await desk.get(f"/v1/corrections/{made['correction_id']}", "officer", code)
        assert {line["municipality"] for line in one["booked"]} == {code}
    await desk.get(f"/v1/corrections/{made['correction_id']}", "officer", "132039", status=404)
