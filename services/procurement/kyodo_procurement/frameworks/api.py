"""Frameworks over HTTP: concluded by Tokyo, read by the governments and the supplier."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.contracts.procurement.orders import PriceChange
from kyodo_events.errors import NotFound, require
from kyodo_events.values.texts import Day, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls.model import Call
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.frameworks import views
from kyodo_procurement.frameworks.conclusion import LotOfCall, framework_id
from kyodo_procurement.frameworks.events import (
    AlreadyConcluded,
    BeyondCap,
    ChangeNotLater,
    LotNotAwarded,
    MaximumBelowContracts,
    NotInFramework,
    OrdersStand,
    OutsidePeriod,
)
from kyodo_procurement.frameworks.model import Framework
from kyodo_procurement.frameworks.readers import readers, supplier_of
from kyodo_procurement.frameworks.schemas import FrameworkIn, FrameworkOut, PriceRow, TaxRateRow

router = Router(prefix="/v1/frameworks", tags=["frameworks"])

FrameworkSort = Annotated[
    Sort,
    sort_by(
        views.framework.c.title_ja,
        views.framework.c.supplier_ja,
        views.framework.c.first_day,
        views.framework.c.last_day,
        unique=[views.framework.c.id],
    ),
]


@router.post(
    "", allow=secretariat, raises=[NotFound, LotNotAwarded, AlreadyConcluded, MaximumBelowContracts, NotInFramework]
)
async def conclude_framework(body: FrameworkIn, commands: Commands) -> FrameworkOut:
    """Conclude the framework contract on an awarded lot; a lot has at most one."""
    of, id_ = await _lot_of_call(commands, body.call_id, body.lot), framework_id(body.call_id, body.lot)
    require(not (await commands.read_or_new(Framework, id_)).version, AlreadyConcluded(framework_id=id_))
    framework = await commands.create(Framework, lambda framework: framework.conclude(of, body.terms), id=id_)
    return FrameworkOut.of(framework)


@router.post(
    "/{framework_id}/price-changes",
    allow=secretariat,
    raises=[OutsidePeriod, NotInFramework, ChangeNotLater, OrdersStand, BeyondCap],
)
async def change_prices(framework_id: Id, body: PriceChange, commands: Commands) -> FrameworkOut:
    """Set other prices beyond the firm quantities, or another tax, for what is ordered from a day on."""
    framework = await commands.on(Framework, framework_id, lambda framework: framework.change_prices(body))
    return FrameworkOut.of(framework)


@router.get("", allow=readers)
async def list_frameworks(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    sort: FrameworkSort,
    call_id: Id | None = None,
    project_id: Id | None = None,
    day: Day | None = None,
) -> Page[FrameworkOut]:
    """The framework contracts, of a call, of a project, or those whose period holds a day; suppliers see their own."""
    query = views.frameworks_by(supplier_of(commands.identity), call_id, project_id, day)
    return await reader.page(FrameworkOut, query, page, by=sort)


@router.get("/{framework_id}", allow=readers)
async def read_framework(framework_id: Id, commands: Commands, reader: Reader) -> FrameworkOut:
    """One framework contract."""
    return await visible(framework_id, commands, reader)


@router.get("/{framework_id}/history", allow=readers)
async def read_framework_history(
    framework_id: Id, commands: Commands, reader: Reader, page: PageQuery
) -> Page[HistoryRow]:
    """What happened to a framework contract, in words."""
    await visible(framework_id, commands, reader)
    return await reader.history(Framework, framework_id, page)


@router.get("/{framework_id}/prices", allow=readers)
async def list_prices(framework_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[PriceRow]:
    """The prices beyond the firm quantities, item by item and from which day on."""
    await visible(framework_id, commands, reader)
    by = [views.price.c.item, views.price.c.from_day]
    return await reader.page(PriceRow, views.prices_of(framework_id), page, by=by)


@router.get("/{framework_id}/tax-rates", allow=readers)
async def list_tax_rates(framework_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[TaxRateRow]:
    """The rates of tax, and from which day on."""
    await visible(framework_id, commands, reader)
    return await reader.page(TaxRateRow, views.tax_rates_of(framework_id), page, by=[views.tax_rate.c.from_day])


async def visible(framework_id: str, commands: Commands, reader: Reader) -> FrameworkOut:
    """The framework, if the caller may see it. Raises NotFound."""
    query = views.framework_of(framework_id, supplier_of(commands.identity))
    return await reader.one(FrameworkOut, query, what="framework", id=framework_id)


async def _lot_of_call(commands: Commands, call_id: str, lot: int) -> LotOfCall:
    evaluation, call = await commands.read(Evaluation, call_id), await commands.read(Call, call_id)
    for one in call.lots:
        if one.number == lot:
            return LotOfCall(call_id, call.project_id, call.title_ja, one, evaluation.awards.get(lot))
    raise NotFound(what="lot", id=lot)
