"""Venues as they come in and go out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line
from kyodo_platform.resources import Answer, Body, Resource, labelled
from kyodo_supporter_matching.geojson import Collection
from kyodo_supporter_matching.venues.values import (
    ACCESSIBILITY_JA,
    EAST,
    EQUIPMENT_JA,
    MICRO,
    NORTH,
    SOUTH,
    WEST,
    Accessibility,
    AccessibilityList,
    Equipment,
    EquipmentList,
    Seats,
    VenueDetails,
)


class DetailsIn(Body):
    """What is known of a venue; what is left out is none."""

    name_ja: Line
    address_ja: Line
    latitude: Annotated[float, Field(ge=SOUTH, le=NORTH, allow_inf_nan=False, examples=[35.6938])]
    longitude: Annotated[float, Field(ge=WEST, le=EAST, allow_inf_nan=False, examples=[139.7534])]
    seats: Seats
    accessibility: AccessibilityList = ()
    equipment: EquipmentList = ()

    @property
    def details(self) -> VenueDetails:
        """As events hold them."""
        return VenueDetails(
            name_ja=self.name_ja,
            address_ja=self.address_ja,
            latitude_e6=round(self.latitude * MICRO),
            longitude_e6=round(self.longitude * MICRO),
            seats=self.seats,
            accessibility=self.accessibility,
            equipment=self.equipment,
        )


class VenueIn(DetailsIn):
    """A new venue, and whose it is."""

    municipality: MunicipalityCode


class ClosingIn(Body):
    """Why the venue takes no new sessions; everybody reads it."""

    reason_ja: Line


class VenueOut(Resource):
    """A venue."""

    venue_id: str
    municipality: MunicipalityCode = Field(title="区市町村")
    name_ja: str = Field(title="会場名")
    address_ja: str = Field(title="所在地")
    latitude: float = Field(title="緯度")
    longitude: float = Field(title="経度")
    seats: int = Field(title="席数")
    accessibility: Annotated[dict[Accessibility, str], labelled(ACCESSIBILITY_JA)] = Field(
        title="バリアフリー", description="Code and Japanese label."
    )
    equipment: Annotated[dict[Equipment, str], labelled(EQUIPMENT_JA)] = Field(
        title="設備", description="Code and Japanese label."
    )
    closed: bool = Field(title="利用終了")
    closing_reason_ja: str | None = Field(title="利用終了の理由")


class VenueOnMap(Answer):
    """What a map tells of a venue when it is touched."""

    venue_id: str
    municipality: MunicipalityCode
    name_ja: str
    address_ja: str
    seats: int
    accessibility: Annotated[dict[Accessibility, str], labelled(ACCESSIBILITY_JA)]


class VenueMap(Collection[VenueOnMap]):
    """Open venues as points."""
