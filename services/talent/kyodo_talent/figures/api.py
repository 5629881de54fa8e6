"""Figures over HTTP. Sums over all are the secretariat's and auditors'; a municipality reads what is about itself."""

from __future__ import annotations

from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import municipalities
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Page, Reader
from kyodo_platform.routing import Router
from kyodo_talent.experts.model import Expert
from kyodo_talent.figures import facts
from kyodo_talent.figures.model import (
    BANDS_JA,
    STEPS_JA,
    Served,
    band_of,
    fill_rates,
    funnel,
    served_by_band,
)
from kyodo_talent.figures.schemas import FillRow, FunnelRow, MonthRow, ReasonRow, ServedRow, WorkloadRow
from kyodo_talent.requests.values import RequestKind
from kyodo_talent.schedules.facts import months_of

router = Router(prefix="/v1/figures", tags=["figures"])
workload = Router(prefix="/v1/experts/{expert_id}/workload", tags=["figures"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
NAMES_JA = {one.code: one.name_ja for one in municipalities()}


@router.get("/funnel", allow=overseers)
async def read_funnel(reader: Reader) -> Page[FunnelRow]:
    """How many experts came how far, and how long it took: registered, qualified, referred, engaged."""
    steps = funnel(await facts.reached(reader))
    return Page[FunnelRow](
        items=[
            FunnelRow(
                step=one.step,
                step_ja=STEPS_JA[one.step],
                experts=one.experts,
                out_of=one.of,
                median_days=one.median_days,
            )
            for one in steps
        ]
    )


@router.get("/reasons", allow=overseers)
async def read_reasons(reader: Reader) -> Page[ReasonRow]:
    """Why introductions, assignments and requests ended without success."""
    rows = [
        ReasonRow(source=source, reason=reason, reason_ja=facts.REASONS_JA[source][reason], times=times)
        for source, reason, times in await facts.reasons(reader)
    ]
    return Page[ReasonRow](items=rows)


@router.get("/fill-rates", allow=overseers)
async def read_fill_rates(reader: Reader) -> Page[FillRow]:
    """How many requests were filled, by kind and size of the municipality, and how soon somebody was offered."""
    rows = [
        FillRow(
            kind=one.kind,
            kind_ja=RequestKind(one.kind).label_ja,
            band=one.band,
            band_ja=BANDS_JA[one.band],
            requests=one.requests,
            closed=one.closed,
            fulfilled=one.fulfilled,
            partly=one.partly,
            rate_percent=one.rate_percent,
            median_days_to_referral=one.median_days_to_referral,
        )
        for one in fill_rates(await facts.asked(reader))
    ]
    return Page[FillRow](items=rows)


@router.get("/months", allow=overseers)
async def read_months(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[MonthRow]:
    """What time the experts have in each month of a year, and what of it is held, confirmed and worked."""
    months = facts.months_of_year(fiscal_year)
    worked = facts.by_month(await facts.worked(reader, months))
    sums = {month: [0, 0, 0] for month in months}
    last = await facts.last_months(reader.tx)
    for one in await months_of(reader.tx, months, commands.now):
        for place, number in enumerate((facts.capacity(one, last), one.held, one.confirmed)):
            sums[one.month][place] += number
    rows = [
        MonthRow(
            month=month,
            capacity=capacity,
            held=held,
            confirmed=confirmed,
            worked=worked.get(month, 0),
            used_percent=confirmed * 100 // capacity if capacity else None,
        )
        for month, (capacity, held, confirmed) in sums.items()
    ]
    return Page[MonthRow](items=rows)


@router.get("/municipalities", allow=governments)
async def read_municipalities(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[ServedRow]:
    """Half-days worked for each municipality, and per 10,000 residents; a municipality reads its own row."""
    worked = facts.by_municipality(await facts.worked(reader, facts.months_of_year(fiscal_year)))
    caller = commands.identity
    only = own_municipality(caller) if caller.municipality or caller.roles & MUNICIPAL_ROLES else None
    rows = [
        _row(Served(one.code, band_of(one.code), one.population, worked.get(one.code, 0)))
        for one in municipalities()
        if only in (None, one.code)
    ]
    return Page[ServedRow](items=rows)


@router.get("/size-bands", allow=overseers)
async def read_size_bands(fiscal_year: FiscalYear, reader: Reader) -> Page[ServedRow]:
    """The same by size band: whether the small ones get their share."""
    worked = facts.by_municipality(await facts.worked(reader, facts.months_of_year(fiscal_year)))
    return Page[ServedRow](items=[_row(one) for one in served_by_band(worked)])


@workload.get("", allow=governments | person_of("expert_id", Role.EXPERT))
async def read_workload(
    expert_id: Id, fiscal_year: FiscalYear, reader: Reader, commands: Commands
) -> Page[WorkloadRow]:
    """Plan, work and capacity of an expert by month, in one view."""
    await commands.read(Expert, expert_id)
    months = facts.months_of_year(fiscal_year)
    planned = await facts.planned(reader, months, expert_id)
    worked = facts.by_month(await facts.worked(reader, months, expert_id))
    rows = [
        WorkloadRow(
            month=one.month,
            capacity=one.capacity,
            free=one.free,
            planned=planned.get(one.month, 0),
            worked=worked.get(one.month, 0),
        )
        for one in await months_of(reader.tx, months, commands.now, [expert_id])
    ]
    return Page[WorkloadRow](items=rows)


def _row(one: Served) -> ServedRow:
    return ServedRow(
        municipality=one.municipality,
        municipality_ja=NAMES_JA.get(one.municipality or ""),
        band=one.band,
        band_ja=BANDS_JA[one.band],
        population=one.population,
        half_days=one.half_days,
        per_10000=one.per_10000,
    )
