"""A quotation (見積書): sealed when it arrives, replaced or withdrawn until the deadline, opened after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import content_hash
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen, QuotationsEnded
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.quotations.values import Bid, QuotationKind, Sealed

MOST_SUBMISSIONS = 20  # of one quotation, its replacements counted: each is kept in the log for good


class QuotationStatus(StrEnum):
    """Whether a quotation counts, and whether it can be read."""

    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"sealed": "封印中", "withdrawn": "取下げ", "opened": "開札済み"}[self.value]


class QuotationSubmitted(
    Event, type="kyodo.procurement.quotation-submitted", words="{kind}の見積書を受け付けた（照合値 {sealed_hash}）"
):
    """A supplier handed in a quotation, or another one in its place; nobody can read it yet."""

    call_id: str
    supplier: str
    kind: QuotationKind
    sealed: Sealed
    sealed_hash: str
    received_at: datetime


class QuotationWithdrawn(Event, type="kyodo.procurement.quotation-withdrawn", words="見積書を取り下げた"):
    """The supplier took the quotation back before the deadline; it is never opened."""


class QuotationOpened(Event, type="kyodo.procurement.quotation-opened", words="見積書を開札した"):
    """Two openers made the quotation readable."""

    bid: Bid


class QuotationThere(Refused):
    status, type = 409, "quotation-already-there"
    title = "You have handed in such a quotation"
    detail = "Your {kind} quotation to this call is '{quotation_id}'."
    remedy = "Replace it there."


class TooManySubmissions(Refused):
    status, type = 409, "too-many-submissions"
    title = "The quotation was replaced too often"
    detail = f"A quotation is handed in at most {MOST_SUBMISSIONS} times."
    remedy = "Withdraw it, or leave the last one."


class PrimaryMissing(Refused):
    status, type = 409, "primary-quotation-missing"
    title = "An alternative needs a primary quotation beside it"
    detail = "You have no primary quotation in this call that is not withdrawn."
    remedy = "Hand in a primary quotation first; withdraw the alternative before the primary one."


def quotation_id_of(call_id: str, supplier: str, kind: QuotationKind) -> str:
    """The id of a supplier's quotation: one primary and one alternative for each call."""
    return str(uuid5(UUID(call_id), f"{kind}|{supplier}"))


@dataclass(frozen=True)
class Quotation(Aggregate, category="quotation"):
    """One supplier's quotation of one kind. `sealed` is what was handed in last, `bid` what it says once opened.

    `supplier` is the subject of the supplier's token, `today` the day in Tokyo.
    """

    status: QuotationStatus = QuotationStatus.WITHDRAWN
    call_id: str = ""
    supplier: str = ""
    kind: QuotationKind = QuotationKind.PRIMARY
    sealed: Sealed | None = None
    sealed_hash: str = ""
    received_at: datetime | None = None
    submissions: int = 0
    bid: Bid | None = None

    @property
    def is_live(self) -> bool:
        """Whether it counts: handed in and not withdrawn."""
        return self.status is not QuotationStatus.WITHDRAWN

    # decisions

    def submit(
        self, call: Call, supplier: str, kind: QuotationKind, sealed: Sealed, *, now: datetime, today: date
    ) -> Events:
        """The supplier hands it in, or another one in its place."""
        require_taken(call, today)
        require(self.submissions < MOST_SUBMISSIONS, TooManySubmissions())
        yield QuotationSubmitted(
            call_id=call.id,
            supplier=supplier,
            kind=kind,
            sealed=sealed,
            sealed_hash=content_hash(sealed),
            received_at=now,
        )

    def withdraw(self, call: Call, today: date) -> Events:
        """The supplier takes it back."""
        require_taken(call, today)
        if self.is_live:
            yield QuotationWithdrawn()

    def open(self, bid: Bid) -> Events:
        """It is readable from now on."""
        if self.status is QuotationStatus.SEALED:
            yield QuotationOpened(bid=bid)

    # what events did

    @evolve
    def submitted(self, event: QuotationSubmitted) -> Self:
        return replace(self, status=QuotationStatus.SEALED, submissions=self.submissions + 1, **dict(event))

    @evolve
    def withdrawn(self, event: QuotationWithdrawn) -> Self:
        return replace(self, status=QuotationStatus.WITHDRAWN)

    @evolve
    def opened(self, event: QuotationOpened) -> Self:
        return replace(self, status=QuotationStatus.OPENED, bid=event.bid)


def require_taken(call: Call, today: date) -> None:
    """The call takes quotations on this day. Raises CallNotOpen, QuotationsEnded."""
    require(call.status is CallStatus.PUBLISHED, CallNotOpen(status=call.status))
    require(today <= call.quotations_until, QuotationsEnded(quotations_until=call.quotations_until))


def require_primary(primary: Quotation, alternative: Quotation) -> None:
    """A supplier's alternative stands beside a primary quotation. Raises PrimaryMissing."""
    require(primary.is_live or not alternative.is_live, PrimaryMissing())
