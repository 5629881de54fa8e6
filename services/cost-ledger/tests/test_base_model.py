"""The base book: exact, to the yen, and never changed backwards by who joins later."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.base.segments import segment_of, segments
from kyodo_cost_ledger.explanations.model import explain_base
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.testing import terms
from kyodo_events.contracts.base_terms import TOKYO_SHARE
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO, municipalities

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"  # 66,680 / 169,179 / 150,149 residents
CODES = [m.code for m in municipalities()]

codes = st.lists(st.sampled_from(CODES), min_size=1, max_size=62, unique=True)
annual_amounts = st.integers(1, 10**12)
shares = st.fractions(0, 1, max_denominator=1000)


def project_of(agreed: list[BurdenTerms], joined: dict[str, str]) -> Project:
    participation = [ParticipationChange(n, c, True, Month(m)) for n, (c, m) in enumerate(joined.items(), start=1)]
    versions = [TermsVersion(n, body, "t", "0" * 64, UUID(int=n)) for n, body in enumerate(agreed, start=1)]
    return Project("p", True, tuple(participation), tuple(versions))


def everybody(of: list[str], month: str = "2024-04") -> dict[str, str]:
    return dict.fromkeys(of, month)


def by_month(project: Project) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (_, _, month), amount in base_charges(project).items():
        sums[month] = sums.get(month, 0) + amount
    return sums


def test_a_year_computed_by_hand() -> None:
    """1,000,000 yen a year, half borne by Tokyo, 20 % equal and 80 % by population, three municipalities.

    The whole year: Tokyo 500,000; equal 100,000 / 3 = 33,333 ⅓ each, one of them gets the yen that is left;
    population 400,000 × n / 386,008: Chiyoda 69,097.01, Chuo 175,311.39, Musashino 155,591.59, so the one yen
    that is left goes to Musashino.
    """
    project = project_of([terms(1_000_000, tokyo="1/2")], everybody([CHIYODA, CHUO, MUSASHINO]))
    year: dict[tuple[str, str], int] = {}
    for (party, item, _), amount in base_charges(project).items():
        year[party, item] = year.get((party, item), 0) + amount
    equal = sorted(year.pop((code, "equal")) for code in (CHIYODA, CHUO, MUSASHINO))
    assert equal == [33_333, 33_333, 33_334]
    assert year == {
        (TOKYO, TOKYO_SHARE): 500_000,
        (CHIYODA, "population"): 69_097,
        (CHUO, "population"): 175_311,
        (MUSASHINO, "population"): 155_592,
    }
    # April: 1,000,000 / 12 is 83,333 yen; the municipalities' half is 41,666.5, its fraction goes to Tokyo.
    assert base_charges(project)[TOKYO, TOKYO_SHARE, Month("2024-04")] == 41_667


@given(annual_amounts, shares, codes)
def test_tokyo_and_the_municipalities_bear_the_pool_of_every_month(annual: int, tokyo: Fraction, of: list[str]) -> None:
    sums = by_month(project_of([terms(annual, tokyo=str(tokyo))], everybody(of)))
    index = {month: month.fiscal_index for month in map(Month, sums)}
    assert all(sums[m] == annual * n // 12 - annual * (n - 1) // 12 for m, n in index.items())
    assert sum(sums.values()) == annual


@given(annual_amounts, shares, codes)
def test_twelve_months_sum_to_the_split_of_the_year(annual: int, tokyo: Fraction, of: list[str]) -> None:
    project = project_of([terms(annual, tokyo=str(tokyo))], everybody(of))
    year: dict[str, dict[str, int]] = {}
    for (party, item, _), amount in base_charges(project).items():
        column = year.setdefault(item, {})
        column[party] = column.get(party, 0) + amount
    [segment] = segments(project)
    whole = segment.division(segment.last)
    expected = {**whole.columns, TOKYO_SHARE: {TOKYO: whole.tokyo}}
    assert _without_zeros(year) == _without_zeros(expected)


def _without_zeros(columns: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    filled = {item: {party: yen for party, yen in column.items() if yen} for item, column in columns.items()}
    return {item: column for item, column in filled.items() if column}


@given(annual_amounts, shares, codes, st.integers(1, 11), st.data())
def test_who_joins_later_changes_no_earlier_month(
    annual: int, tokyo: Fraction, of: list[str], joins: int, data: st.DataObject
) -> None:
    late = data.draw(st.sampled_from(CODES).filter(lambda code: code not in of or len(of) == 62))
    first = Month("2024-04").fiscal_year.month(joins + 1)
    before = base_charges(project_of([terms(annual, tokyo=str(tokyo))], everybody(of)))
    after_project = project_of([terms(annual, tokyo=str(tokyo))], everybody(of) | {late: first})
    after = base_charges(after_project)
    assert {c: a for c, a in before.items() if c[2] < first} == {c: a for c, a in after.items() if c[2] < first}
    assert sum(by_month(after_project).values()) == annual


def test_terms_that_begin_in_october_cost_half_a_year() -> None:
    project = project_of([terms(1_000_001, effective_from="2024-10")], everybody([CHIYODA, CHUO]))
    assert sum(by_month(project).values()) == 1_000_001 - 1_000_001 * 6 // 12
    assert min(by_month(project)) == "2024-10"


def test_new_terms_within_the_year_leave_earlier_months_and_other_years_alone() -> None:
    first = terms(1_200_000)
    second = terms(2_400_000, effective_from="2024-10")
    sums = by_month(project_of([first, second, terms(600_000, year=2025)], everybody([CHIYODA, CHUO])))
    assert (sums["2024-09"], sums["2024-10"], sums["2025-03"], sums["2025-04"]) == (100_000, 200_000, 200_000, 50_000)


def test_months_without_participants_and_projects_not_started_cost_nobody_anything() -> None:
    joined = everybody([CHIYODA], "2024-06")
    assert min(by_month(project_of([terms(1_200_000)], joined))) == "2024-06"
    not_started = Project("p", False, project_of([], joined).participation, project_of([terms()], {}).terms)
    assert base_charges(not_started) == {}


def test_segments_split_where_terms_or_participants_change() -> None:
    project = project_of(
        [terms(), terms(effective_from="2024-10")], everybody([CHIYODA]) | {CHUO: "2024-07", MUSASHINO: "2025-01"}
    )
    assert [(s.first, s.last, len(s.participants)) for s in segments(project)] == [
        ("2024-04", "2024-06", 1),
        ("2024-07", "2024-09", 2),
        ("2024-10", "2024-12", 2),
        ("2025-01", "2025-03", 3),
    ]


@given(annual_amounts, shares, codes, st.integers(1, 12), st.data())
def test_the_explanation_comes_to_the_charge(
    annual: int, tokyo: Fraction, of: list[str], index: int, data: st.DataObject
) -> None:
    project = project_of([terms(annual, tokyo=str(tokyo))], everybody(of))
    code, item = data.draw(st.sampled_from(of)), data.draw(st.sampled_from(["equal", "population"]))
    month = Month("2024-04").fiscal_year.month(index)
    segment = segment_of(project, month)
    assert segment
    found = explain_base(segment, month, item, code)
    assert found
    assert found.amount == base_charges(project).get((code, item, month), 0)
    through = found.until_this_month
    assert through.component
    assert through.share
    total = sum(map(Fraction, found.weights.values()))
    exact = through.component.amount * Fraction(found.weights[code]) / total
    assert Fraction(through.share.quota) == exact
    assert through.share.whole + Fraction(through.share.remainder) == exact
    assert through.share.whole + through.share.residual == through.share.amount == through.amount
