"""Payments over HTTP and in the journal."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled
from tests.support.statement_desk import CHIYODA, CHUO, Desk, desk, path_of

BALANCE = f"/v1/municipalities/{CHIYODA}/balance"


@pytest_asyncio.fixture
async def ledger_desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """A ledger in which April 2024 is closed on 10 May."""
    async with desk(databases, settings_for, as_) as found:
        await found.close("2024-04")
        yield found


async def test_a_payment_stands_against_the_charges(ledger_desk: Desk) -> None:
    charged = (await ledger_desk.get(f"/v1/municipalities/{CHIYODA}/charges"))["total"]
    total = (await ledger_desk.statement("2024-04"))["total"]
    answer = await ledger_desk.pay(1_000, "note 1")
    assert (answer["payment"], answer["paid"], answer["due"], answer["state"]) == (1, 1_000, total - 1_000, "issued")
    assert (await ledger_desk.pay(1_000, "note 1"))["version"] == answer["version"]  # a repetition has no effect
    account = await ledger_desk.get(BALANCE, "officer", CHIYODA)
    assert (account["paid"], account["balance"]) == (1_000, charged - 1_000)
    assert (await ledger_desk.get(BALANCE, until="2024-04"))["paid"] == 0
    assert (await ledger_desk.get(BALANCE, until="2024-04"))["balance"] == total
    assert (await ledger_desk.get(f"/v1/municipalities/{CHIYODA}/charges"))["total"] == charged
    now = "2099-01-01T00:00:00Z"
    known = await ledger_desk.get(f"/v1/municipalities/{CHIYODA}/charges", as_of=now)
    assert (known["total"], [project["total"] for project in known["projects"]]) == (charged, [charged])
    assert (await ledger_desk.get("/v1/audit"))["consistent"]
    assert (await ledger_desk.get("/v1/totals"))["balanced"]


async def test_a_payment_taken_back_leaves_the_balance_as_it_was(ledger_desk: Desk) -> None:
    before = await ledger_desk.get(BALANCE)
    await ledger_desk.pay(1_000, "note 1")
    back = f"{path_of('2024-04')}/payments/1/reversal"
    rehearsed = await ledger_desk.ask("POST", back, {"reason": "other statement"}, dry_run="true")
    assert (rehearsed["paid"], (await ledger_desk.get(BALANCE))["paid"]) == (0, 1_000)
    await ledger_desk.ask("POST", back, {"reason": "other statement"})
    refused = await ledger_desk.ask("POST", back, {"reason": "other statement"}, status=409)
    assert refused["type"].endswith("payment-already-taken-back")
    assert await ledger_desk.get(BALANCE) == before
    assert await ledger_desk.journal_sum() == 0
    [row] = (await ledger_desk.get(f"{path_of('2024-04')}/payments", "officer", CHIYODA))["items"]
    assert (row["amount"], row["taken_back_reason"]) == (1_000, "other statement")
    lines = await ledger_desk.service.as_owner(
        "SELECT party, sum(amount)::bigint, count(*) FROM posting_line WHERE book = 'payment' GROUP BY 1 ORDER BY 1"
    )
    assert lines == [(CHIYODA, 0, 2), ("bank", 0, 2)]


async def test_bad_payments_are_refused_and_nothing_is_written(ledger_desk: Desk) -> None:
    total = (await ledger_desk.statement("2024-04"))["total"]
    refused = await ledger_desk.pay(total + 1, "note 1", status=409)
    assert refused["type"].endswith("more-than-due")
    assert f"{total:,}円 is due" in refused["detail"]
    assert (await ledger_desk.pay(-1, "note 1", status=409))["type"].endswith("payment-in-wrong-direction")
    assert (await ledger_desk.pay(1, "note 1", paid_on="2024-05-11", status=409))["type"].endswith("paid-in-future")
    body = {"amount": 1.5, "paid_on": "2024-05-10", "reference": "note 1"}
    await ledger_desk.ask("POST", f"{path_of('2024-04')}/payments", body, status=422)
    body["amount"] = 1
    await ledger_desk.ask("POST", f"{path_of('2024-04')}/payments", body, "officer", CHIYODA, status=403)
    await ledger_desk.pay(1, "note 1", statement_id="2024-05", status=404)
    assert await ledger_desk.service.count("payment") == 0
    assert (await ledger_desk.statement("2024-04"))["version"] == 1


async def test_a_rehearsed_payment_answers_alike_and_writes_nothing(ledger_desk: Desk) -> None:
    rehearsed = await ledger_desk.pay(1_000, "note 1", dry_run="true")
    assert await ledger_desk.service.count("payment") == 0
    assert await ledger_desk.pay(1_000, "note 1") == rehearsed
    refused = await ledger_desk.pay(10**9, "note 2", dry_run="true", status=409)
    assert refused["type"].endswith("more-than-due")


async def test_a_credit_is_settled_by_its_refund(ledger_desk: Desk) -> None:
    """What was used in April is cancelled after the month was paid, and May's share does not come up for it."""
    ledger_desk.story.left(CHIYODA, "2024-04")
    for record, quantity in (("r3", 10), ("r4", 5)):
        cancelled = ServiceUseCancelled(
            project_id=PROJECT,
            meter="applications",
            municipality=CHIYODA,
            used_on=date(2024, 4, 10),
            record=record,
            quantity_before=quantity,
            reason="counted twice",
        )
        ledger_desk.story.tell(cancelled, f"{PROJECT}/{record}/cancelled")
    await ledger_desk.learn()
    ledger_desk.today = "2024-06-03"
    await ledger_desk.close("2024-05")
    credit = await ledger_desk.statement("2024-05")
    assert credit["total"] == credit["due"] == -450
    assert credit["overdue"] is False
    answer = await ledger_desk.pay(-450, "refund 1", statement_id="2024-05")
    assert (answer["due"], answer["state"]) == (0, "paid")
    settled = await ledger_desk.ask("POST", f"{path_of('2024-05')}/settlement")
    assert settled["state"] == "settled"
    refused = await ledger_desk.ask("POST", f"{path_of('2024-05')}/payments/1/reversal", {"reason": "late"}, status=409)
    assert refused["type"].endswith("statement-settled")
    assert await ledger_desk.journal_sum() == 0


async def test_what_is_still_due_is_not_settled(ledger_desk: Desk) -> None:
    refused = await ledger_desk.ask("POST", f"{path_of('2024-04')}/settlement", status=409)
    assert refused["type"].endswith("statement-still-due")
    await ledger_desk.ask("POST", f"{path_of('2024-04')}/settlement", None, "officer", CHIYODA, status=403)


async def test_a_municipality_reads_its_own_payments_only(ledger_desk: Desk) -> None:
    await ledger_desk.pay(1_000, "note 1")
    await ledger_desk.get(f"{path_of('2024-04')}/payments", "officer", CHUO, status=404)
    await ledger_desk.get(BALANCE, "officer", CHUO, status=404)
    assert (await ledger_desk.get(f"{path_of('2024-04', CHUO)}/payments", "officer", CHUO))["items"] == []


async def test_whatever_is_entered_and_taken_back_the_journal_balances(ledger_desk: Desk) -> None:
    dice = random.Random(5)  # noqa: S311 - a repeatable history
    owed = (await ledger_desk.get(BALANCE))["balance"]
    total = (await ledger_desk.statement("2024-04"))["total"]
    headers = ledger_desk.as_("secretariat") | {"If-Match": "*", "Kyodo-Exercise-Time": "2024-05-10T03:00:00Z"}
    done = 0
    for step in range(60):
        if dice.random() < 0.6:
            path = f"{path_of('2024-04')}/payments"
            body = {"amount": dice.randrange(-9, total // 2), "paid_on": "2024-05-09", "reference": f"n{step % 9}"}
        else:
            path, body = f"{path_of('2024-04')}/payments/{dice.randrange(1, 12)}/reversal", {"reason": "mistyped"}
        answer = await ledger_desk.service.client.post(path, json=body, headers=headers)
        assert answer.status_code in (200, 404, 409), answer.text
        done += answer.is_success
        statement, balance = await ledger_desk.statement("2024-04"), await ledger_desk.get(BALANCE)
        assert 0 <= statement["paid"] == balance["paid"] <= total
        assert balance["balance"] == owed - statement["paid"]
        assert await ledger_desk.journal_sum() == 0
    assert done > 20
