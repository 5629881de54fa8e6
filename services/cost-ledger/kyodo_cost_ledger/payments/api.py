"""Entering what was paid on a statement, taking it back, and what is still owed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from kyodo_cost_ledger.charges.api import AsOf, Until
from kyodo_cost_ledger.parties import PartyRow, overseers
from kyodo_cost_ledger.payments.journal import post_payment
from kyodo_cost_ledger.payments.model import (
    AlreadyTakenBack,
    MoreThanDue,
    PaidInFuture,
    ReferenceUsed,
    WrongDirection,
    record_payment,
    take_back,
)
from kyodo_cost_ledger.payments.views import balance_of, payments_on
from kyodo_cost_ledger.payments.views import payment as payment_table
from kyodo_cost_ledger.statements.issuing import stream_of
from kyodo_cost_ledger.statements.model import NotPayable, State, Statement, StatementIsSettled
from kyodo_events.aggregate import Events
from kyodo_events.contracts.cost_ledger.payments import PaymentNumber
from kyodo_events.contracts.cost_ledger.statements import StatementId
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.values.money import MAX_AMOUNT
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import member_of, secretariat
from kyodo_platform.resources import Body, DryRun, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/municipalities/{municipality}", tags=["payments"])

own_or_overseer = member_of("municipality") | overseers


class PaymentIn(Body):
    """A bank's credit note, or that of a refund."""

    amount: Annotated[int, Field(strict=True, ge=-MAX_AMOUNT, le=MAX_AMOUNT, examples=[87_030])] = Field(
        description="Whole yen that came in; below zero what was refunded of a credit."
    )
    paid_on: Day
    reference: Line = Field(description="What the bank's note calls it; the same one is recorded once.")


class TakeBackIn(Body):
    """Why a payment is taken back."""

    reason: Line


class PaymentOut(PartyRow):
    """A payment on a statement; below zero a refund."""

    statement_id: StatementId
    payment: int
    amount: int
    paid_on: date
    reference: str
    recorded_at: datetime
    taken_back_at: datetime | None
    taken_back_reason: str | None


class PaidStatement(PartyRow, Resource):
    """A statement after a payment."""

    statement_id: StatementId
    number: str
    state: State
    total: int
    paid: int
    due: int = Field(description="What is still to be paid; negative where it is to be refunded.")
    payment: int = Field(description="The number of the payment, by which it can be taken back.")


class Balance(PartyRow):
    """What the journal says of a municipality: charges less payments."""

    base: int
    usage: int
    paid: int
    balance: int = Field(description="`base` + `usage` − `paid`: what it owes; negative where it is owed.")


@router.post(
    "/statements/{statement_id}/payments",
    allow=secretariat,
    dependencies=[DryRun],
    raises=[MoreThanDue, WrongDirection, PaidInFuture, ReferenceUsed, NotPayable, StatementIsSettled],
)
async def pay(
    municipality: MunicipalityCode,
    statement_id: StatementId,
    body: PaymentIn,
    reader: Reader,
    commands: Commands,
) -> PaidStatement:
    """Enter what the bank reports for a statement; a part of it, or all. The same reference is recorded once."""
    stream, entered = stream_of(statement_id, municipality), list[Event]()
    statement = await commands.on(
        Statement,
        stream,
        lambda found: noting(
            record_payment(
                found, amount=body.amount, paid_on=body.paid_on, reference=body.reference, today=commands.today
            ),
            entered,
        ),
    )
    if entered:
        await post_payment(reader.tx, statement, body.amount, body.paid_on, reason="payment")
    number = next(p.number for p in statement.payments if p.reference == body.reference and not p.taken_back)
    return _paid(statement, number)


@router.post(
    "/statements/{statement_id}/payments/{payment}/reversal",
    allow=secretariat,
    dependencies=[DryRun],
    raises=[AlreadyTakenBack, NotPayable, StatementIsSettled, NotFound],
)
async def take_payment_back(
    municipality: MunicipalityCode,
    statement_id: StatementId,
    payment: PaymentNumber,
    body: TakeBackIn,
    reader: Reader,
    commands: Commands,
) -> PaidStatement:
    """Take a payment back that was entered by mistake, by a counter-entry; once at most."""
    statement = await commands.on(
        Statement,
        stream_of(statement_id, municipality),
        lambda found: take_back(found, payment=payment, reason=body.reason),
    )
    undone = statement.payments[payment - 1]
    await post_payment(reader.tx, statement, -undone.amount, undone.paid_on, reason="payment_taken_back")
    return _paid(statement, payment)


@router.get("/statements/{statement_id}/payments", allow=own_or_overseer)
async def list_payments(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, page: PageQuery
) -> Page[PaymentOut]:
    """The payments on a statement, those taken back included."""
    return await reader.page(PaymentOut, payments_on(municipality, statement_id), page, by=[payment_table.c.payment])


@router.get("/balance", allow=own_or_overseer)
async def read_balance(
    municipality: MunicipalityCode, reader: Reader, until: Until = None, as_of: AsOf = None
) -> Balance:
    """What a municipality owes by the journal: charges less payments, until a month and as known at a moment."""
    row = await reader.tx.row(balance_of(municipality, until=until, as_of=as_of))
    return Balance(municipality=municipality, **dict(row or {}))


def noting(events: Events, into: list[Event]) -> Events:
    """The events of a decision, noted: a repeated payment leads to none, and then nothing is posted."""
    for event in events:
        into.append(event)
        yield event


def _paid(statement: Statement, number: int) -> PaidStatement:
    document = statement.document
    return PaidStatement(
        municipality=document.municipality,
        statement_id=document.statement_id,
        number=document.number,
        state=statement.state,
        total=document.total,
        paid=statement.paid,
        due=statement.due,
        payment=number,
        version=statement.version,
    )
