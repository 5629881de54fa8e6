"""A cost verification (費用検証) of a theme: requested, estimated, and checked by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_procurement.themes.model import Theme
from kyodo_procurement.verifications.events import (
    CostEstimated,
    CostRejected,
    CostVerified,
    CounterEstimateAdopted,
    CounterEstimateMade,
    Estimate,
    VerificationRequested,
)
from kyodo_procurement.working_groups.model import expect_ready


class VerificationStatus(StrEnum):
    """How far a verification has come."""

    REQUESTED = "requested"
    ESTIMATED = "estimated"
    VERIFIED = "verified"
    REJECTED = "rejected"


class Standing(StrEnum):
    """Whether a verification counts today, and if not, why not."""

    LIVE = "live"
    NOT_VERIFIED = "not_verified"
    EXPIRED = "expired"
    DEMAND_CHANGED = "demand_changed"


class By(NamedTuple):
    """Who acts: the organisation, a municipality's code or tokyo, and the issuer's opaque name of the person."""

    organisation: str
    subject: str


NOBODY = By("", "")


class NotEstimating(Refused):
    status, type = 409, "not-estimating"
    title = "The verification takes no estimate now"
    detail = "It is {status}; an estimate is made of one that was requested or rejected."
    remedy = "Make a counter-estimate while it is estimated, or request a new verification once it was verified."


class NotEstimated(Refused):
    status, type = 409, "not-estimated"
    title = "There is no estimate to act on"
    detail = "The verification is {status}; this is done while it is estimated."
    remedy = "Wait for an estimate, or request a new verification once it was verified."


class OwnEstimate(Refused):
    status, type = 403, "own-estimate"
    title = "Nobody checks or counters an own estimate"
    detail = "You made the estimate, or the counter-estimate that it was taken from."
    remedy = "Have somebody else do it."


class NotTheEstimator(Refused):
    status, type = 403, "not-the-estimator"
    title = "Only the estimator adopts a counter-estimate"
    detail = "The estimate was made by another person, for {organisation}."
    remedy = "Ask that person, or reject the estimate with a reason."


def last_day(verified_on: date) -> date:
    """The last day of the twelve months after this day.

    The first day does not count (Civil Code, article 140), and the period ends on the day before the one that
    corresponds to its start, or with the month where there is no such day (article 143).
    """
    start = verified_on + timedelta(days=1)
    if (start.month, start.day) == (2, 29):
        return date(start.year + 1, 2, 28)
    return start.replace(year=start.year + 1) - timedelta(days=1)


def standing(expires_on: date | None, based_on_needs: int, tolerance: Fraction, today: date, needs: int) -> Standing:
    """Whether what was verified until `expires_on`, if at all, counts today, when `needs` municipalities need it."""
    if expires_on is None:
        return Standing.NOT_VERIFIED
    if today > expires_on:
        return Standing.EXPIRED
    moved = abs(needs - based_on_needs) > tolerance * based_on_needs
    return Standing.DEMAND_CHANGED if moved else Standing.LIVE


@dataclass(frozen=True)
class CostVerification(Aggregate, category="cost-verification"):
    """A verification with its estimate and the counter-estimates beside it. `today` is the day in Tokyo.

    `tolerance` is the share by which the number of municipalities in need may change before the estimate no longer
    counts. What was verified stays as it is: costs are looked at again in a new verification.
    """

    status: VerificationStatus = VerificationStatus.REQUESTED
    theme_id: str = ""
    requested_by: str = ""
    tolerance: Fraction = Fraction(0)
    estimate: Estimate | None = None
    based_on_needs: int = 0
    estimator: By = NOBODY
    authors: frozenset[str] = frozenset()
    counters: Mapping[int, tuple[By, Estimate]] = field(default_factory=dict)
    expires_on: date | None = None

    def is_live(self, today: date, needs: int) -> bool:
        """Whether it counts: verified, not over twelve months ago, and about as many municipalities in need."""
        return standing(self.expires_on, self.based_on_needs, self.tolerance, today, needs) is Standing.LIVE

    # decisions

    def request(self, theme: Theme, organisation: str, tolerance: Fraction, today: date) -> Events:
        """Somebody asks what a theme would cost. Raises ThemeNotReady."""
        expect_ready(theme, today)
        yield VerificationRequested(theme_id=theme.id, requested_by=organisation, tolerance=tolerance)

    def make_estimate(self, estimate: Estimate, by: By, theme: Theme) -> Events:
        """Somebody estimates the cost, or does so again after a rejection; who needs it is counted here."""
        if self.status is VerificationStatus.ESTIMATED and (estimate, by) == (self.estimate, self.estimator):
            return
        wanted = self.status in (VerificationStatus.REQUESTED, VerificationStatus.REJECTED)
        require(wanted, NotEstimating(status=self.status))
        yield CostEstimated(
            estimate=estimate, based_on_needs=theme.needs, organisation=by.organisation, estimated_by=by.subject
        )

    def counter(self, estimate: Estimate, by: By) -> Events:
        """Somebody other than the estimator sets an estimate beside the one that stands."""
        self._expect_estimated()
        require(by.subject != self.estimator.subject, OwnEstimate())
        if (by, estimate) not in self.counters.values():
            number = len(self.counters) + 1
            yield CounterEstimateMade(
                counter=number, estimate=estimate, organisation=by.organisation, estimated_by=by.subject
            )

    def adopt(self, number: int, by: By, theme: Theme) -> Events:
        """The estimator takes a counter-estimate over; who needs it is counted anew. Raises NotFound."""
        self._expect_estimated()
        require(by == self.estimator, NotTheEstimator(organisation=self.estimator.organisation))
        require(number in self.counters, NotFound(what="counter-estimate", id=number))
        estimate = self.counters[number][1]
        if (estimate, theme.needs) != (self.estimate, self.based_on_needs):
            yield CounterEstimateAdopted(counter=number, estimate=estimate, based_on_needs=theme.needs)

    def verify(self, by: By, today: date) -> Events:
        """Somebody other than those who made the estimate finds it sound."""
        self._expect_checker(by)
        yield CostVerified(
            verified_on=today, expires_on=last_day(today), organisation=by.organisation, verified_by=by.subject
        )

    def reject(self, reason: str, by: By) -> Events:
        """Somebody other than those who made the estimate finds it wanting."""
        self._expect_checker(by)
        yield CostRejected(reason=reason, organisation=by.organisation, rejected_by=by.subject)

    def _expect_estimated(self) -> None:
        require(self.status is VerificationStatus.ESTIMATED, NotEstimated(status=self.status))

    def _expect_checker(self, by: By) -> None:
        self._expect_estimated()
        require(by.subject not in self.authors, OwnEstimate())

    # what events did

    @evolve
    def requested(self, event: VerificationRequested) -> Self:
        return replace(self, theme_id=event.theme_id, requested_by=event.requested_by, tolerance=event.tolerance)

    @evolve
    def estimated(self, event: CostEstimated) -> Self:
        return replace(
            self,
            status=VerificationStatus.ESTIMATED,
            estimate=event.estimate,
            based_on_needs=event.based_on_needs,
            estimator=By(event.organisation, event.estimated_by),
            authors=frozenset({event.estimated_by}),
        )

    @evolve
    def countered(self, event: CounterEstimateMade) -> Self:
        counter = (By(event.organisation, event.estimated_by), event.estimate)
        return replace(self, counters={**self.counters, event.counter: counter})

    @evolve
    def adopted(self, event: CounterEstimateAdopted) -> Self:
        author, _ = self.counters[event.counter]
        return replace(
            self,
            estimate=event.estimate,
            based_on_needs=event.based_on_needs,
            authors=frozenset({self.estimator.subject, author.subject}),
        )

    @evolve
    def verified(self, event: CostVerified) -> Self:
        return replace(self, status=VerificationStatus.VERIFIED, expires_on=event.expires_on)

    @evolve
    def rejected(self, event: CostRejected) -> Self:
        return replace(self, status=VerificationStatus.REJECTED)
