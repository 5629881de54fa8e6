"""Shared services and subscriptions as they leave procurement: what is offered, and who uses it when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.event import Event, Topic
from kyodo_events.values.money import Price
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Day, Line, Text
from kyodo_events.values.value import Value

SERVICES = Topic("kyodo.procurement.services.v1")


class Aggregation(StrEnum):
    """How the readings of a meter in one month become the month's figure."""

    SUM = "sum"
    MAX = "max"
    UNIQUE = "unique"
    LATEST = "latest"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"sum": "合計", "max": "最大値", "unique": "異なる件数", "latest": "最新値"}[self.value]


class Meter(Value):
    """What an operator counts of a service (利用計測項目), and how its readings are aggregated by month."""

    meter: MeterCode
    label_ja: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["申請件数"])]
    unit_ja: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["件"])]
    aggregation: Aggregation


class UnitPrice(Value):
    """What one unit of a meter costs, in yen; for information, charges follow the burden terms."""

    meter: MeterCode
    unit_price: Price


class PlanVersion(Value):
    """A plan of an offering as it stands from a day on, until a later version of the same plan takes its place."""

    plan: Code
    from_day: Day
    name_ja: Line
    included_ja: Text = ""
    prices: Annotated[tuple[UnitPrice, ...], Field(max_length=50)] = ()


class OfferingPublished(
    Event,
    type="kyodo.procurement.offering-published",
    topic=SERVICES,
    words="共同サービス「{name_ja}」を公開した",
):
    """A shared service is offered to the participants of its project. The stream is the offering."""

    project_id: str
    code: str
    name_ja: str
    description_ja: str
    operator_ja: str
    meters: tuple[Meter, ...]
    plans: tuple[PlanVersion, ...]


class OfferingPlanChanged(
    Event,
    type="kyodo.procurement.offering-plan-changed",
    topic=SERVICES,
    words="プラン「{version.name_ja}」の内容を{version.from_day}から適用すると定めた",
):
    """A plan was added to an offering, or a later version of one. Those set before the publication stand there too."""

    version: PlanVersion


class OfferingMeterAdded(
    Event,
    type="kyodo.procurement.offering-meter-added",
    topic=SERVICES,
    words="利用計測項目「{meter.label_ja}」（{meter.unit_ja}、{meter.aggregation}）を加えた",
):
    """One more meter of an offering is counted. Those added before the publication stand there too."""

    meter: Meter


class OfferingWithdrawn(
    Event,
    type="kyodo.procurement.offering-withdrawn",
    topic=SERVICES,
    words="新規の利用申込みを{last_day}までとし、提供の終了を決めた：{reason}",
):
    """No subscription is requested after the last day; those that exist run until their own end."""

    reason: str
    last_day: date


class SubscriptionActivated(
    Event,
    type="kyodo.procurement.subscription-activated",
    topic=SERVICES,
    key="municipality",
    words="{municipality}の利用が{from_day}から有効になった",
):
    """A municipality uses an offering from a day on, for the first time or again. The stream is the subscription."""

    offering_id: str
    municipality: MunicipalityCode
    plan: str
    from_day: date


class SubscriptionSuspended(
    Event,
    type="kyodo.procurement.subscription-suspended",
    topic=SERVICES,
    key="municipality",
    words="{municipality}の利用を{from_day}から停止した",
):
    """The use of an offering is suspended from a day on; the period that began on `active_from` ends the day before."""

    offering_id: str
    municipality: MunicipalityCode
    from_day: date
    reason: str
    active_from: date


class SubscriptionEnded(
    Event,
    type="kyodo.procurement.subscription-ended",
    topic=SERVICES,
    key="municipality",
    words="{municipality}の利用が{last_day}をもって終わる",
):
    """A subscription ends with a day, that day included, and with it the period that began on `active_from`, if any."""

    offering_id: str
    municipality: MunicipalityCode
    last_day: date
    active_from: date | None
