"""The rules of a device: never lent twice, never available again with somebody's data on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound, Refused
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_supporter_matching.devices.events import (
    AssetTagTaken,
    DeviceAdded,
    DeviceFound,
    DeviceInAnotherState,
    DeviceInspected,
    DeviceIsLent,
    DeviceLent,
    DeviceLost,
    DeviceNotLent,
    DeviceNotWiped,
    DeviceOfAnotherFamily,
    DeviceRepaired,
    DeviceRetired,
    DeviceReturned,
    DeviceSentToRepair,
    DeviceWiped,
)
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import Family, Finding, RetirementReason, State, Wiping

CODE, OTHER = "132039", "132047"
RESERVATION = "01941f29-7c00-7000-8000-000000000021"
DUE = date(2026, 12, 14)
OWN = {"municipality": CODE}

ADDED = DeviceAdded(**OWN, asset_tag="TAB-1", family=Family.TABLET, product="見本")
LENT = DeviceLent(**OWN, reservation_id=RESERVATION, due_day=DUE)
RETURNED, LOST, FOUND = DeviceReturned(**OWN), DeviceLost(**OWN), DeviceFound(**OWN)
FINE, DAMAGED = (DeviceInspected(**OWN, finding=finding) for finding in Finding)
WIPED = DeviceWiped(**OWN, wiping=Wiping.FACTORY_RESET)
TO_REPAIR, REPAIRED = DeviceSentToRepair(**OWN), DeviceRepaired(**OWN)
RETIRED = DeviceRetired(**OWN, reason=RetirementReason.OUTDATED)

PASTS: dict[State, tuple[Event, ...]] = {
    State.AVAILABLE: (),
    State.LENT: (LENT,),
    State.RETURNED: (LENT, RETURNED),
    State.INSPECTED: (LENT, RETURNED, FINE),
    State.LOST: (LENT, LOST),
    State.IN_REPAIR: (TO_REPAIR,),
    State.RETIRED: (RETIRED,),
}

Step = Callable[[Device], Events]


def lend(device: Device) -> Events:
    return device.lend(CODE, Family.TABLET, RESERVATION, DUE)


STEPS: dict[str, tuple[Step, Event, set[State]]] = {
    "lend": (lend, LENT, {State.AVAILABLE}),
    "return": (lambda device: device.take_back(CODE), RETURNED, {State.LENT}),
    "inspect": (lambda device: device.inspect(CODE, Finding.FINE), FINE, {State.RETURNED}),
    "wipe": (lambda device: device.wipe(CODE, Wiping.FACTORY_RESET), WIPED, {State.INSPECTED}),
    "lose": (lambda device: device.lose(CODE), LOST, {*State} - {State.LOST, State.RETIRED}),
    "find": (lambda device: device.find(CODE), FOUND, {State.LOST}),
    "send to repair": (
        lambda device: device.send_to_repair(CODE),
        TO_REPAIR,
        {State.AVAILABLE, State.RETURNED, State.INSPECTED},
    ),
    "repaired": (lambda device: device.come_from_repair(CODE), REPAIRED, {State.IN_REPAIR}),
    "retire": (
        lambda device: device.retire(CODE, RetirementReason.OUTDATED),
        RETIRED,
        {*State} - {State.LENT, State.RETIRED},
    ),
}
REPEATED = {("lose", State.LOST), ("send to repair", State.IN_REPAIR), ("retire", State.RETIRED)}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", STEPS)
def test_each_step_from_each_state(name: str, state: State) -> None:
    step, event, possible = STEPS[name]
    outcome = given(Device).that(ADDED, *PASTS[state]).when(step)
    assert outcome.before.state is state
    if state in possible:
        outcome.then(event)
    elif (name, state) in REPEATED:
        outcome.then()
    else:
        assert isinstance(outcome.refusal, Refused)
        assert outcome.refusal.status == 409
        assert outcome.refusal.remedy


@pytest.mark.parametrize(
    ("past", "state"),
    [
        (RETURNED, State.RETURNED),
        (FINE, State.INSPECTED),
        (DAMAGED, State.IN_REPAIR),
        (WIPED, State.AVAILABLE),
        (LOST, State.LOST),
        (FOUND, State.RETURNED),
        (REPAIRED, State.RETURNED),
    ],
)
def test_where_each_step_leads(past: Event, state: State) -> None:
    assert given(Device).that(ADDED, past).state.state is state


def test_what_is_wrong_is_said_plainly() -> None:
    device = given(Device).that(ADDED, LENT)
    device.when(lend).refuses(DeviceIsLent(asset_tag="TAB-1", due_day=DUE))
    unwiped = device.that(RETURNED)
    unwiped.when(lend).refuses(DeviceNotWiped(asset_tag="TAB-1", state="returned"))
    unwiped.that(FINE).when(lend).refuses(DeviceNotWiped(asset_tag="TAB-1", state="inspected"))
    unwiped.when(lambda device: device.take_back(CODE)).refuses(DeviceNotLent(asset_tag="TAB-1", state="returned"))
    unwiped.when(lambda device: device.wipe(CODE, Wiping.OVERWRITTEN)).refuses(
        DeviceInAnotherState(asset_tag="TAB-1", state="returned", needed="inspected")
    )
    given(Device).that(ADDED).when(lambda device: device.lend(CODE, Family.IPHONE, RESERVATION, DUE)).refuses(
        DeviceOfAnotherFamily(asset_tag="TAB-1", family="tablet", reserved="iphone")
    )


def test_a_tag_stands_for_one_device() -> None:
    added = given(Device).when(lambda device: device.add(CODE, "TAB-1", Family.TABLET, "見本")).then(ADDED)
    assert added.state is State.AVAILABLE
    given(Device).that(ADDED, RETIRED).when(lambda device: device.add(CODE, "TAB-1", Family.TABLET, "見本")).refuses(
        AssetTagTaken(asset_tag="TAB-1", device_id="test")
    )


@pytest.mark.parametrize(
    "step",
    [
        lambda device: device.lend(OTHER, Family.TABLET, RESERVATION, DUE),
        lambda device: device.take_back(OTHER),
        lambda device: device.inspect(OTHER, Finding.FINE),
        lambda device: device.wipe(OTHER, Wiping.REMOTE_WIPE),
        lambda device: device.lose(OTHER),
        lambda device: device.find(OTHER),
        lambda device: device.send_to_repair(OTHER),
        lambda device: device.come_from_repair(OTHER),
        lambda device: device.retire(OTHER, RetirementReason.BROKEN),
    ],
)
def test_nobody_moves_anothers_device(step: Step) -> None:
    given(Device).that(ADDED).when(step).refuses(NotFound(what="device", id="test"))


@given_any(st.lists(st.sampled_from(sorted(STEPS)), max_size=40))
def test_between_two_loans_a_device_is_always_wiped(names: list[str]) -> None:
    state, happened = given(Device).that(ADDED), list[Event]()
    for name in names:
        outcome = state.when(STEPS[name][0])
        state = state.that(*outcome.events)
        happened += outcome.events
    clean, retired = True, False
    for event in happened:
        assert not retired, "nothing happens to a device that is retired"
        if isinstance(event, DeviceLent):
            assert clean, "lent while it was out, or with somebody's data on it"
        strangers = isinstance(event, DeviceLent | DeviceFound | DeviceRepaired)
        clean = isinstance(event, DeviceWiped) or (clean and not strangers)
        retired = isinstance(event, DeviceRetired)
