"""What a device is, and where it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

AssetTag = Annotated[
    str,
    Field(
        pattern="^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$",
        examples=["TAB-0042"],
        description="The number on the device's sticker, unique in its municipality for good.",
    ),
]


class Family(StrEnum):
    """The kind of device that a class or a resident needs: within a family one is as good as another."""

    IPHONE = "iphone"
    ANDROID = "android"
    EASY_SMARTPHONE = "easy_smartphone"
    TABLET = "tablet"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _FAMILY_JA[self.value]


_FAMILY_JA = {
    "iphone": "iPhone",
    "android": "Androidスマートフォン",
    "easy_smartphone": "シニア向けスマートフォン",
    "tablet": "タブレット",
}


class State(StrEnum):
    """Where a device stands; only an available one is lent, and it is available again only once it is wiped."""

    AVAILABLE = "available"
    LENT = "lent"
    RETURNED = "returned"
    INSPECTED = "inspected"
    LOST = "lost"
    IN_REPAIR = "in_repair"
    RETIRED = "retired"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _STATE_JA[self.value]


_STATE_JA = {
    "available": "貸出可能",
    "lent": "貸出中",
    "returned": "返却済み（点検待ち）",
    "inspected": "点検済み（消去待ち）",
    "lost": "紛失",
    "in_repair": "修理中",
    "retired": "除却済み",
}

USABLE: Final = frozenset({State.AVAILABLE, State.LENT, State.RETURNED, State.INSPECTED})
"""The states in which a device counts as stock: it can be lent on some day to come."""


class Finding(StrEnum):
    """What an inspection found."""

    FINE = "fine"
    DAMAGED = "damaged"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"fine": "異常なし", "damaged": "故障・破損"}[self.value]


class Wiping(StrEnum):
    """How the data of whoever had the device was removed."""

    FACTORY_RESET = "factory_reset"
    REMOTE_WIPE = "remote_wipe"
    OVERWRITTEN = "overwritten"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _WIPING_JA[self.value]


_WIPING_JA = {"factory_reset": "初期化", "remote_wipe": "MDMによる遠隔消去", "overwritten": "上書き消去"}


class RetirementReason(StrEnum):
    """Why a device is not lent any more."""

    BROKEN = "broken"
    OUTDATED = "outdated"
    LOST = "lost"
    HANDED_BACK = "handed_back"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _RETIREMENT_JA[self.value]


_RETIREMENT_JA = {"broken": "故障", "outdated": "老朽化", "lost": "紛失", "handed_back": "リース返却"}
