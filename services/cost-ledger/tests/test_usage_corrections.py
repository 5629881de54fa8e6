"""Corrected and cancelled usage: the charge follows by the difference, in a posting of its own."""

from __future__ import annotations

import random
from datetime import date

import pytest

from kyodo_cost_ledger.audit.views import findings
from kyodo_cost_ledger.testing import PROJECT, Story, balances, learn, terms
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.database import Database

CHIYODA, MUSASHINO = "131016", "132039"
PRICE = 30
CELL = {"project_id": PROJECT, "meter": "applications", "municipality": CHIYODA, "used_on": date(2024, 4, 10)}
WHY = "集計の誤り"


def corrected(record: str, before: int, after: int) -> ServiceUseCorrected:
    return ServiceUseCorrected(**CELL, record=record, quantity_before=before, quantity=after, reason=WHY)


def story() -> Story:
    """Two records: one ends at 4 after two corrections, the other is corrected to 7 and cancelled."""
    told = Story().started().joined(CHIYODA, MUSASHINO).agreed(terms(None))
    for record, quantity in (("a", 10), ("b", 5)):
        told.tell(ServiceUsed(**CELL, record=record, quantity=quantity), f"offering:{record}")
    for event in (corrected("a", 10, 1), corrected("a", 1, 4), corrected("b", 5, 7)):
        told.tell(event, f"offering:{event.record}")
    gone = ServiceUseCancelled(**CELL, record="b", quantity_before=7, reason=WHY)
    return told.tell(gone, "offering:b").used(MUSASHINO, 2)


async def charged(database: Database) -> dict[str, int]:
    async with database.transaction() as tx:
        return {cell.party: amount for cell, amount in (await balances(tx)).items()}


async def test_each_correction_posts_its_difference_and_changes_no_posting(ledger: Database) -> None:
    told, seen = story().told, []
    for record in told:
        async with ledger.transaction() as tx:
            await learn(tx, [record])
        seen.append((await charged(ledger)).get(CHIYODA, 0) // PRICE)
    assert seen[-7:] == [10, 15, 6, 9, 11, 4, 4]
    async with ledger.transaction(read_only=True) as tx:
        lines = await tx.rows(
            "SELECT p.cause, l.amount FROM posting_line l JOIN posting p USING (posting_id) WHERE l.party = $1", CHIYODA
        )
    facts = [record.id for record in told if getattr(record.event, "municipality", "") == CHIYODA]
    assert {line["cause"]: line["amount"] // PRICE for line in lines} == dict(
        zip(facts[-6:], (10, 5, -9, 3, 2, -7), strict=True)
    )
    assert len(lines) == 6


@pytest.mark.parametrize("seed", range(6))
async def test_corrections_lead_to_the_same_charges_in_any_order(ledger: Database, seed: int) -> None:
    """Also one that arrives before what it corrects, and all of them before terms and participation."""
    told = random.Random(seed).sample(story().told, len(story().told))  # noqa: S311 - reproducible, not secret
    for start in range(0, len(told), 3):
        async with ledger.transaction() as tx:
            await learn(tx, told[start : start + 3])
    assert await charged(ledger) == {CHIYODA: 4 * PRICE, MUSASHINO: 2 * PRICE}
    async with ledger.transaction(read_only=True) as tx:
        assert (await findings(tx)).consistent
        cell = await tx.row("SELECT quantity, records FROM usage_cell WHERE municipality = $1", CHIYODA)
    assert cell is not None
    assert tuple(cell) == (4, 6)  # two records, three corrections, one cancellation


async def test_a_correction_of_waiting_usage_waits_with_it(ledger: Database) -> None:
    told = Story().started().joined(CHIYODA)
    told.tell(ServiceUsed(**CELL, record="a", quantity=10), "offering:a").tell(corrected("a", 10, 4), "offering:a")
    async with ledger.transaction() as tx:
        await learn(tx, told.told)
        assert await balances(tx) == {}
        late = Story().agreed(terms(None)).told
        await learn(tx, late)
    assert await charged(ledger) == {CHIYODA: 4 * PRICE}
