"""The checks of the books notice the mistakes that they are there for: planted bugs, one a test."""

from __future__ import annotations

import asyncpg
import pytest

from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.testing import PROJECT
from tests.support.books_desk import CHIYODA, Desk
from tests.support.plants_of_books import (
    book_in_the_own_month,
    post_to_lines_in_dispute,
    settle_new_claims_too,
    undo_corrections,
)

USED = Cell(PROJECT, "usage", "applications", "2024-04", CHIYODA)
LINE = {"project_id": PROJECT, "book": "usage", "item": "applications", "month": "2024-04"}


async def test_the_database_notices_a_line_in_a_closed_month(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.close("2024-04")
    book_in_the_own_month(monkeypatch)
    desk.story.used(CHIYODA, 100)
    with pytest.raises(asyncpg.RestrictViolationError, match="2024-04 takes no lines"):
        await desk.learn()


async def test_a_new_claim_in_a_settlement_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.settle()
    settle_new_claims_too(monkeypatch)
    desk.story.used(CHIYODA, 5, "2025-02-03")
    await desk.learn()
    assert await desk.lines(CHIYODA, "2025-02") != [("2025-04", 150)]


async def test_the_audit_notices_an_undone_correction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"municipality": CHIYODA, **LINE, "amount": -120, "reason_ja": "誤り"}
    await desk.ask("POST", "/v1/corrections", body, status=201)
    undo_corrections(monkeypatch)
    desk.story.used(CHIYODA, 1)
    await desk.learn()
    report = await desk.get("/v1/audit")
    assert (report["consistent"], report["differences"]) == (False, 1)


async def test_a_line_that_moves_in_dispute_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.close("2024-04")
    body = {"period": "2024-04", **LINE, "grounds_ja": "件数が違う"}
    await desk.ask("POST", "/v1/disputes", body, "officer", CHIYODA, status=201)
    post_to_lines_in_dispute(monkeypatch)
    before = (await desk.balances())[USED]
    desk.story.used(CHIYODA, 1)
    await desk.learn()
    assert (await desk.balances())[USED] != before
