"""The opening (開札) of a call's quotations: two of the registered openers, together, after the deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import ConcurrentChange, Refused, require
from kyodo_events.event import Event
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.quotations.values import Opener

FEWEST_OPENERS, MOST_OPENERS = 2, 5
MOST_QUOTATIONS = 100  # of a call: all are opened in one transaction


class OpeningStatus(StrEnum):
    """How far the opening has come."""

    SEALED = "sealed"
    BEGUN = "begun"
    COMPLETED = "completed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"sealed": "封印中", "begun": "開札中", "completed": "開札済み"}[self.value]


class OpeningPrepared(Event, type="kyodo.procurement.opening-prepared", words="開札を準備し、開札者の登録を始めた"):
    """The secretariat lets openers register for a call. The stream is the call's id."""


class OpenerRegistered(Event, type="kyodo.procurement.opener-registered", words="開札者が登録した"):
    """Somebody may open this call's quotations, together with another one; `openers` are all subjects from then on."""

    opener: Opener
    openers: tuple[str, ...]


class QuotationLodged(Event, type="kyodo.procurement.quotation-lodged", words="受付番号{number}の見積書を受け付けた"):
    """A quotation came in, or was replaced; `quotations` counts those not withdrawn from then on."""

    quotation_id: str
    number: int
    quotations: int


class QuotationRetracted(
    Event, type="kyodo.procurement.quotation-retracted", words="受付番号{number}の見積書が取り下げられた"
):
    """A quotation was withdrawn before the deadline; `quotations` counts those that are left."""

    quotation_id: str
    number: int
    quotations: int


class OpeningBegun(Event, type="kyodo.procurement.opening-begun", words="1人目の開札者が開札コードを入力した"):
    """The first opener gave the code. `private_key` is the key derived from it for this call: useless alone, because
    every quotation is locked with the keys of two openers."""

    subject: str
    private_key: str


class OpeningCompleted(
    Event, type="kyodo.procurement.opening-completed", words="2人目の開札者が開札コードを入力し、{opened}件を開札した"
):
    """A second opener gave the code, and the quotations that were not withdrawn became readable."""

    subject: str
    opened: int


class AlreadyPrepared(Refused):
    status, type = 409, "opening-already-prepared"
    title = "The opening was prepared before"
    detail = "The opening of the call '{call_id}' is there already."
    remedy = "Register as an opener there."


class RegistrationOver(Refused):
    status, type = 409, "opener-registration-over"
    title = "Openers can no longer register"
    detail = (
        "Quotations are taken until the end of {deadline}, and {quotations} came in: none is sealed for a new opener."
    )
    remedy = "Let those who are registered open the quotations."


class AlreadyAnOpener(Refused):
    status, type = 409, "already-an-opener"
    title = "You are registered as an opener"
    detail = "Your code was set before and cannot be changed."
    remedy = "Use the code that you chose; if it is lost, let two other openers open."


class TooManyOpeners(Refused):
    status, type = 409, "too-many-openers"
    title = "There are enough openers"
    detail = f"A call has at most {MOST_OPENERS} openers."
    remedy = "Let those who are registered open the quotations."


class NoOpeners(Refused):
    status, type = 409, "no-openers"
    title = "Nobody could open the quotation"
    detail = f"{{openers}} openers are registered; a quotation is sealed for {FEWEST_OPENERS} or more."
    remedy = "Ask the secretariat to have openers register."


class TooManyQuotations(Refused):
    status, type = 409, "too-many-quotations"
    title = "The call takes no further quotation"
    detail = f"A call takes at most {MOST_QUOTATIONS} quotations."
    remedy = "Ask the secretariat."


class OpeningUnderWay(Refused):
    status, type = 409, "opening-under-way"
    title = "The opening has begun"
    detail = "The opening is {status}."
    remedy = "Nothing can be handed in or withdrawn any more; read the quotations once they are opened."


class NotAnOpener(Refused):
    status, type = 403, "not-an-opener"
    title = "You are not an opener of this call"
    detail = "Only those who registered before the first quotation came in may open."
    remedy = "Ask one of the call's openers."


class TooEarlyToOpen(Refused):
    status, type = 409, "too-early-to-open"
    title = "Quotations are still being taken"
    detail = "The deadline is the end of {deadline}, Tokyo time."
    remedy = "Come back after it."


class WrongOpeningCode(Refused):
    status, type = 403, "wrong-opening-code"
    title = "The opening code is wrong"
    detail = "It is not the code with which you registered for this call."
    remedy = "Try again; if the code is lost, let another opener take your place."


class SecondOpenerNeeded(Refused):
    status, type = 409, "second-opener-needed"
    title = "Another person must give the second code"
    detail = "You gave the first code."
    remedy = "Ask another opener of this call."


@dataclass(frozen=True)
class Opening(Aggregate, category="opening"):
    """Who may open a call's quotations, which have come in, and how far the opening is. Its id is the call's.

    `numbers` gives each quotation that ever came in its receipt number, `live` are those not withdrawn. `begun_with`
    is the first opener and the private key derived from that opener's code.
    """

    status: OpeningStatus = OpeningStatus.SEALED
    registered: Mapping[str, Opener] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    live: tuple[str, ...] = ()
    begun_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def call_id(self) -> str:
        """The call whose quotations are opened."""
        return self.id

    @property
    def openers(self) -> tuple[str, ...]:
        """Who may open, by subject."""
        return tuple(self.registered)

    @property
    def quotations(self) -> int:
        """How many quotations lie there, withdrawn ones left out."""
        return len(self.live)

    def opener(self, subject: str) -> Opener:
        """The opener of this name. Raises NotAnOpener."""
        require(subject in self.openers, NotAnOpener())
        return self.registered[subject]

    def require_new(self) -> None:
        """Raises AlreadyPrepared where the opening has a past."""
        require(not self.version, AlreadyPrepared(call_id=self.id))

    def sealed_for(self) -> tuple[Opener, ...]:
        """For whom a quotation is sealed. Raises NoOpeners, OpeningUnderWay."""
        require(len(self.openers) >= FEWEST_OPENERS, NoOpeners(openers=len(self.openers)))
        require(self.status is OpeningStatus.SEALED, OpeningUnderWay(status=self.status))
        return tuple(self.registered.values())

    # decisions; `today` is the day in Tokyo

    def prepare(self) -> Events:
        """The secretariat lets openers register."""
        yield OpeningPrepared()

    def register(self, opener: Opener, call: Call, today: date) -> Events:
        """Somebody becomes an opener, before any quotation is sealed."""
        require(call.status is not CallStatus.CANCELLED, CallNotOpen(status=call.status))
        over = RegistrationOver(deadline=call.quotations_until, quotations=len(self.numbers))
        require(today <= call.quotations_until and not self.numbers, over)
        require(opener.subject not in self.openers, AlreadyAnOpener())
        require(len(self.openers) < MOST_OPENERS, TooManyOpeners())
        yield OpenerRegistered(opener=opener, openers=(*self.openers, opener.subject))

    def lodge(self, quotation_id: str, openers: frozenset[str]) -> Events:
        """A quotation that was sealed for these openers comes in, or another one in its place.

        Raises ConcurrentChange where somebody became an opener meanwhile, who could not open it.
        """
        self.sealed_for()
        meanwhile = ConcurrentChange(category=self.category, stream=self.id, expected=self.version)
        require(openers == frozenset(self.openers), meanwhile)
        number = self.numbers.get(quotation_id, len(self.numbers) + 1)
        require(number <= MOST_QUOTATIONS, TooManyQuotations())
        live = len({*self.live, quotation_id})
        yield QuotationLodged(quotation_id=quotation_id, number=number, quotations=live)

    def retract(self, quotation_id: str) -> Events:
        """A quotation is withdrawn."""
        require(self.status is OpeningStatus.SEALED, OpeningUnderWay(status=self.status))
        if quotation_id in self.live:
            number = self.numbers[quotation_id]
            yield QuotationRetracted(quotation_id=quotation_id, number=number, quotations=len(self.live) - 1)

    def unlock(self, subject: str, private_key: str, public_key: str, call: Call, today: date) -> Events:
        """An opener gives the code behind these keys: the first begins the opening, the second completes it."""
        opener = self.opener(subject)
        require(call.status is CallStatus.PUBLISHED, CallNotOpen(status=call.status))
        require(today > call.quotations_until, TooEarlyToOpen(deadline=call.quotations_until))
        require(self.status is not OpeningStatus.COMPLETED, OpeningUnderWay(status=self.status))
        require(public_key == opener.public_key, WrongOpeningCode())
        require(subject not in self.begun_with, SecondOpenerNeeded())
        require(len(self.openers) >= FEWEST_OPENERS, NoOpeners(openers=len(self.openers)))
        if self.status is OpeningStatus.SEALED:
            yield OpeningBegun(subject=subject, private_key=private_key)
        else:
            yield OpeningCompleted(subject=subject, opened=len(self.live))

    # what events did

    @evolve
    def opener_registered(self, event: OpenerRegistered) -> Self:
        return replace(self, registered={**self.registered, event.opener.subject: event.opener})

    @evolve
    def lodged(self, event: QuotationLodged) -> Self:
        live = tuple(dict.fromkeys((*self.live, event.quotation_id)))
        return replace(self, numbers={**self.numbers, event.quotation_id: event.number}, live=live)

    @evolve
    def retracted(self, event: QuotationRetracted) -> Self:
        return replace(self, live=tuple(quotation for quotation in self.live if quotation != event.quotation_id))

    @evolve
    def begun(self, event: OpeningBegun) -> Self:
        return replace(self, status=OpeningStatus.BEGUN, begun_with={event.subject: event.private_key})

    @evolve
    def completed(self, event: OpeningCompleted) -> Self:
        return replace(self, status=OpeningStatus.COMPLETED)
