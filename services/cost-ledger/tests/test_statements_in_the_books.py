"""Statements among the steps of the books: sealed with their period, settled with their year, frozen by disputes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.verification import verify
from kyodo_cost_ledger.testing import PROJECT
from kyodo_events.values.fiscal import FiscalYear
from tests.support.statement_desk import CHIYODA, CHUO, Desk, desk, path_of


@pytest_asyncio.fixture
async def ledger_desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """A ledger in which April 2024 is closed on 10 May."""
    async with desk(databases, settings_for, as_) as found:
        await found.close("2024-04")
        yield found


async def seal(ledger_desk: Desk, *periods: str) -> Any:
    """Seal periods; the answer about the last one."""
    answer = None
    for period in periods:
        answer = await ledger_desk.ask("POST", "/v1/seals", {"period": period}, status=201)
    return answer


async def test_a_sealed_statement_is_proved_by_its_file(ledger_desk: Desk) -> None:
    sealed = await seal(ledger_desk, "2024-04")
    for code in (CHIYODA, CHUO):
        answer = await ledger_desk.get(f"{path_of('2024-04', code)}/file", "officer", code)
        file = StatementFile.read(json.dumps(answer))
        assert [finding.words for finding in verify(file, seal=sealed["seal"]) if not finding.holds] == []
        assert file.sealed
        assert list(file.sealed.statement_hashes) == sealed["statements"]
    assert len(sealed["statements"]) == 2


async def test_a_line_of_the_journal_that_is_changed_breaks_the_chain(ledger_desk: Desk) -> None:
    await seal(ledger_desk, "2024-04")
    checked = await ledger_desk.get("/v1/seals/verification")
    assert checked["intact"]
    await ledger_desk.service.as_admin(
        "ALTER TABLE posting_line DISABLE TRIGGER USER",
        f"UPDATE posting_line SET amount = amount + 1 WHERE party = '{CHIYODA}' AND item = 'applications'",
    )
    assert not (await ledger_desk.get("/v1/seals/verification"))["intact"]


async def test_a_line_of_the_journal_that_is_added_breaks_the_chain(ledger_desk: Desk) -> None:
    await seal(ledger_desk, "2024-04")
    await ledger_desk.service.as_admin(
        "ALTER TABLE posting_line DISABLE TRIGGER USER",
        "INSERT INTO posting_line (party, project_id, book, item, month, posting_id, period, amount, posted_at)"
        f" SELECT '{CHIYODA}', project_id, book, 'another', month, posting_id, period, 5, posted_at FROM posting_line"
        f" WHERE party = '{CHIYODA}' AND item = 'applications' LIMIT 1",
    )
    assert not (await ledger_desk.get("/v1/seals/verification"))["intact"]


async def test_a_year_that_is_sealed_is_settled_by_a_statement(ledger_desk: Desk) -> None:
    ledger_desk.today = "2025-04-10"
    months = FiscalYear(2024).months()
    await ledger_desk.close(*months[1:])
    await ledger_desk.ask("POST", "/v1/fiscal-years", {"fiscal_year": 2024}, status=201)
    await ledger_desk.ask("PUT", "/v1/fiscal-years/2024/settlement")
    ledger_desk.story.used(CHIYODA, 2)
    await ledger_desk.learn()
    await seal(ledger_desk, *months)
    await ledger_desk.get(path_of("2024-settlement"), status=404)
    ledger_desk.today = "2025-06-02"
    sealed = await seal(ledger_desk, "2025-03s")
    found = await ledger_desk.statement("2024-settlement")
    assert (found["number"], found["total"], found["period"]) == ("令和6年度-精算-0001", 60, "2025-03s")
    assert (found["due_on"], found["carried"]) == ("2025-07-31", 0)
    assert sealed["statements"] == [found["statement_hash"]]
    assert (await ledger_desk.get("/v1/seals/verification"))["intact"]
    answer = await ledger_desk.pay(60, "note", statement_id="2024-settlement", paid_on="2025-06-02")
    assert answer["state"] == "paid"


async def test_a_line_in_dispute_does_not_make_a_statement_overdue(ledger_desk: Desk) -> None:
    before = await ledger_desk.statement("2024-04")
    body = {
        "period": "2024-04",
        "project_id": PROJECT,
        "book": "usage",
        "item": "applications",
        "month": "2024-04",
        "grounds_ja": "件数が違う",
    }
    await ledger_desk.ask("POST", "/v1/disputes", body, "officer", CHIYODA, status=201)
    found = await ledger_desk.statement("2024-04")
    assert (found["due"], found["disputed"], found["due_now"]) == (before["due"], 450, before["due"] - 450)
    await ledger_desk.pay(found["due_now"], "all but the disputed")
    ledger_desk.today = "2024-12-01"
    assert not (await ledger_desk.statement("2024-04"))["overdue"]
    refused = await ledger_desk.ask("POST", f"{path_of('2024-04')}/settlement", status=409)
    assert refused["type"].endswith("statement-still-due")
    await ledger_desk.pay(450, "under reservation")  # who wants to may pay what is in dispute
    assert (await ledger_desk.statement("2024-04"))["state"] == "paid"
