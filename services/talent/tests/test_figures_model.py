"""What the figures say of plain lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.values.municipalities import municipalities
from kyodo_talent.figures.model import (
    Asked,
    SizeBand,
    Step,
    band_of,
    fill_rates,
    funnel,
    per_residents,
    served_by_band,
)

BEGUN = datetime(2024, 4, 1, tzinfo=UTC)
AOGASHIMA, KUNITACHI, SETAGAYA = "134023", "132152", "131121"


def on(**days: int) -> dict[Step, datetime]:
    return {Step(step): BEGUN + timedelta(days=number) for step, number in days.items()}


def test_the_funnel_counts_who_came_how_far_and_how_long_it_took() -> None:
    steps = funnel(
        [on(registered=0, qualified=10, referred=40, engaged=60), on(registered=5, qualified=7), on(registered=9)]
    )
    assert [(step.experts, step.of, step.median_days) for step in steps] == [
        (3, 3, None),
        (2, 3, 2),
        (1, 2, 30),
        (1, 1, 20),
    ]


def test_who_was_engaged_passed_every_step_before() -> None:
    steps = funnel([on(registered=0, engaged=3)])
    assert [(step.experts, step.median_days) for step in steps] == [(1, None), (1, None), (1, None), (1, None)]


@given_any(st.lists(st.dictionaries(st.sampled_from(Step), st.integers(0, 500)), max_size=30))
def test_a_count_never_grows_on_the_way(reached: list[dict[Step, int]]) -> None:
    steps = funnel(on(**{step.value: days for step, days in one.items()}) for one in reached)
    assert all(step.experts <= step.of for step in steps)
    assert steps[0].experts == sum(1 for one in reached if one)


def test_a_step_that_was_recorded_late_took_no_time() -> None:
    assert [step.median_days for step in funnel([on(registered=5, qualified=3)])] == [None, 0, None, None]


def test_days_are_those_of_the_calendar_in_tokyo() -> None:
    evening, morning = datetime(2024, 4, 1, 14, 30, tzinfo=UTC), datetime(2024, 4, 1, 15, 30, tzinfo=UTC)
    assert funnel([{Step.REGISTERED: evening, Step.QUALIFIED: morning}])[1].median_days == 1


def test_nobody_makes_an_empty_funnel() -> None:
    assert [(step.step, step.experts, step.median_days) for step in funnel([])] == [(step, 0, None) for step in Step]


@pytest.mark.parametrize(
    ("code", "band"),
    [
        (AOGASHIMA, SizeBand.UNDER_10_000),
        (KUNITACHI, SizeBand.UNDER_100_000),
        (SETAGAYA, SizeBand.LARGER),
    ],
)
def test_size_bands(code: str, band: SizeBand) -> None:
    assert band_of(code) is band


def test_what_is_partly_filled_counts_as_half_and_what_is_open_not_at_all() -> None:
    asked = [
        Asked(AOGASHIMA, "shared_use", "fulfilled", 12),
        Asked(AOGASHIMA, "shared_use", "partly", 20),
        Asked(AOGASHIMA, "shared_use", "unfilled", None),
        Asked(AOGASHIMA, "shared_use", "matching", None),
        Asked(SETAGAYA, "shared_use", "matching", 3),
    ]
    small, large = fill_rates(asked)
    assert (small.band, small.requests, small.closed, small.rate_percent) == (SizeBand.UNDER_10_000, 4, 3, 50)
    assert small.median_days_to_referral == 12
    assert (large.closed, large.rate_percent, large.median_days_to_referral) == (0, None, 3)


def test_bands_hold_all_62_and_all_half_days() -> None:
    bands = served_by_band({AOGASHIMA: 6, SETAGAYA: 40})
    assert sum(band.population for band in bands) == sum(one.population for one in municipalities())
    assert {band.band: band.half_days for band in bands if band.half_days} == {
        SizeBand.UNDER_10_000: 6,
        SizeBand.LARGER: 40,
    }


def test_per_residents_is_exact_and_rounded_down() -> None:
    assert per_residents(1, 169) == "59.17"
    assert per_residents(0, 169) == "0.00"
    assert per_residents(3, 943_664) == "0.03"
