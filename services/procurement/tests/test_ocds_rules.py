"""What releases tell of events, without a database: buyers, awards one after another, the order of streams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.calls import (
    CallCancelled,
    ContractLine,
    Criterion,
    JointCallPublished,
    LotAward,
    LotAwarded,
    LotFailed,
    MunicipalContract,
    Supplier,
)
from kyodo_events.contracts.procurement.orders import OrderClosed, OrderLine, OrderPlaced
from kyodo_events.event import Audit, Event, Recorded, new_id, new_uuid
from kyodo_procurement.calls.events import CommitmentRegistered, CommitmentWithdrawn
from kyodo_procurement.calls.plan import Commitment, ItemTotal
from kyodo_procurement.evaluations.events import AwardProposalWithdrawn, AwardProposed
from kyodo_procurement.ocds.blocks import moment, ocid_of
from kyodo_procurement.ocds.calls import releases_of_call
from kyodo_procurement.ocds.orders import releases_of_order
from kyodo_procurement.ocds.packages import compiled, release_package
from kyodo_procurement.ocds.reading import by_process
from kyodo_procurement.orders.events import OrderConfirmed
from tests.support.procurement.ocds_schemas import faults
from tests.support.procurement.sample_calls import CHIYODA, MITAKA, MUSASHINO, published

CALL, ORDER, FRAMEWORK = new_id(), new_id(), new_id()
START = datetime(2024, 4, 1, tzinfo=UTC)
AUDIT = Audit(actor="secretariat@tokyo", organisation="tokyo", correlation=new_uuid())
SUPPLIER = Supplier(id="supplier-7", name_ja="株式会社サンプル", corporate_number="8000012010038")
CODES = (CHIYODA, MUSASHINO, MITAKA)


def recorded(*events: Event, category: str = "call", stream: str = CALL) -> list[Recorded[Event]]:
    """Events of one stream, a day apart."""
    return [
        Recorded(event, new_uuid(), category, stream, place, START + timedelta(days=place), AUDIT, "procurement")
        for place, event in enumerate(events, start=1)
    ]


def told(*events: Event) -> list[dict[str, Any]]:
    """The releases of the published call after these events; they make a valid package."""
    releases = releases_of_call(CALL, recorded(published, *events), [])
    package = release_package([releases], "https://example.jp/ocds/releases", None)
    assert faults(package.model_dump(mode="json", by_alias=True, exclude_none=True), strict=True) == []
    return releases


def committed(code: str, firm: int = 3) -> CommitmentRegistered:
    own = (Commitment(item="pc", firm=firm),)
    return CommitmentRegistered(municipality=code, commitments=own, totals=(), buyers=1)


def withdrawn(code: str) -> CommitmentWithdrawn:
    return CommitmentWithdrawn(municipality=code, totals=(ItemTotal(item="pc", firm=0, optional=0),), buyers=0)


def proposed(lot: int, name_ja: str = SUPPLIER.name_ja) -> AwardProposed:
    supplier = SUPPLIER.model_copy(update={"name_ja": name_ja})
    return AwardProposed(
        lot=lot,
        quotation_id=new_id(),
        supplier=supplier,
        total=Fraction(70),
        reason=None,
        standstill_until=date(2024, 5, 1),
    )


def awarded(lot: int, item: str, amounts: Sequence[int]) -> LotAwarded:
    """An award with a contract for each of these amounts."""
    contracts = tuple(
        MunicipalContract(
            municipality=code,
            lines=(ContractLine(item=item, firm=1, optional=2, firm_amount=amount, optional_unit_price=1),),
        )
        for code, amount in zip(CODES, amounts, strict=False)
    )
    award = LotAward(
        lot=lot,
        supplier=SUPPLIER,
        quotation_id=new_id(),
        prices=(),
        contracts=contracts,
        awarded_on=date(2024, 5, 2),
    )
    return LotAwarded(award=award)


def buyers(releases: list[dict[str, Any]]) -> list[str]:
    return [party["id"][-6:] for party in compiled(releases)["parties"] if "buyer" in party["roles"]]


def test_a_revised_commitment_tells_nothing() -> None:
    once, twice = told(committed(CHIYODA)), told(committed(CHIYODA), committed(CHIYODA, firm=9))
    assert [release["tag"] for release in twice] == [release["tag"] for release in once]
    assert once[1]["tender"] == {"id": CALL}


@given(st.lists(st.tuples(st.sampled_from(CODES), st.booleans()), max_size=12))
def test_the_buyers_are_always_those_who_stay_committed(moves: list[tuple[str, bool]]) -> None:
    live: set[str] = set()
    events: list[Event] = []
    for code, joins in moves:
        if joins or code in live:
            events.append(committed(code) if joins else withdrawn(code))
        (live.add if joins else live.discard)(code)
    releases = releases_of_call(CALL, recorded(published, *events), [])
    assert set(buyers(releases)) == live


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=3))
def test_an_award_is_always_the_sum_of_its_contracts(amounts: list[int]) -> None:
    call = compiled(releases_of_call(CALL, recorded(published, proposed(1), awarded(1, "pc", amounts)), []))
    assert [contract["value"]["amount"] for contract in call["contracts"]] == amounts
    assert call["awards"][0]["value"]["amount"] == sum(amounts)
    assert all(type(contract["value"]["amount"]) is int for contract in call["contracts"])


def test_an_award_without_a_proposal_is_an_award_and_one_after_it_an_update() -> None:
    assert told(awarded(1, "pc", [7]))[-1]["tag"] == ["award", "contract"]
    assert told(proposed(1), awarded(1, "pc", [7]))[-1]["tag"] == ["awardUpdate", "contract"]


def test_proposals_of_different_suppliers_are_different_awards() -> None:
    again = AwardProposalWithdrawn(lot=1, reason="集計の誤り")
    releases = told(proposed(1, "株式会社サンプル甲"), again, proposed(1, "株式会社サンプル乙"), proposed(2))
    awards = compiled(releases)["awards"]
    assert [award["id"].removeprefix(CALL) for award in awards] == ["-1-1", "-1-2", "-2-1"]
    assert [award["suppliers"][0]["name"] for award in awards][:2] == ["株式会社サンプル甲", "株式会社サンプル乙"]


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ([LotFailed(lot=1, reason="不調")], "active"),
        ([LotFailed(lot=1, reason="不調"), LotFailed(lot=2, reason="不調")], "unsuccessful"),
        ([LotFailed(lot=1, reason="不調"), awarded(2, "dock", [5])], "complete"),
        ([awarded(1, "pc", [5]), LotFailed(lot=2, reason="不調")], "complete"),
        ([CallCancelled(reason="中止")], "cancelled"),
    ],
)
def test_the_tender_is_over_with_the_last_lot(decisions: list[Event], status: str) -> None:
    assert compiled(told(*decisions))["tender"]["status"] == status


def test_price_alone_is_told_as_such() -> None:
    alone = published.model_copy(update={"criteria": (Criterion(code="price", name_ja="価格", weight=100),)})
    (release,) = releases_of_call(CALL, recorded(alone), [])
    assert release["tender"]["awardCriteria"] == "priceOnly"
    assert told()[0]["tender"]["awardCriteria"] == "ratedCriteria"


def test_a_deadline_is_the_end_of_its_day_in_tokyo() -> None:
    period = told()[0]["tender"]["tenderPeriod"]
    assert period["endDate"] == f"{published.quotations_until}T23:59:59.000+09:00"
    assert moment(datetime(2024, 3, 31, 15, tzinfo=UTC)) == "2024-04-01T00:00:00.000+09:00"


def test_a_story_begins_at_its_beginning() -> None:
    with pytest.raises(TypeError, match="publication"):
        releases_of_call(CALL, recorded(committed(CHIYODA)), [])
    with pytest.raises(TypeError, match="placing"):
        releases_of_order(ORDER, recorded(OrderConfirmed()), published)


def test_an_order_names_what_it_bought_by_the_calls_words() -> None:
    line = OrderLine(item="pc", quantity=5, firm_quantity=3, firm_amount=301, optional_unit_price=100)
    placed = OrderPlaced(
        framework_id=FRAMEWORK,
        call_id=CALL,
        lot=1,
        municipality=CHIYODA,
        supplier=SUPPLIER,
        lines=(line,),
        net=line.net,
        tax_rate=Fraction(1, 10),
        tax=50,
        delivery_place="千代田区役所3階",
        wanted_on=date(2024, 7, 1),
        ordered_on=date(2024, 6, 1),
    )
    past = recorded(placed, OrderConfirmed(), OrderClosed(net=501, tax=50), category="order", stream=ORDER)
    order = compiled(releases_of_order(ORDER, past, published))
    item = next(item for lot in published.lots for item in lot.items if item.code == "pc")
    (bought,) = order["contracts"][0]["items"]
    assert bought == {"id": "pc", "description": item.name_ja, "unit": {"name": item.unit_ja}, "quantity": 5}
    assert (order["contracts"][0]["value"]["amount"], order["contracts"][0]["status"]) == (501, "terminated")
    assert order["relatedProcesses"][0]["identifier"] == ocid_of(CALL)


def test_streams_are_merged_by_the_time_of_writing_and_keep_their_own_order() -> None:
    first, opening, last = recorded(published), recorded(proposed(1), category="evaluation"), recorded(published)
    call = [*first, *last]
    order = recorded(OrderConfirmed(), OrderClosed(net=1, tax=0), category="order", stream=ORDER)
    skewed = order[::-1]  # the second event was written by a machine whose clock is behind
    merged = by_process([*call, *opening, *skewed], {CALL: CALL, ORDER: ORDER})
    assert merged == {CALL: [*first, *opening, *last], ORDER: skewed}


def test_a_publication_names_no_quantity() -> None:
    assert isinstance(published, JointCallPublished)
    assert all("quantity" not in item for item in told()[0]["tender"]["items"])
