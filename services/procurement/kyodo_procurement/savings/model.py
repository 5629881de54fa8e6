"""A saving (節減額): what one municipality saved in one lot of a joint call, against what it would have paid alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.evaluations.values import LotStatus
from kyodo_procurement.savings.events import (
    SavingAdjusted,
    SavingClaimed,
    SavingConfirmed,
    SavingForecast,
    SavingWithdrawn,
)
from kyodo_procurement.savings.refusals import (
    LotHasFailed,
    NothingBought,
    ReasonNeeded,
    SavingAlreadyBegun,
    SavingNotClaimed,
    SavingSettled,
)
from kyodo_procurement.savings.values import (
    Baseline,
    Bought,
    Counted,
    SavingLine,
    SavingStatus,
    compared,
    contracted,
    expected,
    saved,
)

FORECAST, CLAIMED = SavingStatus.FORECAST, SavingStatus.CLAIMED
CONFIRMED, WITHDRAWN = SavingStatus.CONFIRMED, SavingStatus.WITHDRAWN


@dataclass(frozen=True)
class Saving(Aggregate, category="saving"):
    """A municipality's saving in a lot, in signed whole yen: forecast, then claimed by Tokyo, then confirmed.

    `amount` is the figure that stands, made of `lines`; `forecast`, `claimed` and `confirmed` are the last figures of
    each kind. Only firm quantities count.
    """

    municipality: str = ""
    call_id: str = ""
    lot: int = 0
    status: SavingStatus = WITHDRAWN
    lines: tuple[SavingLine, ...] = ()
    amount: int = 0
    forecast: int | None = None
    claimed: int | None = None
    confirmed: int | None = None
    adjusted: bool = False
    reason: str | None = None

    @staticmethod
    def id_of(call_id: str, lot: int, municipality: str) -> str:
        """The id of a municipality's saving in a lot: there is one."""
        return str(uuid5(UUID(call_id), f"{lot}|{municipality}"))

    @property
    def counted(self) -> Counted | None:
        """What it counts in the sums of its call; None while nothing stands."""
        return None if self.status is WITHDRAWN else Counted(status=self.status, amount=self.amount)

    def require_new(self) -> None:
        """Raises SavingAlreadyBegun where the saving has a past."""
        require(not self.version, SavingAlreadyBegun(saving_id=self.id))

    # decisions of Tokyo

    def begin(
        self, call: Call, evaluation: Evaluation, lot: int, municipality: str, baselines: Sequence[Baseline]
    ) -> Events:
        """The secretariat states a saving for the first time: a forecast before the award, a claim after it."""
        self.require_new()
        if all(called.number != lot for called in call.lots):
            raise NotFound(what="lot", id=lot)
        named = replace(self, call_id=call.id, lot=lot, municipality=municipality)
        yield from named.put_forward(call, evaluation, baselines, None)

    def put_forward(
        self, call: Call, evaluation: Evaluation, baselines: Sequence[Baseline], reason: str | None
    ) -> Events:
        """The secretariat states the saving anew, until it is confirmed; in place of a claim only with a reason.

        Before the award it is a forecast on the commitments as they stand now, after it a claim on the contract.
        """
        require(self.status is not CONFIRMED, SavingSettled())
        require(call.status is CallStatus.PUBLISHED, CallNotOpen(status=call.status))
        award = evaluation.awards.get(self.lot)
        if award is not None:
            yield from self._claim(contracted(award, self.municipality), baselines, reason)
            return
        course = evaluation.courses.get(self.lot)
        require(course is None or course.status is not LotStatus.FAILED, LotHasFailed(lot=self.lot))
        lines = self._compared(expected(call, self.lot, self.municipality), baselines)
        if (self.status, self.lines) != (FORECAST, lines):
            yield SavingForecast(**self._whose(), lines=lines, amount=saved(lines))

    def withdraw(self, reason: str) -> Events:
        """The secretariat takes a forecast or claim back, as when no contract came of the lot."""
        require(self.status is not CONFIRMED, SavingSettled())
        if self.status is not WITHDRAWN:
            yield SavingWithdrawn(**self._whose(), reason=reason)

    # decisions of the municipality

    def confirm(self, municipality: str) -> Events:
        """The municipality confirms the claim as it stands."""
        self._require_claimed_from(municipality)
        if self.status is CLAIMED:
            yield SavingConfirmed(**self._whose(), amount=self.amount)

    def adjust(self, municipality: str, baselines: Sequence[Baseline], reason: str) -> Events:
        """The municipality confirms its own figure, in place of a claim or of what it confirmed before."""
        self._require_claimed_from(municipality)
        lines = self._compared([Bought(line.baseline.item, line.firm, line.paid) for line in self.lines], baselines)
        if (self.status, self.lines) != (CONFIRMED, lines):
            yield SavingAdjusted(**self._whose(), lines=lines, amount=saved(lines), reason=reason)

    # what events did

    @evolve
    def was_forecast(self, event: SavingForecast) -> Self:
        return self._at(event, FORECAST, lines=event.lines, amount=event.amount, forecast=event.amount, reason=None)

    @evolve
    def was_claimed(self, event: SavingClaimed) -> Self:
        figures = {"lines": event.lines, "amount": event.amount, "claimed": event.amount}
        return self._at(event, CLAIMED, **figures, reason=event.reason)

    @evolve
    def was_confirmed(self, event: SavingConfirmed) -> Self:
        return self._at(event, CONFIRMED, confirmed=event.amount)

    @evolve
    def was_adjusted(self, event: SavingAdjusted) -> Self:
        figures = {"lines": event.lines, "amount": event.amount, "confirmed": event.amount}
        return self._at(event, CONFIRMED, **figures, adjusted=True, reason=event.reason)

    @evolve
    def was_withdrawn(self, event: SavingWithdrawn) -> Self:
        return self._at(event, WITHDRAWN, reason=event.reason)

    # in short

    def _claim(self, bought: Sequence[Bought], baselines: Sequence[Baseline], reason: str | None) -> Events:
        lines = self._compared(bought, baselines)
        if (self.status, self.lines) != (CLAIMED, lines):
            require(self.status is not CLAIMED or reason is not None, ReasonNeeded())
            yield SavingClaimed(**self._whose(), lines=lines, amount=saved(lines), reason=reason)

    def _compared(self, bought: Sequence[Bought], baselines: Sequence[Baseline]) -> tuple[SavingLine, ...]:
        require(bool(bought), NothingBought(municipality=self.municipality, lot=self.lot))
        return compared(bought, baselines)

    def _require_claimed_from(self, municipality: str) -> None:
        require(municipality == self.municipality, NotFound(what="saving", id=self.id))
        require(self.status in (CLAIMED, CONFIRMED), SavingNotClaimed(status=self.status))

    def _whose(self) -> dict[str, Any]:
        whose = {"municipality": self.municipality, "call_id": self.call_id, "lot": self.lot}
        return {**whose, "before": self.counted}

    def _at(self, event: Any, status: SavingStatus, **changes: Any) -> Self:
        whose = {"municipality": event.municipality, "call_id": event.call_id, "lot": event.lot}
        return replace(self, **whose, status=status, **changes)
