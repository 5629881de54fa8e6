"""Subsidies over HTTP: municipalities apply and withdraw, Tokyo awards, declines and settles."""

from __future__ import annotations

from collections.abc import Callable

from kyodo_cost_ledger.budgets.model import Budget, Facts
from kyodo_cost_ledger.budgets.refusals import DayNotReached, LineExhausted, NoSuchBudgetLine, NotInFiscalYear
from kyodo_cost_ledger.budgets.views import own_shares
from kyodo_cost_ledger.parties import overseers, readers
from kyodo_cost_ledger.subsidies import views
from kyodo_cost_ledger.subsidies.events import Status
from kyodo_cost_ledger.subsidies.model import Programme
from kyodo_cost_ledger.subsidies.refusals import (
    AlreadySettled,
    ApplicationsClosed,
    AwardsExhausted,
    NoSubsidyRule,
    NotAwarded,
    NothingApplied,
    NothingToAward,
    ProgrammeAlreadyOpened,
)
from kyodo_cost_ledger.subsidies.schemas import (
    ApplicationIn,
    ApplicationOut,
    AwardOut,
    DecliningIn,
    ProgrammeId,
    ProgrammeIn,
    ProgrammeOut,
    SettlementIn,
)
from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.policies import member_of, officer_of, secretariat
from kyodo_platform.resources import DryRun, Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/subsidy-programmes", tags=["subsidies"])

CHANGED, SETTLED = "変更交付決定", "額の確定に伴う残額"


@router.post("", allow=secretariat, raises=[NotFound, NoSuchBudgetLine, NoSubsidyRule, ProgrammeAlreadyOpened])
async def open_programme(body: ProgrammeIn, commands: Commands, reader: Reader) -> ProgrammeOut:
    """Open a budget line's subsidy for applications, by the rule the line was entered with."""
    line = (await commands.read(Budget, str(int(body.fiscal_year)))).line(body.line)
    if line.subsidy is None:
        raise NoSubsidyRule(line=body.line, fiscal_year=int(body.fiscal_year))
    id_, rule = f"{int(body.fiscal_year)}-{body.line}", line.subsidy
    known = await commands.read_or_new(Programme, id_)
    await commands.create(
        Programme,
        lambda _: known.open(body.fiscal_year, body.line, line.name_ja, rule, body.applications_until),
        id=id_,
    )
    return await _programme(reader, id_)


@router.get("", allow=readers)
async def list_programmes(reader: Reader, page: PageQuery) -> Page[ProgrammeOut]:
    """The programmes, with what was awarded."""
    return await reader.page(ProgrammeOut, views.programmes(), page, by=[views.subsidy_programme.c.id])


@router.get("/{programme_id}", allow=readers)
async def read_programme(programme_id: ProgrammeId, reader: Reader) -> ProgrammeOut:
    """One programme, with what was awarded."""
    return await _programme(reader, programme_id)


@router.get("/{programme_id}/awards", allow=readers)
async def list_awards(programme_id: ProgrammeId, reader: Reader, page: PageQuery) -> Page[AwardOut]:
    """The awards of a programme; all governments read them. `Accept: text/csv` for a spreadsheet."""
    return await reader.page(AwardOut, views.awards(programme_id), page, by=[views.subsidy_award.c.municipality])


@router.get("/{programme_id}/applications", allow=readers)
async def list_applications(programme_id: ProgrammeId, reader: Reader, page: PageQuery) -> Page[ApplicationOut]:
    """The applications; a municipality's people see its own. `Accept: text/csv` for a spreadsheet."""
    return await reader.page(
        ApplicationOut, views.applications(programme_id), page, by=[views.subsidy_application.c.municipality]
    )


@router.get("/{programme_id}/applications/{municipality}", allow=member_of("municipality") | overseers)
async def read_application(programme_id: ProgrammeId, municipality: MunicipalityCode, reader: Reader) -> ApplicationOut:
    """A municipality's application, and what became of it."""
    return await _application(reader, programme_id, municipality)


@router.put(
    "/{programme_id}/applications/{municipality}",
    allow=officer_of("municipality"),
    raises=[ApplicationsClosed, AlreadySettled],
)
async def apply(
    programme_id: ProgrammeId, municipality: MunicipalityCode, body: ApplicationIn, commands: Commands, reader: Reader
) -> ApplicationOut:
    """Apply for your municipality, revise the application, or ask for a change of an award."""
    await commands.on(
        Programme, programme_id, lambda p: p.apply(municipality, body.planned_cost, body.purpose, commands.today)
    )
    return await _application(reader, programme_id, municipality)


@router.delete("/{programme_id}/applications/{municipality}", allow=officer_of("municipality"), raises=[AlreadySettled])
async def withdraw(
    programme_id: ProgrammeId, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> ApplicationOut:
    """Withdraw your municipality's application, or its award: that is then free for another."""
    before = await commands.read(Programme, programme_id)
    await commands.on(Programme, programme_id, lambda p: p.withdraw(municipality))
    if commands.has_recorded and before.of(municipality).status is Status.AWARDED:
        reference, reason = before.commitment(municipality), "申請の取下げ"
        await _on_budget(commands, before, lambda b: b.give_back(before.line, reference, commands.today, reason))
    return await _application(reader, programme_id, municipality)


@router.put("/{programme_id}/applications/{municipality}/declining", allow=secretariat, raises=[NothingApplied])
async def decline(
    programme_id: ProgrammeId, municipality: MunicipalityCode, body: DecliningIn, commands: Commands, reader: Reader
) -> ApplicationOut:
    """Decline an application."""
    await commands.on(Programme, programme_id, lambda p: p.decline(municipality, body.reason))
    return await _application(reader, programme_id, municipality)


@router.put(
    "/{programme_id}/awards/{municipality}",
    allow=secretariat,
    raises=[NothingApplied, NothingToAward, AwardsExhausted, LineExhausted, NotInFiscalYear, DayNotReached],
    dependencies=[DryRun],
)
async def award(
    programme_id: ProgrammeId, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> ApplicationOut:
    """Award what was applied for, or change the award to what was asked since; it is committed on the budget line."""
    before = await commands.read(Programme, programme_id)
    after = await commands.on(Programme, programme_id, lambda p: p.award(municipality))
    if not commands.has_recorded:  # it is awarded so already, by whoever did that on the budget line, too
        return await _application(reader, programme_id, municipality)
    amount, reference = after.of(municipality).awarded, after.commitment(municipality)
    facts = await _facts(commands, reader, after)
    if before.of(municipality).status is not Status.AWARDED:
        await _on_budget(commands, after, lambda b: b.commit(after.line, reference, facts.today, amount, facts))
    else:
        old = before.commitment(municipality)
        await _on_budget(commands, after, lambda b: b.commit_anew(after.line, old, reference, amount, CHANGED, facts))
    return await _application(reader, programme_id, municipality)


@router.put(
    "/{programme_id}/awards/{municipality}/settlement",
    allow=secretariat,
    raises=[NotAwarded, NotInFiscalYear],
    dependencies=[DryRun],
)
async def settle(
    programme_id: ProgrammeId, municipality: MunicipalityCode, body: SettlementIn, commands: Commands, reader: Reader
) -> ApplicationOut:
    """Fix what is paid (額の確定): spent on the budget line, and the surplus of the award back in it."""
    after = await commands.on(Programme, programme_id, lambda p: p.settle(municipality, body.actual_cost))
    reference, facts = after.commitment(municipality), await _facts(commands, reader, after)
    amount = after.of(municipality).settled
    await _on_budget(
        commands, after, lambda b: b.spend_and_release(after.line, reference, reference, amount, SETTLED, facts)
    )
    return await _application(reader, programme_id, municipality)


async def _on_budget(commands: CommandBus, programme: Programme, decide: Callable[[Budget], Events]) -> None:
    await commands.on(Budget, str(int(programme.fiscal_year)), decide)


async def _facts(commands: CommandBus, reader: ReadSession, programme: Programme) -> Facts:
    return Facts(commands.today, await own_shares(reader.tx, programme.fiscal_year))


async def _programme(reader: ReadSession, id_: str) -> ProgrammeOut:
    query = views.programmes().where(views.subsidy_programme.c.id == id_)
    return await reader.one(ProgrammeOut, query, what="subsidy programme", id=id_)


async def _application(reader: ReadSession, programme_id: str, municipality: str) -> ApplicationOut:
    query = views.applications(programme_id).where(views.subsidy_application.c.municipality == municipality)
    return await reader.one(ApplicationOut, query, what="application", id=municipality)
