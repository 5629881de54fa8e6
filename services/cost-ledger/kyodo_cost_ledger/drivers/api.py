"""Publishing figures that weight a split, and what the base cost of projects waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from kyodo_cost_ledger.base.model import waiting_for
from kyodo_cost_ledger.charges.booking import Touched, book
from kyodo_cost_ledger.charges.model import Reason
from kyodo_cost_ledger.drivers import views
from kyodo_cost_ledger.drivers.model import (
    CENSUS,
    DriverFigures,
    Figures,
    FiguresKey,
    NothingToWeigh,
    degressive_weights,
)
from kyodo_cost_ledger.parties import readers, require_all_of_tokyo
from kyodo_cost_ledger.projects.views import known_projects, project_ids
from kyodo_events.contracts.base_terms import Doubling, Driver
from kyodo_events.contracts.cost_ledger.drivers import Figure
from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.errors import Forbidden
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_events.values.texts import Code, Id, Line
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import Answer, Body, DryRun, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

_REFERENCE = "^((199|20[0-9])[0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|[FC]Y(199|20[0-9])[0-9])$"
OWN_LEDGER_JA = "費用負担台帳の利用実績"

router = Router(prefix="/v1/driver-figures", tags=["drivers"])

Reference = Annotated[
    str,
    Field(pattern=_REFERENCE, description="A day, or a span such as FY2023 or CY2023.", examples=["2024-01-01"]),
]


class FiguresIn(Body):
    """Figures by municipality, with the source that anybody can look them up in."""

    driver: Code
    reference: Reference
    label_ja: Line
    unit_ja: Line
    source_ja: Line
    figures: Annotated[dict[MunicipalityCode, Figure], Field(min_length=1, max_length=62)]


class UsageYearIn(Body):
    """Which usage becomes the weights of 実績割 for the fiscal year after it."""

    project_id: Id
    meter: MeterCode
    unit_ja: Line = "件"
    fiscal_year: FiscalYear


class FiguresOut(Resource):
    """Published figures."""

    driver: str
    reference: str
    scope: str = Field(description="Project and meter of a project's own usage; empty for figures of any project.")
    label_ja: str
    unit_ja: str
    source_ja: str
    figures: dict[str, int]
    published_at: datetime


class Published(FiguresOut):
    """With the event that published them: the cause of what is booked."""

    event_id: UUID = Field(exclude=True)


class WeightsOut(Answer):
    """Weights to be written into burden terms."""

    driver: str
    reference: str
    doubling: str
    weights: dict[str, int] = Field(description="By municipality; integers, worked out once.")


class WaitingBase(Answer):
    """A figure without which a project's basic cost of a year cannot be shared yet."""

    project_id: str
    fiscal_year: FiscalYear
    driver: str
    reference: str
    municipalities: list[str] = Field(description="Whose figure is missing.")
    municipalities_ja: list[str]


class WaitingBaseList(Answer):
    """All that basic cost waits for."""

    items: list[WaitingBase]


@router.post("", allow=secretariat, dependencies=[DryRun], raises=[NothingToWeigh, Forbidden])
async def publish_figures(body: FiguresIn, commands: Commands, reader: Reader) -> FiguresOut:
    """Publish figures, or correct them: every project whose terms name them is charged anew, by differences."""
    figures = Figures(body.label_ja, body.unit_ja, body.source_ja, body.figures)
    return await _publish(FiguresKey(body.driver, body.reference), figures, commands, reader)


@router.post("/usage", allow=secretariat, dependencies=[DryRun], raises=[NothingToWeigh, Forbidden])
async def publish_usage(body: UsageYearIn, commands: Commands, reader: Reader) -> FiguresOut:
    """Fix what was used in a year, as the ledger knows it now, as the weights of the year after (実績割)."""
    key = FiguresKey(Driver.USAGE_OF_PREVIOUS_YEAR, f"FY{body.fiscal_year}", f"{body.project_id}/{body.meter}")
    used = await views.used_in_year(reader.tx, body.project_id, body.meter, body.fiscal_year)
    return await _publish(key, Figures("利用実績", body.unit_ja, OWN_LEDGER_JA, used), commands, reader)


@router.get("", allow=readers)
async def list_figures(reader: Reader, page: PageQuery, driver: Code | None = None) -> Page[FiguresOut]:
    """The published figures, or those of one driver; the census of 2020 came with the ledger and is not among them."""
    c = views.driver_figures.c
    return await reader.page(FiguresOut, views.figures_published(driver), page, by=[c.driver, c.reference, c.scope])


@router.get("/weights", allow=readers)
async def weights_that_grow_less(
    doubling: Annotated[Doubling, Query(description="What twice the population weighs, such as 3/2.")],
) -> WeightsOut:
    """Degressive weights (逓減) of the population of 2020, for the component population_power of burden terms."""
    [(key, figures)] = CENSUS.items()
    weights = degressive_weights(figures.values, doubling)
    return WeightsOut(driver=Driver.POPULATION_POWER, reference=key.reference, doubling=str(doubling), weights=weights)


@router.get("/missing", allow=readers)
async def missing_figures(reader: Reader) -> WaitingBaseList:
    """What the base cost of projects waits for; it is charged by itself when the figures are published."""
    projects = await known_projects(reader.tx, await project_ids(reader.tx))
    return WaitingBaseList(
        items=[
            WaitingBase(
                project_id=found.project_id,
                fiscal_year=found.fiscal_year,
                driver=found.driver,
                reference=found.reference,
                municipalities=list(found.municipalities),
                municipalities_ja=[by_code(code).name_ja for code in found.municipalities],
            )
            for project in projects.values()
            for found in waiting_for(project)
        ]
    )


async def _publish(key: FiguresKey, figures: Figures, commands: CommandBus, reader: ReadSession) -> FiguresOut:
    require_all_of_tokyo()
    await commands.on_or_new(DriverFigures, key.stream, lambda stands: stands.publish(key, figures))
    published = await reader.one(Published, views.figures_of(key), what="figures", id=key.stream)
    naming = await views.projects_naming(reader.tx, key.driver)
    await book(reader.tx, Touched.rules_of(naming, published.event_id, Reason.DRIVERS))
    return published
