"""An offering (共同サービス): a shared service of a project, with its meters and plans, from draft to withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.services import (
    Meter,
    OfferingMeterAdded,
    OfferingPlanChanged,
    OfferingPublished,
    OfferingWithdrawn,
    PlanVersion,
)
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_events.values.value import Value

MAX_METERS = 50
MAX_PLAN_VERSIONS = 500

Subject = Annotated[str, Field(pattern="^[!-~]{1,200}$", examples=["operator@example"])]
"""The identity provider's opaque name of a caller, as it stands in the claim `sub` of the token."""


class OfferingStatus(StrEnum):
    """How far an offering has come."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"drafted": "準備中", "published": "提供中", "withdrawn": "提供終了決定"}[self.value]


class OfferingDraft(Value):
    """A shared service as it is put into the catalogue; its operator is the one whose token reports the use."""

    project_id: Id
    code: Code
    name_ja: Line
    description_ja: Text = ""
    operator: Subject
    operator_ja: Line
    meters: Annotated[tuple[Meter, ...], Field(max_length=MAX_METERS)] = ()


class OfferingDrafted(
    Event, type="kyodo.procurement.offering-drafted", words="共同サービス「{draft.name_ja}」を準備し始めた"
):
    """The secretariat put a shared service into the catalogue, not yet for anybody to use."""

    draft: OfferingDraft


class OfferingOperatorChanged(
    Event, type="kyodo.procurement.offering-operator-changed", words="運営事業者を{operator_ja}に改めた"
):
    """Somebody else operates the service from now on: whose token has this subject."""

    operator: str
    operator_ja: str


class DuplicateMeter(Refused):
    status, type = 422, "duplicate-meter"
    title = "A meter is named twice"
    detail = "The meter {meter} is named more than once."
    remedy = "Name each meter once."


class MeterFixed(Refused):
    status, type = 409, "meter-fixed"
    title = "A meter never changes"
    detail = "The offering has a meter {meter} already, with another label, unit or aggregation."
    remedy = "Add a meter under another code."


class TooManyMeters(Refused):
    status, type = 409, "too-many-meters"
    title = "The offering has as many meters as it may have"
    detail = f"An offering has at most {MAX_METERS} meters."
    remedy = "Split the service into two offerings."


class UnknownMeter(Refused):
    status, type = 422, "unknown-meter"
    title = "The offering has no such meter"
    detail = "A price is named for the meter {meter}, which the offering does not have."
    remedy = "Add the meter first, or correct its code."


class PlanVersionFixed(Refused):
    status, type = 409, "plan-version-fixed"
    title = "A plan changes from a later day only"
    detail = "The newest version of the plan {plan} holds from {latest}; {from_day} is not later."
    remedy = "Name a day after the newest version's first one."


class TooManyPlanVersions(Refused):
    status, type = 409, "too-many-plan-versions"
    title = "The offering has as many plan versions as it may have"
    detail = f"An offering has at most {MAX_PLAN_VERSIONS} versions of plans."
    remedy = "Draft a new offering."


class NotPublishable(Refused):
    status, type = 409, "offering-not-publishable"
    title = "The offering cannot be published now"
    detail = "It is {status} and has {plans} plans; a drafted offering with at least one plan is published."
    remedy = "Set a plan first; an offering that was withdrawn is drafted anew."


class OfferingNotPublished(Refused):
    status, type = 409, "offering-not-published"
    title = "The offering is not published"
    detail = "The offering is {status}."
    remedy = "Look at the catalogue for what is offered now."


class OfferingIsWithdrawn(Refused):
    status, type = 409, "offering-withdrawn"
    title = "The offering was withdrawn"
    detail = "The offering was withdrawn: {reason}"
    remedy = "Draft a new offering."


class LastDayPassed(Refused):
    status, type = 409, "last-day-passed"
    title = "The last day has passed"
    detail = "The last day named is {last_day}; today is {today}."
    remedy = "Name today or a later day."


class NotTheOperator(Refused):
    status, type = 403, "not-the-operator"
    title = "You do not operate this service"
    detail = "This needs the token of the operator that the catalogue names for this offering."
    remedy = "Ask the secretariat to name your token's subject as the operator."


@dataclass(frozen=True)
class Offering(Aggregate, category="offering"):
    """The offering with its meters by code and all versions of its plans, the oldest first.

    `operator` is the subject of the operator's token. A meter and a version of a plan never change; later versions
    of a plan take the place of earlier ones from their first day on. `today` is always the day in Tokyo.
    """

    status: OfferingStatus = OfferingStatus.DRAFTED
    project_id: str = ""
    code: str = ""
    name_ja: str = ""
    description_ja: str = ""
    operator: str = ""
    operator_ja: str = ""
    meters: Mapping[str, Meter] = field(default_factory=dict)
    plans: tuple[PlanVersion, ...] = ()
    reason: str | None = None
    last_day: date | None = None

    def plan_on(self, plan: str, day: date) -> PlanVersion | None:
        """The version of a plan that holds on a day; None where there is none yet."""
        versions = [version for version in self.plans if version.plan == plan and version.from_day <= day]
        return versions[-1] if versions else None

    def expect_operator(self, subject: str) -> None:
        """Raises NotTheOperator (403) for anybody but the service's operator."""
        require(subject == self.operator, NotTheOperator())

    def expect_open(self, today: date) -> None:
        """Whether subscriptions are taken today. Raises OfferingNotPublished (409)."""
        within = self.last_day is None or today <= self.last_day
        require(self.status is not OfferingStatus.DRAFTED and within, OfferingNotPublished(status=self.status))

    # decisions

    def draft(self, draft: OfferingDraft) -> Events:
        """The secretariat puts a shared service into the catalogue."""
        codes = [meter.meter for meter in draft.meters]
        for code in codes:
            require(codes.count(code) == 1, DuplicateMeter(meter=code))
        yield OfferingDrafted(draft=draft)

    def change_operator(self, operator: str, operator_ja: str) -> Events:
        """The secretariat names another operator."""
        if (operator, operator_ja) != (self.operator, self.operator_ja):
            yield OfferingOperatorChanged(operator=operator, operator_ja=operator_ja)

    def add_meter(self, meter: Meter) -> Events:
        """The secretariat adds a meter; a meter that stands never changes, because usage was counted by it."""
        self._expect_not_withdrawn()
        known = self.meters.get(meter.meter)
        if known is None:
            require(len(self.meters) < MAX_METERS, TooManyMeters())
            yield OfferingMeterAdded(meter=meter)
        else:
            require(known == meter, MeterFixed(meter=meter.meter))

    def set_plan(self, version: PlanVersion) -> Events:
        """The secretariat adds a plan, or a later version of one; what was set before stays as it is."""
        if version in self.plans:
            return
        self._expect_not_withdrawn()
        metered = [price.meter for price in version.prices]
        for meter in metered:
            require(meter in self.meters, UnknownMeter(meter=meter))
            require(metered.count(meter) == 1, DuplicateMeter(meter=meter))
        days = [known.from_day for known in self.plans if known.plan == version.plan]
        latest = max(days, default=None)
        later = latest is None or version.from_day > latest
        require(later, PlanVersionFixed(plan=version.plan, latest=latest, from_day=version.from_day))
        require(len(self.plans) < MAX_PLAN_VERSIONS, TooManyPlanVersions())
        yield OfferingPlanChanged(version=version)

    def publish(self) -> Events:
        """The secretariat offers the service to the participants of its project."""
        ready = self.status is OfferingStatus.DRAFTED and len(self.plans) > 0
        require(ready, NotPublishable(status=self.status, plans=len({version.plan for version in self.plans})))
        yield OfferingPublished(
            project_id=self.project_id,
            code=self.code,
            name_ja=self.name_ja,
            description_ja=self.description_ja,
            operator_ja=self.operator_ja,
            meters=tuple(self.meters.values()),
            plans=self.plans,
        )

    def withdraw(self, reason: str, last_day: date, today: date) -> Events:
        """The secretariat takes the service off the catalogue; no subscription is requested after the last day."""
        if (self.status, self.reason, self.last_day) == (OfferingStatus.WITHDRAWN, reason, last_day):
            return
        require(self.status is OfferingStatus.PUBLISHED, OfferingNotPublished(status=self.status))
        require(today <= last_day, LastDayPassed(last_day=last_day, today=today))
        yield OfferingWithdrawn(reason=reason, last_day=last_day)

    def _expect_not_withdrawn(self) -> None:
        require(self.status is not OfferingStatus.WITHDRAWN, OfferingIsWithdrawn(reason=self.reason))

    # what events did

    @evolve
    def drafted(self, event: OfferingDrafted) -> Self:
        draft = dict(event.draft)
        return replace(self, **{**draft, "meters": {meter.meter: meter for meter in event.draft.meters}})

    @evolve
    def operator_changed(self, event: OfferingOperatorChanged) -> Self:
        return replace(self, operator=event.operator, operator_ja=event.operator_ja)

    @evolve
    def meter_added(self, event: OfferingMeterAdded) -> Self:
        return replace(self, meters={**self.meters, event.meter.meter: event.meter})

    @evolve
    def plan_changed(self, event: OfferingPlanChanged) -> Self:
        return replace(self, plans=(*self.plans, event.version))

    @evolve
    def published(self, event: OfferingPublished) -> Self:
        return replace(self, status=OfferingStatus.PUBLISHED)

    @evolve
    def withdrawn(self, event: OfferingWithdrawn) -> Self:
        return replace(self, status=OfferingStatus.WITHDRAWN, reason=event.reason, last_day=event.last_day)
