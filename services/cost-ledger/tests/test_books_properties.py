"""What holds of the books whatever happens in whatever order: facts, closings, settlements, seals, disputes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kyodo_cost_ledger.charges.model import PROJECT, Cell, Claim, Line, balanced_lines, differences
from kyodo_cost_ledger.periods.calendar import Calendar, settlement_of, year_of
from kyodo_events.values.fiscal import FiscalYear, Month

YEARS = (FiscalYear(2023), FiscalYear(2024))
ALL_MONTHS = [str(month) for year in YEARS for month in year.months()]
CELLS = [
    Cell("p", book, item, month, party)
    for book, item in (("base", "equal"), ("usage", "applications"))
    for month in ("2023-04", "2024-03", "2024-04", "2025-03")
    for party in ("131016", "131024", "tokyo")
]


@dataclass
class Books:
    """The journal as booking keeps it, without a database."""

    calendar: Calendar = field(default_factory=Calendar)
    sealed: frozenset[str] = frozenset()
    frozen: set[Cell] = field(default_factory=set)
    targets: dict[Cell, int] = field(default_factory=dict)
    postings: list[list[Line]] = field(default_factory=list)

    def balances(self) -> dict[Cell, int]:
        """What the lines of each cell come to, over all periods."""
        sums: dict[Cell, int] = defaultdict(int)
        for line in (line for lines in self.postings for line in lines if line.cell.party != PROJECT):
            sums[line.cell] += line.amount
        return sums

    def claims(self) -> dict[Cell, Claim]:
        """First period and last posting of each cell."""
        found: dict[Cell, Claim] = {}
        for number, lines in enumerate(self.postings):
            for line in lines:
                first = min(found[line.cell].first_period, line.period) if line.cell in found else line.period
                found[line.cell] = Claim(first, UUID(int=number))
        return found

    def book(self) -> None:
        """Post what differs, as charges/booking.py does."""
        missing = {c: yen for c, yen in differences(self.targets, self.balances()).items() if c not in self.frozen}
        if not missing:
            return
        lines = balanced_lines(missing, self.calendar, self.claims())
        assert sum(line.amount for line in lines) == 0
        assert not [line for line in lines if line.period in self.calendar.closed | self.sealed]
        assert not [line for line in lines if line.cell in self.frozen]
        self.postings.append(lines)

    def close_next(self) -> None:
        """Close the first open month."""
        month = next((month for month in ALL_MONTHS if month not in self.calendar.closed), None)
        if month:
            self.calendar = replace(self.calendar, closed=self.calendar.closed | {month})

    def settle_or_seal_next(self) -> None:
        """Begin the settlement of the first year that is closed and unsealed, or seal it."""
        for year in YEARS:
            settlement = settlement_of(year)
            if settlement in self.sealed or not self.calendar.closed.issuperset(year.months()):
                continue
            if year in self.calendar.settling:
                self.calendar = replace(self.calendar, settling=self.calendar.settling - {year})
                self.sealed |= {settlement, *year.months()}
            else:
                self.calendar = replace(self.calendar, settling=self.calendar.settling | {year})
            return


facts = st.tuples(st.just("fact"), st.sampled_from(CELLS), st.integers(-(10**12), 10**12))
disputes = st.tuples(st.just("dispute"), st.sampled_from(CELLS), st.none())
steps = st.lists(
    facts | disputes | st.tuples(st.sampled_from(["close", "close", "year", "end"]), st.none(), st.none()), max_size=60
)


def play(happened: list[tuple[str, Cell | None, int | None]], *, with_disputes: bool = True) -> Books:
    """Let it all happen, booking after each step."""
    books = Books()
    for what, cell, amount in happened:
        if what == "fact" and cell and amount is not None:
            books.targets[cell] = books.targets.get(cell, 0) + amount
        elif what == "close":
            books.close_next()
        elif what == "year":
            books.settle_or_seal_next()
        elif what == "dispute" and cell and with_disputes:
            books.frozen.add(cell)
        elif what == "end":
            books.frozen.clear()
        books.book()
    return books


@given(steps)
@settings(max_examples=150, deadline=None)
def test_all_periods_of_a_cell_come_to_its_target_once_no_dispute_is_open(
    happened: list[tuple[str, Cell | None, int | None]],
) -> None:
    books = play([*happened, ("end", None, None)])
    assert {c: yen for c, yen in books.balances().items() if yen} == {c: y for c, y in books.targets.items() if y}


@given(steps)
@settings(max_examples=100, deadline=None)
def test_nothing_is_booked_before_its_month_and_settlements_hold_their_own_year_only(
    happened: list[tuple[str, Cell | None, int | None]],
) -> None:
    for line in (line for lines in play(happened).postings for line in lines):
        assert line.period >= line.cell.month
        if line.period.endswith("s"):
            assert year_of(line.period) == Month(line.cell.month).fiscal_year
            assert line.cell.party == PROJECT or line.corrects is not None


@given(st.lists(facts, max_size=20), st.lists(st.booleans(), max_size=40), st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_of_facts_and_closings_never_changes_a_balance(
    happened: list[tuple[str, Cell | None, int | None]], closings: list[bool], chance: object
) -> None:
    acts = [("close" if close else "year", None, None) for close in closings]
    shuffled = [*happened, *acts]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    in_order = play(happened).balances()
    assert {c: y for c, y in play(shuffled).balances().items() if y} == {c: y for c, y in in_order.items() if y}


@given(st.sampled_from(CELLS), st.lists(facts, max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_line_in_dispute_does_not_move(cell: Cell, happened: list[tuple[str, Cell | None, int | None]]) -> None:
    before = play([("fact", cell, 500), ("dispute", cell, None)])
    after = play([("fact", cell, 500), ("dispute", cell, None), *happened])
    assert after.balances()[cell] == before.balances()[cell] == 500


@given(st.sampled_from(CELLS), st.integers(1, 10**12), steps, steps)
@settings(max_examples=100, deadline=None)
def test_a_correction_taken_back_restores_the_balances(
    cell: Cell,
    amount: int,
    before: list[tuple[str, Cell | None, int | None]],
    between: list[tuple[str, Cell | None, int | None]],
) -> None:
    without = play([*before, *between], with_disputes=False).balances()
    made, back = ("fact", cell, amount), ("fact", cell, -amount)
    reversed_ = play([*before, made, *between, back], with_disputes=False).balances()
    assert {c: yen for c, yen in reversed_.items() if yen} == {c: yen for c, yen in without.items() if yen}
