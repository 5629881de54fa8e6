"""Cost verifications: who estimates, who checks, and how long it counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.municipalities import TOKYO, municipalities
from kyodo_procurement.themes.events import Need, SurveyAnswer
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.verifications.events import (
    CostEstimated,
    CostRejected,
    CostVerified,
    CounterEstimateAdopted,
    CounterEstimateMade,
    Estimate,
    VerificationRequested,
)
from kyodo_procurement.verifications.model import (
    By,
    CostVerification,
    NotEstimated,
    NotEstimating,
    NotTheEstimator,
    OwnEstimate,
    Standing,
    VerificationStatus,
    last_day,
    standing,
)
from kyodo_procurement.working_groups.model import ThemeNotReady

CHIYODA, MUSASHINO = "131016", "132039"
TODAY = date(2023, 6, 1)
FIFTH = Fraction(1, 5)
ESTIMATE = Estimate(
    one_off=3_000_000,
    fixed_per_year=12_000_000,
    variable_per_unit=30,
    unit_ja="件",
    based_on_quantity=100_000,
    sources=("3社の概算見積り",),
)
CHEAPER = ESTIMATE.model_copy(update={"fixed_per_year": 9_000_000})
TOKYO_A, CHIYODA_B, MUSASHINO_C = By(TOKYO, "a"), By(CHIYODA, "b"), By(MUSASHINO, "c")

requested = VerificationRequested(theme_id="theme", requested_by=TOKYO, tolerance=FIFTH)
estimated = CostEstimated(estimate=ESTIMATE, based_on_needs=10, organisation=TOKYO, estimated_by="a")
countered = CounterEstimateMade(counter=1, estimate=CHEAPER, organisation=CHIYODA, estimated_by="b")
adopted = CounterEstimateAdopted(counter=1, estimate=CHEAPER, based_on_needs=11)
verified = CostVerified(verified_on=TODAY, expires_on=date(2024, 6, 1), organisation=CHIYODA, verified_by="b")
rejected = CostRejected(reason="出典が古い", organisation=CHIYODA, rejected_by="b")


def theme(needs: int, status: ThemeStatus = ThemeStatus.SURVEYED) -> Theme:
    codes = [municipality.code for municipality in municipalities()[:needs]]
    return Theme(id="theme", status=status, answers={code: SurveyAnswer(need=Need.NEED) for code in codes})


def adopt_as(by: By, it: CostVerification) -> Events:
    return it.adopt(1, by, theme(11))


def verify_as(by: By, it: CostVerification) -> Events:
    return it.verify(by, TODAY)


def test_a_verification_is_requested_of_a_theme_that_is_worked_on() -> None:
    given(CostVerification).when(lambda it: it.request(theme(10), TOKYO, FIFTH, TODAY)).then(requested)
    shelved = theme(10, ThemeStatus.SHELVED)
    given(CostVerification).when(lambda it: it.request(shelved, TOKYO, FIFTH, TODAY)).refuses(
        ThemeNotReady(status=ThemeStatus.SHELVED)
    )


def test_an_estimate_counts_the_needs_itself() -> None:
    after = (
        given(CostVerification)
        .that(requested)
        .when(lambda it: it.make_estimate(ESTIMATE, TOKYO_A, theme(10)))
        .then(estimated)
    )
    assert (after.status, after.based_on_needs) == (VerificationStatus.ESTIMATED, 10)


def test_an_estimate_is_made_once_and_again_after_a_rejection() -> None:
    again = given(CostVerification).that(requested, estimated)
    again.when(lambda it: it.make_estimate(ESTIMATE, TOKYO_A, theme(10))).then()
    again.when(lambda it: it.make_estimate(CHEAPER, TOKYO_A, theme(10))).refuses(
        NotEstimating(status=VerificationStatus.ESTIMATED)
    )
    again.that(verified).when(lambda it: it.make_estimate(CHEAPER, TOKYO_A, theme(10))).refuses(
        NotEstimating(status=VerificationStatus.VERIFIED)
    )
    by_other = CostEstimated(estimate=CHEAPER, based_on_needs=12, organisation=CHIYODA, estimated_by="b")
    again.that(rejected).when(lambda it: it.make_estimate(CHEAPER, CHIYODA_B, theme(12))).then(by_other)
    again.that(rejected, by_other).when(lambda it: it.verify(TOKYO_A, TODAY)).then(
        verified.model_copy(update={"organisation": TOKYO, "verified_by": "a"})
    )


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([], VerificationStatus.REQUESTED),
        ([estimated, verified], VerificationStatus.VERIFIED),
        ([estimated, rejected], VerificationStatus.REJECTED),
    ],
)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.counter(CHEAPER, CHIYODA_B),
        lambda it: it.adopt(1, TOKYO_A, theme(10)),
        lambda it: it.verify(CHIYODA_B, TODAY),
        lambda it: it.reject("出典が古い", CHIYODA_B),
    ],
)
def test_the_rest_happens_while_it_is_estimated(
    past: list[Event], status: VerificationStatus, act: Callable[[CostVerification], Events]
) -> None:
    given(CostVerification).that(requested, *past).when(act).refuses(NotEstimated(status=status))


def test_somebody_else_verifies_or_rejects() -> None:
    past = given(CostVerification).that(requested, estimated)
    past.when(lambda it: it.verify(CHIYODA_B, TODAY)).then(verified)
    past.when(lambda it: it.reject("出典が古い", CHIYODA_B)).then(rejected)


@pytest.mark.parametrize("organisation", [TOKYO, CHIYODA])
def test_nobody_checks_or_counters_an_own_estimate_whoever_it_is_done_for(organisation: str) -> None:
    past, same = given(CostVerification).that(requested, estimated), By(organisation, "a")
    past.when(lambda it: it.verify(same, TODAY)).refuses(OwnEstimate())
    past.when(lambda it: it.reject("出典が古い", same)).refuses(OwnEstimate())
    past.when(lambda it: it.counter(CHEAPER, same)).refuses(OwnEstimate())


def test_a_counter_estimate_is_kept_beside() -> None:
    past = given(CostVerification).that(requested, estimated)
    after = past.when(lambda it: it.counter(CHEAPER, CHIYODA_B)).then(countered)
    assert (after.estimate, after.counters) == (ESTIMATE, {1: (CHIYODA_B, CHEAPER)})
    past.that(countered).when(lambda it: it.counter(CHEAPER, CHIYODA_B)).then()
    past.that(countered).when(lambda it: it.verify(CHIYODA_B, TODAY)).then(verified)


def test_the_estimator_adopts_a_counter_estimate() -> None:
    past = given(CostVerification).that(requested, estimated, countered)
    after = past.when(lambda it: it.adopt(1, TOKYO_A, theme(11))).then(adopted)
    assert (after.status, after.estimate, after.based_on_needs) == (VerificationStatus.ESTIMATED, CHEAPER, 11)
    past.that(adopted).when(lambda it: it.adopt(1, TOKYO_A, theme(11))).then()
    past.when(lambda it: it.adopt(2, TOKYO_A, theme(11))).refuses(NotFound(what="counter-estimate", id=2))
    for other in (CHIYODA_B, By(TOKYO, "d"), By(CHIYODA, "a")):
        past.when(partial(adopt_as, other)).refuses(NotTheEstimator(organisation=TOKYO))


def test_an_adopted_counter_estimate_has_two_authors_and_neither_checks_it() -> None:
    past = given(CostVerification).that(requested, estimated, countered, adopted)
    for author in (TOKYO_A, CHIYODA_B):
        past.when(partial(verify_as, author)).refuses(OwnEstimate())
    past.when(lambda it: it.verify(MUSASHINO_C, TODAY)).then(
        verified.model_copy(update={"organisation": MUSASHINO, "verified_by": "c"})
    )


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2023, 6, 1), date(2024, 6, 1)),
        (date(2023, 12, 31), date(2024, 12, 31)),
        (date(2023, 2, 28), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2025, 2, 28)),
        (date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_twelve_months_end_as_the_civil_code_counts_them(day: date, last: date) -> None:
    assert last_day(day) == last


@given_any(st.dates(date(2000, 4, 1), date(2099, 3, 31)))
def test_twelve_months_are_always_a_year_of_days(day: date) -> None:
    assert timedelta(days=365) <= last_day(day) - day <= timedelta(days=366)


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        (8, Standing.LIVE),
        (12, Standing.LIVE),
        (7, Standing.DEMAND_CHANGED),
        (13, Standing.DEMAND_CHANGED),
    ],
)
def test_demand_may_change_by_the_stated_share_and_no_more(needs: int, found: Standing) -> None:
    it = CostVerification(id="test").fold([requested, estimated, verified])
    assert standing(it.expires_on, it.based_on_needs, it.tolerance, TODAY, needs) is found
    assert it.is_live(TODAY, needs) is (found is Standing.LIVE)


def test_a_verification_counts_until_the_end_of_its_last_day() -> None:
    it = CostVerification(id="test").fold([requested, estimated, verified])
    assert it.is_live(date(2024, 6, 1), 10)
    assert not it.is_live(date(2024, 6, 2), 10)


@pytest.mark.parametrize("past", [[], [estimated], [estimated, rejected]])
def test_what_was_not_verified_never_counts(past: list[Event]) -> None:
    assert not CostVerification(id="test").fold([requested, *past]).is_live(TODAY, 10)


@given_any(base=st.integers(0, 62), needs=st.integers(0, 62), tolerance=st.fractions(0, 1, max_denominator=50))
def test_it_counts_exactly_while_the_change_is_within_the_share(base: int, needs: int, tolerance: Fraction) -> None:
    within = abs(needs - base) <= tolerance * base
    assert (standing(TODAY, base, tolerance, TODAY, needs) is Standing.LIVE) is within


def test_words_hold_no_person_and_no_amount() -> None:
    for event in (requested, estimated, countered, adopted, verified, rejected):
        words = event.in_words()
        assert words
        assert "000" not in words
    assert verified.in_words() == "千代田区が費用を確認した（2024-06-01まで有効）"
