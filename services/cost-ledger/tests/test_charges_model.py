"""Differences, periods and balanced postings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kyodo_cost_ledger.charges.model import PROJECT, Cell, balanced_lines, differences, period_of

cells = st.builds(
    Cell,
    st.just("p"),
    st.just("base"),
    st.sampled_from(["equal", "population"]),
    st.sampled_from(["2024-04", "2024-05", "2024-06"]),
    st.sampled_from(["131016", "131024", "tokyo"]),
)
amounts = st.dictionaries(cells, st.integers(-(10**15), 10**15).filter(bool))
closed = st.sets(st.sampled_from(["2024-04", "2024-05", "2024-06"]))


@given(amounts, amounts)
def test_posted_and_differences_come_to_the_targets(targets: dict[Cell, int], posted: dict[Cell, int]) -> None:
    found = differences(targets, posted)
    after = {c: posted.get(c, 0) + found.get(c, 0) for c in posted.keys() | found.keys()}
    assert {c: a for c, a in after.items() if a} == targets
    assert 0 not in found.values()


@given(amounts, closed)
def test_every_item_month_and_period_of_a_posting_balances(posted: dict[Cell, int], months: set[str]) -> None:
    sums: dict[tuple[str, str, str], int] = {}
    for line in balanced_lines(posted, months):
        assert line.period not in months
        assert line.period >= line.cell.month
        key = (line.cell.item, line.cell.month, line.period)
        sums[key] = sums.get(key, 0) + line.amount
    assert set(sums.values()) <= {0}


def test_what_moves_between_municipalities_needs_no_counterpart() -> None:
    moved = {Cell("p", "base", "equal", "2024-04", "131016"): -5, Cell("p", "base", "equal", "2024-04", "131024"): 5}
    assert all(line.cell.party != PROJECT for line in balanced_lines(moved, ()))


def test_late_amounts_go_to_the_first_open_month() -> None:
    assert period_of("2024-04", ()) == "2024-04"
    assert period_of("2024-12", {"2024-12", "2025-01", "2025-03"}) == "2025-02"
