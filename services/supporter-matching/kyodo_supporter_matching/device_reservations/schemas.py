"""Reservations as they come in and go out. A borrower's name and contact are sealed before anything else happens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.device_reservations.values import DocumentNumber, ReservationStatus
from kyodo_supporter_matching.device_stock.model import DeviceCount
from kyodo_supporter_matching.devices.values import Family


class ResidentIn(Body):
    """A resident who borrows. The consent must be on record; name and contact only where you need them."""

    consented_on: Day
    consent_reference: DocumentNumber
    name_ja: Line | None = None
    contact: Line | None = Field(default=None, description="How the resident is reached: telephone or e-mail.")

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {name: text for name in ("name_ja", "contact") if (text := getattr(self, name))}


class ReservationIn(Body):
    """Devices of a family for some days: for a session, or for a resident."""

    family: Family
    number: DeviceCount
    from_day: Day
    until_day: Day
    session_id: Id | None = None
    resident: ResidentIn | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.session_id is None) is (self.resident is None):
            raise ValueError("name a session, or a resident with the consent on record: one of the two")
        return self


class LoanIn(Body):
    """Which devices are handed out."""

    device_ids: Annotated[list[Id], Field(min_length=1, max_length=100, json_schema_extra={"uniqueItems": True})]

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len(set(self.device_ids)) < len(self.device_ids):
            raise ValueError("a device is named twice")
        return self


class BorrowerErasureIn(Body):
    """The resident's request to be forgotten, where it was written."""

    reference: DocumentNumber | None = None


class ReservationOut(Resource):
    """A reservation. Who borrows is asked apart, by the municipality that lends."""

    reservation_id: str
    municipality: MunicipalityCode = Field(title="区市町村")
    family: Family
    family_ja: str = Field(default="", title="機種区分")
    number: int = Field(title="予約台数")
    lent: int = Field(title="貸出中", description="Devices that are out now.")
    ended: int = Field(title="貸出終了", description="Devices that were out, and are back or lost.")
    from_day: date = Field(title="開始日")
    until_day: date = Field(title="終了日")
    status: ReservationStatus
    status_ja: str = Field(default="", title="状態")
    session_id: str | None = Field(title="教室ID")
    borrower_id: str | None = Field(title="借受者ID", description="Made for this loan; null for a session.")
    consented_on: date | None = Field(title="同意日")
    consent_reference: str | None = Field(title="同意書番号")
    erased_at: datetime | None = Field(title="個人情報削除日時")
    reserved_at: datetime = Field(title="予約日時")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.family_ja, self.status_ja = self.family.label_ja, self.status.label_ja
        return self


class BorrowerOut(Answer):
    """Who borrows, as far as it was told; nothing once it was erased."""

    borrower_id: str
    erased: bool
    name_ja: str | None = None
    contact: str | None = None
