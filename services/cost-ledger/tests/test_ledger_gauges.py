"""Gauges of the books: charges by project and month, and how far months and fiscal years have come."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from kyodo_cost_ledger.charges.metrics import charges, measure_charges, newest
from kyodo_cost_ledger.periods.metrics import measure_periods, months, years
from kyodo_cost_ledger.testing import PROJECT, Story, terms
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.measuring import Measure
from tests.support.books_desk import CHIYODA, MONTHS, Desk

OTHER = "01941f29-7c00-7000-8000-00000000000b"


async def take(desk: Desk, measure: Measure) -> None:
    """As the service does it again and again."""
    async with desk.database.transaction(read_only=True) as tx:
        await measure(tx)


def charged(project: str, book: str, month: str, bearer: str, name: str = "共同電子申請システム") -> float | None:
    """What is shown as charged."""
    labels = {"project_id": project, "project": name, "book": book, "month": month, "bearer": bearer}
    return REGISTRY.get_sample_value("kyodo_ledger_charges_yen", labels)


async def test_charges_by_project_month_and_book(desk: Desk) -> None:
    """1,200,000 yen a year, half of it Tokyo's; 17 applications at 30 yen; another project of the year before."""
    other = Story(OTHER).started("庁内チャット").joined(CHIYODA, month="2023-04").agreed(terms(120_000, year=2023))
    desk.story.told.extend(other.told)
    await desk.learn()
    await take(desk, measure_charges)
    assert {charged(PROJECT, "base", month, "municipalities") for month in MONTHS} == {50_000}
    assert {charged(PROJECT, "base", month, "tokyo") for month in MONTHS} == {50_000}
    assert [charged(PROJECT, "usage", month, "municipalities") for month in MONTHS[:2]] == [17 * 30, None]
    assert charged(OTHER, "base", "2023-04", "municipalities", "庁内チャット") == 10_000
    series = [sample for metric in charges.collect() for sample in metric.samples]
    assert len(series) == 12 * 2 + 1 + 12
    async with desk.database.transaction() as tx:
        assert sum(sample.value for sample in series) == await tx.scalar("SELECT sum(amount) FROM charge")


async def test_older_years_are_not_shown(desk: Desk) -> None:
    old = Story(OTHER).started().joined(CHIYODA, month="2022-04").agreed(terms(120_000, year=2022))
    desk.story.told.extend(old.told)
    await desk.learn()
    await take(desk, measure_charges)
    assert charged(PROJECT, "base", "2024-04", "tokyo") == 50_000
    assert charged(OTHER, "base", "2022-04", "municipalities") is None


@pytest.mark.parametrize(("years", "shown"), [([], []), ([2023], [2022, 2023]), ([2021, 2024, 2022], [2023, 2024])])
def test_the_newest_two_years(years: list[int], shown: list[int]) -> None:
    assert newest(map(FiscalYear, years)) == shown


async def test_months_and_years_on_their_way(desk: Desk) -> None:
    async def states() -> list[float | None]:
        await take(desk, measure_periods)
        shown = [REGISTRY.get_sample_value("kyodo_ledger_month_state", {"month": month}) for month in MONTHS[:4]]
        return [*shown, REGISTRY.get_sample_value("kyodo_ledger_fiscal_year_state", {"fiscal_year": "2024"})]

    assert await states() == [0, 0, 0, 0, 0]
    assert len([sample for metric in (months, years) for one in metric.collect() for sample in one.samples]) == 24 + 2
    await desk.close(*MONTHS[:3])
    await desk.seal(MONTHS[0])
    assert await states() == [2, 1, 1, 0, 0]
    await desk.close(*MONTHS[3:])
    await desk.ask("POST", "/v1/fiscal-years", {"fiscal_year": 2024}, status=201)
    assert await states() == [2, 1, 1, 1, 1]
    await desk.ask("PUT", "/v1/fiscal-years/2024/settlement")
    assert (await states())[-1] == 2
    assert REGISTRY.get_sample_value("kyodo_ledger_fiscal_year_state", {"fiscal_year": "2023"}) == 0
