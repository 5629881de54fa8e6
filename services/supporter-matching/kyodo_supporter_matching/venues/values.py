"""What is known of a venue: its place, how it is reached and used, what stands there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, Field

from kyodo_events.values.texts import Line
from kyodo_events.values.value import Value

E = TypeVar("E", bound=StrEnum)


class Accessibility(StrEnum):
    """What lets people with a disability reach and use a venue (バリアフリー)."""

    STEP_FREE = "step_free"
    ELEVATOR = "elevator"
    ACCESSIBLE_TOILET = "accessible_toilet"
    HEARING_LOOP = "hearing_loop"
    TACTILE_PAVING = "tactile_paving"
    PRIORITY_PARKING = "priority_parking"
    ASSISTANCE_DOGS = "assistance_dogs"


ACCESSIBILITY_JA = {
    Accessibility.STEP_FREE: "段差なし",
    Accessibility.ELEVATOR: "エレベーター",
    Accessibility.ACCESSIBLE_TOILET: "バリアフリートイレ",
    Accessibility.HEARING_LOOP: "ヒアリングループ",
    Accessibility.TACTILE_PAVING: "点字ブロック",
    Accessibility.PRIORITY_PARKING: "優先駐車場",
    Accessibility.ASSISTANCE_DOGS: "補助犬同伴可",
}


class Equipment(StrEnum):
    """What a class can use at a venue (設備)."""

    WIFI = "wifi"
    PROJECTOR = "projector"
    LARGE_SCREEN = "large_screen"
    MICROPHONE = "microphone"
    POWER_OUTLETS = "power_outlets"
    WHITEBOARD = "whiteboard"


EQUIPMENT_JA = {
    Equipment.WIFI: "Wi-Fi",
    Equipment.PROJECTOR: "プロジェクター",
    Equipment.LARGE_SCREEN: "大型モニター",
    Equipment.MICROPHONE: "マイク",
    Equipment.POWER_OUTLETS: "電源",
    Equipment.WHITEBOARD: "ホワイトボード",
}


def _once_each(kind: type[E]) -> AfterValidator:
    """Each once, in the order of the enumeration: the same features are always the same value."""
    return AfterValidator(lambda given: tuple(one for one in kind if one in given))


# The box around all of Tokyo, from the ward of Adachi to 沖ノ鳥島 (20°25′N) and 南鳥島 (153°59′E).
SOUTH, NORTH, WEST, EAST = 20, 36, 136, 154
MICRO: Final = 1_000_000
"""Degrees are held in whole millionths, eleven centimetres: events hold no floats."""

Seats = Annotated[int, Field(strict=True, ge=1, le=5000, description="For how many visitors there is room.")]
AccessibilityList = Annotated[
    tuple[Accessibility, ...], Field(max_length=len(Accessibility)), _once_each(Accessibility)
]
EquipmentList = Annotated[tuple[Equipment, ...], Field(max_length=len(Equipment)), _once_each(Equipment)]


class Place(Value):
    """Where something is. Degrees are those of WGS 84, which a map shows, in millionths."""

    latitude_e6: Annotated[int, Field(strict=True, ge=SOUTH * MICRO, le=NORTH * MICRO)]
    longitude_e6: Annotated[int, Field(strict=True, ge=WEST * MICRO, le=EAST * MICRO)]

    @property
    def latitude(self) -> float:
        """Degrees north."""
        return self.latitude_e6 / MICRO

    @property
    def longitude(self) -> float:
        """Degrees east."""
        return self.longitude_e6 / MICRO


class VenueDetails(Place):
    """A venue as people look for one."""

    name_ja: Line
    address_ja: Line
    seats: Seats
    accessibility: AccessibilityList = ()
    equipment: EquipmentList = ()
