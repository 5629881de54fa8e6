"""Devices as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line
from kyodo_platform.resources import Body, Resource
from kyodo_supporter_matching.devices.values import AssetTag, Family, Finding, RetirementReason, State, Wiping


class DeviceIn(Body):
    """A new device of your municipality."""

    asset_tag: AssetTag
    family: Family
    product: Line = Field(description="What it is called in the shop.")


class InspectionIn(Body):
    """How the device came back."""

    finding: Finding


class WipingIn(Body):
    """How its data was removed."""

    wiping: Wiping


class RetirementIn(Body):
    """Why it is not lent any more."""

    reason: RetirementReason


class DeviceOut(Resource):
    """A device. Who has it is read at the reservation, by those who may."""

    device_id: str
    municipality: MunicipalityCode = Field(title="区市町村")
    asset_tag: str = Field(title="管理番号")
    family: Family
    family_ja: str = Field(default="", title="機種区分")
    product: str = Field(title="製品名")
    state: State
    state_ja: str = Field(default="", title="状態")
    reservation_id: str | None = Field(title="予約ID", description="While it is lent.")
    due_day: date | None = Field(title="返却期限", description="While it is lent.")
    changed_at: datetime = Field(title="更新日時")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.family_ja, self.state_ja = self.family.label_ja, self.state.label_ja
        return self
