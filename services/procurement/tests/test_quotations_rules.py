"""Openings and quotations: what may happen, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import ItemPrices
from kyodo_events.errors import ConcurrentChange
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen, QuotationsEnded
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.openings.model import (
    AlreadyAnOpener,
    AlreadyPrepared,
    NoOpeners,
    NotAnOpener,
    OpenerRegistered,
    Opening,
    OpeningBegun,
    OpeningCompleted,
    OpeningPrepared,
    OpeningStatus,
    OpeningUnderWay,
    QuotationLodged,
    QuotationRetracted,
    RegistrationOver,
    SecondOpenerNeeded,
    TooEarlyToOpen,
    TooManyOpeners,
    TooManyQuotations,
    WrongOpeningCode,
)
from kyodo_procurement.quotations.grid import OffTheGrid, check_bid
from kyodo_procurement.quotations.model import (
    MOST_SUBMISSIONS,
    PrimaryMissing,
    Quotation,
    QuotationOpened,
    QuotationStatus,
    QuotationSubmitted,
    QuotationWithdrawn,
    TooManySubmissions,
    quotation_id_of,
    require_primary,
)
from kyodo_procurement.quotations.values import Bid, LotPrices, Opener, QuotationKind, Sealed
from tests.support.quoting import CALL, DEADLINE, IN_TIME, LOTS, TOO_LATE, bid, call, prices

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
SEALED = Sealed(ephemeral_key="ZQ==", nonce="bg==", ciphertext="Yw==", wraps=())
SUPPLIER = "supplier-1"
CANCELLED = replace(call(), status=CallStatus.CANCELLED)

prepared = OpeningPrepared()


def opener(number: int) -> Opener:
    return Opener(subject=f"opener-{number}", salt="cw==", public_key=f"public-{number}")


def registered(*numbers: int) -> list[Event]:
    subjects = [opener(number).subject for number in numbers]
    return [
        OpenerRegistered(opener=opener(number), openers=tuple(subjects[: place + 1]))
        for place, number in enumerate(numbers)
    ]


two = registered(1, 2)
TWO = frozenset({"opener-1", "opener-2"})
lodged = QuotationLodged(quotation_id="q-1", number=1, quotations=1)
begun = OpeningBegun(subject="opener-1", private_key="private-1")
completed = OpeningCompleted(subject="opener-2", opened=1)


def unlocking(number: int, *, key: int | None = None, today: date = TOO_LATE) -> Callable[[Opening], Events]:
    public = f"public-{key or number}"
    return lambda opening: opening.unlock(f"opener-{number}", f"private-{number}", public, call(), today)


def test_an_opening_is_prepared_once() -> None:
    opening = given(Opening).when(lambda opening: opening.prepare()).then(prepared)
    with pytest.raises(AlreadyPrepared):
        opening.require_new()


def test_openers_register_until_the_first_quotation() -> None:
    sealing = given(Opening).that(prepared)
    sealing.when(lambda o: o.register(opener(1), call(), IN_TIME)).then(registered(1)[0])
    sealing.when(lambda o: o.register(opener(1), call(), TOO_LATE)).refuses(
        RegistrationOver(deadline=DEADLINE, quotations=0)
    )
    sealing.that(*two, lodged).when(lambda o: o.register(opener(3), call(), IN_TIME)).refuses(
        RegistrationOver(deadline=DEADLINE, quotations=1)
    )
    withdrawn = QuotationRetracted(quotation_id="q-1", number=1, quotations=0)
    sealing.that(*two, lodged, withdrawn).when(lambda o: o.register(opener(3), call(), IN_TIME)).refuses(
        RegistrationOver(deadline=DEADLINE, quotations=1)
    )
    sealing.when(lambda o: o.register(opener(1), CANCELLED, IN_TIME)).refuses(CallNotOpen(status=CallStatus.CANCELLED))


def test_openers_are_five_distinct_people_at_most() -> None:
    sealing = given(Opening).that(prepared)
    sealing.that(*two).when(lambda o: o.register(opener(2), call(), IN_TIME)).refuses(AlreadyAnOpener())
    sealing.that(*registered(1, 2, 3, 4)).when(lambda o: o.register(opener(5), call(), IN_TIME)).then(
        registered(1, 2, 3, 4, 5)[-1]
    )
    sealing.that(*registered(1, 2, 3, 4, 5)).when(lambda o: o.register(opener(6), call(), IN_TIME)).refuses(
        TooManyOpeners()
    )


def test_a_quotation_is_sealed_for_all_openers_or_sealed_again() -> None:
    there = given(Opening, CALL).that(prepared, *registered(1, 2, 3))
    there.when(lambda o: o.lodge("q-1", TWO)).refuses(ConcurrentChange(category="opening", stream=CALL, expected=4))


@pytest.mark.parametrize("openers", [0, 1])
def test_without_two_openers_nothing_is_taken(openers: int) -> None:
    given(Opening).that(prepared, *two[:openers]).when(lambda o: o.lodge("q-1", TWO)).refuses(
        NoOpeners(openers=openers)
    )


def test_a_quotation_keeps_its_receipt_number() -> None:
    sealing = given(Opening).that(prepared, *two)
    opening = sealing.when(lambda o: o.lodge("q-1", TWO)).then(lodged)
    assert (opening.quotations, opening.live) == (1, ("q-1",))
    sealing.that(lodged).when(lambda o: o.lodge("q-1", TWO)).then(lodged)
    second = QuotationLodged(quotation_id="q-2", number=2, quotations=2)
    opening = sealing.that(lodged).when(lambda o: o.lodge("q-2", TWO)).then(second)
    gone = QuotationRetracted(quotation_id="q-1", number=1, quotations=1)
    opening = sealing.that(lodged, second).when(lambda o: o.retract("q-1")).then(gone)
    assert opening.live == ("q-2",)
    sealing.that(lodged, second, gone).when(lambda o: o.retract("q-1")).then()
    again = QuotationLodged(quotation_id="q-1", number=1, quotations=2)
    sealing.that(lodged, second, gone).when(lambda o: o.lodge("q-1", TWO)).then(again)


def test_a_call_takes_a_hundred_quotations() -> None:
    many = [QuotationLodged(quotation_id=f"q-{n}", number=n, quotations=n) for n in range(1, 101)]
    full = given(Opening).that(prepared, *two, *many)
    full.when(lambda o: o.lodge("q-101", TWO)).refuses(TooManyQuotations())
    full.when(lambda o: o.lodge("q-7", TWO)).then(QuotationLodged(quotation_id="q-7", number=7, quotations=100))


@pytest.mark.parametrize(
    ("past", "status"), [([begun], OpeningStatus.BEGUN), ([begun, completed], OpeningStatus.COMPLETED)]
)
def test_after_the_first_code_nothing_comes_or_goes(past: list[Event], status: OpeningStatus) -> None:
    opening = given(Opening).that(prepared, *two, lodged, *past)
    opening.when(lambda o: o.lodge("q-2", TWO)).refuses(OpeningUnderWay(status=status))
    opening.when(lambda o: o.retract("q-1")).refuses(OpeningUnderWay(status=status))


def test_two_different_openers_open_after_the_deadline() -> None:
    waiting = given(Opening).that(prepared, *two, lodged)
    waiting.when(unlocking(1, today=IN_TIME)).refuses(TooEarlyToOpen(deadline=DEADLINE))
    opening = waiting.when(unlocking(1)).then(begun)
    assert opening.begun_with == {"opener-1": "private-1"}
    waiting.that(begun).when(unlocking(1)).refuses(SecondOpenerNeeded())
    opening = waiting.that(begun).when(unlocking(2)).then(completed)
    assert opening.status is OpeningStatus.COMPLETED
    waiting.that(begun, completed).when(unlocking(2)).refuses(OpeningUnderWay(status=OpeningStatus.COMPLETED))


def test_only_an_opener_with_the_right_code_opens() -> None:
    for past in ([lodged], [lodged, begun]):
        opening = given(Opening).that(prepared, *two, *past)
        opening.when(unlocking(3)).refuses(NotAnOpener())
        opening.when(unlocking(2, key=1)).refuses(WrongOpeningCode())


def test_one_registered_opener_alone_begins_nothing() -> None:
    given(Opening).that(prepared, *registered(1)).when(unlocking(1)).refuses(NoOpeners(openers=1))


def test_nothing_is_opened_of_a_cancelled_call() -> None:
    given(Opening).that(prepared, *two, lodged).when(
        lambda o: o.unlock("opener-1", "private-1", "public-1", CANCELLED, TOO_LATE)
    ).refuses(CallNotOpen(status=CallStatus.CANCELLED))


# quotations


def submit(quotation: Quotation, today: date = IN_TIME, of: Call | None = None) -> Events:
    return quotation.submit(of or call(), SUPPLIER, QuotationKind.PRIMARY, SEALED, now=NOW, today=today)


submitted = next(iter(submit(Quotation())))
opened = QuotationOpened(bid=bid())


def test_a_quotation_is_handed_in_and_replaced_until_the_deadline() -> None:
    quotation = given(Quotation).when(submit).then(submitted)
    assert isinstance(submitted, QuotationSubmitted)
    assert (submitted.call_id, quotation.status, quotation.bid) == (CALL, QuotationStatus.SEALED, None)
    given(Quotation).that(submitted).when(submit).then(submitted)
    given(Quotation).that(submitted).when(lambda q: submit(q, TOO_LATE)).refuses(
        QuotationsEnded(quotations_until=DEADLINE)
    )
    given(Quotation).that(*[submitted] * MOST_SUBMISSIONS).when(submit).refuses(TooManySubmissions())


def test_a_quotation_is_withdrawn_and_handed_in_again_until_the_deadline() -> None:
    there, gone = given(Quotation).that(submitted), QuotationWithdrawn()
    there.when(lambda q: q.withdraw(call(), TOO_LATE)).refuses(QuotationsEnded(quotations_until=DEADLINE))
    assert not there.when(lambda q: q.withdraw(call(), IN_TIME)).then(gone).is_live
    there.that(gone).when(lambda q: q.withdraw(call(), IN_TIME)).then()
    assert there.that(gone).when(submit).then(submitted).is_live


@pytest.mark.parametrize("status", [CallStatus.DRAFTED, CallStatus.CANCELLED])
def test_a_call_that_is_not_published_takes_no_quotation(status: CallStatus) -> None:
    closed = replace(call(), status=status)
    given(Quotation).when(lambda q: submit(q, of=closed)).refuses(CallNotOpen(status=status))
    given(Quotation).that(submitted).when(lambda q: q.withdraw(closed, IN_TIME)).refuses(CallNotOpen(status=status))


def test_a_quotation_is_opened_once_and_never_when_withdrawn() -> None:
    quotation = given(Quotation).that(submitted).when(lambda q: q.open(bid())).then(opened)
    assert (quotation.status, quotation.bid) == (QuotationStatus.OPENED, bid())
    given(Quotation).that(submitted, opened).when(lambda q: q.open(bid())).then()
    given(Quotation).that(submitted, QuotationWithdrawn()).when(lambda q: q.open(bid())).then()


def test_an_alternative_stands_beside_a_primary() -> None:
    nothing, there = Quotation(), Quotation().fold([submitted])
    gone = there.fold([QuotationWithdrawn()])
    for primary, alternative in ((there, nothing), (there, there), (nothing, nothing), (gone, gone)):
        require_primary(primary, alternative)
    for primary in (nothing, gone):
        with pytest.raises(PrimaryMissing):
            require_primary(primary, there)


def test_a_supplier_has_one_quotation_of_a_kind_in_a_call() -> None:
    ids = {
        quotation_id_of(of, supplier, kind)
        for of in (CALL, CALL.replace("ca", "cb"))
        for supplier in ("a", "b")
        for kind in QuotationKind
    }
    assert len(ids) == 8
    assert quotation_id_of(CALL, "a", QuotationKind.PRIMARY) in ids


# the grid

DOCK = prices("dock", q1=1)


def offered(*lots: tuple[int, tuple[ItemPrices, ...]]) -> Bid:
    return bid().model_copy(update={"lots": tuple(LotPrices(lot=lot, items=items) for lot, items in lots)})


@pytest.mark.parametrize("kind", list(QuotationKind))
def test_a_bid_may_leave_lots_out(kind: QuotationKind) -> None:
    check_bid(LOTS, kind, bid())
    check_bid(LOTS, kind, bid(lots=(2,)))


@pytest.mark.parametrize("kind", list(QuotationKind))
@pytest.mark.parametrize(
    ("content", "lot"),
    [
        (offered((3, (DOCK,))), 3),
        (offered((2, (prices("monitor", q1=1),)), (2, (prices("monitor", q1=2),))), 2),
        (offered((1, (DOCK,))), 1),
        (offered((1, (prices("pc", q1=1, q101=1), DOCK, DOCK))), 1),
        (offered((2, (prices("monitor", q1=1), prices("pc", q1=1, q101=1)))), 2),
        (offered((2, (prices("monitor", q2=1),))), 2),
        (offered((2, (prices("monitor", q1=1, q9=1, q5=1),))), 2),
    ],
)
def test_a_bid_prices_every_item_of_its_lots_once(kind: QuotationKind, content: Bid, lot: int) -> None:
    with pytest.raises(OffTheGrid, match=f"Lot {lot}"):
        check_bid(LOTS, kind, content)


@pytest.mark.parametrize("own", [{"q1": 1}, {"q1": 1, "q100": 1}, {"q1": 1, "q101": 1, "q500": 1}])
def test_own_price_breaks_are_for_an_alternative(own: dict[str, int]) -> None:
    content = offered((1, (prices("pc", **own), DOCK)))
    check_bid(LOTS, QuotationKind.ALTERNATIVE, content)
    with pytest.raises(OffTheGrid):
        check_bid(LOTS, QuotationKind.PRIMARY, content)
