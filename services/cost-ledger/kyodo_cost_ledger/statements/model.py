"""A statement (負担金通知書) from its issue to its settlement: acknowledged, paid in parts, settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from kyodo_cost_ledger.statements.lines import Draft, Heading
from kyodo_cost_ledger.statements.verification import lines_hash, statement_hash
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.payments import PaymentRecorded, PaymentTakenBack
from kyodo_events.contracts.cost_ledger.statements import (
    StatementAcknowledged,
    StatementIssued,
    StatementKind,
    StatementSettled,
)
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.japanese import fiscal_year_ja

SATURDAY = 5


class NotPayable(Refused):
    status, type = 409, "statement-not-payable"
    title = "Nothing is paid on this statement"
    detail = "{number} says what to expect of a year; it asks for no money."
    remedy = "Record the payment on the monthly statement or on the settlement."


class StatementIsSettled(Refused):
    status, type = 409, "statement-settled"
    title = "The statement is settled"
    detail = "{number} was settled; its payments are final."
    remedy = "Enter a correction, which a later statement carries."


class StillDue(Refused):
    status, type = 409, "statement-still-due"
    title = "The statement is not paid in full"
    detail = "Of {number} {due} yen are still due, and lines of {disputed} yen are disputed."
    remedy = "Record what was paid or refunded, and resolve the disputes, before settling it."


class State(StrEnum):
    """How far a statement is. A draft was not issued: it is what a dry run shows."""

    DRAFT = "draft"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    PAID = "paid"
    SETTLED = "settled"


STATES_JA = {
    State.DRAFT: "案",
    State.ISSUED: "発行済",
    State.ACKNOWLEDGED: "確認済",
    State.PAID: "納付済",
    State.SETTLED: "消込済",
}


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment on a statement; a negative amount is a refund."""

    number: int
    amount: int
    paid_on: date
    reference: str
    taken_back: bool = False


@dataclass(frozen=True)
class Statement(Aggregate, category="statement"):
    """An issued statement; its id is `<statement id>.<municipality>`."""

    issued: StatementIssued | None = None
    acknowledged: bool = False
    settled: bool = False
    payments: tuple[Payment, ...] = ()

    @property
    def document(self) -> StatementIssued:
        """What was issued. A statement without it does not exist."""
        assert self.issued is not None, "a statement begins with its issue"  # noqa: S101 - must always hold
        return self.issued

    @property
    def paid(self) -> int:
        """Yen paid, refunds being negative."""
        return sum(payment.amount for payment in self.payments if not payment.taken_back)

    @property
    def due(self) -> int:
        """Yen that are still to be paid; negative where they are to be refunded."""
        return self.document.total - self.paid if self.document.kind.payable else 0

    @property
    def state(self) -> State:
        """How far it is."""
        if self.issued is None:
            return State.DRAFT
        if self.settled:
            return State.SETTLED
        if self.issued.kind.payable and self.due == 0:
            return State.PAID
        return State.ACKNOWLEDGED if self.acknowledged else State.ISSUED

    def acknowledge(self) -> Events:
        """The municipality takes note of it."""
        if not self.acknowledged:
            document = self.document
            yield StatementAcknowledged(
                statement_id=document.statement_id, municipality=document.municipality, number=document.number
            )

    def settle(self, *, disputed: int) -> Events:
        """Close it: everything was paid, nothing of it is in dispute, the payments were checked (消込)."""
        document = self.document
        require(document.kind.payable, NotPayable(number=document.number))
        if self.settled:
            return
        require(self.due == 0 and disputed == 0, StillDue(number=document.number, due=self.due, disputed=disputed))
        yield StatementSettled(
            statement_id=document.statement_id,
            municipality=document.municipality,
            number=document.number,
            total=document.total,
        )

    def must_take_payments(self) -> None:
        """Raises NotPayable or StatementIsSettled where no payment may be entered or taken back."""
        require(self.document.kind.payable, NotPayable(number=self.document.number))
        require(not self.settled, StatementIsSettled(number=self.document.number))

    @evolve
    def statement_issued(self, event: StatementIssued) -> Self:
        return replace(self, issued=event)

    @evolve
    def statement_acknowledged(self, event: StatementAcknowledged) -> Self:
        return replace(self, acknowledged=True)

    @evolve
    def statement_settled(self, event: StatementSettled) -> Self:
        return replace(self, settled=True)

    @evolve
    def payment_recorded(self, event: PaymentRecorded) -> Self:
        payment = Payment(event.payment, event.amount, event.paid_on, event.reference)
        return replace(self, payments=(*self.payments, payment))

    @evolve
    def payment_taken_back(self, event: PaymentTakenBack) -> Self:
        return replace(
            self,
            payments=tuple(replace(p, taken_back=p.taken_back or p.number == event.payment) for p in self.payments),
        )


def issue(draft: Draft, *, place: int, issued_on: date, salt: str) -> StatementIssued:
    """The statement, with its number among those issued together, its last day of payment and its hashes."""
    heading = draft.heading
    facts = {
        "statement_id": heading.statement_id,
        "municipality": draft.municipality,
        "kind": heading.kind.value,
        "fiscal_year": int(heading.fiscal_year),
        "period": heading.period,
        "number": number_of(heading, place),
        "issued_on": issued_on.isoformat(),
        "due_on": due_day(issued_on).isoformat() if heading.kind.payable else None,
        "base": draft.base,
        "usage": draft.usage,
        "carried": draft.carried,
        "forecast": draft.forecast,
        "total": draft.total,
        "lines": len(draft.lines),
    }
    hashed = lines_hash(salt, draft.plain_lines)
    return StatementIssued.model_validate(
        {**facts, "salt": salt, "lines_hash": hashed, "statement_hash": statement_hash(salt, facts, hashed)}
    )


def number_of(heading: Heading, place: int) -> str:
    """発行番号: 令和6年度-月次-04-0001, or 令和6年度-中間-0001 where it is about the whole year."""
    month = f"-{heading.statement_id[5:]}" if heading.kind is StatementKind.MONTHLY else ""
    return f"{fiscal_year_ja(heading.fiscal_year)}-{heading.kind.label_ja}{month}-{place:04d}"


def due_day(issued_on: date) -> date:
    """納付期限: the last day of the month after the issue, or the next on which banks are open.

    Banks are closed on Saturdays, Sundays and from 31 December to 3 January; other holidays are not known here.
    """
    day = Month.containing(issued_on).next().last_day
    while day.weekday() >= SATURDAY or (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 3):
        day += timedelta(days=1)
    return day


def issue_all(found: list[Draft], issued_on: date, salt: Callable[[], str]) -> list[StatementIssued]:
    """Issue statements together; they are numbered in the order of the municipalities' codes."""
    return [
        issue(draft, place=place, issued_on=issued_on, salt=salt())
        for place, draft in enumerate(sorted(found, key=lambda draft: draft.municipality), start=1)
    ]
