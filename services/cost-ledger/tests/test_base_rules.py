"""What base terms can say: mid-year rules, rounding, Tokyo's part, and costs that wait for a figure."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_cost_ledger.base.model import base_charges, waiting_for
from kyodo_cost_ledger.base.segments import Missing, segment_of
from kyodo_cost_ledger.drivers.model import CENSUS, Figures, FiguresKey
from kyodo_cost_ledger.explanations.model import explain_base
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_events.contracts.base_terms import BaseDate, BaseTerms
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, municipalities

A, B, C = "131016", "132039", "132080"
CODES = [m.code for m in municipalities()]
EQUAL = {"driver": "equal", "share": "1"}


def base_of(annual: Any = 1_200_000, components: Any = (EQUAL,), **fields: Any) -> dict[str, Any]:
    return {"annual_amount": annual, "components": components, **fields}


def project_of(base: dict[str, Any], *changes: ParticipationChange, figures: Any = CENSUS) -> Project:
    terms = BurdenTerms.model_validate({"fiscal_year": 2024, "effective_from": "2024-04", "base": base})
    return Project("p", True, changes, (TermsVersion(1, terms, "t", "0" * 64, UUID(int=1)),), figures)


def joins(number: int, code: str, month: str = "2024-04", day: date | None = None) -> ParticipationChange:
    return ParticipationChange(number, code, True, Month(month), day)


def leaves(number: int, code: str, after: str, day: date | None = None) -> ParticipationChange:
    return ParticipationChange(number, code, False, Month(after), day)


def per_party(project: Project) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for (party, _, _), amount in base_charges(project).items():
        sums[party] += amount
    return dict(sums)


LATE = (joins(1, A), joins(2, B), joins(3, C, "2024-10"))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("by_month", {A: 500_000, B: 500_000, C: 200_000}),  # 6 × 50,000 + 6 × 33,333 ⅓
        ("whole_year", {A: 400_000, B: 400_000, C: 400_000}),
        ("next_year", {A: 600_000, B: 600_000}),
    ],
)
def test_who_joins_in_october(rule: str, expected: dict[str, int]) -> None:
    assert per_party(project_of(base_of(mid_year=rule), *LATE)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("by_month", {A: 900_000, B: 300_000}),
        ("whole_year", {A: 600_000, B: 600_000}),
        ("next_year", {A: 600_000, B: 600_000}),
    ],
)
def test_who_leaves_after_september(rule: str, expected: dict[str, int]) -> None:
    changes = (joins(1, A), joins(2, B), leaves(3, B, "2024-10"))
    assert per_party(project_of(base_of(mid_year=rule), *changes)) == expected


def test_by_day_a_month_counts_for_its_days() -> None:
    """B joins on 16 June: 15 of 30 days, so June's 100,000 are split 2 : 1."""
    project = project_of(base_of(mid_year="by_day"), joins(1, A), joins(2, B, "2024-06", date(2024, 6, 16)))
    june = {p: yen for (p, _, month), yen in base_charges(project).items() if month == "2024-06"}
    assert sorted(june.values()) == [33_333, 66_667]
    assert per_party(project) == {A: 200_000 + 66_667 + 450_000, B: 33_333 + 450_000}


def test_by_day_the_last_month_counts_for_its_days() -> None:
    """B's last day is 10 April: it left on the 11th, and the month after is the first without it."""
    changes = (joins(1, A), joins(2, B), leaves(3, B, "2024-05", date(2024, 4, 11)))
    april = {
        p: yen
        for (p, _, m), yen in base_charges(project_of(base_of(mid_year="by_day"), *changes)).items()
        if m == "2024-04"
    }
    assert april == {A: 75_000, B: 25_000}  # 30 : 10


def test_days_do_not_matter_to_terms_that_charge_by_month() -> None:
    late = joins(2, B, "2024-06", date(2024, 6, 16))
    assert per_party(project_of(base_of(), joins(1, A), late)) == {A: 700_000, B: 500_000}


def test_tokyo_bears_an_amount_of_its_own() -> None:
    project = project_of(base_of(1_000_000, tokyo_amount=400_001), joins(1, A))
    assert per_party(project) == {TOKYO: 400_001, A: 599_999}


def test_a_bearer_that_takes_no_part_is_stood_in_for_by_tokyo() -> None:
    rounding = {"unit": 1000, "direction": "up", "bearer": C}
    assert per_party(project_of(base_of(1_000_002, rounding=rounding), joins(1, A), joins(2, B))) == {
        A: 501_000,
        B: 501_000,
        TOKYO: -1_998,
    }


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**11),
    st.fractions(0, 1, max_denominator=50),
    st.integers(0, 50_000),
    st.sampled_from([1, 10, 100, 1000, 10000]),
    st.sampled_from(["down", "up", "nearest"]),
    st.lists(st.sampled_from(CODES), min_size=1, max_size=62, unique=True),
    st.sampled_from(["by_month", "by_day", "whole_year", "next_year"]),
    st.data(),
)
def test_nothing_disappears_whatever_the_terms_say(
    annual: int,
    tokyo: Fraction,
    flat: int,
    unit: int,
    direction: str,
    codes: list[str],
    mid_year: str,
    data: st.DataObject,
) -> None:
    """All parties together bear the annual amount, and with one segment each but the bearer a multiple of the unit."""
    bearer = data.draw(st.sampled_from([TOKYO, *codes]))
    components = [{"driver": "equal", "share": "1/3"}, {"driver": "population", "share": "2/3"}]
    rounding = {"unit": unit, "direction": direction, "bearer": bearer}
    fields = {"tokyo_share": str(tokyo), "flat_amount": flat, "rounding": rounding, "mid_year": mid_year}
    project = project_of(
        base_of(annual, components, **fields), *(joins(n, code) for n, code in enumerate(codes, start=1))
    )
    sums = per_party(project)
    assert sum(sums.values()) == annual
    assert all(sums.get(code, 0) % unit == 0 for code in codes if code != bearer)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 10**9),
    st.sampled_from(["by_month", "by_day", "whole_year", "next_year"]),
    st.lists(st.sampled_from(CODES[:10]), min_size=1, max_size=6, unique=True),
    st.data(),
)
def test_any_line_is_explained_to_the_yen(annual: int, mid_year: str, codes: list[str], data: st.DataObject) -> None:
    days = st.dates(date(2024, 4, 1), date(2025, 2, 28))
    changes = [joins(1, codes[0])]
    for number, code in enumerate(codes[1:], start=2):
        day = data.draw(days)
        changes.append(joins(number, code, f"{day:%Y-%m}", day))
    rounding = {"unit": 100, "direction": "nearest", "bearer": codes[0]}
    components = [{"driver": "equal", "share": "1/7"}, {"driver": "population", "share": "6/7"}]
    base = base_of(annual, components, flat_amount=1_000, rounding=rounding, mid_year=mid_year)
    project = project_of(base, *changes)
    chosen = FiscalYear(2024).month(data.draw(st.integers(1, 12)))
    segment = segment_of(project, chosen)
    assert segment
    for (party, item, month), amount in base_charges(project).items():
        if party != TOKYO and month == chosen:
            found = explain_base(segment, month, item, party)
            assert found
            assert found.amount == amount


ELDERLY = {"driver": "elderly", "share": "1", "base_date": "1_january"}
KEY = FiguresKey("elderly", "2024-01-01")


def test_the_base_cost_waits_for_figures_that_are_not_published() -> None:
    project = project_of(base_of(components=[ELDERLY]), joins(1, A), joins(2, B))
    assert base_charges(project) == {}
    assert waiting_for(project) == [Missing("p", FiscalYear(2024), "elderly", "2024-01-01", (A, B))]


def test_it_waits_for_the_one_figure_that_is_missing() -> None:
    figures = {KEY: Figures("65歳以上人口", "人", "例", {A: 100})}
    project = project_of(base_of(components=[ELDERLY]), joins(1, A), joins(2, B), figures=figures)
    assert [missing.municipalities for missing in waiting_for(project)] == [(B,)]
    with_both = project_of(
        base_of(components=[ELDERLY]),
        joins(1, A),
        joins(2, B),
        figures={KEY: Figures("65歳以上人口", "人", "例", {A: 100, B: 300})},
    )
    assert per_party(with_both) == {A: 300_000, B: 900_000}


def test_it_waits_where_nobody_weighs_anything() -> None:
    figures = {KEY: Figures("65歳以上人口", "人", "例", {A: 0, B: 5})}
    project = project_of(base_of(components=[ELDERLY]), joins(1, A), figures=figures)
    assert base_charges(project) == {}
    assert waiting_for(project) == [Missing("p", FiscalYear(2024), "elderly", "2024-01-01", ())]


@pytest.mark.parametrize(
    ("base_date", "reference"),
    [
        ("1_january", "2024-01-01"),
        ("31_march", "2024-03-31"),
        ("30_september", "2023-09-30"),
        ("1_october", "2023-10-01"),
        ("census", "2020-10-01"),
        ("previous_fiscal_year", "FY2023"),
        ("calendar_year", "CY2023"),
    ],
)
def test_base_dates_lie_before_the_year(base_date: str, reference: str) -> None:
    assert BaseDate(base_date).reference(FiscalYear(2024)) == reference


def test_a_census_counts_from_the_second_year_after_it() -> None:
    years = {year: BaseDate.CENSUS.reference(FiscalYear(year)) for year in (2021, 2022, 2026, 2027)}
    assert years == {2021: "2015-10-01", 2022: "2020-10-01", 2026: "2020-10-01", 2027: "2025-10-01"}


@pytest.mark.parametrize(
    "base",
    [
        base_of(-1),
        base_of(1_000_000.5),
        base_of("1000000"),
        base_of(components=[{"driver": "equal", "share": "2/3"}]),
        base_of(components=[{"driver": "equal", "share": "1/2"}, {"driver": "equal", "share": "1/2"}]),
        base_of(components=[{"driver": "equal", "share": 1.0}]),
        base_of(components=[{"driver": "moon_phase", "share": "1", "base_date": "census"}]),  # no name
        base_of(components=[{"driver": "elderly", "share": "1"}]),  # no base date
        base_of(components=[{"driver": "equal", "share": "1", "base_date": "census"}]),
        base_of(components=[{"driver": "fixed", "share": "1"}]),
        base_of(components=[{"driver": "fixed", "share": "1", "weights": {A: 0}}]),
        base_of(components=[{"driver": "fixed", "share": "1", "weights": {A: 1.5}}]),
        base_of(components=[{"driver": "population_power", "share": "1", "base_date": "census", "weights": {A: 1}}]),
        base_of(components=[{"driver": "usage_of_previous_year", "share": "1", "base_date": "previous_fiscal_year"}]),
        base_of(components=[{"driver": "tokyo_share", "share": "1", "label_ja": "都"}]),
        base_of(tokyo_share="1/2", tokyo_amount=1),
        base_of(100, tokyo_amount=101),
        base_of(flat_amount=-1),
        base_of(rounding={"unit": 500, "direction": "down", "bearer": TOKYO}),
        base_of(rounding={"unit": 1000, "direction": "down"}),
        base_of(mid_year="sometimes"),
    ],
)
def test_base_terms_that_say_nothing_clear_are_refused(base: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BaseTerms.model_validate(base)
