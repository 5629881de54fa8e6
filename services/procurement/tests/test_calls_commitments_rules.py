"""Commitments to a joint call: what may happen, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.contracts.procurement.projects import ParticipantLeft
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.quantities import MAX_QUANTITY
from kyodo_procurement.calls.events import CommitmentRegistered, CommitmentWithdrawn
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.plan import Commitment
from kyodo_procurement.calls.pricing import expected_prices, reached_tier
from kyodo_procurement.calls.refusals import (
    CommitmentsEnded,
    JointQuantityTooLarge,
    NotAParticipant,
    TopUpOnlyAdds,
    UnknownItem,
)
from tests.support.procurement.sample_calls import (
    A_DAY,
    CHIYODA,
    COMMIT,
    MITAKA,
    MUSASHINO,
    QUOTE,
    TOP_UP,
    chiyoda_300,
    commit,
    committed,
    drafted,
    musashino_200,
    project,
    published,
    the_published,
    total,
    units,
)


def test_municipalities_commit_and_totals_are_joint() -> None:
    the_published().when(commit(CHIYODA, units(firm=300, optional=50))).then(chiyoda_300)
    call = the_published(chiyoda_300).when(commit(MUSASHINO, units(firm=200))).then(musashino_200)
    assert (call.firm("pc"), call.optional("pc"), call.firm("dock")) == (500, 50, 0)
    assert call.buyers == (CHIYODA, MUSASHINO)
    assert call.commitments[MUSASHINO]["pc"].firm == 200


def test_a_commitment_is_revised_whole() -> None:
    docks = committed(CHIYODA, units("dock", 0, 7), totals=(total(), total("dock", 0, 7)), buyers=1)
    call = the_published(chiyoda_300).when(commit(CHIYODA, units("dock", 0, 7))).then(docks)
    assert "pc" not in call.commitments[CHIYODA]


def test_the_same_commitment_again_changes_nothing() -> None:
    the_published(chiyoda_300).when(commit(CHIYODA, units(firm=300, optional=50))).then()


def test_a_commitment_is_withdrawn_until_commitments_end() -> None:
    both = the_published(chiyoda_300, musashino_200)
    call = both.when(lambda call: call.withdraw(CHIYODA, COMMIT)).then(
        CommitmentWithdrawn(municipality=CHIYODA, totals=(total(firm=200),), buyers=1)
    )
    assert call.buyers == (MUSASHINO,)
    both.when(lambda call: call.withdraw(CHIYODA, COMMIT + A_DAY)).refuses(CommitmentsEnded(until=COMMIT))
    both.when(lambda call: call.withdraw(MITAKA, QUOTE)).then()


def test_only_participants_commit_now_or_soon() -> None:
    the_published().when(commit("131024", units(firm=1))).refuses(
        NotAParticipant(municipality="131024", month=Month("2024-05"))
    )
    left = project.fold([ParticipantLeft(municipality=CHIYODA, last_month=Month("2024-04"))])
    the_published().when(lambda call: call.commit(CHIYODA, (units(firm=1),), left, COMMIT)).refuses(
        NotAParticipant(municipality=CHIYODA, month=Month("2024-05"))
    )


def test_an_item_must_be_in_the_call() -> None:
    the_published().when(commit(CHIYODA, units("phone", 1))).refuses(UnknownItem(item="phone"))


@pytest.mark.parametrize("wrong", [{"firm": 0, "optional": 0}, {"firm": -1}, {"optional": -1}, {"firm": True}, {}])
def test_a_commitment_is_to_something(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Commitment(item="pc", **wrong)


def test_joint_quantities_have_a_bound() -> None:
    the_published(chiyoda_300).when(commit(MUSASHINO, units(firm=MAX_QUANTITY - 349))).refuses(
        JointQuantityTooLarge(item="pc", would_be=MAX_QUANTITY + 1)
    )


def test_after_the_top_up_window_quantities_stand() -> None:
    the_published().when(commit(CHIYODA, units(firm=1), on=TOP_UP + A_DAY)).refuses(CommitmentsEnded(until=TOP_UP))


def test_in_the_top_up_window_municipalities_add_and_come_first() -> None:
    window = the_published(chiyoda_300, musashino_200)
    more = committed(CHIYODA, units(firm=301, optional=9), totals=(total(firm=501, optional=9),), buyers=2)
    window.when(commit(CHIYODA, units(firm=301, optional=9), on=TOP_UP)).then(more)
    first = committed(MITAKA, units(firm=9), totals=(total(firm=509, optional=50),), buyers=3)
    window.when(commit(MITAKA, units(firm=9), on=COMMIT + A_DAY)).then(first)


@pytest.mark.parametrize("own", [(units(firm=299, optional=99),), (units(optional=50),), (units("dock", 500),)])
def test_in_the_top_up_window_no_joint_total_falls(own: tuple[Commitment, ...]) -> None:
    would_be = 500 - 300 + own[0].firm if own[0].item == "pc" else 200
    the_published(chiyoda_300, musashino_200).when(commit(CHIYODA, *own, on=TOP_UP)).refuses(
        TopUpOnlyAdds(item="pc", total=500, would_be=would_be, tier=2, would_reach=1)
    )


changes = st.lists(
    st.tuples(
        st.sampled_from([CHIYODA, MUSASHINO, MITAKA]),
        st.booleans(),
        st.lists(st.builds(units, st.just("pc"), st.integers(1, 1500), st.integers(0, 900)), max_size=1),
        st.lists(st.builds(units, st.just("dock"), st.integers(0, 20), st.integers(1, 20)), max_size=1),
    ),
    max_size=12,
)


def decided(call: Call, municipality: str, own: tuple[Commitment, ...], today: date) -> tuple[Event, ...]:
    """What committing to this, or withdrawing where it is nothing, leads to; nothing where it is refused."""
    try:
        return tuple(call.commit(municipality, own, project, today) if own else call.withdraw(municipality, today))
    except Refused:
        return ()


@given_any(changes)
def test_totals_are_always_those_of_what_stands_and_never_fall_in_the_window(changes: Any) -> None:
    """Whatever is committed, revised and withdrawn, first freely and then in the window."""
    call = Call(id="test").fold([drafted, published])
    seen = dict.fromkeys(("pc", "dock"), (0, 0))
    for municipality, in_window, pcs, docks in sorted(changes, key=lambda change: change[1]):
        own = (*pcs, *docks)
        before = call
        for event in decided(call, municipality, own, TOP_UP if in_window else COMMIT):
            assert isinstance(event, CommitmentRegistered | CommitmentWithdrawn)
            call = call.fold([event])
            seen |= {total.item: (total.firm, total.optional) for total in event.totals}
            assert tuple(call.commitments.get(municipality, {}).values()) == own
            assert event.buyers == len(call.buyers)
        for item, tiers in ((item, call.items[item].tiers) for item in seen):
            each = [own[item] for own in call.commitments.values() if item in own]
            assert seen[item] == (sum(one.firm for one in each), sum(one.optional for one in each))
            if in_window:
                prices = expected_prices(tiers)
                assert call.firm(item) >= before.firm(item)
                assert reached_tier(prices, call.firm(item)) >= reached_tier(prices, before.firm(item))
