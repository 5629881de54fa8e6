"""A fiscal year of the books over HTTP: closed, calculated, settled, sealed, and proved by its chain of seals."""

from __future__ import annotations

import asyncpg
import pytest

from kyodo_cost_ledger.testing import PROJECT, terms
from kyodo_events.canonical import content_hash
from kyodo_events.database import Database
from kyodo_events.event import new_uuid
from tests.support.books_desk import CHIYODA, CHUO, MONTHS, Desk


async def test_a_year_goes_from_open_to_sealed(desk: Desk) -> None:
    assert await desk.refused("POST", "/v1/fiscal-years", {"fiscal_year": 2024}) == "months-of-the-year-open"
    await desk.calculate()
    year = await desk.get("/v1/fiscal-years/2024")
    assert (year["status"], year["municipalities"], year["tokyo"]) == ("calculated", 600_000 + 17 * 30, 600_000)
    settling = await desk.ask("PUT", "/v1/fiscal-years/2024/settlement")
    assert (settling["status_ja"], settling["settlement_period"]) == ("出納整理期間", "2025-03s")

    desk.story.used(CHIYODA, 2).used(CHIYODA, 5, "2025-02-03")
    await desk.learn()
    assert await desk.lines(CHIYODA, "2024-04") == [("2024-04", 300), ("2025-03s", 60)]
    assert await desk.lines(CHIYODA, "2025-02") == [("2025-04", 150)]  # a new claim: the settlement takes none

    await desk.seal(*MONTHS)
    assert await desk.refused("POST", "/v1/seals", {"period": "2025-03s"}) == "settlement-period-runs"
    desk.today = "2025-06-01"
    await desk.seal("2025-03s")
    assert (await desk.get("/v1/fiscal-years/2024"))["status"] == "sealed"
    assert await desk.refused("POST", "/v1/seals", {"period": "2025-03s"}) == "period-already-sealed"
    desk.story.used(CHIYODA, 1)
    await desk.learn()
    assert (await desk.lines(CHIYODA, "2024-04"))[-1] == ("2025-04", 30)
    assert (await desk.get("/v1/audit"))["consistent"]
    kinds = ["fiscal-year-calculated", "settlement-period-opened", "fiscal-year-sealed"]
    assert [len(await desk.published(kind)) for kind in kinds] == [1, 1, 1]


async def test_late_lines_are_published_with_what_they_correct(desk: Desk) -> None:
    await desk.settle()
    desk.story.used(CHIYODA, 2)
    await desk.learn()
    desk.today = "2025-06-01"
    await desk.seal(*MONTHS, "2025-03s")
    desk.story.used(CHIYODA, 4)
    await desk.learn()
    settled, later = await desk.published("line-corrected")
    assert (settled["period"], settled["amount"], settled["across_years"]) == ("2025-03s", 60, False)
    assert (later["period"], later["amount"], later["across_years"]) == ("2025-04", 120, True)
    assert (later["reason"], later["line"]["item"], later["municipality"]) == ("usage", "applications", CHIYODA)
    assert later["corrects"] == settled["posting_id"]


async def test_year_steps_are_refused_out_of_order_and_before_their_day(desk: Desk) -> None:
    await desk.ask("PUT", "/v1/fiscal-years/2024/settlement", status=404)
    desk.today = "2025-03-31"
    assert await desk.refused("POST", "/v1/fiscal-years", {"fiscal_year": 2024}) == "fiscal-year-not-over"
    desk.today = "2025-04-10"
    await desk.settle()
    assert await desk.refused("POST", "/v1/fiscal-years", {"fiscal_year": 2024}) == "fiscal-year-already-calculated"
    refused = await desk.refused("PUT", "/v1/fiscal-years/2024/settlement", None)
    assert refused == "fiscal-year-step-out-of-order"
    desk.today = "2026-05-01"
    refused = await desk.refused("POST", "/v1/fiscal-years", {"fiscal_year": 2025})
    assert refused == "months-of-the-year-open"


async def test_years_are_calculated_in_their_order(desk: Desk) -> None:
    """The year before has charges, is closed in part, and is not calculated."""
    desk.story.agreed(terms(None, year=2023, effective_from="2023-04")).joined(CHUO, month="2023-04")
    desk.story.used(CHUO, 3, "2023-05-01")
    await desk.learn()
    await desk.close("2023-05", *MONTHS)
    assert await desk.refused("POST", "/v1/fiscal-years", {"fiscal_year": 2024}) == "earlier-fiscal-year-open"
    await desk.close("2023-04", *(f"2023-{month:02d}" for month in range(6, 13)), "2024-01", "2024-02", "2024-03")
    await desk.ask("POST", "/v1/fiscal-years", {"fiscal_year": 2023}, status=201)
    await desk.ask("POST", "/v1/fiscal-years", {"fiscal_year": 2024}, status=201)


async def test_a_settlement_that_is_over_is_not_begun(desk: Desk) -> None:
    desk.today = "2025-06-01"
    await desk.calculate()
    assert await desk.refused("PUT", "/v1/fiscal-years/2024/settlement", None) == "settlement-period-over"


async def test_periods_are_sealed_in_their_order_once_and_closed(desk: Desk) -> None:
    assert await desk.refused("POST", "/v1/seals", {"period": "2024-04"}) == "period-still-open"
    await desk.close("2024-04", "2024-05")
    assert await desk.refused("POST", "/v1/seals", {"period": "2024-05"}) == "seal-out-of-order"
    await desk.seal("2024-04")
    assert await desk.refused("POST", "/v1/seals", {"period": "2024-04"}) == "period-already-sealed"
    assert await desk.refused("POST", "/v1/seals", {"period": "2024-06"}) == "period-still-open"
    await desk.ask("POST", "/v1/seals", {"period": "2024-06s"}, status=422)


async def test_a_trial_closes_and_seals_nothing(desk: Desk) -> None:
    tried = await desk.ask("POST", "/v1/closings", {"month": "2024-04"}, status=201, dry_run="true")
    await desk.get("/v1/closings/2024-04", status=404)
    await desk.close("2024-04")
    real = await desk.get("/v1/closings/2024-04")
    assert (tried["statements"], tried["total"]) == (real["statements"], real["total"])
    refused = await desk.refused("POST", "/v1/closings", {"month": "2024-04"}, dry_run="true")
    assert refused == "month-already-closed"
    tried = await desk.ask("POST", "/v1/seals", {"period": "2024-04"}, status=201, dry_run="true")
    assert (await desk.get("/v1/seals"))["items"] == []
    await desk.seal("2024-04")
    assert (await desk.get("/v1/seals/2024-04"))["seal"] == tried["seal"]


async def test_each_seal_follows_from_the_statements_and_the_seal_before_it(desk: Desk) -> None:
    await desk.close("2024-04", "2024-05")
    await desk.seal("2024-04", "2024-05")
    april, may = (await desk.get("/v1/seals", "officer", CHIYODA))["items"]
    assert (april["previous_seal"], may["previous_seal"]) == (None, april["seal"])
    await desk.close("2024-06")
    closings = (await desk.get("/v1/closings"))["items"]
    assert [bool(closing["sealed_at"]) for closing in closings] == [True, True, False]
    assert len(may["statements"]) == 2
    of_may = {name: may[name] for name in ("previous_seal", "period", "statements")}
    assert may["seal"] == content_hash(of_may)
    assert await desk.published("period-sealed")
    assert await desk.get("/v1/seals/verification") == {"intact": True, "seals": 2, "broken_at": None, "fault": None}
    await desk.get("/v1/seals/verification", "officer", CHIYODA, status=403)


async def test_a_changed_line_of_a_sealed_month_breaks_the_chain(desk: Desk) -> None:
    """Somebody with the database in hand takes the guards away and rewrites a line."""
    await desk.close("2024-04", "2024-05", "2024-06")
    await desk.seal("2024-04", "2024-05", "2024-06")
    await desk.service.as_admin(
        "ALTER TABLE posting_line DISABLE TRIGGER ALL",
        f"UPDATE posting_line SET amount = amount - 1 WHERE party = '{CHUO}' AND period = '2024-05'",
    )
    found = await desk.get("/v1/seals/verification")
    assert (found["intact"], found["broken_at"]) == (False, "2024-05")
    metrics = await desk.service.client.get("/metrics")
    assert "kyodo_ledger_seal_chain_broken 1.0" in metrics.text


@pytest.mark.parametrize("sealed", [False, True])
async def test_not_even_the_owner_adds_to_a_closed_or_sealed_period(desk: Desk, sealed: bool) -> None:
    await desk.close("2024-04")
    if sealed:
        await desk.seal("2024-04")
        await desk.service.as_owner("DELETE FROM closed_month")
    with pytest.raises(asyncpg.RestrictViolationError, match="2024-04 takes no lines"):
        await desk.service.as_owner(*_posting("2024-04"))
    await desk.service.as_owner(*_posting("2024-05"))


async def test_a_sealed_settlement_period_takes_no_lines(desk: Desk) -> None:
    await desk.settle()
    desk.today = "2025-06-01"
    await desk.service.as_owner(*_posting("2025-03s"))
    await desk.seal(*MONTHS, "2025-03s")
    with pytest.raises(asyncpg.RestrictViolationError, match="2025-03s takes no lines"):
        await desk.service.as_owner(*_posting("2025-03s"))


def _posting(period: str) -> list[str]:
    """A balanced posting of 100 yen, past all of the ledger's code."""
    posting = new_uuid()
    return [
        f"INSERT INTO posting VALUES ('{posting}', now(), '{PROJECT}', 'base', 'terms', gen_random_uuid())",
        "INSERT INTO posting_line (party, project_id, book, item, month, posting_id, period, amount, posted_at)"
        f" SELECT party, '{PROJECT}', 'base', 'flat', '2024-04', '{posting}', '{period}', yen, now()"
        f" FROM (VALUES ('{CHIYODA}', 100), ('project', -100)) AS t (party, yen)",
    ]


async def test_payments_are_taken_in_closed_months_and_not_in_sealed_ones(ledger: Database) -> None:
    """What was paid may be recorded in a closed month, as payments are on no statement; never in a sealed one."""
    await _pay(ledger, "INSERT INTO closed_month VALUES ('2024-04', now(), 0, 0, 1)")
    with pytest.raises(asyncpg.RestrictViolationError):
        await _pay(ledger, "INSERT INTO sealed_period VALUES ('2024-04', NULL, '[]', 'x', now(), 1)")


async def _pay(ledger: Database, *before: str) -> None:
    posting = new_uuid()
    async with ledger.transaction() as tx:
        for statement in before:
            await tx.run(statement)
        await tx.run("INSERT INTO posting VALUES ($1, now(), '', 'payment', 'payment', gen_random_uuid())", posting)
        await tx.run(_PAYMENT, posting)


_PAYMENT = """
INSERT INTO posting_line (party, project_id, book, item, month, posting_id, period, amount, posted_at)
SELECT party, '', 'payment', 'payment', '2024-04', $1, '2024-04', yen, now()
FROM (VALUES ('131016', -100), ('bank', 100)) AS t (party, yen)
"""
