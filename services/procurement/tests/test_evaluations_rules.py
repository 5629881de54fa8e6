"""Evaluations: when they begin, and when a lot is proposed, objected to, awarded or failed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.calls import (
    ContractLine,
    LotAwarded,
    LotFailed,
    TierMode,
)
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.calls.pricing import cost, quoted_prices
from kyodo_procurement.evaluations.awarding import award_of, joint_cost
from kyodo_procurement.evaluations.events import (
    AwardProposalWithdrawn,
    EvaluationBegun,
    ObjectionAnswered,
    ObjectionRaised,
)
from kyodo_procurement.evaluations.model import MOST_OBJECTIONS, Evaluation
from kyodo_procurement.evaluations.refusals import (
    AlreadyBegun,
    LotElsewhere,
    NoBid,
    NobodyBuys,
    NotATenderer,
    NotHighest,
    NotOpened,
    ObjectionOpen,
    ObjectionSettled,
    ScoresMissing,
    StandstillOver,
    StandstillRuns,
    TooManyObjections,
)
from kyodo_procurement.evaluations.values import LotCost, LotStatus
from kyodo_procurement.openings.model import OpeningStatus
from tests.support.evaluating import (
    CHEAP,
    DAY,
    DEAR,
    LAST,
    LATER,
    OPENED,
    PART,
    QUOTATIONS,
    awarding,
    begun,
    proposal,
    proposing,
    ready,
)
from tests.support.quoting import CALL, CHIYODA, CRITERIA, LOTS, MUSASHINO, bid, call, committed, prices


def test_an_evaluation_compares_what_was_opened_at_the_firm_quantities() -> None:
    assert isinstance(begun, EvaluationBegun)
    # 120 pc reach the second tier; 10 docks; 7 monitors
    assert begun.tenders[0].costs == (
        LotCost(lot=1, cost=120 * 80_000 + 10 * 12_345),
        LotCost(lot=2, cost=7 * 23_456),
    )
    assert [tender.cost_of(1) is None for tender in begun.tenders] == [False, False, True]
    state = given(Evaluation, CALL).when(lambda e: e.begin(call(), OPENED, list(QUOTATIONS.values()))).then(begun)
    assert {lot: course.status for lot, course in state.courses.items()} == {1: LotStatus.OPEN, 2: LotStatus.OPEN}
    with pytest.raises(AlreadyBegun):
        state.require_new()


@pytest.mark.parametrize("status", [OpeningStatus.SEALED, OpeningStatus.BEGUN])
def test_nothing_is_evaluated_before_the_opening(status: OpeningStatus) -> None:
    given(Evaluation).when(lambda e: e.begin(call(), replace(OPENED, status=status), [])).refuses(
        NotOpened(status=status)
    )


def test_a_call_without_quotations_can_only_fail() -> None:
    empty = EvaluationBegun(lots=(1,), criteria=CRITERIA, standstill_days=10, tenders=())
    there = given(Evaluation).when(lambda e: e.begin(replace(call(), lots=LOTS[:1]), OPENED, [])).then(empty)
    assert there.standings(1) == []
    given(Evaluation).that(empty).when(lambda e: e.fail(1, "応札なし")).then(LotFailed(lot=1, reason="応札なし"))


def test_the_best_quotation_is_proposed() -> None:
    there = given(Evaluation).that(*ready)
    there.when(proposing(1, CHEAP)).then(proposal())
    # 100 × 9,723,450 ÷ 12,123,450 = 80.2: 60 × 80 + 30 × 80 + 10 × 50 = 7,700
    there.when(proposing(1, DEAR)).refuses(NotHighest(lot=1, rank=2, sharing=1))
    there.when(proposing(1, DEAR, "保守体制を重視")).then(proposal(1, DEAR, "77", "保守体制を重視"))


def test_of_equals_none_is_proposed_without_a_reason() -> None:
    there = given(Evaluation).that(*ready)
    there.when(proposing(2, CHEAP)).refuses(NotHighest(lot=2, rank=1, sharing=3))
    there.when(proposing(2, PART, "くじ引きによる")).then(proposal(2, PART, "89", "くじ引きによる"))


def test_what_cannot_be_proposed() -> None:
    there = given(Evaluation).that(*ready)
    there.when(proposing(1, PART)).refuses(NoBid(quotation_id=PART, lot=1))
    there.when(proposing(3, CHEAP)).refuses(NotFound(what="lot", id=3))
    there.when(proposing(1, CHEAP, of=replace(call(), commitments={}))).refuses(NobodyBuys(lot=1))
    there.that(proposal()).when(proposing(1, CHEAP)).refuses(LotElsewhere(lot=1, status=LotStatus.PROPOSED))
    given(Evaluation).that(*ready[:-1]).when(proposing(2, CHEAP)).refuses(ScoresMissing(missing=2))
    given(Evaluation).that(*ready[:-1]).when(proposing(1, CHEAP)).then(proposal())  # q-part does not bid for it


def test_a_lot_is_awarded_after_the_standstill() -> None:
    there = given(Evaluation, CALL).that(*ready, proposal())
    there.when(awarding(1, CHEAP, LAST)).refuses(StandstillRuns(until=LAST))
    outcome = there.when(awarding(1, CHEAP))
    (awarded,) = outcome.events
    assert isinstance(awarded, LotAwarded)
    state = outcome.then(awarded)
    assert (state.awards, state.undecided) == ({1: awarded.award}, 1)
    assert awarded.award.contract_of(CHIYODA) is not None
    mine = awarded.award.contract_of(MUSASHINO)
    assert mine is not None
    assert mine.lines == (
        ContractLine(item="pc", firm=40, optional=20, firm_amount=40 * 80_000, optional_unit_price=80_000),
    )
    assert sum(contract.amount for contract in awarded.award.contracts) == 9_723_450
    there.that(awarded).when(awarding(1, CHEAP)).refuses(LotElsewhere(lot=1, status=LotStatus.AWARDED))
    there.that(awarded).when(lambda e: e.fail(1, "x")).refuses(LotElsewhere(lot=1, status=LotStatus.AWARDED))


def test_a_standstill_of_no_days_is_over_at_once() -> None:
    at_once = begun.model_copy(update={"standstill_days": 0})
    there = given(Evaluation, CALL).that(at_once, *ready[1:])
    proposed = proposal().model_copy(update={"standstill_until": DAY})
    there.when(proposing(1, CHEAP)).then(proposed)
    assert there.that(proposed).when(awarding(1, CHEAP, DAY)).events


def test_a_lot_that_nobody_proposed_is_not_awarded() -> None:
    given(Evaluation).that(*ready).when(awarding(1, CHEAP)).refuses(LotElsewhere(lot=1, status=LotStatus.OPEN))


def test_a_lot_fails_for_a_reason() -> None:
    there = given(Evaluation).that(*ready)
    failed = LotFailed(lot=1, reason="予定価格を超えた")
    state = there.when(lambda e: e.fail(1, "予定価格を超えた")).then(failed)
    assert (state.courses[1].status, state.undecided) == (LotStatus.FAILED, 1)
    there.that(failed).when(proposing(1, CHEAP)).refuses(LotElsewhere(lot=1, status=LotStatus.FAILED))
    there.that(proposal()).when(lambda e: e.fail(1, "x")).refuses(LotElsewhere(lot=1, status=LotStatus.PROPOSED))


def test_an_objection_blocks_the_award_until_it_is_answered() -> None:
    there = given(Evaluation, CALL).that(*ready, proposal())
    raised = ObjectionRaised(lot=1, number=1, supplier="s-dear", text="評価に誤りがある")
    there.when(lambda e: e.object(1, "s-dear", "評価に誤りがある", LAST)).then(raised)
    there.that(raised).when(awarding(1, CHEAP)).refuses(ObjectionOpen(lot=1, numbers="1"))
    rejected = ObjectionAnswered(number=1, answer="誤りはない", upheld=False)
    there.that(raised).when(lambda e: e.answer(1, "誤りはない", False)).then(rejected)
    assert there.that(raised, rejected).when(awarding(1, CHEAP)).events
    there.that(raised, rejected).when(lambda e: e.answer(1, "x", True)).refuses(ObjectionSettled(number=1))
    upheld = ObjectionAnswered(number=1, answer="認める", upheld=True)
    back = AwardProposalWithdrawn(lot=1, reason="異議申立て第1号を認めた")
    state = there.that(raised).when(lambda e: e.answer(1, "認める", True)).then(upheld, back)
    assert state.courses[1].status is LotStatus.OPEN


def test_who_may_object_and_until_when() -> None:
    there = given(Evaluation).that(*ready, proposal())
    there.when(lambda e: e.object(1, "s-dear", "x", LATER)).refuses(StandstillOver(until=LAST))
    there.when(lambda e: e.object(1, "s-part", "x", DAY)).refuses(NotATenderer(lot=1))
    there.when(lambda e: e.object(1, "s-else", "x", DAY)).refuses(NotATenderer(lot=1))
    there.when(lambda e: e.object(2, "s-part", "x", DAY)).refuses(LotElsewhere(lot=2, status=LotStatus.OPEN))
    there.when(lambda e: e.answer(1, "x", False)).refuses(NotFound(what="objection", id=1))
    many = [
        ObjectionRaised(lot=1, number=number, supplier="s-dear", text="x") for number in range(1, MOST_OBJECTIONS + 1)
    ]
    there.that(*many).when(lambda e: e.object(1, "s-dear", "x", DAY)).refuses(TooManyObjections(most=MOST_OBJECTIONS))


def test_an_old_objection_still_waits_for_its_answer_when_the_lot_is_proposed_again() -> None:
    raised = ObjectionRaised(lot=1, number=1, supplier="s-dear", text="x")
    back = AwardProposalWithdrawn(lot=1, reason="再評価")
    there = given(Evaluation, CALL).that(*ready, proposal(), raised)
    there.when(lambda e: e.withdraw_proposal(1, "再評価")).then(back)
    there.that(back, proposal()).when(awarding(1, CHEAP)).refuses(ObjectionOpen(lot=1, numbers="1"))
    answered = ObjectionAnswered(number=1, answer="認める", upheld=True)
    there.that(back).when(lambda e: e.answer(1, "認める", True)).then(answered)


# contracts

buyers = st.dictionaries(
    st.sampled_from([m.code for m in municipalities()]), st.integers(1, 10**6), min_size=1, max_size=62
)


@given_any(st.sampled_from(TierMode), buyers, st.integers(0, 10**8), st.integers(0, 10**8))
def test_contracts_sum_to_the_joint_cost_and_nobody_pays_a_yen_beside_its_part(
    mode: TierMode, firm: dict[str, int], first: int, second: int
) -> None:
    called: Any = replace(call(mode), commitments={}).fold([committed(code, pc=units) for code, units in firm.items()])
    offered = (prices("pc", q1=first, q101=second), prices("dock", q1=5))
    award = award_of(called, LOTS[0], bid().supplier("s"), "q", offered, DAY)
    total = joint_cost(called, offered)
    assert total == cost(mode, quoted_prices(offered[0]), sum(firm.values()))
    assert sum(contract.amount for contract in award.contracts) == total
    assert [contract.municipality for contract in award.contracts] == sorted(firm)
    for contract in award.contracts:
        exact = Fraction(total * firm[contract.municipality], sum(firm.values()))
        assert abs(contract.amount - exact) < 1
