"""Figures over HTTP. A municipality reads its own rows, Tokyo all; those about supporters themselves are Tokyo's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import Municipality, by_code, municipalities
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.figures import activity, schemas, staffing, supporting
from kyodo_supporter_matching.figures.ratios import gini, per_residents

router = Router(prefix="/v1/figures", tags=["figures"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)

NOBODY_YET: Final = dict.fromkeys(
    ("registered", "reached", "not_begun", "active", "resting", "suspended", "left", "helped"), 0
)


@router.get("/equity", allow=governments)
async def read_equity(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[schemas.EquityRow]:
    """Sessions held and people supported per 1,000 residents: each municipality has a row, also with nothing."""
    sessions = await activity.sessions_held(reader, fiscal_year)
    people = await activity.people_supported(reader, fiscal_year)
    rows = [
        schemas.EquityRow(
            municipality=one.code,
            residents=one.population,
            sessions=sessions.get(one.code, 0),
            people_supported=people.get(one.code, 0),
            sessions_per_1000=per_residents(sessions.get(one.code, 0), one.population),
            people_per_1000=per_residents(people.get(one.code, 0), one.population),
        )
        for one in _shown_to(commands)
    ]
    return Page[schemas.EquityRow](items=rows)


@router.get("/hours", allow=governments)
async def list_hours(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[schemas.HoursRow]:
    """Hours of help, who gave them and at how many sessions, by municipality, month and kind."""
    given = activity.hours_given(fiscal_year)
    by = [given.c.municipality, given.c.month, given.c.kind]
    return await reader.page(schemas.HoursRow, given.select(), page, by=by)


@router.get("/questions", allow=governments)
async def list_questions(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[schemas.QuestionRow]:
    """What visitors wanted to know, by municipality and kind of session."""
    asked = activity.questions_asked(fiscal_year)
    by = [asked.c.municipality, asked.c.kind, asked.c.question]
    return await reader.page(schemas.QuestionRow, asked.select(), page, by=by)


@router.get("/visitors", allow=governments)
async def list_visitors(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[schemas.VisitorRow]:
    """How old visitors were, by municipality and kind of session."""
    counted = activity.visitors_counted(fiscal_year)
    by = [counted.c.municipality, counted.c.kind, counted.c.age]
    return await reader.page(schemas.VisitorRow, counted.select(), page, by=by)


@router.get("/plans", allow=governments)
async def list_plans(
    fiscal_year: FiscalYear, reader: Reader, commands: Commands, page: PageQuery
) -> Page[schemas.PlanRow]:
    """Sessions planned in the participation survey, beside those scheduled and held: what is still to be planned."""
    plans, only = activity.plans(fiscal_year), _only(commands)
    query = plans.select() if only is None else plans.select().where(plans.c.municipality == only)
    return await reader.page(schemas.PlanRow, query, page, by=[plans.c.municipality, plans.c.kind])


@router.get("/staffing", allow=governments)
async def read_staffing(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[schemas.StaffingRow]:
    """Seats asked for and filled, sessions with nobody, how seats were filled and how soon."""
    seats = await staffing.seats(reader, fiscal_year, commands.now)
    ways = await staffing.ways(reader, fiscal_year, commands.now)
    rows = [
        schemas.StaffingRow.of(
            {"municipality": one.code}
            | {**staffing.NO_SEATS, **staffing.NOBODY_SEATED, **seats.get(one.code, {}), **ways.get(one.code, {})}
        )
        for one in _shown_to(commands)
    ]
    return Page[schemas.StaffingRow](items=rows)


@router.get("/no-shows", allow=governments)
async def read_no_shows(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[schemas.NoShowRow]:
    """What became of accepted seats: attended, not shown up, cancelled and how many of these late."""
    kept = await staffing.kept(reader, fiscal_year)
    rows = [
        schemas.NoShowRow.of({"municipality": one.code} | {**staffing.NOTHING_ACCEPTED, **kept.get(one.code, {})})
        for one in _shown_to(commands)
    ]
    return Page[schemas.NoShowRow](items=rows)


@router.get("/cancellations", allow=governments)
async def list_cancellations(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[schemas.CancellationRow]:
    """Accepted seats that were given back, by municipality, by whom and how late."""
    given_back = staffing.cancellations(fiscal_year)
    by = [given_back.c.municipality, given_back.c.cancelled_by, given_back.c.lateness]
    return await reader.page(schemas.CancellationRow, given_back.select(), page, by=by)


@router.get("/retention", allow=overseers)
async def read_retention(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[schemas.RetentionRow]:
    """How those who were registered in each month stood after 3, 6 and 12 months, and whether they helped."""
    found = await supporting.retention(reader, fiscal_year, commands.now)
    rows = [
        schemas.RetentionRow.of({"month": month, "after_months": months} | NOBODY_YET | found.get((month, months), {}))
        for month in fiscal_year.months()
        for _, months in supporting.MARKS
    ]
    return Page[schemas.RetentionRow](items=rows)


@router.get("/first-sessions", allow=overseers)
async def read_first_sessions(fiscal_year: FiscalYear, reader: Reader) -> Page[schemas.FirstSessionRow]:
    """How soon those who were registered in each month helped for the first time."""
    found = await supporting.first_sessions(reader, fiscal_year)
    nobody = {"registered": 0, "helped": 0, "median_days": None}
    rows = [
        schemas.FirstSessionRow.of({"month": month} | nobody | found.get(month, {})) for month in fiscal_year.months()
    ]
    return Page[schemas.FirstSessionRow](items=rows)


@router.get("/load", allow=overseers)
async def read_load(fiscal_year: FiscalYear, reader: Reader) -> Page[schemas.LoadRow]:
    """How evenly the hours lie on the supporters: of all first, then by where they live."""
    found = await supporting.load(reader, fiscal_year, by_home=False)
    found |= await supporting.load(reader, fiscal_year, by_home=True)
    nobody = {"supporters": 0, "helped": 0, "minutes": 0, "weighted": 0}
    rows = []
    for home in (None, *(one.code for one in municipalities())):
        one = nobody | found.get(home, {})
        even = gini(int(one["supporters"]), int(one["minutes"]), int(one["weighted"]))
        name = by_code(home).name_ja if home else "都内全体"
        rows.append(schemas.LoadRow.of(one | {"municipality": home, "municipality_ja": name, "gini": even}))
    return Page[schemas.LoadRow](items=rows)


def _only(commands: CommandBus) -> str | None:
    """Whose rows alone are shown, where not all are."""
    caller = commands.identity
    return own_municipality(caller) if caller.municipality or caller.roles & MUNICIPAL_ROLES else None


def _shown_to(commands: CommandBus) -> Iterator[Municipality]:
    only = _only(commands)
    return (one for one in municipalities() if only in (None, one.code))
