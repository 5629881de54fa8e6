"""A supporter's rules, without I/O."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_supporter_matching.supporters.events import (
    CertificateMissing,
    ConditionsStated,
    DeclarationsMade,
    DeclarationsMissing,
    GuardianConsented,
    GuardianConsentMissing,
    InsuranceOver,
    SupporterActivated,
    SupporterApplied,
    SupporterErased,
    SupporterIsErased,
    SupporterReinstated,
    SupporterRested,
    SupporterResumed,
    SupporterSuspended,
    SupporterWithdrew,
    WrongStatus,
)
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.supporters.parts import (
    Conditions,
    Hours,
    Language,
    OtherHours,
    SupporterKind,
    SuspensionReason,
    WeeklyHours,
)

TODAY = date(2026, 11, 28)
MUSASHINO = "132039"
STOPPED = WrongStatus(current="suspended", needed="active or resting")
MORNING = WeeklyHours(weekday=0, begin="09:00", end="12:00")
CONDITIONS = Conditions(
    languages=(Language.JAPANESE_SIGN_LANGUAGE, Language.JAPANESE), sessions_per_month=6, weekly=(MORNING,)
)
INSURED = DeclarationsMade(insured_until=TODAY, declared_on=TODAY)


def applied(*, minor: bool = False) -> list[Event]:
    return [
        SupporterApplied(pseudonym="supporter-x", home_municipality=MUSASHINO, kind=SupporterKind.STUDENT, minor=minor),
        ConditionsStated(conditions=CONDITIONS.in_order()),
    ]


def registered() -> list[Event]:
    languages = ("ja", "jsl")
    event = SupporterRegistered(
        pseudonym="supporter-x", home_municipality=MUSASHINO, languages=languages, sessions_per_month=6
    )
    return [*applied(), event]


def test_a_candidate_is_registered_once_certified() -> None:
    candidate = given(Supporter).that(*applied())
    candidate.when(lambda one: one.register(certified=False)).refuses(CertificateMissing())
    candidate.when(lambda one: one.register(certified=True)).then(
        SupporterRegistered(
            pseudonym=candidate.state.pseudonym,
            home_municipality=MUSASHINO,
            languages=(Language.JAPANESE, Language.JAPANESE_SIGN_LANGUAGE),
            sessions_per_month=6,
        )
    )
    given(Supporter).that(*registered()).when(lambda one: one.register(certified=False)).then()


def test_a_minor_needs_a_guardian() -> None:
    minor = given(Supporter).that(*applied(minor=True))
    minor.when(lambda one: one.register(certified=True)).refuses(GuardianConsentMissing())
    agreed = GuardianConsented(given_on=TODAY, reference="見本-1")
    with_guardian = given(Supporter).that(*applied(minor=True), agreed)
    assert len(list(with_guardian.state.register(certified=True))) == 1


def test_activity_needs_insurance_and_declaration() -> None:
    given(Supporter).that(*registered()).when(lambda one: one.activate(TODAY)).refuses(DeclarationsMissing())
    declared = given(Supporter).that(*registered(), INSURED)
    declared.when(lambda one: one.activate(TODAY)).then(SupporterActivated())
    declared.when(lambda one: one.activate(TODAY + timedelta(days=1))).refuses(DeclarationsMissing())
    active = given(Supporter).that(*registered(), INSURED, SupporterActivated()).state
    assert (active.can_help_on(TODAY), active.can_help_on(TODAY + timedelta(days=1))) == (True, False)


@pytest.mark.parametrize(
    ("insured_until", "declared_on"),
    [
        (TODAY - timedelta(days=1), TODAY),
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY + timedelta(days=6 * 366), TODAY),
    ],
)
def test_impossible_dates_of_declarations(insured_until: date, declared_on: date) -> None:
    given(Supporter).that(*applied()).when(lambda one: one.declare(insured_until, declared_on, TODAY)).refuses(
        InsuranceOver()
    )


@pytest.mark.parametrize(
    ("past", "decide", "then"),
    [
        ([], Supporter.rest, [SupporterRested()]),
        ([SupporterRested()], Supporter.rest, []),
        ([SupporterRested()], Supporter.resume, [SupporterResumed()]),
        ([], Supporter.resume, []),
        ([SupporterSuspended(reason=SuspensionReason.COMPLAINT)], Supporter.reinstate, [SupporterReinstated()]),
        ([], Supporter.withdraw, [SupporterWithdrew()]),
        ([SupporterWithdrew()], Supporter.withdraw, []),
        ([], Supporter.erase, [SupporterWithdrew(), SupporterErased()]),
        ([SupporterWithdrew(), SupporterErased()], Supporter.erase, []),
    ],
)
def test_steps(past: list[Event], decide: Any, then: list[Event]) -> None:
    given(Supporter).that(*registered(), INSURED, SupporterActivated(), *past).when(decide).then(*then)


@pytest.mark.parametrize(
    ("past", "decide", "refusal"),
    [
        (
            [SupporterSuspended(reason=SuspensionReason.COMPLAINT)],
            Supporter.rest,
            STOPPED,
        ),
        (
            [SupporterSuspended(reason=SuspensionReason.COMPLAINT)],
            Supporter.resume,
            STOPPED,
        ),
        ([], Supporter.reinstate, WrongStatus(current="active", needed="suspended or resting")),
        ([SupporterWithdrew()], Supporter.resume, WrongStatus(current="withdrawn", needed="one who is here")),
        ([SupporterWithdrew(), SupporterErased()], Supporter.rest, SupporterIsErased()),
    ],
)
def test_refused_steps(past: list[Event], decide: Any, refusal: Refused) -> None:
    given(Supporter).that(*registered(), INSURED, SupporterActivated(), *past).when(decide).refuses(refusal)


def test_hours_of_a_day() -> None:
    """Times that touch are one; an exception replaces the week's hours, and may leave none."""
    monday, away, other = date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)
    conditions = Conditions(
        languages=(Language.JAPANESE,),
        sessions_per_month=4,
        weekly=(MORNING, WeeklyHours(weekday=0, begin="12:00", end="13:30")),
        exceptions=(OtherHours(day=away), OtherHours(day=other, hours=(Hours(begin="18:00", end="20:00"),))),
    )
    assert conditions.on(monday) == ((540, 810),)
    assert conditions.on(monday + timedelta(days=1)) == ()
    assert conditions.on(away) == ()
    assert conditions.on(other) == ((1080, 1200),)
