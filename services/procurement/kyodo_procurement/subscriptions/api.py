"""Subscriptions over HTTP: municipalities request and end them, the operator opens and suspends the service."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.context import current
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.catalogue.model import NotTheOperator, Offering, OfferingNotPublished
from kyodo_procurement.projects.model import Project
from kyodo_procurement.subscriptions import views
from kyodo_procurement.subscriptions.model import Subscription, SubscriptionStatus
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
from kyodo_procurement.subscriptions.schemas import (
    EndIn,
    FromDayIn,
    PeriodRow,
    PlanChangeIn,
    PlanRow,
    RequestIn,
    SubscriptionOut,
    SuspensionIn,
)

router = Router(prefix="/v1", tags=["subscriptions"])

OF_MUNICIPALITY = "/offerings/{offering_id}/subscriptions/{municipality}"
ONE = "/subscriptions/{subscription_id}"
GOVERNMENTS = frozenset({Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER})

operators = role(Role.SECRETARIAT, Role.OPERATOR, Role.SUPPLIER)
readers = role(*sorted(GOVERNMENTS), Role.OPERATOR, Role.SUPPLIER)

SubscriptionSort = Annotated[
    Sort,
    sort_by(
        views.subscription.c.municipality,
        views.subscription.c.status,
        views.subscription.c.wanted_from,
        unique=[views.subscription.c.id],
    ),
]


async def _operator() -> str | None:
    """Whose services a caller may look at: None for the governments, who see all."""
    identity = current.get().identity
    return None if identity is None or identity.roles & GOVERNMENTS else identity.subject


OperatedBy = Annotated[str | None, Depends(_operator)]


async def _project_of(commands: Commands, subscription_id: str) -> Project:
    """The project of a subscription's offering, for the offering's operator or the secretariat.

    Raises NotFound, and NotTheOperator (403) for anybody else.
    """
    subscription = await commands.read(Subscription, subscription_id)
    offering = await commands.read(Offering, subscription.offering_id)
    if Role.SECRETARIAT not in commands.identity.roles:
        offering.expect_operator(commands.identity.subject)
    return await commands.read(Project, offering.project_id)


@router.put(
    f"{OF_MUNICIPALITY}/request",
    allow=officer_of("municipality"),
    raises=[OfferingNotPublished, AlreadySubscribed, DayTooEarly, UnknownPlan],
)
async def request_subscription(
    offering_id: Id, municipality: MunicipalityCode, body: RequestIn, commands: Commands
) -> SubscriptionOut:
    """Ask to use a shared service under a plan, for the first time or after an end; or revise the request."""
    offering = await commands.read(Offering, offering_id)
    stream = Subscription.id_of(offering_id, municipality)

    def decide(subscription: Subscription) -> Events:
        return subscription.request(offering, municipality, body.plan, body.wanted_from, commands.today)

    try:
        subscription = await commands.on(Subscription, stream, decide)
    except NotFound:
        subscription = await commands.create(Subscription, decide, id=stream)
    return SubscriptionOut.of(subscription)


@router.delete(f"{OF_MUNICIPALITY}/request", allow=officer_of("municipality") | secretariat, raises=[NoSuchRequest])
async def withdraw_request(offering_id: Id, municipality: MunicipalityCode, commands: Commands) -> SubscriptionOut:
    """Take the request back before the service is opened."""
    stream = Subscription.id_of(offering_id, municipality)
    return SubscriptionOut.of(await commands.on(Subscription, stream, lambda one: one.withdraw_request()))


@router.put(
    f"{ONE}/activation",
    allow=operators,
    raises=[NotTheOperator, NoSuchRequest, DayTooEarly, NotInTheProject],
    acts_for_all=True,
)
async def activate(subscription_id: Id, body: FromDayIn, commands: Commands) -> SubscriptionOut:
    """Open the service from a day on, for a municipality that takes part in the project in that month."""
    project = await _project_of(commands, subscription_id)
    return SubscriptionOut.of(
        await commands.on(Subscription, subscription_id, lambda one: one.activate(project, body.from_day))
    )


@router.put(
    f"{ONE}/suspension", allow=operators, raises=[NotTheOperator, SubscriptionNotActive, DayTooEarly], acts_for_all=True
)
async def suspend(subscription_id: Id, body: SuspensionIn, commands: Commands) -> SubscriptionOut:
    """Close the service for a municipality from a day on, with a reason."""
    await _project_of(commands, subscription_id)
    return SubscriptionOut.of(
        await commands.on(Subscription, subscription_id, lambda one: one.suspend(body.from_day, body.reason))
    )


@router.put(
    f"{ONE}/resumption",
    allow=operators,
    raises=[NotTheOperator, SubscriptionNotSuspended, DayTooEarly, NotInTheProject],
    acts_for_all=True,
)
async def resume(subscription_id: Id, body: FromDayIn, commands: Commands) -> SubscriptionOut:
    """Open a suspended service again, from a day on."""
    project = await _project_of(commands, subscription_id)
    return SubscriptionOut.of(
        await commands.on(Subscription, subscription_id, lambda one: one.resume(project, body.from_day))
    )


@router.put(
    f"{OF_MUNICIPALITY}/plan", allow=officer_of("municipality"), raises=[SubscriptionNotLive, DayTooEarly, UnknownPlan]
)
async def change_plan(
    offering_id: Id, municipality: MunicipalityCode, body: PlanChangeIn, commands: Commands
) -> SubscriptionOut:
    """Move to another plan of the offering from a day on."""
    offering = await commands.read(Offering, offering_id)
    stream = Subscription.id_of(offering_id, municipality)
    return SubscriptionOut.of(
        await commands.on(Subscription, stream, lambda one: one.change_plan(offering, body.plan, body.from_day))
    )


@router.put(
    f"{OF_MUNICIPALITY}/end", allow=approver_of("municipality") | secretariat, raises=[SubscriptionNotLive, DayTooEarly]
)
async def end(offering_id: Id, municipality: MunicipalityCode, body: EndIn, commands: Commands) -> SubscriptionOut:
    """End the subscription with a day, that day included."""
    stream = Subscription.id_of(offering_id, municipality)
    return SubscriptionOut.of(await commands.on(Subscription, stream, lambda one: one.end(body.last_day)))


@router.get("/subscriptions", allow=readers)
async def list_subscriptions(
    reader: Reader,
    page: PageQuery,
    sort: SubscriptionSort,
    operator: OperatedBy,
    offering_id: Id | None = None,
    municipality: MunicipalityCode | None = None,
    status: SubscriptionStatus | None = None,
) -> Page[SubscriptionOut]:
    """Who subscribes to what: all for the governments, for an operator the subscriptions to its own services."""
    query = views.subscriptions_by(offering_id=offering_id, municipality=municipality, status=status, operator=operator)
    return await reader.page(SubscriptionOut, query, page, by=sort)


@router.get(ONE, allow=readers)
async def read_subscription(subscription_id: Id, reader: Reader, operator: OperatedBy) -> SubscriptionOut:
    """One municipality's subscription to a shared service."""
    query = views.subscription_of(subscription_id, operator)
    return await reader.one(SubscriptionOut, query, what="subscription", id=subscription_id)


@router.get(f"{ONE}/periods", allow=readers)
async def list_periods(subscription_id: Id, reader: Reader, page: PageQuery, operator: OperatedBy) -> Page[PeriodRow]:
    """The periods in which use is covered, the oldest first."""
    one = await read_subscription(subscription_id, reader, operator)
    query = views.periods_of(one.offering_id, one.municipality)
    return await reader.page(PeriodRow, query, page, by=[views.period.c.active_from])


@router.get(f"{ONE}/plans", allow=readers)
async def list_plans(subscription_id: Id, reader: Reader, page: PageQuery, operator: OperatedBy) -> Page[PlanRow]:
    """Which plan applies from which day on, the oldest first."""
    one = await read_subscription(subscription_id, reader, operator)
    query = views.plans_of(one.offering_id, one.municipality)
    return await reader.page(PlanRow, query, page, by=[views.plan.c.from_day])


@router.get(f"{ONE}/history", allow=readers)
async def read_history(subscription_id: Id, reader: Reader, page: PageQuery, operator: OperatedBy) -> Page[HistoryRow]:
    """What happened to the subscription, in words."""
    await read_subscription(subscription_id, reader, operator)
    return await reader.history(Subscription, subscription_id, page)
