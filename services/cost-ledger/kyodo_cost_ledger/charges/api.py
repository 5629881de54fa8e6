"""What everybody owes: cell by cell, a municipality in sum, and all 62 side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.charges.views import by_party, by_project, charges, page_key, project_costs, with_names
from kyodo_cost_ledger.parties import PartyRow, overseers, readers, require_all_of_tokyo
from kyodo_events.errors import Forbidden
from kyodo_events.values.fiscal import EARLIEST, LATEST, Month
from kyodo_events.values.municipalities import COUNT, TOKYO, MunicipalityCode, municipalities
from kyodo_events.values.texts import Id
from kyodo_platform.identity.policies import member_of
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router

MAX_PROJECTS = 1_000

router = Router(prefix="/v1", tags=["charges"])


def _of_this_ledger(moment: datetime) -> datetime:
    if EARLIEST <= moment.year <= LATEST + 1:
        return moment
    raise PydanticCustomError("moment", "Give a moment from the year 2000 to 2100.")


Until = Annotated[Month | None, Query(description="Only services up to and with this month.")]
AsOf = Annotated[
    Annotated[AwareDatetime, AfterValidator(_of_this_ledger)] | None,
    Query(description="As it was known at this moment; now, where left out."),
]
Project = Annotated[Id | None, Query(description="Only this project.")]


class Charge(PartyRow):
    """What a party bears of one item of a project for one month."""

    project_id: str
    project_ja: str | None = None
    book: Book
    book_ja: str
    item: str = Field(description="A driver (or 'tokyo_share') in the base book, a meter in the usage book.")
    item_ja: str
    month: Month = Field(description="The month of the service.")
    amount: int = Field(description="Whole yen.")


class Sums(Answer):
    """Whole yen by book."""

    base: int = 0
    usage: int = 0
    total: int = 0


class ProjectSums(Sums):
    """What one project costs those that are asked about."""

    project_id: str
    project_ja: str | None = None


class PartySums(PartyRow, Sums):
    """What one party bears."""


class MunicipalityCharges(PartySums):
    """What one municipality bears, in sum and by project."""

    projects: list[ProjectSums]


class Totals(Answer):
    """All 62, Tokyo, and the projects, from which the shares must come to the yen."""

    municipalities: list[PartySums] = Field(description="All 62 in the order of their codes.")
    tokyo: PartySums = Field(description="The metropolitan government's own share.")
    projects: list[ProjectSums] = Field(description="Shares by project, Tokyo's included.")
    sum: Sums = Field(description="All shares, Tokyo's included.")
    cost: int = Field(description="Whole yen that the journal says the projects cost.")
    difference: int = Field(description="`sum.total` less `cost`; must be 0.")
    balanced: bool = Field(description="Whether the shares of every single project equal its cost.")


@router.get("/charges", allow=readers)
async def list_charges(
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    project_id: Project = None,
    month: Month | None = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[Charge]:
    """Charges cell by cell; a municipality's people see its own. `Accept: text/csv` for a spreadsheet."""
    charged = charges(municipality=municipality, project_id=project_id, month=month, until=until, as_of=as_of)
    return await reader.page(Charge, with_names(charged), page, by=page_key(charged))


@router.get("/municipalities/{municipality}/charges", allow=member_of("municipality") | overseers)
async def municipality_charges(
    municipality: MunicipalityCode, reader: Reader, until: Until = None, as_of: AsOf = None
) -> MunicipalityCharges:
    """What a municipality bears, by book and by project."""
    charged = charges(municipality=municipality, until=until, as_of=as_of)
    projects = await reader.all(ProjectSums, by_project(charged), at_most=MAX_PROJECTS)
    return MunicipalityCharges(municipality=municipality, projects=projects, **_sum(projects).model_dump())


@router.get("/totals", allow=overseers, raises=[Forbidden])
async def totals(reader: Reader, until: Until = None, as_of: AsOf = None) -> Totals:
    """All 62 municipalities in one answer, with Tokyo's share and the check that everything adds up."""
    require_all_of_tokyo()
    charged = charges(until=until, as_of=as_of)
    parties = {row.municipality: row for row in await reader.all(PartySums, by_party(charged), at_most=COUNT + 1)}
    projects = await reader.all(ProjectSums, by_project(charged), at_most=MAX_PROJECTS)
    costs = {row["project_id"]: row["cost"] for row in await reader.tx.rows(project_costs(until=until, as_of=as_of))}
    summed, cost = _sum(projects), sum(costs.values())
    by_id = {project.project_id: project.total for project in projects}
    return Totals(
        municipalities=[parties.get(m.code, PartySums(municipality=m.code)) for m in municipalities()],
        tokyo=parties.get(TOKYO, PartySums(municipality=TOKYO)),
        projects=projects,
        sum=summed,
        cost=cost,
        difference=summed.total - cost,
        balanced=all(by_id.get(id_, 0) == costs.get(id_, 0) for id_ in by_id.keys() | costs.keys()),
    )


def _sum(rows: list[ProjectSums]) -> Sums:
    return Sums(
        base=sum(row.base for row in rows), usage=sum(row.usage for row in rows), total=sum(row.total for row in rows)
    )
