"""Payments on a statement: never more than is due, whatever is entered and taken back in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_cost_ledger.payments.model import (
    AlreadyTakenBack,
    MoreThanDue,
    PaidInFuture,
    ReferenceUsed,
    WrongDirection,
    record_payment,
    take_back,
)
from kyodo_cost_ledger.statements.model import NotPayable, State, Statement, StatementIsSettled, StillDue
from kyodo_events.aggregate import Events
from kyodo_events.contracts.cost_ledger.payments import PaymentRecorded, PaymentTakenBack
from kyodo_events.contracts.cost_ledger.statements import StatementIssued, StatementKind, StatementSettled
from kyodo_events.errors import NotFound, Refused
from kyodo_events.testing import given
from tests.support.statement_samples import CHIYODA, issued, lines_of

TODAY = date(2024, 6, 20)
CLAIM = issued(lines_of(projects=1))
DUE = CLAIM.total


def of_total(total: int, kind: StatementKind = StatementKind.MONTHLY) -> StatementIssued:
    """A statement of any total."""
    return CLAIM.model_copy(update={"total": total, "kind": kind})


def paid(amount: int, payment: int = 1, *, before: int = 0, reference: str = "a") -> PaymentRecorded:
    return PaymentRecorded(
        statement_id="2024-04",
        municipality=CHIYODA,
        payment=payment,
        amount=amount,
        paid_on=TODAY,
        reference=reference,
        paid=before + amount,
    )


def taken(amount: int, payment: int = 1, *, left: int = 0) -> PaymentTakenBack:
    return PaymentTakenBack(
        statement_id="2024-04",
        municipality=CHIYODA,
        payment=payment,
        amount=amount,
        paid_on=TODAY,
        reason="mistyped",
        paid=left,
    )


def pay(statement: Statement, amount: int, reference: str = "a", on: date = TODAY) -> Events:
    return record_payment(statement, amount=amount, paid_on=on, reference=reference, today=TODAY)


def test_a_statement_is_paid_in_parts() -> None:
    part = given(Statement).that(CLAIM).when(lambda s: pay(s, 1_000)).then(paid(1_000))
    assert (part.paid, part.due, part.state) == (1_000, DUE - 1_000, State.ISSUED)
    whole = given(Statement).that(CLAIM, paid(1_000)).when(lambda s: pay(s, DUE - 1_000, "b"))
    rest = whole.then(paid(DUE - 1_000, 2, before=1_000, reference="b"))
    assert (rest.due, rest.state) == (0, State.PAID)


def test_more_than_is_due_is_refused_with_what_is_due() -> None:
    refusal = MoreThanDue(stated=f"{DUE + 1:,}円", number=CLAIM.number, due=f"{DUE:,}円")
    given(Statement).that(CLAIM).when(lambda s: pay(s, DUE + 1)).refuses(refusal)
    later = MoreThanDue(stated=f"{DUE:,}円", number=CLAIM.number, due=f"{DUE - 1:,}円")
    given(Statement).that(CLAIM, paid(1)).when(lambda s: pay(s, DUE, "b")).refuses(later)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_claim_is_not_refunded(amount: int) -> None:
    refusal = WrongDirection(number=CLAIM.number, due=f"{DUE:,}円")
    given(Statement).that(CLAIM).when(lambda s: pay(s, amount)).refuses(refusal)


def test_a_credit_is_refunded_and_no_more_than_it_is() -> None:
    credit = of_total(-500)
    after = given(Statement).that(credit).when(lambda s: pay(s, -200)).then(paid(-200))
    assert after.due == -300
    given(Statement).that(credit).when(lambda s: pay(s, 200)).refuses(WrongDirection(number=CLAIM.number, due="-500円"))
    too_much = MoreThanDue(stated="-501円", number=CLAIM.number, due="-500円")
    given(Statement).that(credit).when(lambda s: pay(s, -501)).refuses(too_much)


def test_the_same_reference_is_one_payment() -> None:
    given(Statement).that(CLAIM, paid(1_000)).when(lambda s: pay(s, 1_000)).then()
    refusal = ReferenceUsed(reference="a", payment=1, amount="1,000円", paid_on=TODAY.isoformat())
    given(Statement).that(CLAIM, paid(1_000)).when(lambda s: pay(s, 1_001)).refuses(refusal)
    earlier = date(2024, 6, 19)
    given(Statement).that(CLAIM, paid(1_000)).when(lambda s: pay(s, 1_000, on=earlier)).refuses(refusal)


def test_a_payment_is_taken_back_once() -> None:
    past = given(Statement).that(CLAIM, paid(1_000))
    after = past.when(lambda s: take_back(s, payment=1, reason="mistyped")).then(taken(1_000))
    assert after.due == DUE
    again = given(Statement).that(CLAIM, paid(1_000), taken(1_000))
    again.when(lambda s: take_back(s, payment=1, reason="mistyped")).refuses(AlreadyTakenBack(payment=1))
    again.when(lambda s: take_back(s, payment=2, reason="mistyped")).refuses(NotFound(what="payment", id=2))
    # Its reference comes again, with the amount it should have had.
    again.when(lambda s: pay(s, 100)).then(paid(100, 2))


def test_a_payment_is_entered_when_it_was_made() -> None:
    refusal = PaidInFuture(paid_on="2024-06-21", today="2024-06-20")
    given(Statement).that(CLAIM).when(lambda s: pay(s, 1, on=date(2024, 6, 21))).refuses(refusal)


@pytest.mark.parametrize("kind", [kind for kind in StatementKind if not kind.payable])
def test_nothing_is_paid_on_a_mere_notice(kind: StatementKind) -> None:
    refusal = NotPayable(number=CLAIM.number)
    given(Statement).that(of_total(DUE, kind)).when(lambda s: pay(s, 1)).refuses(refusal)
    given(Statement).that(of_total(DUE, kind)).when(lambda s: s.settle(disputed=0)).refuses(refusal)


def test_a_statement_is_settled_when_all_is_paid_and_final_then() -> None:
    still = StillDue(number=CLAIM.number, due=DUE - 1, disputed=0)
    given(Statement).that(CLAIM, paid(1)).when(lambda s: s.settle(disputed=0)).refuses(still)
    disputed = StillDue(number=CLAIM.number, due=0, disputed=7)
    given(Statement).that(CLAIM, paid(DUE)).when(lambda s: s.settle(disputed=7)).refuses(disputed)
    settled = StatementSettled(statement_id="2024-04", municipality=CHIYODA, number=CLAIM.number, total=DUE)
    past = given(Statement).that(CLAIM, paid(DUE))
    assert past.when(lambda s: s.settle(disputed=0)).then(settled).state is State.SETTLED
    final = past.that(settled)
    final.when(lambda s: s.settle(disputed=0)).then()
    final.when(lambda s: take_back(s, payment=1, reason="x")).refuses(StatementIsSettled(number=CLAIM.number))
    final.when(lambda s: pay(s, 1, "b")).refuses(StatementIsSettled(number=CLAIM.number))


def test_nothing_is_due_on_a_statement_of_zero() -> None:
    assert given(Statement).that(of_total(0)).state.state is State.PAID


moves = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(-1_500, 1_500), st.sampled_from("abc")),
        st.tuples(st.just("take back"), st.integers(0, 6), st.just("")),
    ),
    max_size=25,
)


@given_any(total=st.integers(-1_000, 1_000), moves=moves)
def test_paid_never_exceeds_due(total: int, moves: list[tuple[str, int, str]]) -> None:
    statement = Statement(id="2024-04.131016").fold([of_total(total)])
    journal = [total]
    for move, figure, reference in moves:
        before = statement
        try:
            events = list(
                pay(statement, figure, reference)
                if move == "pay"
                else take_back(statement, payment=figure, reason="mistyped")
            )
        except Refused:
            continue
        statement = statement.fold(events)
        for event in events:
            assert isinstance(event, PaymentRecorded | PaymentTakenBack)
            journal.append(-event.amount if isinstance(event, PaymentRecorded) else event.amount)
            assert event.paid == statement.paid
        assert min(0, total) <= statement.paid <= max(0, total)
        assert statement.due == sum(journal) == total - statement.paid
        assert statement.version == before.version + len(events)
    live = [p.reference for p in statement.payments if not p.taken_back]
    assert len(live) == len(set(live))
    undone = replace(statement, payments=tuple(replace(p, taken_back=True) for p in statement.payments))
    assert undone.due == total
