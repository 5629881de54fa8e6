"""Handing usage plans in, confirming them, and who has not."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kyodo_cost_ledger.parties import PartyRow, overseers, readers, require_all_of_tokyo
from kyodo_cost_ledger.plans import views
from kyodo_cost_ledger.plans.model import PlanIsFixed, PlanYearOver, UsagePlan, deadline
from kyodo_cost_ledger.projects.views import known_projects, project_ids
from kyodo_events.contracts.cost_ledger.plans import PlanLine
from kyodo_events.errors import Forbidden, NotFound, require
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import COUNT, MunicipalityCode, municipalities
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import approver_of, member_of, officer_of
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["usage-plans"])

OWN_PLAN = "/municipalities/{municipality}/usage-plans/{fiscal_year}"


def _one_line_a_meter(lines: tuple[PlanLine, ...]) -> tuple[PlanLine, ...]:
    if len({(line.project_id, line.meter) for line in lines}) != len(lines):
        raise PydanticCustomError("plan_lines", "Each meter of a project may be planned in one line.")
    return lines


class PlanIn(Body):
    """The whole plan; it replaces the one before."""

    lines: Annotated[tuple[PlanLine, ...], Field(max_length=500), AfterValidator(_one_line_a_meter)]


class PlanRow(Resource, PartyRow):
    """That a municipality handed in its plan."""

    fiscal_year: FiscalYear = Field(title="年度")
    planned: int = Field(title="計測項目数", description="Number of meters that the plan speaks of.")
    handed_in_on: date = Field(title="提出日")
    late: bool = Field(title="期限後提出")
    confirmed: bool = Field(title="承認済み", description="By the municipality's approver; a revision needs it again.")
    deadline: date = Field(default=date.min, title="提出期限", description="Until then the plan may be revised.")

    def model_post_init(self, context: object) -> None:
        super().model_post_init(context)
        self.deadline = deadline(self.fiscal_year)


class PlanOut(PlanRow):
    """A municipality's plan as it stands."""

    lines: list[PlanLine]


class Gap(PartyRow):
    """A municipality that takes part in projects and has not handed a plan in."""

    projects: list[str]


class Gaps(Answer):
    """Who has not handed in."""

    fiscal_year: FiscalYear
    deadline: date
    handed_in: int
    late: int
    unconfirmed: int
    missing: list[Gap]

    @classmethod
    def between(cls, year: FiscalYear, plans: list[PlanRow], expected: dict[str, list[str]]) -> Self:
        """Hold those who take part against those who handed in."""
        there = {plan.municipality for plan in plans}
        return cls(
            fiscal_year=year,
            deadline=deadline(year),
            handed_in=len(plans),
            late=sum(plan.late for plan in plans),
            unconfirmed=sum(not plan.confirmed for plan in plans),
            missing=[Gap(municipality=code, projects=ids) for code, ids in expected.items() if code not in there],
        )


@router.put(OWN_PLAN, allow=officer_of("municipality"), raises=[NotFound, PlanIsFixed, PlanYearOver])
async def hand_in(
    municipality: MunicipalityCode, fiscal_year: FiscalYear, body: PlanIn, commands: Commands, reader: Reader
) -> PlanOut:
    """Hand the plan of a fiscal year in, or revise it until 31 January before the year; a late one is marked so."""
    known = await known_projects(reader.tx, {line.project_id for line in body.lines})
    for project in known.values():
        require(project.started, NotFound(what="project", id=project.id))
    stream = UsagePlan.stream(municipality, fiscal_year)
    await commands.on_or_new(
        UsagePlan, stream, lambda plan: plan.hand_in(municipality, fiscal_year, body.lines, commands.today)
    )
    return await reader.one(PlanOut, views.plan_of(municipality, fiscal_year), what="usage plan", id=stream)


@router.put(f"{OWN_PLAN}/confirmation", allow=approver_of("municipality"), raises=[NotFound])
async def confirm(
    municipality: MunicipalityCode, fiscal_year: FiscalYear, commands: Commands, reader: Reader
) -> PlanOut:
    """Confirm the plan as it stands."""
    stream = UsagePlan.stream(municipality, fiscal_year)
    await commands.on(UsagePlan, stream, lambda plan: plan.confirm(municipality, fiscal_year))
    return await reader.one(PlanOut, views.plan_of(municipality, fiscal_year), what="usage plan", id=stream)


@router.get(OWN_PLAN, allow=member_of("municipality") | overseers, raises=[NotFound])
async def read_plan(municipality: MunicipalityCode, fiscal_year: FiscalYear, reader: Reader) -> PlanOut:
    """A municipality's plan."""
    stream = UsagePlan.stream(municipality, fiscal_year)
    return await reader.one(PlanOut, views.plan_of(municipality, fiscal_year), what="usage plan", id=stream)


@router.get("/usage-plans/{fiscal_year}", allow=readers)
async def list_plans(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[PlanRow]:
    """The plans of a fiscal year; a municipality's people see its own."""
    return await reader.page(PlanRow, views.plans_of(fiscal_year), page, by=[views.usage_plan.c.municipality])


@router.get("/usage-plans/{fiscal_year}/gaps", allow=overseers, raises=[Forbidden])
async def gaps(fiscal_year: FiscalYear, reader: Reader) -> Gaps:
    """Who takes part in projects in a fiscal year and has not handed a plan in."""
    require_all_of_tokyo()
    projects = (await known_projects(reader.tx, await project_ids(reader.tx))).values()
    expected = {
        one.code: ids
        for one in municipalities()
        if (ids := [p.id for p in projects if any(p.takes_part(one.code, m) for m in fiscal_year.months())])
    }
    plans = await reader.all(PlanRow, views.plans_of(fiscal_year), at_most=COUNT)
    return Gaps.between(fiscal_year, plans, expected)
