"""The service catalogue over HTTP: the secretariat writes it, everybody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.contracts.procurement.services import Aggregation, Meter, PlanVersion
from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.catalogue import views
from kyodo_procurement.catalogue.model import (
    DuplicateMeter,
    LastDayPassed,
    MeterFixed,
    NotPublishable,
    Offering,
    OfferingDraft,
    OfferingIsWithdrawn,
    OfferingNotPublished,
    OfferingStatus,
    PlanVersionFixed,
    Subject,
    TooManyMeters,
    TooManyPlanVersions,
    UnknownMeter,
)
from kyodo_procurement.projects.model import Project

router = Router(prefix="/v1/offerings", tags=["catalogue"])

OfferingSort = Annotated[
    Sort,
    sort_by(
        views.offering.c.name_ja,
        views.offering.c.code,
        views.offering.c.status,
        unique=[views.offering.c.id],
    ),
]
PlanSort = Annotated[
    Sort,
    sort_by(
        views.plan_version.c.from_day,
        views.plan_version.c.name_ja,
        unique=[views.plan_version.c.plan, views.plan_version.c.from_day],
    ),
]


class OperatorIn(Body):
    """Who operates the service."""

    operator: Subject = Field(description="The subject of the operator's access token.")
    operator_ja: Line = Field(description="The operator as people call it.")


class MeterIn(Body):
    """What a meter counts."""

    label_ja: Line
    unit_ja: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["件"])]
    aggregation: Aggregation


class WithdrawalIn(Body):
    """Why and when the service is taken off the catalogue."""

    reason: Line
    last_day: Day = Field(description="Last day on which subscriptions are requested, Tokyo time.")


class OfferingRow(Resource):
    """A shared service as everybody may see it."""

    id: str
    code: str = Field(title="コード")
    name_ja: str = Field(title="共同サービス")
    description_ja: str = Field(title="概要")
    status: OfferingStatus = Field(title="状態")
    project_id: str
    operator: str = Field(title="運営事業者の識別子", description="The subject of the operator's access token.")
    operator_ja: str = Field(title="運営事業者")
    reason: str | None = Field(title="提供終了の理由")
    last_day: date | None = Field(title="申込み最終日")


def _by_code(meters: Any) -> Any:
    return [meters[code] for code in sorted(meters)] if isinstance(meters, Mapping) else meters


class MeterOut(Answer):
    """What is counted of a service, and how the readings of a month become its figure."""

    meter: str
    label_ja: str
    unit_ja: str
    aggregation: Aggregation


class OfferingOut(OfferingRow):
    """A shared service with its meters, in the order of their codes."""

    meters: Annotated[list[MeterOut], BeforeValidator(_by_code)]


class PlanRow(Answer):
    """A version of a plan."""

    plan: str = Field(title="プラン")
    from_day: date = Field(title="適用開始日")
    name_ja: str = Field(title="プラン名")
    included_ja: str = Field(title="含まれる内容")
    prices: dict[str, int] = Field(title="単価（円）", description="Yen for one unit, by meter; for information.")


@router.post("", allow=secretariat, raises=[NotFound, DuplicateMeter])
async def draft_offering(body: OfferingDraft, commands: Commands) -> OfferingOut:
    """Put a shared service of a project into the catalogue, not yet for anybody to use."""
    await commands.read(Project, body.project_id)
    return OfferingOut.of(await commands.create(Offering, lambda offering: offering.draft(body)))


@router.put("/{offering_id}/operator", allow=secretariat)
async def change_operator(offering_id: Id, body: OperatorIn, commands: Commands) -> OfferingOut:
    """Name another operator: from now on its token activates subscriptions and reports use."""
    offering = await commands.on(
        Offering, offering_id, lambda offering: offering.change_operator(body.operator, body.operator_ja)
    )
    return OfferingOut.of(offering)


@router.put("/{offering_id}/meters/{meter}", allow=secretariat, raises=[MeterFixed, OfferingIsWithdrawn, TooManyMeters])
async def add_meter(offering_id: Id, meter: MeterCode, body: MeterIn, commands: Commands) -> OfferingOut:
    """Add a meter. One that stands never changes, because use was counted by it."""
    added = Meter(meter=meter, **dict(body))
    return OfferingOut.of(await commands.on(Offering, offering_id, lambda offering: offering.add_meter(added)))


@router.post(
    "/{offering_id}/plan-versions",
    allow=secretariat,
    raises=[UnknownMeter, DuplicateMeter, PlanVersionFixed, OfferingIsWithdrawn, TooManyPlanVersions],
)
async def set_plan(offering_id: Id, body: PlanVersion, commands: Commands) -> OfferingOut:
    """Add a plan, or a later version of one; versions that stand never change."""
    return OfferingOut.of(await commands.on(Offering, offering_id, lambda offering: offering.set_plan(body)))


@router.put("/{offering_id}/publication", allow=secretariat, raises=[NotPublishable])
async def publish_offering(offering_id: Id, commands: Commands) -> OfferingOut:
    """Offer the service to the participants of its project."""
    return OfferingOut.of(await commands.on(Offering, offering_id, lambda offering: offering.publish()))


@router.put("/{offering_id}/withdrawal", allow=secretariat, raises=[OfferingNotPublished, LastDayPassed])
async def withdraw_offering(offering_id: Id, body: WithdrawalIn, commands: Commands) -> OfferingOut:
    """Take the service off the catalogue. Subscriptions that exist run until their own end."""
    offering = await commands.on(
        Offering, offering_id, lambda offering: offering.withdraw(body.reason, body.last_day, commands.today)
    )
    return OfferingOut.of(offering)


@router.get("", allow=public)
async def list_offerings(
    reader: Reader,
    page: PageQuery,
    sort: OfferingSort,
    project_id: Id | None = None,
    status: OfferingStatus | None = None,
    code: Code | None = None,
) -> Page[OfferingRow]:
    """The catalogue, the oldest offering first."""
    return await reader.page(OfferingRow, views.offerings_by(project_id, status, code), page, by=sort)


@router.get("/{offering_id}", allow=public)
async def read_offering(offering_id: Id, reader: Reader) -> OfferingOut:
    """One shared service with its meters."""
    return await reader.one(OfferingOut, views.offering_of(offering_id), what="offering", id=offering_id)


@router.get("/{offering_id}/plan-versions", allow=public)
async def list_plan_versions(
    offering_id: Id, reader: Reader, page: PageQuery, sort: PlanSort, plan: Code | None = None, on: Day | None = None
) -> Page[PlanRow]:
    """All versions of the offering's plans, or those that hold on a day."""
    return await reader.page(PlanRow, views.plan_versions_of(offering_id, plan, on), page, by=sort)


@router.get("/{offering_id}/history", allow=public)
async def read_history(offering_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to the offering, in words."""
    return await reader.history(Offering, offering_id, page)
