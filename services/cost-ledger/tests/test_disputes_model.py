"""A dispute: who may raise it until when, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.disputes.model import DISPUTE_DAYS, Dispute, Disputed, DisputeStatus
from kyodo_cost_ledger.disputes.refusals import (
    AlreadyDecided,
    AlreadyInDispute,
    DisputeEnded,
    DisputeTooLate,
    NotAnswered,
    NotOnTheStatement,
)
from kyodo_events.contracts.cost_ledger.corrections import LineId
from kyodo_events.contracts.cost_ledger.disputes import (
    Decision,
    DisputeAnswered,
    DisputeRaised,
    DisputeResolved,
    DisputeWithdrawn,
    Evidence,
)
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month

A, B = "131016", "131024"
LINE = LineId(project_id="p", book=Book.USAGE, item="applications", month=Month("2024-04"))
WORDS = "p/usage/applications/2024-04"
ISSUED = date(2024, 5, 7)
LAST_DAY = ISSUED + timedelta(days=DISPUTE_DAYS)
STANDS = Disputed(A, "2024-04", LINE, 300, ISSUED)
EVIDENCE = (Evidence(title_ja="受付簿", file_name="a.pdf", sha256="a" * 64),)

RAISED = DisputeRaised(
    municipality=A,
    period="2024-04",
    line=LINE,
    amount=300,
    grounds_ja="件数が違う",
    evidence=EVIDENCE,
    deadline=LAST_DAY,
)
ANSWERED = DisputeAnswered(municipality=A, answer_ja="確認した")
KEPT = DisputeResolved(municipality=A, decision=Decision.KEPT, reason_ja="正しい", correction_id=None)
CORRECTED = DisputeResolved(municipality=A, decision=Decision.CORRECTED, reason_ja="誤り", correction_id="c")
WITHDRAWN = DisputeWithdrawn(municipality=A, reason_ja="理解した")


def test_a_line_is_disputed_until_the_deadline() -> None:
    given(Dispute).when(lambda d: d.raise_(STANDS, "件数が違う", EVIDENCE, LAST_DAY)).then(RAISED)
    late = DisputeTooLate(period="2024-04", deadline=LAST_DAY.isoformat())
    given(Dispute).when(lambda d: d.raise_(STANDS, "件数が違う", (), LAST_DAY + timedelta(days=1))).refuses(late)


@pytest.mark.parametrize("stands", [replace(STANDS, amount=None), replace(STANDS, issued_on=None)])
def test_only_a_line_of_an_issued_statement_is_disputed(stands: Disputed) -> None:
    refusal = NotOnTheStatement(period="2024-04", line=WORDS)
    given(Dispute).when(lambda d: d.raise_(stands, "件数が違う", (), ISSUED)).refuses(refusal)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (DisputeStatus.RAISED, AlreadyInDispute(line=WORDS)),
        (DisputeStatus.ANSWERED, AlreadyInDispute(line=WORDS)),
        (DisputeStatus.KEPT, AlreadyDecided(line=WORDS, period="2024-04")),
        (DisputeStatus.CORRECTED, AlreadyDecided(line=WORDS, period="2024-04")),
    ],
)
def test_a_line_is_disputed_once(status: DisputeStatus, refusal: AlreadyInDispute | AlreadyDecided) -> None:
    stands = replace(STANDS, statuses=frozenset({status}))
    given(Dispute).when(lambda d: d.raise_(stands, "件数が違う", (), ISSUED)).refuses(refusal)


def test_a_line_may_be_disputed_again_after_a_withdrawal() -> None:
    stands = replace(STANDS, statuses=frozenset({DisputeStatus.WITHDRAWN}))
    given(Dispute).when(lambda d: d.raise_(stands, "件数が違う", EVIDENCE, ISSUED)).then(RAISED)


def test_it_is_answered_and_then_resolved() -> None:
    given(Dispute).that(RAISED).when(lambda d: d.answer("確認した")).then(ANSWERED)
    raised, answered = given(Dispute).that(RAISED), given(Dispute).that(RAISED, ANSWERED)
    raised.when(lambda d: d.resolve(Decision.KEPT, "正しい", None)).refuses(NotAnswered())
    answered.when(lambda d: d.resolve(Decision.KEPT, "正しい", None)).then(KEPT)
    answered.when(lambda d: d.resolve(Decision.CORRECTED, "誤り", "c")).then(CORRECTED)


def test_only_its_municipality_withdraws_it() -> None:
    given(Dispute).that(RAISED).when(lambda d: d.withdraw(A, "理解した")).then(WITHDRAWN)
    given(Dispute).that(RAISED).when(lambda d: d.withdraw(B, "理解した")).refuses(NotFound(what="dispute", id="test"))


@pytest.mark.parametrize(
    ("end", "status"), [(KEPT, "kept"), (CORRECTED, "corrected"), (WITHDRAWN, "withdrawn")], ids=str
)
def test_nothing_happens_to_a_dispute_that_has_ended(end: Event, status: str) -> None:
    ended = given(Dispute).that(RAISED, ANSWERED, end)
    refusal = DisputeEnded(status=status)
    ended.when(lambda d: d.answer("確認した")).refuses(refusal)
    ended.when(lambda d: d.resolve(Decision.KEPT, "正しい", None)).refuses(refusal)
    ended.when(lambda d: d.withdraw(A, "理解した")).refuses(refusal)
