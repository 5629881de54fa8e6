"""Every yen of a pool is borne by somebody, exactly and explainably."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_events.values.apportionment import NegativeWeight, NoWeight, Weights, apportion, explain, tie_break
from kyodo_events.values.municipalities import municipalities

CODES = [municipality.code for municipality in municipalities()]
EQUAL = dict.fromkeys(CODES, 1)
POPULATION = {municipality.code: municipality.population for municipality in municipalities()}
CHIYODA, HINOHARA, AOGASHIMA = "131016", "133078", "134023"

pools = st.one_of(st.integers(-300, 300), st.integers(-(10**13), 10**13))
pool_ids = st.text(alphabet="abcdefgh-0123456789", min_size=1, max_size=8)
figures = st.one_of(
    st.integers(0, 3), st.integers(0, 1_000_000), st.fractions(0, 100, max_denominator=60), st.integers(0, 10**20)
)
weightings = st.dictionaries(st.sampled_from(CODES), figures, min_size=1).filter(lambda w: any(w.values()))


def quotas(pool: int, weights: Weights) -> dict[str, Fraction]:
    total = sum(weights.values(), Fraction(0))
    return {party: Fraction(pool) * Fraction(weight) / total for party, weight in weights.items()}


def by_the_book(pool: int, weights: Weights, pool_id: str) -> dict[str, int]:
    """Largest remainder in plain fractions, yen by yen: slow, written apart from the model."""
    if pool < 0:
        return {party: -share for party, share in by_the_book(-pool, weights, pool_id).items()}
    exact = quotas(pool, weights)
    shares = {party: math.floor(quota) for party, quota in exact.items()}
    queue = sorted(exact, key=lambda party: (shares[party] - exact[party], tie_break(pool_id, party)))
    for party in queue[: pool - sum(shares.values())]:
        shares[party] += 1
    return shares


# one pool


@given(pools, weightings, pool_ids)
def test_shares_sum_to_the_pool(pool: int, weights: Weights, pool_id: str) -> None:
    shares = apportion(pool, weights, pool_id)
    assert sum(shares.values()) == pool
    assert shares.keys() == weights.keys()


@given(pools, weightings, pool_ids)
def test_each_share_is_its_quota_rounded_down_or_up(pool: int, weights: Weights, pool_id: str) -> None:
    shares = apportion(pool, weights, pool_id)
    for party, quota in quotas(pool, weights).items():
        assert shares[party] in {math.floor(quota), math.ceil(quota)}
        assert shares[party] * pool >= 0, "nobody is paid by a charge or charged by a credit"


@given(pools, weightings, pool_ids)
def test_it_agrees_with_the_rule_in_plain_fractions(pool: int, weights: Weights, pool_id: str) -> None:
    assert apportion(pool, weights, pool_id) == by_the_book(pool, weights, pool_id)


@given(st.data(), pools, weightings, pool_ids)
def test_the_order_of_the_parties_does_not_matter(
    data: st.DataObject, pool: int, weights: Weights, pool_id: str
) -> None:
    shuffled = dict(data.draw(st.permutations(list(weights.items()))))
    assert list(apportion(pool, shuffled, pool_id).items()) == list(apportion(pool, weights, pool_id).items())


@given(pools, weightings, pool_ids)
def test_a_reversal_mirrors_each_share(pool: int, weights: Weights, pool_id: str) -> None:
    reversed_shares = apportion(-pool, weights, pool_id)
    assert {party: -yen for party, yen in reversed_shares.items()} == apportion(pool, weights, pool_id)


@given(pools, weightings, pool_ids, st.integers(1, 1000))
def test_only_the_proportions_of_the_weights_count(pool: int, weights: Weights, pool_id: str, unit: int) -> None:
    parts = {party: Fraction(weight) / unit for party, weight in weights.items()}
    assert apportion(pool, parts, pool_id) == apportion(pool, weights, pool_id)


@given(pools, weightings, pool_ids)
def test_the_explanation_recomputes_to_the_amount(pool: int, weights: Weights, pool_id: str) -> None:
    portions = explain(pool, weights, pool_id)
    assert {party: portion.amount for party, portion in portions.items()} == apportion(pool, weights, pool_id)
    for party, portion in portions.items():
        assert Fraction(portion.numerator, portion.denominator) == quotas(pool, weights)[party]
        assert portion.whole * portion.denominator + portion.remainder == portion.numerator
        assert portion.weight == weights[party]
        assert portion.residual in ((0, 1) if pool >= 0 else (0, -1))
    lucky = [abs(p.remainder) for p in portions.values() if not p.residual]
    paying = [abs(p.remainder) for p in portions.values() if p.residual]
    assert not paying or max(lucky, default=0) <= min(paying), "residual yen go to the largest remainders"


def test_amount_times_population_beyond_64_bits_stays_exact() -> None:
    pool = 9_999_999_999_999_999
    assert pool * max(POPULATION.values()) > 2**63
    assert apportion(pool, POPULATION, "big") == by_the_book(pool, POPULATION, "big")


def test_hashed_ties_are_fair_over_many_even_splits_and_a_fixed_order_is_not() -> None:
    """5,000 pools over 62 equals: the exact share of each, against what each really bore."""
    hashed, fixed, exact = Counter[str](), Counter[str](), Fraction(0)
    for n in range(5_000):
        pool = 1_000_000 + 7_919 * n
        exact += Fraction(pool, len(CODES))
        hashed.update(apportion(pool, EQUAL, f"pool-{n}"))
        whole, left = divmod(pool, len(CODES))
        fixed.update({code: whole + (place < left) for place, code in enumerate(CODES)})
    assert max(abs(hashed[code] - exact) for code in CODES) < 150
    assert fixed[CODES[0]] - exact > 1_000, "the comparison would find an unfair rule"


def test_a_single_tie_goes_to_the_lowest_hash_of_pool_and_party() -> None:
    """`printf 'golden|131016' | sha256sum` and so on give the rank that anyone can check."""
    parties = [CHIYODA, HINOHARA, AOGASHIMA]
    lowest = min(parties, key=lambda party: tie_break("golden", party))
    assert apportion(10, dict.fromkeys(parties, 1), "golden") == {p: 3 + (p == lowest) for p in parties}
    assert tie_break("golden/equal", CHIYODA).startswith("dc3533cef9bca0de")  # from sha256sum


def test_an_explanation_shows_the_hash_only_where_it_decided() -> None:
    tied = explain(10, {"a": 1, "b": 1, "c": 1}, "p")
    assert all(portion.tie_break == tie_break("p", party) for party, portion in tied.items())
    clear = explain(10, {"a": 1, "b": 2, "c": 4}, "p")
    assert {portion.tie_break for portion in clear.values()} == {None}


@pytest.mark.parametrize("weights", [{}, {CHIYODA: 0}, {CHIYODA: 0, HINOHARA: Fraction(0)}])
def test_nobody_to_bear_the_cost_is_refused(weights: Weights) -> None:
    with pytest.raises(NoWeight):
        apportion(0, weights, "p")


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(NegativeWeight, match=f"'{HINOHARA}' in 'p' is -1"):
        apportion(100, {CHIYODA: 2, HINOHARA: -1}, "p")


@pytest.mark.parametrize("pool", [100.0, True, "100", None])
def test_a_pool_that_is_no_integer_is_a_type_error(pool: Any) -> None:
    with pytest.raises(TypeError):
        apportion(pool, EQUAL, "p")


@pytest.mark.parametrize("weight", [0.5, True, "1"])
def test_a_weight_that_is_not_exact_is_a_type_error(weight: Any) -> None:
    with pytest.raises(TypeError, match="integers or Fractions"):
        apportion(100, {CHIYODA: weight}, "p")
