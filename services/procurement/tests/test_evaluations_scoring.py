"""Evaluations: who may score what, which points count, and what the totals are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import (
    Criterion,
    Supplier,
)
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_procurement.evaluations.comparison import MOST_SCORERS
from kyodo_procurement.evaluations.events import (
    AwardProposalWithdrawn,
    ConflictDeclared,
    ScorerReleased,
    ScorersAppointed,
)
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.evaluations.refusals import (
    ConflictNotDeclared,
    ConflictOfInterest,
    NotAScorer,
    ScoresFixed,
    TooManyScorers,
    UnknownCriterion,
    UnknownScorer,
    UnknownSupplier,
)
from kyodo_procurement.evaluations.scoring import price_points, standings
from kyodo_procurement.evaluations.values import LotCost, LotStatus, Tender
from kyodo_procurement.quotations.values import QuotationKind
from tests.support.evaluating import (
    CHEAP,
    DEAR,
    LATER,
    QUOTATIONS,
    appointed,
    begun,
    free,
    proposal,
    ready,
    scored,
)
from tests.support.quoting import CALL, call


def test_scorers_are_appointed_beside_those_before() -> None:
    there = given(Evaluation).that(begun)
    there.when(lambda e: e.appoint(["ann", "bob"])).then(appointed)
    there.that(appointed).when(lambda e: e.appoint(["bob"])).then()
    there.that(appointed).when(lambda e: e.appoint(["cat"])).then(ScorersAppointed(scorers=("ann", "bob", "cat")))
    many = [f"s{n}" for n in range(MOST_SCORERS + 1)]
    there.when(lambda e: e.appoint(many)).refuses(TooManyScorers(most=MOST_SCORERS, would_be=MOST_SCORERS + 1))


def test_a_scorer_scores_after_declaring_and_never_in_conflict() -> None:
    there, points = given(Evaluation).that(begun, appointed), {"quality": 80, "support": 50}

    def score(evaluation: Evaluation) -> Events:
        return evaluation.score("ann", CHEAP, points)

    there.when(score).refuses(ConflictNotDeclared())
    in_conflict = ConflictDeclared(scorer="ann", suppliers=("s-cheap",), voided=(CHEAP,))
    there.when(lambda e: e.declare("ann", ["s-cheap"])).then(in_conflict)
    there.that(in_conflict).when(score).refuses(ConflictOfInterest(supplier="株式会社s-cheap"))
    there.that(free[0]).when(score).then(scored("ann", CHEAP))
    there.that(free[0], scored("ann", CHEAP)).when(score).then()
    there.that(free[0], scored("ann", CHEAP)).when(lambda e: e.score("ann", CHEAP, {"quality": 81})).then(
        scored("ann", CHEAP, quality=81)
    )


def test_what_cannot_be_scored() -> None:
    there = given(Evaluation).that(begun, appointed, *free)
    there.when(lambda e: e.score("cat", CHEAP, {"quality": 1})).refuses(NotAScorer())
    there.when(lambda e: e.declare("cat", [])).refuses(NotAScorer())
    there.when(lambda e: e.declare("ann", ["s-else"])).refuses(UnknownSupplier(supplier="s-else"))
    there.when(lambda e: e.score("ann", "q-else", {"quality": 1})).refuses(
        NotFound(what="quotation in this evaluation", id="q-else")
    )
    there.when(lambda e: e.score("ann", CHEAP, {"price": 1})).refuses(UnknownCriterion(criterion="price"))
    there.when(lambda e: e.score("ann", CHEAP, {"beauty": 1})).refuses(UnknownCriterion(criterion="beauty"))


def test_points_given_in_conflict_no_longer_count() -> None:
    in_conflict = ConflictDeclared(scorer="ann", suppliers=("s-cheap",), voided=(CHEAP,))
    there = given(Evaluation).that(*ready).when(lambda e: e.declare("ann", ["s-cheap"])).then(in_conflict)
    assert there.panel.given[CHEAP].keys() == {"bob"}
    assert there.panel.given[DEAR].keys() == {"ann", "bob"}
    given(Evaluation).that(*ready).when(lambda e: e.declare("ann", [])).then()
    assert there.missing(1) == 0, "bob is left"
    alone = (
        given(Evaluation)
        .that(*ready, in_conflict)
        .when(lambda e: e.release("bob", "異動"))
        .then(ScorerReleased(scorer="bob", reason="異動", scorers=("ann",)))
    )
    assert alone.missing(1) == 2, "nobody may score the first quotation by two criteria"


def test_a_released_scorer_leaves_nothing_behind() -> None:
    there = given(Evaluation).that(*ready)
    released = ScorerReleased(scorer="bob", reason="異動", scorers=("ann",))
    after = there.when(lambda e: e.release("bob", "異動")).then(released)
    assert {scorer for given_ in after.panel.given.values() for scorer in given_} == {"ann"}
    assert after.panel.conflicts.keys() == {"ann"}
    there.when(lambda e: e.release("cat", "異動")).refuses(UnknownScorer(scorer="cat"))


@pytest.mark.parametrize(
    "decide",
    [
        lambda e: e.appoint(["cat"]),
        lambda e: e.release("ann", "異動"),
        lambda e: e.declare("ann", ["s-cheap"]),
        lambda e: e.score("ann", CHEAP, {"quality": 1}),
    ],
)
def test_scores_are_fixed_while_an_award_rests_on_them(decide: Callable[[Evaluation], Events]) -> None:
    there = given(Evaluation, CALL).that(*ready, proposal())
    there.when(decide).refuses(ScoresFixed(lot=1, status=LotStatus.PROPOSED))
    awarded = next(iter(there.state.award(1, call(), QUOTATIONS[CHEAP], LATER)))
    there.that(awarded).when(decide).refuses(ScoresFixed(lot=1, status=LotStatus.AWARDED))
    assert list(decide(there.that(AwardProposalWithdrawn(lot=1, reason="誤り")).state))


def test_totals_are_exact_and_ties_are_stated() -> None:
    tenders = tuple(
        Tender(
            quotation_id=name,
            supplier=Supplier(id=name, name_ja=name, corporate_number="8000012010038"),
            kind=QuotationKind.PRIMARY,
            costs=(LotCost(lot=1, cost=yen),),
        )
        for name, yen in (("a", 300), ("b", 200), ("c", 200))
    )
    criteria = (
        Criterion(code="price", name_ja="価格", weight=50),
        Criterion(code="quality", name_ja="品質", weight=50),
    )
    marks = {
        "a": {"x": {"quality": 100}, "y": {"quality": 100}, "z": {"quality": 33}},
        "b": {"x": {"quality": 40}},
        "c": {"x": {"quality": 41}, "y": {"quality": 39}},
    }
    found = standings(1, criteria, tenders, marks)
    assert [(s.tender.quotation_id, s.total, s.rank, s.sharing) for s in found] == [
        ("a", (66 + Fraction(233, 3)) / 2, 1, 1),  # ⌊100 × 200 ÷ 300⌋ = 66
        ("b", Fraction(70), 2, 2),
        ("c", Fraction(70), 2, 2),
    ]
    del marks["b"]
    found = standings(1, criteria, tenders, marks)
    assert [(s.tender.quotation_id, s.rank) for s in found] == [("a", 1), ("c", 2), ("b", None)]


@given_any(st.lists(st.integers(0, 10**12), min_size=1, max_size=10))
def test_the_lowest_cost_gets_all_points_and_no_dearer_one_more_than_a_cheaper(costs: list[int]) -> None:
    lowest = min(costs)
    points = [price_points(yen, lowest) for yen in sorted(costs)]
    assert points[0] == 100
    assert points == sorted(points, reverse=True)
    assert all(0 <= point <= 100 for point in points)
