"""A dispute (異議) about one line: raised, answered, and resolved or withdrawn.

While it is open nothing is posted to that line; whatever would be is posted at once when it ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.disputes.refusals import (
    AlreadyDecided,
    AlreadyInDispute,
    DisputeEnded,
    DisputeTooLate,
    NotAnswered,
    NotOnTheStatement,
)
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.corrections import LineId
from kyodo_events.contracts.cost_ledger.disputes import (
    Decision,
    DisputeAnswered,
    DisputeRaised,
    DisputeResolved,
    DisputeWithdrawn,
    Evidence,
)
from kyodo_events.errors import NotFound, require

DISPUTE_DAYS: Final = 30
"""Days from the issue of a statement in which its lines may be disputed: those in which it is to be paid, as the
law against late payment has it (政府契約の支払遅延防止等に関する法律第6条). Who pays without a word has accepted."""


class DisputeStatus(StrEnum):
    """How far a dispute has come."""

    RAISED = "raised"
    ANSWERED = "answered"
    KEPT = "kept"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


OPEN: Final = frozenset({DisputeStatus.RAISED, DisputeStatus.ANSWERED})


@dataclass(frozen=True)
class Disputed:
    """The line as it stands on the statement, under the project's lock, and earlier disputes about it.

    `amount` is None where the statement has no such line; `statuses` are of this municipality's disputes about the
    line: of any period where they are open, else of this period.
    """

    municipality: str
    period: str
    line: LineId
    amount: int | None
    issued_on: date | None
    statuses: frozenset[DisputeStatus] = frozenset()


@dataclass(frozen=True)
class Dispute(Aggregate, category="dispute"):
    """One dispute. `today` is always the day in Tokyo."""

    municipality: str = ""
    line: LineId | None = None
    status: DisputeStatus = DisputeStatus.RAISED

    @property
    def project_id(self) -> str:
        """The project of the line in dispute."""
        return self.line.project_id if self.line else ""

    def raise_(self, disputed: Disputed, grounds_ja: str, evidence: tuple[Evidence, ...], today: date) -> Events:
        """A municipality objects to a line of its statement, within the deadline, once at a time."""
        line = _in_words(disputed.line)
        if disputed.amount is None or disputed.issued_on is None:
            raise NotOnTheStatement(period=disputed.period, line=line)
        deadline = disputed.issued_on + timedelta(days=DISPUTE_DAYS)
        require(today <= deadline, DisputeTooLate(period=disputed.period, deadline=deadline.isoformat()))
        require(disputed.statuses.isdisjoint(OPEN), AlreadyInDispute(line=line))
        decided = {DisputeStatus.KEPT, DisputeStatus.CORRECTED}
        require(disputed.statuses.isdisjoint(decided), AlreadyDecided(line=line, period=disputed.period))
        yield DisputeRaised(
            municipality=disputed.municipality,
            period=disputed.period,
            line=disputed.line,
            amount=disputed.amount,
            grounds_ja=grounds_ja,
            evidence=evidence,
            deadline=deadline,
        )

    def answer(self, answer_ja: str) -> Events:
        """The secretariat answers; it may answer again while the dispute is open."""
        self._require_open()
        yield DisputeAnswered(municipality=self.municipality, answer_ja=answer_ja)

    def resolve(self, decision: Decision, reason_ja: str, correction_id: str | None) -> Events:
        """The secretariat decides, after it has answered."""
        self._require_open()
        require(self.status is DisputeStatus.ANSWERED, NotAnswered())
        yield DisputeResolved(
            municipality=self.municipality, decision=decision, reason_ja=reason_ja, correction_id=correction_id
        )

    def withdraw(self, municipality: str, reason_ja: str) -> Events:
        """The municipality no longer objects."""
        require(municipality == self.municipality, NotFound(what="dispute", id=self.id))
        self._require_open()
        yield DisputeWithdrawn(municipality=self.municipality, reason_ja=reason_ja)

    @evolve
    def raised(self, event: DisputeRaised) -> Self:
        return replace(self, municipality=event.municipality, line=event.line)

    @evolve
    def answered(self, event: DisputeAnswered) -> Self:
        return replace(self, status=DisputeStatus.ANSWERED)

    @evolve
    def resolved(self, event: DisputeResolved) -> Self:
        return replace(self, status=DisputeStatus(event.decision.value))

    @evolve
    def withdrawn(self, event: DisputeWithdrawn) -> Self:
        return replace(self, status=DisputeStatus.WITHDRAWN)

    def _require_open(self) -> None:
        require(self.status in OPEN, DisputeEnded(status=self.status))


def cell_of(line: LineId, party: str) -> Cell:
    """The cell of the books that a line of a party is."""
    return Cell(line.project_id, line.book.value, line.item, line.month, party)


def _in_words(line: LineId) -> str:
    return f"{line.project_id}/{line.book}/{line.item}/{line.month}"
