"""Disputes over HTTP: raised and withdrawn by municipalities, answered and resolved by the secretariat."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_cost_ledger.charges.booking import Touched, book, last_event
from kyodo_cost_ledger.charges.locks import lock_projects
from kyodo_cost_ledger.charges.model import Reason
from kyodo_cost_ledger.corrections.api import MAKING
from kyodo_cost_ledger.corrections.making import book_the_effect, make
from kyodo_cost_ledger.disputes.model import Dispute
from kyodo_cost_ledger.disputes.refusals import (
    AlreadyDecided,
    AlreadyInDispute,
    CorrectionMissing,
    DisputeEnded,
    DisputeTooLate,
    NotAnswered,
    NotOnTheStatement,
)
from kyodo_cost_ledger.disputes.schemas import AnswerIn, DisputeIn, DisputeOut, FrozenLine, ResolutionIn, WithdrawalIn
from kyodo_cost_ledger.disputes.views import dispute, disputed, disputes_raised, frozen_lines
from kyodo_cost_ledger.parties import readers
from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, role, secretariat
from kyodo_platform.own_scope import as_the_service
from kyodo_platform.resources import DryRun, Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/disputes", tags=["disputes"])
frozen = Router(prefix="/v1/frozen-lines", tags=["disputes"])

parties = role(Role.OFFICER, Role.APPROVER)
by = [dispute.c.municipality, dispute.c.dispute_id]


@router.post(
    "",
    allow=parties,
    dependencies=[DryRun],
    raises=[Forbidden, NotOnTheStatement, DisputeTooLate, AlreadyInDispute, AlreadyDecided],
)
async def raise_dispute(body: DisputeIn, reader: Reader, commands: Commands) -> DisputeOut:
    """Object to a line of your own statement, within 30 days of its issue; the line then stands still."""
    municipality = _own_municipality(commands)
    # Alone with the project: nothing is posted to the line between the look at it and its standing still.
    await lock_projects(reader.tx, alone={body.project_id}, shared=())
    line = await disputed(reader.tx, municipality, body.period, body.line)
    raised = await commands.create(
        Dispute, lambda dispute: dispute.raise_(line, body.grounds_ja, body.evidence, commands.today)
    )
    return await _read(reader, raised.id)


@router.put("/{dispute_id}/answer", allow=secretariat, raises=[DisputeEnded])
async def answer_dispute(dispute_id: Id, body: AnswerIn, reader: Reader, commands: Commands) -> DisputeOut:
    """Answer the municipality."""
    await commands.on(Dispute, dispute_id, lambda dispute: dispute.answer(body.answer_ja))
    return await _read(reader, dispute_id)


@router.put(
    "/{dispute_id}/resolution",
    allow=secretariat,
    acts_for_all=True,
    dependencies=[DryRun],
    raises=[DisputeEnded, NotAnswered, CorrectionMissing, *MAKING],
)
async def resolve_dispute(dispute_id: Id, body: ResolutionIn, reader: Reader, commands: Commands) -> DisputeOut:
    """Keep the line, or correct it in the same transaction; what was held back is posted at once."""
    wanted = body.proposed(await commands.read(Dispute, dispute_id))
    made = await make(reader.tx, commands, wanted) if wanted else None
    correction_id = made.id if made else None
    resolved = await commands.on(
        Dispute, dispute_id, lambda dispute: dispute.resolve(body.decision, body.reason_ja, correction_id)
    )
    if made:
        await book_the_effect(reader.tx, made, Reason.DISPUTE)
    else:
        await _release(reader, resolved)
    return await _read(reader, dispute_id)


@router.put(
    "/{dispute_id}/withdrawal/{municipality}",
    allow=officer_of("municipality") | approver_of("municipality"),
    raises=[DisputeEnded],
)
async def withdraw_dispute(
    dispute_id: Id, municipality: MunicipalityCode, body: WithdrawalIn, reader: Reader, commands: Commands
) -> DisputeOut:
    """No longer object, for your own municipality; what was held back is posted at once."""
    withdrawn = await commands.on(Dispute, dispute_id, lambda dispute: dispute.withdraw(municipality, body.reason_ja))
    async with as_the_service(reader.tx):
        await _release(reader, withdrawn)
    return await _read(reader, dispute_id)


@router.get("", allow=readers)
async def list_disputes(
    reader: Reader,
    page: PageQuery,
    only_open: Annotated[bool, Query(description="Only those that were neither resolved nor withdrawn.")] = False,
) -> Page[DisputeOut]:
    """Disputes; a municipality's people see its own."""
    return await reader.page(DisputeOut, disputes_raised(only_open=only_open), page, by=by)


@router.get("/{dispute_id}", allow=readers)
async def read_dispute(dispute_id: Id, reader: Reader) -> DisputeOut:
    """One dispute; 404 for all but its municipality and Tokyo."""
    return await _read(reader, dispute_id)


@router.get("/{dispute_id}/history", allow=readers)
async def dispute_history(dispute_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a dispute, in words."""
    await _read(reader, dispute_id)
    return await reader.history(Dispute, dispute_id, page)


@frozen.get("", allow=readers)
async def list_frozen_lines(reader: Reader, page: PageQuery) -> Page[FrozenLine]:
    """The lines that stand still because of an open dispute."""
    return await reader.page(FrozenLine, frozen_lines(), page, by=by)


async def _release(reader: Reader, ended: Dispute) -> None:
    """Post what was held back while the line stood still."""
    cause = await last_event(reader.tx, ended)
    await book(reader.tx, Touched.rules_of([ended.project_id], cause, Reason.DISPUTE))


async def _read(reader: Reader, dispute_id: str) -> DisputeOut:
    return await reader.one(DisputeOut, disputes_raised(dispute_id), what="dispute", id=dispute_id)


def _own_municipality(commands: CommandBus) -> str:
    """The caller's municipality. Raises Forbidden for a token that names none."""
    municipality = commands.identity.municipality
    if municipality is None:
        raise Forbidden(needed="the role officer or approver in a municipality that the token names")
    return municipality
