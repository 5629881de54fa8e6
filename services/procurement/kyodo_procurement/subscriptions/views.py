"""What people see of subscriptions: their state, the periods in which they were active, and which plan applied when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import sqlalchemy as sa

from kyodo_events.contracts.procurement.services import (
    SubscriptionActivated,
    SubscriptionEnded,
    SubscriptionSuspended,
)
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, change, upsert
from kyodo_procurement.catalogue.views import offering
from kyodo_procurement.subscriptions.model import (
    ONE_DAY,
    ActivePeriod,
    SubscriptionPlanChanged,
    SubscriptionRequested,
    SubscriptionRequestWithdrawn,
    SubscriptionStatus,
)
from kyodo_procurement.tables import metadata

subscription = sa.Table(  # shared: participants see who uses which service of theirs
    "subscription",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("offering_id", sa.Text, nullable=False),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("wanted_from", sa.Date, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("last_day", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("offering_id", "municipality", name="subscription_of_municipality"),
)

period = sa.Table(  # a row for each period in which use is covered, both days included
    "subscription_period",
    metadata,
    sa.Column("offering_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("active_from", sa.Date, primary_key=True),
    sa.Column("active_to", sa.Date),
)

plan = sa.Table(  # which plan applies from a day on
    "subscription_plan",
    metadata,
    sa.Column("offering_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("from_day", sa.Date, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False),
)

subscriptions = View("subscriptions", subscription, period, plan)


@subscriptions.on(SubscriptionRequested)
def _(rows: Batch[SubscriptionRequested]) -> AnyWrite:
    return upsert(
        subscription,
        [{"id": r.stream, **dict(r.event), "status": SubscriptionStatus.REQUESTED, "version": r.version} for r in rows],
    )


@subscriptions.on(SubscriptionRequestWithdrawn)
def _(rows: Batch[SubscriptionRequestWithdrawn]) -> AnyWrite:
    return change(
        subscription, [{"id": r.stream, "status": SubscriptionStatus.ENDED, "version": r.version} for r in rows]
    )


@subscriptions.on(SubscriptionActivated)
def _(rows: Batch[SubscriptionActivated]) -> list[AnyWrite]:
    begun = {"status": SubscriptionStatus.ACTIVE, "reason": None, "last_day": None}
    return [
        change(subscription, [{"id": r.stream, **begun, "version": r.version} for r in rows]),
        upsert(period, [{**_key(r.event), "active_from": r.event.from_day, "active_to": None} for r in rows]),
        upsert(plan, [{**_key(r.event), "from_day": r.event.from_day, "plan": r.event.plan} for r in rows]),
    ]


@subscriptions.on(SubscriptionSuspended)
def _(rows: Batch[SubscriptionSuspended]) -> list[AnyWrite]:
    return [
        change(
            subscription,
            [
                {
                    "id": r.stream,
                    "status": SubscriptionStatus.SUSPENDED,
                    "reason": r.event.reason,
                    "version": r.version,
                }
                for r in rows
            ],
        ),
        change(period, [_ended(r.event, r.event.active_from, r.event.from_day - ONE_DAY) for r in rows]),
    ]


@subscriptions.on(SubscriptionPlanChanged)
def _(rows: Batch[SubscriptionPlanChanged]) -> list[AnyWrite]:
    return [
        change(subscription, [{"id": r.stream, "plan": r.event.plan, "version": r.version} for r in rows]),
        upsert(plan, [dict(r.event) for r in rows]),
    ]


@subscriptions.on(SubscriptionEnded)
def _(rows: Batch[SubscriptionEnded]) -> list[AnyWrite]:
    """The period ends, if one runs, and a change of plan that was to come later is gone."""
    ended = {"status": SubscriptionStatus.ENDED, "reason": None}
    later = [
        sa.and_(
            plan.c.offering_id == r.event.offering_id,
            plan.c.municipality == r.event.municipality,
            plan.c.from_day > r.event.last_day,
        )
        for r in rows
    ]
    return [
        change(
            subscription,
            [{"id": r.stream, **ended, "last_day": r.event.last_day, "version": r.version} for r in rows],
        ),
        change(
            period,
            [_ended(r.event, r.event.active_from, r.event.last_day) for r in rows if r.event.active_from is not None],
        ),
        plan.delete().where(sa.or_(*later)),
    ]


def _key(event: SubscriptionActivated | SubscriptionSuspended | SubscriptionEnded) -> dict[str, Any]:
    return {"offering_id": event.offering_id, "municipality": event.municipality}


def _ended(event: SubscriptionSuspended | SubscriptionEnded, active_from: date, active_to: date) -> dict[str, Any]:
    return {**_key(event), "active_from": active_from, "active_to": active_to}


def subscriptions_by(
    *,
    offering_id: str | None = None,
    municipality: str | None = None,
    status: SubscriptionStatus | None = None,
    operator: str | None = None,
) -> sa.Select[Any]:
    """Subscriptions to an offering, of a municipality, at a status, to what somebody operates, or all."""
    query = sa.select(subscription)
    if offering_id:
        query = query.where(subscription.c.offering_id == offering_id)
    if municipality:
        query = query.where(subscription.c.municipality == municipality)
    if status:
        query = query.where(subscription.c.status == status)
    if operator is not None:
        operated = sa.select(offering.c.id).where(offering.c.operator == operator)
        query = query.where(subscription.c.offering_id.in_(operated))
    return query


def subscription_of(subscription_id: str, operator: str | None) -> sa.Select[Any]:
    """One subscription; for an operator, if it is to a service of theirs."""
    return subscriptions_by(operator=operator).where(subscription.c.id == subscription_id)


def periods_of(offering_id: str, municipality: str | None = None) -> sa.Select[Any]:
    """All periods in which an offering is used, by every municipality or by one: a few rows for each of the 62."""
    query = sa.select(period).where(period.c.offering_id == offering_id)
    return query.where(period.c.municipality == municipality) if municipality else query


def plans_of(offering_id: str, municipality: str) -> sa.Select[Any]:
    """Which plan applies to a municipality from which day on."""
    return sa.select(plan).where(plan.c.offering_id == offering_id, plan.c.municipality == municipality)


@dataclass(frozen=True)
class Coverage:
    """The days on which the use of one offering is covered, by municipality.

    `Coverage.of(await tx.rows(periods_of(offering_id)))` answers for a whole batch of records by one query.
    """

    periods: Mapping[str, tuple[ActivePeriod, ...]]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """From the rows of `periods_of`."""
        periods: dict[str, tuple[ActivePeriod, ...]] = {}
        for row in rows:
            code = row["municipality"]
            periods[code] = (*periods.get(code, ()), ActivePeriod(row["active_from"], row["active_to"]))
        return cls(periods)

    def covers(self, municipality: str, day: date) -> bool:
        """Whether the municipality's subscription is active on the day."""
        return any(period.includes(day) for period in self.periods.get(municipality, ()))
