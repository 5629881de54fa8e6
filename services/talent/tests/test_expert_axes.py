"""The axes of an expert: qualification and availability go their own ways, and the day decides with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.municipalities import Area
from kyodo_talent.experts.events import (
    AlreadyRemoved,
    AvailabilityChanged,
    ConditionsStated,
    DayImpossible,
    ExpertErased,
    ExpertIsErased,
    ExpertQualified,
    ExpertRemoved,
    ExpertScreened,
    NotScreened,
    NotToBeScreened,
    PauseWithoutEnd,
    QualificationRenewed,
)
from kyodo_talent.experts.model import LONGEST, Expert
from kyodo_talent.experts.parts import Availability, Conditions, Language, Mode, Qualification, RemovalReason
from kyodo_talent.reference.personas import Persona

TODAY = date(2024, 6, 1)
LATER = date(2026, 3, 31)

REGISTERED = ExpertRegistered(pseudonym="expert-test", personas=("engineer",), half_days_per_month=4)
SCREENED = ExpertScreened()
QUALIFIED = ExpertQualified(valid_until=LATER)
REMOVED = ExpertRemoved(reason=RemovalReason.OWN_WISH)
PAUSED = AvailabilityChanged(availability=Availability.PAUSED, paused_until=date(2024, 8, 31))
CLOSED = AvailabilityChanged(availability=Availability.CLOSED, paused_until=None)
ERASED = ExpertErased()

PAST: dict[Qualification, list[Event]] = {
    Qualification.REGISTERED: [REGISTERED],
    Qualification.SCREENED: [REGISTERED, SCREENED],
    Qualification.QUALIFIED: [REGISTERED, SCREENED, QUALIFIED],
    Qualification.EXPIRED: [REGISTERED, SCREENED, ExpertQualified(valid_until=TODAY - timedelta(days=1))],
    Qualification.REMOVED: [REGISTERED, SCREENED, QUALIFIED, REMOVED],
}


def expert(*events: Event) -> Expert:
    return Expert(id="test").fold(events)


@pytest.mark.parametrize("qualification", Qualification)
def test_each_past_is_what_it_is_called(qualification: Qualification) -> None:
    assert expert(*PAST[qualification]).qualification_on(TODAY) is qualification


@pytest.mark.parametrize("qualification", Qualification)
def test_who_is_registered_or_comes_back_is_screened(qualification: Qualification) -> None:
    outcome = given(Expert).that(*PAST[qualification]).when(Expert.screen)
    if qualification in (Qualification.REGISTERED, Qualification.REMOVED):
        after = outcome.then(SCREENED)
        assert after.qualification_on(TODAY) is Qualification.SCREENED
    else:
        stored = outcome.before.qualification
        outcome.refuses(NotToBeScreened(qualification=stored))


@pytest.mark.parametrize("qualification", Qualification)
def test_only_who_was_screened_is_qualified_and_may_be_renewed(qualification: Qualification) -> None:
    until = date(2027, 3, 31)
    outcome = given(Expert).that(*PAST[qualification]).when(lambda expert: expert.qualify(until, TODAY))
    match qualification:
        case Qualification.SCREENED:
            outcome.then(ExpertQualified(valid_until=until))
        case Qualification.QUALIFIED | Qualification.EXPIRED:
            after = outcome.then(QualificationRenewed(valid_until=until))
            assert after.qualification_on(until) is Qualification.QUALIFIED
        case _:
            outcome.refuses(NotScreened(qualification=qualification))


def test_the_same_day_again_is_no_renewal() -> None:
    given(Expert).that(REGISTERED, SCREENED, QUALIFIED).when(lambda expert: expert.qualify(LATER, TODAY)).then()


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY + LONGEST + timedelta(days=1)])
def test_a_qualification_ends_on_a_day_to_come(day: date) -> None:
    refusal = DayImpossible(day=day, latest=TODAY + LONGEST)
    given(Expert).that(REGISTERED, SCREENED).when(lambda expert: expert.qualify(day, TODAY)).refuses(refusal)


def test_a_qualification_counts_on_its_last_day_and_not_the_day_after() -> None:
    found = expert(REGISTERED, SCREENED, QUALIFIED)
    assert found.qualification_on(LATER) is Qualification.QUALIFIED
    assert found.qualification_on(LATER + timedelta(days=1)) is Qualification.EXPIRED
    assert not found.is_available(LATER + timedelta(days=1))


def test_who_was_removed_is_not_removed_again() -> None:
    again = given(Expert).that(*PAST[Qualification.REMOVED]).when(lambda e: e.remove(RemovalReason.UNREACHABLE))
    again.refuses(AlreadyRemoved())


def test_a_pause_ends_by_itself_after_its_last_day() -> None:
    found = expert(REGISTERED, SCREENED, QUALIFIED, PAUSED)
    last = date(2024, 8, 31)
    assert (found.availability_on(last), found.is_available(last)) == (Availability.PAUSED, False)
    after = last + timedelta(days=1)
    assert (found.availability_on(after), found.is_available(after)) == (Availability.OPEN, True)


@pytest.mark.parametrize(
    ("availability", "until"),
    [(Availability.PAUSED, None), (Availability.OPEN, LATER), (Availability.CLOSED, LATER)],
)
def test_a_pause_has_a_last_day_and_nothing_else_has(availability: Availability, until: date | None) -> None:
    refusal = PauseWithoutEnd(availability=availability, paused_until=until or "none")
    outcome = given(Expert).that(REGISTERED).when(lambda e: e.set_availability(availability, until, TODAY))
    outcome.refuses(refusal)


def test_a_pause_does_not_end_in_the_past() -> None:
    pause = given(Expert).that(REGISTERED).when(lambda e: e.set_availability(Availability.PAUSED, TODAY, TODAY))
    pause.refuses(DayImpossible(day=TODAY, latest=TODAY + LONGEST))


def test_the_same_availability_is_no_change() -> None:
    given(Expert).that(REGISTERED, CLOSED).when(lambda e: e.set_availability(Availability.CLOSED, None, TODAY)).then()


@given_any(order=st.permutations([SCREENED, PAUSED]))
def test_the_axes_say_nothing_of_each_other(order: list[Event]) -> None:
    found = expert(REGISTERED, *order)
    assert (found.qualification_on(TODAY), found.availability_on(TODAY)) == (
        Qualification.SCREENED,
        Availability.PAUSED,
    )


def test_only_who_is_qualified_and_open_is_available() -> None:
    assert expert(*PAST[Qualification.QUALIFIED]).is_available(TODAY)
    others = [past for name, past in PAST.items() if name is not Qualification.QUALIFIED]
    others += [[*PAST[Qualification.QUALIFIED], one] for one in (PAUSED, CLOSED, ERASED)]
    assert not any(expert(*past).is_available(TODAY) for past in others)


def test_an_erased_expert_takes_nothing_any_more() -> None:
    erased = given(Expert).that(*PAST[Qualification.QUALIFIED], ERASED)
    conditions = Conditions(personas=(Persona.ENGINEER,), languages=(), modes=(), areas=())
    for decision in (
        Expert.screen,
        lambda e: e.qualify(LATER, TODAY),
        lambda e: e.remove(RemovalReason.OWN_WISH),
        lambda e: e.set_availability(Availability.OPEN, None, TODAY),
        lambda e: e.state_conditions(conditions),
        lambda e: e.claim_skills([]),
    ):
        erased.when(decision).refuses(ExpertIsErased())
    erased.when(Expert.erase).then()


def test_who_stated_nothing_works_remotely_in_japanese_anywhere() -> None:
    conditions = expert(REGISTERED).conditions
    assert conditions.personas == (Persona.ENGINEER,)
    assert (conditions.languages, conditions.modes, conditions.areas) == ((Language.JA,), (Mode.REMOTE,), tuple(Area))


def test_conditions_are_kept_once_each_in_order() -> None:
    stated = Conditions(
        personas=(Persona.ENGINEER, Persona.PRODUCER, Persona.ENGINEER),
        languages=(Language.EN, Language.JA),
        modes=(Mode.ON_SITE, Mode.REMOTE),
        areas=(Area.ISLANDS, Area.ISLANDS),
    )
    kept = Conditions(
        personas=(Persona.PRODUCER, Persona.ENGINEER),
        languages=(Language.JA, Language.EN),
        modes=(Mode.REMOTE, Mode.ON_SITE),
        areas=(Area.ISLANDS,),
    )
    outcome = given(Expert).that(REGISTERED).when(lambda e: e.state_conditions(stated))
    after = outcome.then(ConditionsStated(conditions=kept))
    assert list(after.state_conditions(stated)) == []
