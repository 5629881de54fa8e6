"""Differences, periods and balanced postings."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_cost_ledger.charges.model import (
    PROJECT,
    Cell,
    Claim,
    added,
    balanced_lines,
    claimed_in_its_year,
    differences,
    period_of,
)
from kyodo_cost_ledger.periods.calendar import Calendar, is_settlement, next_period, settlement_of, year_of
from kyodo_events.values.fiscal import FiscalYear, Month

MONTHS = ["2024-04", "2024-05", "2024-06"]
OPEN = Calendar()
FY2024 = frozenset(FiscalYear(2024).months())
POSTED = UUID(int=7)

cells = st.builds(
    Cell,
    st.just("p"),
    st.just("base"),
    st.sampled_from(["equal", "population"]),
    st.sampled_from(MONTHS),
    st.sampled_from(["131016", "131024", "tokyo"]),
)
amounts = st.dictionaries(cells, st.integers(-(10**15), 10**15).filter(bool))
calendars = st.builds(
    Calendar,
    st.frozensets(st.sampled_from(MONTHS)) | st.just(FY2024),
    st.frozensets(st.just(2024)),
)
claims = st.dictionaries(cells, st.builds(Claim, st.sampled_from([*MONTHS, "2025-03s", "2025-05"]), st.just(POSTED)))


@given(amounts, amounts)
def test_posted_and_differences_come_to_the_targets(targets: dict[Cell, int], posted: dict[Cell, int]) -> None:
    found = differences(targets, posted)
    after = {c: posted.get(c, 0) + found.get(c, 0) for c in posted.keys() | found.keys()}
    assert {c: a for c, a in after.items() if a} == targets
    assert 0 not in found.values()


@given(amounts, amounts)
def test_a_correction_taken_back_leaves_the_targets(targets: dict[Cell, int], corrections: dict[Cell, int]) -> None:
    back = {cell: -amount for cell, amount in corrections.items()}
    again = added(added(targets, corrections), back)
    assert {cell: amount for cell, amount in again.items() if amount} == targets


@given(amounts, calendars, claims)
def test_every_item_month_and_period_of_a_posting_balances(
    posted: dict[Cell, int], calendar: Calendar, standing: dict[Cell, Claim]
) -> None:
    sums: dict[tuple[str, str, str], int] = {}
    for line in balanced_lines(posted, calendar, standing):
        assert line.period not in calendar.closed
        assert line.period >= line.cell.month
        key = (line.cell.item, line.cell.month, line.period)
        sums[key] = sums.get(key, 0) + line.amount
    assert set(sums.values()) <= {0}


def test_what_moves_between_municipalities_needs_no_counterpart() -> None:
    moved = {Cell("p", "base", "equal", "2024-04", "131016"): -5, Cell("p", "base", "equal", "2024-04", "131024"): 5}
    assert all(line.cell.party != PROJECT for line in balanced_lines(moved, OPEN, {}))


@pytest.mark.parametrize("claimed", [True, False])
def test_late_amounts_go_to_the_first_open_month(claimed: bool) -> None:
    assert period_of("2024-04", claimed, OPEN) == "2024-04"
    closed = Calendar(frozenset({"2024-12", "2025-01", "2025-03"}))
    assert period_of("2024-12", claimed, closed) == "2025-02"
    calculated = Calendar(FY2024 | {"2025-04"})
    assert period_of("2024-12", claimed, calculated) == "2025-05"


def test_a_year_that_settles_takes_changes_of_existing_claims_only() -> None:
    settling = Calendar(FY2024, frozenset({2024}))
    assert period_of("2024-12", True, settling) == "2025-03s"
    assert period_of("2024-12", False, settling) == "2025-04"
    assert period_of("2025-04", True, settling) == "2025-04"


def test_a_sealed_year_takes_nothing() -> None:
    assert period_of("2024-12", True, Calendar(FY2024)) == "2025-04"


def test_a_claim_first_made_in_a_later_year_is_none_of_its_own_year() -> None:
    assert not claimed_in_its_year("2024-12", None)
    assert not claimed_in_its_year("2024-12", Claim("2025-04", POSTED))
    assert claimed_in_its_year("2024-12", Claim("2024-12", POSTED))
    assert claimed_in_its_year("2024-12", Claim("2025-03s", POSTED))


def test_a_late_line_is_linked_to_the_posting_before_it() -> None:
    late = Cell("p", "usage", "applications", "2024-04", "131016")
    mine, project = balanced_lines({late: 30}, Calendar(frozenset({"2024-04"})), {late: Claim("2024-04", POSTED)})
    assert (mine.period, mine.corrects) == ("2024-05", POSTED)
    assert (project.period, project.corrects) == ("2024-05", None)


def test_the_settlement_period_lies_between_march_and_april() -> None:
    settlement = settlement_of(FiscalYear(2024))
    assert sorted(["2025-04", settlement, "2025-03"]) == ["2025-03", settlement, "2025-04"]
    assert is_settlement(settlement)
    assert year_of(settlement) == year_of("2025-03") == 2024
    assert [next_period(period) for period in ("2025-02", "2025-03", settlement)] == ["2025-03", settlement, "2025-04"]
    assert next_period("2024-12") == Month("2025-01")
