"""A request (依頼): drafted by a municipality, taken in and matched by the secretariat, closed with an outcome.

Small municipalities do not know which expert to ask for: a request may leave the persona open, and the secretariat
settles it, with kind and urgency, when it takes the request in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import Month
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.events import (
    RequestApproved,
    RequestClosed,
    RequestDrafted,
    RequestMatchingStarted,
    RequestOffered,
    RequestReturned,
    RequestRevised,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
)
from kyodo_talent.requests.refusals import (
    ApprovalMissing,
    ImpossibleWindow,
    NoMatchingRuns,
    NothingOffered,
    NothingToApprove,
    NotReadyForMatching,
    OtherAmount,
    OutcomeReasonMissing,
    RequestNotADraft,
    RequestNotOpen,
    RequestNotSubmitted,
    WindowOver,
)
from kyodo_talent.requests.values import (
    MAX_MONTHS,
    Offer,
    Outcome,
    OutcomeReason,
    RequestKind,
    RequestMode,
    Urgency,
    Wanted,
)


class RequestStatus(StrEnum):
    """How far a request has come."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    TRIAGED = "triaged"
    MATCHING = "matching"
    OFFERED = "offered"
    FULFILLED = "fulfilled"
    PARTLY = "partly"
    UNFILLED = "unfilled"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return STATUSES_JA[self]


STATUSES_JA = {
    RequestStatus.DRAFTED: "下書き",
    RequestStatus.SUBMITTED: "提出済み",
    RequestStatus.TRIAGED: "受付済み",
    RequestStatus.MATCHING: "人材を探索中",
    RequestStatus.OFFERED: "候補を提示済み",
    RequestStatus.FULFILLED: "充足",
    RequestStatus.PARTLY: "一部充足",
    RequestStatus.UNFILLED: "不成立",
    RequestStatus.WITHDRAWN: "取下げ",
}

NO_MONTH: Final = Month("2000-04")  # of a request that is not drafted yet

OPEN: Final = frozenset({RequestStatus.TRIAGED, RequestStatus.MATCHING, RequestStatus.OFFERED})
"""A request that experts are looked for, or may be."""

ENDED: Final = frozenset(
    {RequestStatus.FULFILLED, RequestStatus.PARTLY, RequestStatus.UNFILLED, RequestStatus.WITHDRAWN}
)


@dataclass(frozen=True)
class Request(Aggregate, category="request"):
    """One request. `approved_yen` is what the municipality's approver agreed to; `today` the day in Tokyo."""

    municipality: str = ""
    status: RequestStatus = RequestStatus.DRAFTED
    kind: RequestKind = RequestKind.SPOT_CONSULTATION
    persona: Persona | None = None
    title_ja: str = ""
    need_ja: str = ""
    reason_ja: str = ""
    urgency: Urgency = Urgency.NORMAL
    half_days_per_month: int = 0
    from_month: Month = NO_MONTH
    until_month: Month = NO_MONTH
    mode: RequestMode = RequestMode.EITHER
    budget_yen: int = 0
    matter: str | None = None
    consultation_id: str | None = None
    approved_yen: int | None = None
    offers: tuple[Offer, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether experts are looked for, or may be."""
        return self.status in OPEN

    @property
    def months(self) -> tuple[Month, ...]:
        """The months in which help is wanted."""
        return tuple(Month.range(self.from_month, self.until_month))

    @property
    def is_paid(self) -> bool:
        """Whether the municipality is to spend money on it."""
        return self.budget_yen > 0

    # decisions of the municipality

    def draft(self, municipality: str, wanted: Wanted, consultation_id: str | None = None) -> Events:
        """A municipality begins a request."""
        _require_window(wanted)
        yield RequestDrafted(municipality=municipality, wanted=wanted, consultation_id=consultation_id)

    def revise(self, municipality: str, wanted: Wanted) -> Events:
        """The municipality changes its draft."""
        self._require_draft_of(municipality)
        _require_window(wanted)
        if any(getattr(self, name) != value for name, value in wanted):
            yield RequestRevised(municipality=municipality, wanted=wanted)

    def approve(self, municipality: str, amount: int) -> Events:
        """The municipality's approver agrees to the amount that the draft asks for."""
        self._require_draft_of(municipality)
        require(self.is_paid, NothingToApprove())
        require(amount == self.budget_yen, OtherAmount(approved=amount, budget=self.budget_yen))
        if self.approved_yen != amount:
            yield RequestApproved(municipality=municipality, amount=amount)

    def submit(self, municipality: str, today: date) -> Events:
        """The municipality hands it in, approved where it costs money, with months that are not over."""
        self._require_draft_of(municipality)
        this_month = Month.containing(today)
        over = WindowOver(until_month=self.until_month, this_month=this_month)
        require(self.until_month >= this_month, over)
        approved = not self.is_paid or self.approved_yen == self.budget_yen
        require(approved, ApprovalMissing(budget=self.budget_yen))
        yield RequestSubmitted(municipality=municipality)

    def withdraw(self, municipality: str, reason_ja: str) -> Events:
        """The municipality no longer asks, at whatever point before the end."""
        self._require_own(municipality)
        require(self.status not in ENDED, RequestNotOpen(status=self.status))
        yield RequestWithdrawn(municipality=municipality, reason_ja=reason_ja)

    # decisions of the secretariat

    def send_back(self, question_ja: str) -> Events:
        """The secretariat asks something first; the draft is the municipality's again."""
        self._require_submitted()
        yield RequestReturned(municipality=self.municipality, question_ja=question_ja)

    def triage(
        self, kind: RequestKind, persona: Persona, urgency: Urgency, matter: str | None = None, note_ja: str = ""
    ) -> Events:
        """The secretariat takes it in, and settles which help and which expert it is about."""
        self._require_submitted()
        yield RequestTriaged(
            municipality=self.municipality, kind=kind, persona=persona, urgency=urgency, matter=matter, note_ja=note_ja
        )

    def start_matching(self) -> Events:
        """Experts are looked for; again, where an offer came to nothing."""
        if self.status is not RequestStatus.MATCHING:
            ready = self.status in (RequestStatus.TRIAGED, RequestStatus.OFFERED)
            require(ready, NotReadyForMatching(status=self.status))
            yield RequestMatchingStarted(municipality=self.municipality)

    def offer(self, offer: Offer) -> Events:
        """An assignment or an introduction case is offered to the municipality."""
        running = self.status in (RequestStatus.MATCHING, RequestStatus.OFFERED)
        require(running, NoMatchingRuns(status=self.status))
        if offer not in self.offers:
            yield RequestOffered(municipality=self.municipality, offers=(*self.offers, offer))

    def close(self, outcome: Outcome, reason: OutcomeReason | None) -> Events:
        """The secretariat records how it ended."""
        require(self.is_open, RequestNotOpen(status=self.status))
        fits = (reason is None) == (outcome is Outcome.FULFILLED)
        require(fits, OutcomeReasonMissing(outcome=outcome, reason=reason or "missing"))
        require(outcome is Outcome.UNFILLED or bool(self.offers), NothingOffered(outcome=outcome))
        yield RequestClosed(municipality=self.municipality, outcome=outcome, reason=reason)

    def _require_own(self, municipality: str) -> None:
        require(municipality == self.municipality, NotFound(what="request", id=self.id))

    def _require_draft_of(self, municipality: str) -> None:
        self._require_own(municipality)
        require(self.status is RequestStatus.DRAFTED, RequestNotADraft(status=self.status))

    def _require_submitted(self) -> None:
        require(self.status is RequestStatus.SUBMITTED, RequestNotSubmitted(status=self.status))

    # what events did

    @evolve
    def drafted(self, event: RequestDrafted) -> Self:
        state = replace(self, municipality=event.municipality, consultation_id=event.consultation_id)
        return replace(state, **dict(event.wanted))

    @evolve
    def revised(self, event: RequestRevised) -> Self:
        return replace(self, **dict(event.wanted))

    @evolve
    def approved(self, event: RequestApproved) -> Self:
        return replace(self, approved_yen=event.amount)

    @evolve
    def submitted(self, event: RequestSubmitted) -> Self:
        return replace(self, status=RequestStatus.SUBMITTED)

    @evolve
    def returned(self, event: RequestReturned) -> Self:
        return replace(self, status=RequestStatus.DRAFTED)

    @evolve
    def triaged(self, event: RequestTriaged) -> Self:
        settled = {name: value for name, value in event if name not in ("municipality", "note_ja")}
        return replace(self, status=RequestStatus.TRIAGED, **settled)

    @evolve
    def matching_started(self, event: RequestMatchingStarted) -> Self:
        return replace(self, status=RequestStatus.MATCHING)

    @evolve
    def offered(self, event: RequestOffered) -> Self:
        return replace(self, status=RequestStatus.OFFERED, offers=event.offers)

    @evolve
    def closed(self, event: RequestClosed) -> Self:
        return replace(self, status=RequestStatus(event.outcome.value))

    @evolve
    def withdrawn(self, event: RequestWithdrawn) -> Self:
        return replace(self, status=RequestStatus.WITHDRAWN)


def _require_window(wanted: Wanted) -> None:
    months = tuple(Month.range(wanted.from_month, wanted.until_month))
    impossible = ImpossibleWindow(from_month=wanted.from_month, until_month=wanted.until_month)
    require(1 <= len(months) <= MAX_MONTHS, impossible)
