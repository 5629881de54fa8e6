"""One device for lending. Its id follows from municipality and asset tag: no tag stands for two devices.

Never lent twice: a device has one stream, and lending it takes the state that only wiping leads to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import NAMESPACE_URL, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
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
from kyodo_supporter_matching.devices.values import USABLE, Family, Finding, RetirementReason, State, Wiping


def device_id(municipality: str, asset_tag: str) -> str:
    """The id of the device with this tag."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:device:{municipality}:{asset_tag}"))


@dataclass(frozen=True)
class Device(Aggregate, category="device"):
    """A device. `reservation_id` is the one that it is lent against, or was last."""

    municipality: str = ""
    asset_tag: str = ""
    family: Family = Family.TABLET
    state: State = State.AVAILABLE
    reservation_id: str | None = None
    due_day: date | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it counts as stock."""
        return self.state in USABLE

    # decisions

    def add(self, municipality: str, asset_tag: str, family: Family, product: str) -> Events:
        """Take up a new device, which is wiped as it comes from the shop."""
        require(not self.version, AssetTagTaken(asset_tag=asset_tag, device_id=self.id))
        yield DeviceAdded(municipality=municipality, asset_tag=asset_tag, family=family, product=product)

    def lend(self, municipality: str, family: Family, reservation_id: str, due_day: date) -> Events:
        """Hand it out against a reservation of its municipality and family."""
        self._of(municipality)
        require(
            self.family is family,
            DeviceOfAnotherFamily(asset_tag=self.asset_tag, family=self.family.value, reserved=family.value),
        )
        require(self.state is not State.LENT, DeviceIsLent(asset_tag=self.asset_tag, due_day=self.due_day))
        unwiped = self.state in {State.RETURNED, State.INSPECTED}
        require(not unwiped, DeviceNotWiped(asset_tag=self.asset_tag, state=self.state.value))
        self._stands({State.AVAILABLE})
        yield DeviceLent(municipality=municipality, reservation_id=reservation_id, due_day=due_day)

    def take_back(self, municipality: str) -> Events:
        """Note that the borrower returned it."""
        self._of(municipality)
        require(self.state is State.LENT, DeviceNotLent(asset_tag=self.asset_tag, state=self.state.value))
        yield DeviceReturned(municipality=municipality)

    def inspect(self, municipality: str, finding: Finding) -> Events:
        """Note how it came back; a damaged one goes into repair."""
        self._of(municipality)
        self._stands({State.RETURNED})
        yield DeviceInspected(municipality=municipality, finding=finding)

    def wipe(self, municipality: str, wiping: Wiping) -> Events:
        """Note that its data was removed: it is available again."""
        self._of(municipality)
        self._stands({State.INSPECTED})
        yield DeviceWiped(municipality=municipality, wiping=wiping)

    def lose(self, municipality: str) -> Events:
        """Note that nobody knows where it is."""
        self._of(municipality)
        if self.state is not State.LOST:
            self._stands(USABLE | {State.IN_REPAIR})
            yield DeviceLost(municipality=municipality)

    def find(self, municipality: str) -> Events:
        """Note that it was found."""
        self._of(municipality)
        self._stands({State.LOST})
        yield DeviceFound(municipality=municipality)

    def send_to_repair(self, municipality: str) -> Events:
        """Have it repaired."""
        self._of(municipality)
        if self.state is not State.IN_REPAIR:
            self._stands(USABLE - {State.LENT})
            yield DeviceSentToRepair(municipality=municipality)

    def come_from_repair(self, municipality: str) -> Events:
        """Note that it is repaired."""
        self._of(municipality)
        self._stands({State.IN_REPAIR})
        yield DeviceRepaired(municipality=municipality)

    def retire(self, municipality: str, reason: RetirementReason) -> Events:
        """Never lend it again; a lent one is returned or recorded as lost first."""
        self._of(municipality)
        if self.state is not State.RETIRED:
            require(self.state is not State.LENT, DeviceIsLent(asset_tag=self.asset_tag, due_day=self.due_day))
            yield DeviceRetired(municipality=municipality, reason=reason)

    def _of(self, municipality: str) -> None:
        require(self.municipality == municipality, NotFound(what="device", id=self.id))

    def _stands(self, needed: Iterable[State]) -> None:
        wanted = ", ".join(state.value for state in State if state in needed)
        refusal = DeviceInAnotherState(asset_tag=self.asset_tag, state=self.state.value, needed=wanted)
        require(self.state in needed, refusal)

    # what events did

    @evolve
    def added(self, event: DeviceAdded) -> Self:
        return replace(self, municipality=event.municipality, asset_tag=event.asset_tag, family=event.family)

    @evolve
    def was_lent(self, event: DeviceLent) -> Self:
        return replace(self, state=State.LENT, reservation_id=event.reservation_id, due_day=event.due_day)

    @evolve
    def returned(self, event: DeviceReturned) -> Self:
        return replace(self, state=State.RETURNED, due_day=None)

    @evolve
    def inspected(self, event: DeviceInspected) -> Self:
        return replace(self, state=State.INSPECTED if event.finding is Finding.FINE else State.IN_REPAIR)

    @evolve
    def wiped(self, event: DeviceWiped) -> Self:
        return replace(self, state=State.AVAILABLE)

    @evolve
    def was_lost(self, event: DeviceLost) -> Self:
        return replace(self, state=State.LOST, due_day=None)

    @evolve
    def found(self, event: DeviceFound) -> Self:
        return replace(self, state=State.RETURNED)

    @evolve
    def sent_to_repair(self, event: DeviceSentToRepair) -> Self:
        return replace(self, state=State.IN_REPAIR)

    @evolve
    def repaired(self, event: DeviceRepaired) -> Self:
        return replace(self, state=State.RETURNED)

    @evolve
    def retired(self, event: DeviceRetired) -> Self:
        return replace(self, state=State.RETIRED)
