"""Closing the months of an offering's meters over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.errors import Forbidden, NotFound, require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Identity
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.catalogue.model import NotTheOperator, Offering
from kyodo_procurement.meter_months import views
from kyodo_procurement.meter_months.model import AlreadyClosed, MeterMonth, MonthNotOver
from kyodo_procurement.usage.access import readers, reporters, reports_for
from kyodo_procurement.usage.model import CATEGORY

router = Router(prefix="/v1/meter-months", tags=["usage"])

MonthSort = Annotated[
    Sort,
    sort_by(
        views.meter_month.c.month,
        views.meter_month.c.closed_at,
        unique=[views.meter_month.c.offering_id, views.meter_month.c.month],
    ),
]


class MeterMonthIn(Body):
    """Which month of which offering is closed."""

    offering_id: Id
    month: Month


class MeterMonthOut(Resource):
    """A month of an offering whose readings have become figures."""

    id: str
    offering_id: str
    month: Month = Field(title="計測月")
    figures: int = Field(title="確定件数", description="One for each municipality and meter that was read.")
    closed_at: datetime = Field(title="確定日時")


@router.post("", allow=reporters, acts_for_all=True, raises=[NotFound, NotTheOperator, MonthNotOver, AlreadyClosed])
async def close_month(body: MeterMonthIn, commands: Commands, reader: Reader) -> MeterMonthOut:
    """Close a month that is over: each meter that is not summed gets its figure, published as one record."""
    offering = await commands.read(Offering, body.offering_id)
    _expect_reporter(commands.identity, offering)
    await views.lock_readings(reader.tx, [offering.id], alone=True)
    closed = await views.closed_months(reader.tx, [offering.id])
    require((offering.id, body.month) not in closed, AlreadyClosed(month=body.month))
    figures = await views.figures_of(reader.tx, offering.id, body.month)
    id_ = MeterMonth.id_of(offering.id, body.month)
    await commands.create(
        MeterMonth, lambda month: month.close(offering.id, body.month, len(figures), commands.today), id=id_
    )
    await commands.record_each(CATEGORY, (f.published(offering.id, offering.project_id, body.month) for f in figures))
    return await reader.one(MeterMonthOut, views.month_of(id_), what="meter month", id=id_)


@router.get("", allow=readers)
async def list_months(
    reader: Reader, page: PageQuery, sort: MonthSort, offering_id: Id | None = None, month: Month | None = None
) -> Page[MeterMonthOut]:
    """The months that are closed; who reported what in them is not said here."""
    return await reader.page(MeterMonthOut, views.months_by(offering_id, month), page, by=sort)


@router.get("/{meter_month_id}", allow=readers)
async def read_month(meter_month_id: Id, reader: Reader) -> MeterMonthOut:
    """One closed month."""
    return await reader.one(MeterMonthOut, views.month_of(meter_month_id), what="meter month", id=meter_month_id)


@router.get("/{meter_month_id}/history", allow=readers)
async def read_month_history(meter_month_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a month, in words."""
    return await reader.history(MeterMonth, meter_month_id, page)


def _expect_reporter(identity: Identity, offering: Offering) -> None:
    """Figures of a part of the municipalities would close the month for all: a narrowed token is refused."""
    require(identity.municipality is None, Forbidden(needed="a token that is not narrowed to one municipality"))
    require(reports_for(identity, offering.operator), NotTheOperator())
