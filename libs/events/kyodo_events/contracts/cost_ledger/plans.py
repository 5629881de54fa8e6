"""Usage plans (利用計画書): what a municipality expects to use of joint services in a fiscal year."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import QuantityOrNone
from kyodo_events.values.texts import Id
from kyodo_events.values.value import Value

PLANS = Topic("kyodo.cost-ledger.plans.v1")


class PlanLine(Value):
    """What is expected of one meter of a project: a quantity for the year, or twelve of them, April first."""

    project_id: Id
    meter: MeterCode
    quantity: QuantityOrNone | None = None
    monthly: Annotated[tuple[QuantityOrNone, ...], Field(min_length=12, max_length=12)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.quantity is None) == (self.monthly is None):
            raise ValueError("a line has a quantity for the year or twelve monthly ones")
        return self

    def by_month(self) -> tuple[int, ...]:
        """Twelve quantities, April first; a year's quantity is spread evenly, and its months sum to it."""
        if self.monthly is not None:
            return self.monthly
        year = self.quantity or 0
        return tuple(year * n // 12 - year * (n - 1) // 12 for n in range(1, 13))


class UsagePlanHandedIn(
    Event,
    type="kyodo.cost-ledger.usage-plan-handed-in",
    topic=PLANS,
    key="municipality",
    words="{municipality}が{fiscal_year!s}年度の利用計画書を提出した",
):
    """A municipality handed its plan in, or revised it; the newest one counts. Late is after the deadline."""

    municipality: MunicipalityCode
    fiscal_year: FiscalYear
    lines: Annotated[tuple[PlanLine, ...], Field(max_length=500)]
    handed_in_on: date
    late: bool


class UsagePlanConfirmed(
    Event,
    type="kyodo.cost-ledger.usage-plan-confirmed",
    topic=PLANS,
    key="municipality",
    words="{municipality}が{fiscal_year!s}年度の利用計画書を承認した",
):
    """The municipality's approver confirmed the plan as it stands; a revision needs it again."""

    municipality: MunicipalityCode
    fiscal_year: FiscalYear
