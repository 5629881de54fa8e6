"""For any project: a what-if without a change is the books, and with one every share still comes to the cost."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_cost_ledger.charges.model import base_targets, usage_of
from kyodo_cost_ledger.exact import two_decimals
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.testing import PROJECT, terms
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_cost_ledger.whatif.changes import Changes, Membership, with_figures, with_membership, with_terms
from kyodo_cost_ledger.whatif.model import Unnamed, in_year, usage_of_unnamed, year_of
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import municipalities

YEAR = FiscalYear(2025)
CODES = [municipality.code for municipality in municipalities()]
ROLLED = st.sampled_from(["2025-04", "2025-07", "2025-08", "2026-03"])


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """One to twenty participants from April on, of whom some join later or leave; one or two versions of terms."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=20, unique=True))
    changes = [ParticipationChange(n, code, True, Month("2024-04")) for n, code in enumerate(codes, start=1)]
    for code in draw(st.lists(st.sampled_from(CODES), max_size=4)):
        changes.append(ParticipationChange(len(changes) + 1, code, draw(st.booleans()), Month(draw(ROLLED))))
    versions = []
    for number in range(1, draw(st.integers(2, 3))):
        text = terms(
            draw(st.integers(1, 10**7)),
            tokyo=draw(st.sampled_from(["0", "1/3", "1/2"])),
            year=YEAR,
            effective_from="2025-04" if number == 1 else draw(ROLLED),
        )
        versions.append(TermsVersion(number, text, "terms", "hash", UUID(int=number)))
    return Project(PROJECT, True, tuple(changes), tuple(versions))


@st.composite
def usages(draw: st.DrawFn) -> list[UsageCell]:
    """Some usage of the year before."""
    months = [str(month) for month in YEAR.previous().months()]
    keys = draw(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(months)), max_size=20, unique=True))
    return [UsageCell(code, PROJECT, "applications", Month(m), draw(st.integers(0, 500)), 1) for code, m in keys]


@given(projects(), usages())
def test_without_a_change_it_is_the_books(project: Project, uses: list[UsageCell]) -> None:
    same = with_figures(with_membership(with_terms(project, YEAR, Changes(), 9), ()), YEAR, ())
    assert same == project
    this_year = in_year(YEAR, uses)
    targets = base_targets([project]) | {usage_of(cell): rate(project, cell).amount for cell in this_year}
    found = year_of(same, YEAR.month(1), this_year)
    for book in ("base", "usage"):
        for party, yen in found.items():
            booked = sum(amount for cell, amount in targets.items() if (cell.book, cell.party) == (book, party))
            assert getattr(yen, book) == booked


@given(projects())
def test_parts_that_are_as_they_were_are_no_change(project: Project) -> None:
    """Terms keep their numbers, by which the last yen go: nobody's share moves where nothing was changed."""
    prices = project.terms[0].terms.usage
    assert with_terms(project, YEAR, Changes(prices=prices), 9) == project


@given(projects(), st.integers(0, 10**9), st.lists(st.sampled_from(CODES), max_size=3), ROLLED)
def test_shares_come_to_the_changed_cost(project: Project, annual: int, joining: list[str], month: str) -> None:
    joins = [Membership(municipality=code, takes_part=True, from_month=Month(month)) for code in joining]
    changed = with_membership(with_terms(project, YEAR, Changes(annual_amount=annual), 9), joins)
    months = [m for m in YEAR.months() if changed.participants(m)]
    due = sum(annual * m.fiscal_index // 12 - annual * (m.fiscal_index - 1) // 12 for m in months)
    assert sum(yen.base for yen in year_of(changed, YEAR.month(1), ()).values()) == due


@given(projects(), usages())
def test_usage_costs_the_same_without_its_names(project: Project, uses: list[UsageCell]) -> None:
    cells = [cell for cell in in_year(YEAR, uses) if project.takes_part(cell.municipality, cell.month)]
    named = sum(yen.usage for yen in year_of(project, YEAR.month(1), cells).values())
    unnamed = [Unnamed(cell.meter, cell.month, cell.quantity) for cell in cells]
    assert usage_of_unnamed(project, YEAR.month(1), unnamed) == named


def test_whole_terms_and_parts_of_them_exclude_each_other() -> None:
    with pytest.raises(ValidationError, match="not both"):
        Changes(terms=terms(year=YEAR), annual_amount=5)


@pytest.mark.parametrize(
    ("amount", "per", "text"),
    [(1, 8, "0.13"), (-1, 8, "-0.13"), (-1, 1000, "0.00"), (10**18 + 1, 1, "1000000000000000001.00"), (0, 7, "0.00")],
)
def test_two_decimals(amount: int, per: int, text: str) -> None:
    assert two_decimals(amount, per) == text


def test_nothing_is_divided_by_nobody() -> None:
    with pytest.raises(ValueError, match="divide"):
        two_decimals(1, 0)
