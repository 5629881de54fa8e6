"""When a payment may be entered on a statement, and taken back."""

from __future__ import annotations

from datetime import date

from kyodo_cost_ledger.statements.model import Statement
from kyodo_events.aggregate import Events
from kyodo_events.contracts.cost_ledger.payments import PaymentRecorded, PaymentTakenBack
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.money import yen


class MoreThanDue(Refused):
    status, type = 409, "more-than-due"
    title = "More than is due"
    detail = "{stated} was stated, but of {number} only {due} is due."
    remedy = "Record what is due at most; what was paid beyond it belongs to another statement or is paid back."


class WrongDirection(Refused):
    status, type = 409, "payment-in-wrong-direction"
    title = "The amount has the wrong sign"
    detail = "Of {number} {due} is due: a payment is above zero, the refund of a credit below."
    remedy = "State a positive amount for money that came in, a negative one for money that was paid back."


class PaidInFuture(Refused):
    status, type = 409, "paid-in-future"
    title = "The day of the payment has not come"
    detail = "{paid_on} is after today, {today}."
    remedy = "Record a payment once the bank's note of it is there."


class ReferenceUsed(Refused):
    status, type = 409, "payment-reference-used"
    title = "This reference stands for another payment"
    detail = "'{reference}' is payment {payment} of the statement, of {amount} on {paid_on}."
    remedy = "Check the bank's note; take the other payment back first where it was entered by mistake."


class AlreadyTakenBack(Refused):
    status, type = 409, "payment-already-taken-back"
    title = "The payment was taken back before"
    detail = "Payment {payment} was taken back; that happens once at most."
    remedy = "Nothing needs to be done."


def record_payment(statement: Statement, *, amount: int, paid_on: date, reference: str, today: date) -> Events:
    """Enter what the bank reports. A repeated reference with the same content is one payment.

    The reference of a payment that was taken back may be used again: it was mistyped, and comes with the right amount.
    """
    document = statement.document
    statement.must_take_payments()
    known = next((p for p in statement.payments if p.reference == reference and not p.taken_back), None)
    if known is not None:
        facts = {"payment": known.number, "amount": yen(known.amount), "paid_on": known.paid_on.isoformat()}
        require((known.amount, known.paid_on) == (amount, paid_on), ReferenceUsed(reference=reference, **facts))
        return
    require(paid_on <= today, PaidInFuture(paid_on=paid_on.isoformat(), today=today.isoformat()))
    due = statement.due
    refund = document.total < 0
    require(amount < 0 if refund else amount > 0, WrongDirection(number=document.number, due=yen(due)))
    within = due <= amount if refund else amount <= due
    require(within, MoreThanDue(stated=yen(amount), number=document.number, due=yen(due)))
    yield PaymentRecorded(
        statement_id=document.statement_id,
        municipality=document.municipality,
        payment=len(statement.payments) + 1,
        amount=amount,
        paid_on=paid_on,
        reference=reference,
        paid=statement.paid + amount,
    )


def take_back(statement: Statement, *, payment: int, reason: str) -> Events:
    """Undo a payment that was entered by mistake, once."""
    document = statement.document
    statement.must_take_payments()
    known = next((p for p in statement.payments if p.number == payment), None)
    if known is None:
        raise NotFound(what="payment", id=payment)
    require(not known.taken_back, AlreadyTakenBack(payment=payment))
    yield PaymentTakenBack(
        statement_id=document.statement_id,
        municipality=document.municipality,
        payment=payment,
        amount=known.amount,
        paid_on=known.paid_on,
        reason=reason,
        paid=statement.paid - known.amount,
    )
