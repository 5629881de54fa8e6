"""Savings over HTTP: stated by Tokyo, confirmed or adjusted by each municipality; others see sums alone."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.policies import governments
from kyodo_procurement.savings import views
from kyodo_procurement.savings.model import Saving
from kyodo_procurement.savings.refusals import (
    BaselinesDoNotFit,
    LotHasFailed,
    NothingBought,
    ReasonNeeded,
    SavingAlreadyBegun,
    SavingNotClaimed,
    SavingSettled,
    SavingTooLarge,
)
from kyodo_procurement.savings.schemas import (
    AdjustmentIn,
    BaselinesIn,
    SavingIn,
    SavingOut,
    SavingsRow,
    WithdrawalIn,
)
from kyodo_procurement.savings.values import SavingStatus

router = Router(prefix="/v1/savings", tags=["savings"])
report = Router(prefix="/v1/savings-report", tags=["savings"])

overseers = frozenset({Role.SECRETARIAT, Role.AUDITOR})
stating = [CallNotOpen, LotHasFailed, NothingBought, BaselinesDoNotFit, SavingTooLarge]

SavingSort = Annotated[
    Sort,
    sort_by(
        views.saving.c.call_id,
        views.saving.c.lot,
        views.saving.c.status,
        views.saving.c.amount,
        unique=[views.saving.c.municipality, views.saving.c.id],
    ),
]
ReportSort = Annotated[Sort, sort_by(unique=[views.saving_sum.c.call_id])]


@router.post("", allow=secretariat, raises=[NotFound, SavingAlreadyBegun, *stating])
async def state_saving(body: SavingIn, commands: Commands) -> SavingOut:
    """State what a municipality saves in a lot: a forecast before the award, a claim after it."""
    call = await commands.read(Call, body.call_id)
    evaluation = await commands.read_or_new(Evaluation, call.id)
    begun = await commands.read_or_new(Saving, Saving.id_of(call.id, body.lot, body.municipality))
    begun.require_new()
    saving = await commands.create(
        Saving,
        lambda saving: saving.begin(call, evaluation, body.lot, body.municipality, body.baselines),
        id=begun.id,
    )
    return SavingOut.of(saving)


@router.put("/{saving_id}/baselines", allow=secretariat, raises=[SavingSettled, ReasonNeeded, *stating])
async def state_saving_anew(saving_id: Id, body: BaselinesIn, commands: Commands) -> SavingOut:
    """State a saving anew until it is confirmed: a forecast, or once the lot is awarded a claim."""
    before = await commands.read(Saving, saving_id)
    call = await commands.read(Call, before.call_id)
    evaluation = await commands.read_or_new(Evaluation, call.id)
    saving = await commands.on(
        Saving, saving_id, lambda saving: saving.put_forward(call, evaluation, body.baselines, body.reason)
    )
    return SavingOut.of(saving)


@router.put("/{saving_id}/withdrawal", allow=secretariat, raises=[SavingSettled])
async def withdraw_saving(saving_id: Id, body: WithdrawalIn, commands: Commands) -> SavingOut:
    """Take a forecast or claim back; it counts in no sum from now on."""
    return SavingOut.of(await commands.on(Saving, saving_id, lambda saving: saving.withdraw(body.reason)))


@router.put("/{saving_id}/confirmation/{municipality}", allow=officer_of("municipality"), raises=[SavingNotClaimed])
async def confirm_saving(saving_id: Id, municipality: MunicipalityCode, commands: Commands) -> SavingOut:
    """Confirm what Tokyo claims, for your own municipality."""
    return SavingOut.of(await commands.on(Saving, saving_id, lambda saving: saving.confirm(municipality)))


@router.put(
    "/{saving_id}/adjustment/{municipality}",
    allow=officer_of("municipality"),
    raises=[SavingNotClaimed, BaselinesDoNotFit, SavingTooLarge],
)
async def adjust_saving(
    saving_id: Id, municipality: MunicipalityCode, body: AdjustmentIn, commands: Commands
) -> SavingOut:
    """Confirm your own municipality's figure, by baselines of its own; also in place of what it confirmed before."""
    saving = await commands.on(
        Saving, saving_id, lambda saving: saving.adjust(municipality, body.baselines, body.reason)
    )
    return SavingOut.of(saving)


@router.get("", allow=governments)
async def list_savings(
    reader: Reader,
    page: PageQuery,
    sort: SavingSort,
    call_id: Id | None = None,
    municipality: MunicipalityCode | None = None,
    status: SavingStatus | None = None,
) -> Page[SavingOut]:
    """Savings: all of them for secretariat and auditors, your own for a municipality."""
    return await reader.page(SavingOut, views.savings_by(call_id, municipality, status), page, by=sort)


@router.get("/{saving_id}", allow=governments)
async def read_saving(saving_id: Id, reader: Reader) -> SavingOut:
    """One saving, for its municipality, secretariat and auditors."""
    return await reader.one(SavingOut, views.saving_of(saving_id), what="saving", id=saving_id)


@router.get("/{saving_id}/history", allow=governments)
async def read_history(saving_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a saving, in words."""
    await read_saving(saving_id, reader)
    return await reader.history(Saving, saving_id, page)


@report.get("", allow=governments)
async def savings_report(
    commands: Commands, reader: Reader, page: PageQuery, sort: ReportSort, call_id: Id | None = None
) -> Page[SavingsRow]:
    """Confirmed, claimed and forecast savings apart, by call; for a municipality only sums of three or more."""
    caller = commands.identity
    least = 0 if caller.municipality is None and caller.roles & overseers else views.LEAST_TOGETHER
    return await reader.page(SavingsRow, views.report(call_id, least), page, by=sort)
