"""A subscription (利用): a municipality uses an offering under a plan, from its request to its end, and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.services import (
    SubscriptionActivated,
    SubscriptionEnded,
    SubscriptionSuspended,
)
from kyodo_events.errors import require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_procurement.catalogue.model import Offering
from kyodo_procurement.projects.model import Project
from kyodo_procurement.subscriptions.refusals import (
    AlreadySubscribed,
    DayTooEarly,
    NoSuchRequest,
    NotInTheProject,
    SubscriptionNotActive,
    SubscriptionNotLive,
    SubscriptionNotSuspended,
    UnknownPlan,
)

ONE_DAY = timedelta(days=1)


class SubscriptionStatus(StrEnum):
    """How far a subscription has come."""

    REQUESTED = "requested"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"requested": "申込中", "active": "利用中", "suspended": "停止中", "ended": "終了"}[self.value]


class SubscriptionRequested(
    Event,
    type="kyodo.procurement.subscription-requested",
    words="{municipality}が{wanted_from}からの利用を申し込んだ（プラン {plan}）",
):
    """A municipality asked to use an offering under a plan, or revised what it asked for."""

    offering_id: str
    municipality: MunicipalityCode
    plan: str
    wanted_from: date


class SubscriptionRequestWithdrawn(
    Event,
    type="kyodo.procurement.subscription-request-withdrawn",
    words="{municipality}の利用申込みが取り下げられた",
):
    """The request was taken back before the subscription was active."""

    offering_id: str
    municipality: MunicipalityCode


class SubscriptionPlanChanged(
    Event,
    type="kyodo.procurement.subscription-plan-changed",
    words="{municipality}のプランが{from_day}から {plan} に変わる",
):
    """Another plan of the offering applies from a day on."""

    offering_id: str
    municipality: MunicipalityCode
    plan: str
    from_day: date


@dataclass(frozen=True)
class ActivePeriod:
    """Days on which the service is used, both included; no last day where none is settled yet."""

    active_from: date
    active_to: date | None = None

    def includes(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True)
class Subscription(Aggregate, category="subscription"):
    """A municipality's one subscription to an offering, with all periods in which it was active, the oldest first.

    Periods never overlap: each begins after the one before it ended. A request after the end goes on in the same
    stream, so that there is never more than one live subscription. `plan` is what was asked for last; `plans` says
    which plan applies from which day on.
    """

    status: SubscriptionStatus = SubscriptionStatus.ENDED
    offering_id: str = ""
    municipality: str = ""
    plan: str = ""
    plans: tuple[tuple[date, str], ...] = ()
    wanted_from: date | None = None
    periods: tuple[ActivePeriod, ...] = ()
    reason: str | None = None
    last_day: date | None = None

    @staticmethod
    def id_of(offering_id: str, municipality: str) -> str:
        """The stream of this municipality's subscription to this offering."""
        return str(uuid5(UUID(offering_id), municipality))

    def is_active_on(self, day: date) -> bool:
        """Whether use on this day is covered."""
        return any(period.includes(day) for period in self.periods)

    # decisions

    def request(self, offering: Offering, municipality: str, plan: str, wanted_from: date, today: date) -> Events:
        """A municipality asks for a plan from a day on, or revises its request that waits."""
        requested = self.status is SubscriptionStatus.REQUESTED
        require(requested or self.status is SubscriptionStatus.ENDED, AlreadySubscribed(status=self.status))
        if requested and (plan, wanted_from) == (self.plan, self.wanted_from):
            return
        offering.expect_open(today)
        self._expect_not_before(wanted_from, self._free_from())
        _expect_plan(offering, plan, wanted_from)
        yield SubscriptionRequested(
            offering_id=offering.id, municipality=municipality, plan=plan, wanted_from=wanted_from
        )

    def withdraw_request(self) -> Events:
        """The municipality, or the secretariat, takes the request back before it was activated."""
        require(self.status is SubscriptionStatus.REQUESTED, NoSuchRequest(status=self.status))
        yield SubscriptionRequestWithdrawn(offering_id=self.offering_id, municipality=self.municipality)

    def activate(self, project: Project, from_day: date) -> Events:
        """The operator, or the secretariat, opens the service from the wanted day on or a later one."""
        if self.status is SubscriptionStatus.ACTIVE and self.periods[-1] == ActivePeriod(from_day):
            return
        require(self.status is SubscriptionStatus.REQUESTED, NoSuchRequest(status=self.status))
        self._expect_not_before(from_day, self.wanted_from)
        yield self._activated(project, from_day)

    def suspend(self, from_day: date, reason: str) -> Events:
        """The operator, or the secretariat, closes the service from a day on that is not its first one."""
        require(self.status is SubscriptionStatus.ACTIVE, SubscriptionNotActive(status=self.status))
        current = self.periods[-1].active_from
        self._expect_not_before(from_day, current + ONE_DAY)
        yield SubscriptionSuspended(
            offering_id=self.offering_id,
            municipality=self.municipality,
            from_day=from_day,
            reason=reason,
            active_from=current,
        )

    def resume(self, project: Project, from_day: date) -> Events:
        """The operator, or the secretariat, opens the service again."""
        require(self.status is SubscriptionStatus.SUSPENDED, SubscriptionNotSuspended(status=self.status))
        self._expect_not_before(from_day, self._free_from())
        yield self._activated(project, from_day)

    def change_plan(self, offering: Offering, plan: str, from_day: date) -> Events:
        """The municipality moves to another plan from a day on; what applied before that day stays."""
        live = self.status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED)
        require(live, SubscriptionNotLive(status=self.status))
        if plan == self.plan:
            return
        self._expect_not_before(from_day, self.plans[-1][0] + ONE_DAY)
        _expect_plan(offering, plan, from_day)
        yield SubscriptionPlanChanged(
            offering_id=self.offering_id, municipality=self.municipality, plan=plan, from_day=from_day
        )

    def end(self, last_day: date) -> Events:
        """The municipality's approver, or the secretariat, ends it with a day, that day included."""
        if self.status is SubscriptionStatus.ENDED and self.last_day == last_day:
            return
        active = self.status is SubscriptionStatus.ACTIVE
        require(active or self.status is SubscriptionStatus.SUSPENDED, SubscriptionNotLive(status=self.status))
        current = self.periods[-1]
        self._expect_not_before(last_day, current.active_from if active else current.active_to)
        yield SubscriptionEnded(
            offering_id=self.offering_id,
            municipality=self.municipality,
            last_day=last_day,
            active_from=current.active_from if active else None,
        )

    def _activated(self, project: Project, from_day: date) -> SubscriptionActivated:
        month = Month.containing(from_day)
        part = project.is_taking_part(self.municipality, month)
        require(part, NotInTheProject(municipality=self.municipality, month=month))
        return SubscriptionActivated(
            offering_id=self.offering_id,
            municipality=self.municipality,
            plan=self.plan if self.status is SubscriptionStatus.REQUESTED else self._plan_on(from_day),
            from_day=from_day,
        )

    def _plan_on(self, day: date) -> str:
        """The plan that applies on a day after the first activation: a later change may be settled already."""
        return [plan for from_day, plan in self.plans if from_day <= day][-1]

    def _free_from(self) -> date | None:
        """The first day that no period covers any more; None where there was no period."""
        ends = [day for day in (self.last_day, self.periods[-1].active_to if self.periods else None) if day]
        return max(ends) + ONE_DAY if ends else None

    def _expect_not_before(self, day: date, earliest: date | None) -> None:
        require(earliest is None or day >= earliest, DayTooEarly(day=day, earliest=earliest))

    # what events did

    @evolve
    def requested(self, event: SubscriptionRequested) -> Self:
        return replace(self, status=SubscriptionStatus.REQUESTED, **dict(event))

    @evolve
    def request_withdrawn(self, event: SubscriptionRequestWithdrawn) -> Self:
        return replace(self, status=SubscriptionStatus.ENDED)

    @evolve
    def activated(self, event: SubscriptionActivated) -> Self:
        return replace(
            self,
            status=SubscriptionStatus.ACTIVE,
            periods=(*self.periods, ActivePeriod(event.from_day)),
            plans=tuple(sorted({**dict(self.plans), event.from_day: event.plan}.items())),
            reason=None,
            last_day=None,
        )

    @evolve
    def suspended(self, event: SubscriptionSuspended) -> Self:
        periods = _closed(self.periods, event.from_day - ONE_DAY)
        return replace(self, status=SubscriptionStatus.SUSPENDED, periods=periods, reason=event.reason)

    @evolve
    def plan_changed(self, event: SubscriptionPlanChanged) -> Self:
        return replace(self, plan=event.plan, plans=(*self.plans, (event.from_day, event.plan)))

    @evolve
    def ended(self, event: SubscriptionEnded) -> Self:
        periods = self.periods if event.active_from is None else _closed(self.periods, event.last_day)
        plans = tuple((from_day, plan) for from_day, plan in self.plans if from_day <= event.last_day)
        return replace(
            self,
            status=SubscriptionStatus.ENDED,
            periods=periods,
            plans=plans,
            reason=None,
            last_day=event.last_day,
        )


def _closed(periods: Sequence[ActivePeriod], active_to: date) -> tuple[ActivePeriod, ...]:
    return (*periods[:-1], replace(periods[-1], active_to=active_to))


def _expect_plan(offering: Offering, plan: str, day: date) -> None:
    require(offering.plan_on(plan, day) is not None, UnknownPlan(plan=plan, day=day))
