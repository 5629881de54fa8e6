"""The rules of a venue."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_supporter_matching.venues.model import (
    Venue,
    VenueChanged,
    VenueClosed,
    VenueIsClosed,
    VenueOpened,
    VenueReopened,
)
from kyodo_supporter_matching.venues.schemas import DetailsIn
from kyodo_supporter_matching.venues.values import Accessibility, Equipment, VenueDetails

MUSASHINO, MITAKA = "132039", "132047"
DETAILS = VenueDetails(
    name_ja="市民会館",
    address_ja="武蔵野市緑町2-2-28",
    latitude_e6=35_717_700,
    longitude_e6=139_566_100,
    seats=24,
    accessibility=(Accessibility.STEP_FREE,),
    equipment=(Equipment.WIFI,),
)
LARGER = DETAILS.model_copy(update={"seats": 40})
OPENED = VenueOpened(municipality=MUSASHINO, details=DETAILS)
CHANGED = VenueChanged(municipality=MUSASHINO, details=LARGER)
CLOSED = VenueClosed(municipality=MUSASHINO, reason_ja="改修")
REOPENED = VenueReopened(municipality=MUSASHINO)

Step = Callable[[Venue], Events]


def test_a_venue_is_opened_and_says_where_it_is() -> None:
    after = given(Venue).when(lambda venue: venue.open(MUSASHINO, DETAILS)).then(OPENED)
    assert (after.municipality, after.name_ja, after.closed) == (MUSASHINO, "市民会館", False)
    assert (after.place.latitude, after.place.longitude) == (35.7177, 139.5661)


def test_the_same_again_is_no_change() -> None:
    venue = given(Venue).that(OPENED)
    venue.when(lambda venue: venue.change(MUSASHINO, DETAILS)).then()
    venue.when(lambda venue: venue.change(MUSASHINO, LARGER)).then(CHANGED)
    venue.when(lambda venue: venue.reopen(MUSASHINO)).then()
    venue.that(CLOSED).when(lambda venue: venue.close(MUSASHINO, "別の理由")).then()


def test_a_closed_venue_takes_no_sessions_until_it_is_reopened() -> None:
    venue = given(Venue).that(OPENED)
    venue.state.require_open()
    closed = venue.when(lambda venue: venue.close(MUSASHINO, "改修")).then(CLOSED)
    with pytest.raises(VenueIsClosed):
        closed.require_open()
    venue.that(CLOSED).when(lambda venue: venue.change(MUSASHINO, LARGER)).then(CHANGED)
    venue.that(CLOSED).when(lambda venue: venue.reopen(MUSASHINO)).then(REOPENED).require_open()


@pytest.mark.parametrize(
    "step",
    [
        lambda venue: venue.change(MITAKA, LARGER),
        lambda venue: venue.close(MITAKA, "改修"),
        lambda venue: venue.reopen(MITAKA),
    ],
)
def test_a_venue_is_its_own_municipalitys(step: Step) -> None:
    given(Venue).that(OPENED).when(step).refuses(NotFound(what="venue", id="test"))


BODY = {"name_ja": "市民会館", "address_ja": "緑町", "latitude": 35.7, "longitude": 139.5, "seats": 1}


@given_any(st.floats(20, 36), st.floats(136, 154))
def test_every_place_of_tokyo_fits_and_is_kept_within_a_millionth(latitude: float, longitude: float) -> None:
    kept = DetailsIn.model_validate(BODY | {"latitude": latitude, "longitude": longitude}).details
    assert abs(kept.latitude - latitude) <= 1e-6
    assert abs(kept.longitude - longitude) <= 1e-6


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 19.99},
        {"latitude": 36.01},
        {"longitude": 135.99},
        {"longitude": 154.01},
        {"latitude": float("nan")},
        {"latitude": 139.5, "longitude": 35.7},
        {"seats": 0},
        {"accessibility": ["lift"]},
        {"owner": "x"},
    ],
)
def test_other_places_and_unknown_features_do_not_fit(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DetailsIn.model_validate(BODY | wrong)


def test_features_are_kept_once_each_and_in_one_order() -> None:
    given_twice = DetailsIn.model_validate(BODY | {"equipment": ["projector", "wifi", "wifi"]})
    assert given_twice.details.equipment == (Equipment.WIFI, Equipment.PROJECTOR)
