"""An offering, what is done with a subscription to it, and what happens: the rules' tests begin from these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.projects import ParticipantJoined
from kyodo_events.contracts.procurement.services import (
    OfferingPlanChanged,
    OfferingPublished,
    OfferingWithdrawn,
    PlanVersion,
    SubscriptionActivated,
    SubscriptionEnded,
    SubscriptionSuspended,
)
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_procurement.catalogue.model import (
    Offering,
    OfferingDraft,
    OfferingDrafted,
)
from kyodo_procurement.projects.model import Project
from kyodo_procurement.subscriptions.model import (
    Subscription,
    SubscriptionPlanChanged,
    SubscriptionRequested,
    SubscriptionRequestWithdrawn,
)

CHIYODA, MUSASHINO = "131016", "132039"
OFFERED = "0193f1a0-0000-7000-8000-000000000007"
PROJECT_ID = "0193f1a0-0000-7000-8000-000000000002"
TODAY = date(2026, 4, 1)
APRIL, MAY, JUNE, JULY = (date(2024, month, 1) for month in (4, 5, 6, 7))

drafted = OfferingDrafted(
    draft=OfferingDraft(
        project_id=PROJECT_ID,
        code="chat",
        name_ja="共同チャット",
        operator="operator@sample",
        operator_ja="株式会社サンプル",
    )
)
basic, premium = (
    OfferingPlanChanged(version=PlanVersion(plan=code, from_day=day, name_ja=code))
    for code, day in (("basic", APRIL), ("premium", MAY))
)
published = OfferingPublished(
    project_id=PROJECT_ID,
    code="chat",
    name_ja="共同チャット",
    description_ja="",
    operator_ja="株式会社サンプル",
    meters=(),
    plans=(basic.version, premium.version),
)
withdrawn = OfferingWithdrawn(reason="後継サービスへの移行", last_day=TODAY)
OFFERING = Offering(id=OFFERED).fold([drafted, basic, premium, published])
PROJECT = Project(id="project").fold([ParticipantJoined(municipality=CHIYODA, from_month=Month("2024-04"))])

Decide = Callable[[Subscription], Events]


def requested(day: date = APRIL, code: str = "basic") -> SubscriptionRequested:
    return SubscriptionRequested(offering_id=OFFERED, municipality=CHIYODA, plan=code, wanted_from=day)


def activated(day: date = APRIL, code: str = "basic") -> SubscriptionActivated:
    return SubscriptionActivated(offering_id=OFFERED, municipality=CHIYODA, plan=code, from_day=day)


def suspended(day: date, active_from: date = APRIL) -> SubscriptionSuspended:
    return SubscriptionSuspended(
        offering_id=OFFERED, municipality=CHIYODA, from_day=day, reason="点検", active_from=active_from
    )


def ended(day: date, active_from: date | None = APRIL) -> SubscriptionEnded:
    return SubscriptionEnded(offering_id=OFFERED, municipality=CHIYODA, last_day=day, active_from=active_from)


def moved(day: date, code: str = "premium") -> SubscriptionPlanChanged:
    return SubscriptionPlanChanged(offering_id=OFFERED, municipality=CHIYODA, plan=code, from_day=day)


given_up = SubscriptionRequestWithdrawn(offering_id=OFFERED, municipality=CHIYODA)


def request(day: date = APRIL, code: str = "basic", offering: Offering = OFFERING, today: date = TODAY) -> Decide:
    return lambda subscription: subscription.request(offering, CHIYODA, code, day, today)


def activate(day: date, project: Project = PROJECT) -> Decide:
    return lambda subscription: subscription.activate(project, day)


def suspend(day: date) -> Decide:
    return lambda subscription: subscription.suspend(day, "点検")


def resume(day: date, project: Project = PROJECT) -> Decide:
    return lambda subscription: subscription.resume(project, day)


def change_plan(day: date, code: str = "premium") -> Decide:
    return lambda subscription: subscription.change_plan(OFFERING, code, day)


def end(day: date) -> Decide:
    return lambda subscription: subscription.end(day)


def withdraw(subscription: Subscription) -> Events:
    return subscription.withdraw_request()


REQUESTED: list[Event] = [requested()]
ACTIVE: list[Event] = [*REQUESTED, activated()]
SUSPENDED: list[Event] = [*ACTIVE, suspended(JUNE)]
ENDED: list[Event] = [*ACTIVE, ended(date(2024, 5, 31))]
STATES: dict[str, list[Event]] = {"requested": REQUESTED, "active": ACTIVE, "suspended": SUSPENDED, "ended": ENDED}
