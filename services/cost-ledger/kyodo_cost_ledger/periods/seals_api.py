"""Sealing periods, and the chain of seals that anybody can check."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_cost_ledger.fiscal_years.model import FiscalYearBooks
from kyodo_cost_ledger.fiscal_years.refusals import SettlementRuns, YearStepOutOfOrder
from kyodo_cost_ledger.parties import overseers, readers, require_all_of_tokyo
from kyodo_cost_ledger.periods.calendar import is_settlement, year_of
from kyodo_cost_ledger.periods.model import Seal, first_break
from kyodo_cost_ledger.periods.refusals import PeriodAlreadySealed, PeriodStillOpen, SealOutOfOrder
from kyodo_cost_ledger.periods.seals import chain, sealable, sealed_period, seals_put
from kyodo_cost_ledger.periods.watching import watch_seals
from kyodo_cost_ledger.statements.issuing import issue_settlement
from kyodo_events.contracts.cost_ledger.periods import Period
from kyodo_events.errors import Forbidden
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import Answer, Body, DryRun, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/seals", tags=["seals"])


class SealIn(Body):
    """Which period to seal."""

    period: Period


class SealOut(Resource):
    """The seal of a period: SHA-256 of the canonical JSON of `previous_seal`, `period` and `statements`."""

    period: str = Field(description="A month, or a year's settlement period: its March with an s.")
    previous_seal: str | None = Field(description="The seal of the period before; null for the first one.")
    statements: list[str] = Field(description="Hashes of all statements of the period, sorted.")
    seal: str
    sealed_at: datetime


class Verification(Answer):
    """The chain of seals, computed anew from the lines of the journal."""

    intact: bool = Field(description="True where every seal follows from the books and the seal before it.")
    seals: int = Field(description="Number of seals that were checked.")
    broken_at: str | None = Field(default=None, description="The first period whose seal does not follow.")
    fault: str | None = Field(default=None, description="What does not fit there.")


@router.post(
    "",
    allow=secretariat,
    acts_for_all=True,
    dependencies=[DryRun],
    raises=[PeriodAlreadySealed, PeriodStillOpen, SealOutOfOrder, YearStepOutOfOrder, SettlementRuns],
)
async def seal_period(body: SealIn, reader: Reader, commands: Commands) -> SealOut:
    """Seal a closed month, or a fiscal year by its settlement period: nothing is ever added to it again.

    What was booked in the settlement period is stated to the municipalities first, so that the seal covers it.
    """
    if is_settlement(body.period):
        await issue_settlement(reader.tx, commands, year_of(body.period))
    books = await sealable(reader.tx, body.period)
    sealed = await commands.create(Seal, lambda seal: seal.put(books), id=body.period)
    if is_settlement(body.period):
        year = str(year_of(body.period))
        await commands.on(FiscalYearBooks, year, lambda year: year.seal(sealed.seal or "", commands.today))
    return await reader.one(SealOut, seals_put(body.period), what="seal", id=body.period)


@router.get("", allow=readers)
async def list_seals(reader: Reader, page: PageQuery) -> Page[SealOut]:
    """The chain of seals, from its first period on."""
    return await reader.page(SealOut, seals_put(), page, by=[sealed_period.c.period])


@router.get("/verification", allow=overseers, raises=[Forbidden])
async def verify_chain(reader: Reader) -> Verification:
    """Compute the whole chain anew from the books, and say where it breaks first."""
    require_all_of_tokyo()
    links = await chain(reader.tx)
    broken = first_break(links)
    watch_seals.saw(broken)
    return Verification(
        intact=broken is None,
        seals=len(links),
        broken_at=broken.period if broken else None,
        fault=broken.fault if broken else None,
    )


@router.get("/{period}", allow=readers)
async def read_seal(period: Period, reader: Reader) -> SealOut:
    """The seal of one period; 404 while it has none."""
    return await reader.one(SealOut, seals_put(period), what="seal", id=period)
