"""A pool over components and months: columns and rows foot, and twelve months are the year."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_cost_ledger.apportionment.model import (
    Columns,
    Component,
    SharesNotOne,
    due,
    split_components,
    totals,
)
from kyodo_events.values.apportionment import Weights
from kyodo_events.values.municipalities import TOKYO, municipalities

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


@st.composite
def mixtures(draw: st.DrawFn) -> list[Component]:
    """One to four components whose shares sum to 1, each over parties of its own."""
    parts = draw(st.lists(st.integers(0, 20), min_size=1, max_size=4).filter(any))
    return [Component(f"part-{n}", Fraction(part, sum(parts)), draw(weightings)) for n, part in enumerate(parts)]


def quotas(pool: int, weights: Weights) -> dict[str, Fraction]:
    total = sum(weights.values(), Fraction(0))
    return {party: Fraction(pool) * Fraction(weight) / total for party, weight in weights.items()}


def add(*many: Columns) -> Columns:
    total: dict[str, Counter[str]] = {}
    for columns in many:
        for name, column in columns.items():
            for party, yen in column.items():
                total.setdefault(name, Counter())[party] += yen
    return {name: dict(column) for name, column in total.items()}


def filled(columns: Columns) -> int:
    return sum(sum(column.values()) for column in columns.values())


# one pool


# components


@given(pools, mixtures(), pool_ids)
def test_columns_and_rows_foot(pool: int, components: list[Component], pool_id: str) -> None:
    columns = split_components(pool, components, pool_id)
    assert filled(columns) == pool
    assert sum(totals(columns).values()) == pool
    for component in components:
        column = sum(columns[component.name].values())
        assert abs(column - pool * component.share) < 1
        assert columns[component.name].keys() == component.weights.keys()


def test_twenty_percent_equal_eighty_by_population() -> None:
    """1,000,001 yen over three municipalities, by hand.

    Components: 200,000.2 and 800,000.8 -> 200,000 and 800,001.
    Equal: 66,666 2/3 each; two yen are left for three equal remainders; sha256('golden/equal|…') begins
    with 4824 (Aogashima), dc35 (Chiyoda), eca4 (Hinohara): the first two get them.
    Population (66,680 + 2,003 + 169 = 68,852), in whole yen and 68,852nds:
    774,764 r 15,752; 23,273 r 9,407; 1,963 r 43,693 -> one yen is left, for Aogashima.
    """
    population = {CHIYODA: 66_680, HINOHARA: 2_003, AOGASHIMA: 169}
    columns = split_components(
        1_000_001,
        [
            Component("equal", Fraction(1, 5), dict.fromkeys(population, 1)),
            Component("population", Fraction(4, 5), population),
        ],
        "golden",
    )
    assert columns == {
        "equal": {CHIYODA: 66_667, HINOHARA: 66_666, AOGASHIMA: 66_667},
        "population": {CHIYODA: 774_764, HINOHARA: 23_273, AOGASHIMA: 1_964},
    }
    assert totals(columns) == {CHIYODA: 841_431, HINOHARA: 89_939, AOGASHIMA: 68_631}


def test_ten_fifty_forty_by_equal_elderly_and_population() -> None:
    """1,000,000 yen, by hand: A, B, C with 300, 200, 100 elderly and 1,000, 600, 500 residents.

    Equal 100,000: 33,333 1/3 each; the yen goes to C (sha256 begins a3f0; B bafc, A bfbe).
    Elderly 500,000: 250,000; 166,666 2/3; 83,333 1/3 -> the yen goes to B.
    Population 400,000: 190,476.19; 114,285.71; 95,238.10 -> the yen goes to B.
    """
    columns = split_components(
        1_000_000,
        [
            Component("equal", Fraction(1, 10), {"A": 1, "B": 1, "C": 1}),
            Component("elderly", Fraction(1, 2), {"A": 300, "B": 200, "C": 100}),
            Component("population", Fraction(2, 5), {"A": 1_000, "B": 600, "C": 500}),
        ],
        "assoc-10-50-40",
    )
    assert columns == {
        "equal": {"A": 33_333, "B": 33_333, "C": 33_334},
        "elderly": {"A": 250_000, "B": 166_667, "C": 83_333},
        "population": {"A": 190_476, "B": 114_286, "C": 95_238},
    }
    assert totals(columns) == {"A": 473_809, "B": 314_286, "C": 211_905}


def test_tokyos_own_half_is_a_component_with_one_party() -> None:
    """Of 120,000,000 yen Tokyo bears half; the other half is 20 % equal, 80 % by population."""
    columns = split_components(
        120_000_000,
        [
            Component("tokyo", Fraction(1, 2), {TOKYO: 1}),
            Component("equal", Fraction(1, 2) * Fraction(1, 5), EQUAL),
            Component("population", Fraction(1, 2) * Fraction(4, 5), POPULATION),
        ],
        "shinsei-2024",
    )
    assert [sum(column.values()) for column in columns.values()] == [60_000_000, 12_000_000, 48_000_000]
    assert columns["tokyo"] == {TOKYO: 60_000_000}
    assert set(columns["equal"].values()) == {193_548, 193_549}


@pytest.mark.parametrize("share", [Fraction(79, 100), Fraction(81, 100)])
def test_shares_that_do_not_sum_to_one_are_refused(share: Fraction) -> None:
    mixture = [Component("equal", Fraction(1, 5), EQUAL), Component("population", share, POPULATION)]
    with pytest.raises(SharesNotOne, match=f"sum to {Fraction(1, 5) + share}"):
        split_components(100, mixture, "p")


def test_two_components_of_one_name_are_an_error() -> None:
    half = Component("equal", Fraction(1, 2), EQUAL)
    with pytest.raises(ValueError, match="same name"):
        split_components(100, [half, half], "p")


# months


def test_what_falls_due_by_month() -> None:
    """100 yen a year, by hand: 8, 16, 25 yen by the end of April, May, June; 50 by September."""
    assert [due(100, 1, month) for month in range(13)] == [0, 8, 16, 25, 33, 41, 50, 58, 66, 75, 83, 91, 100]
    assert [due(100, 7, month) for month in range(6, 13)] == [0, 8, 16, 25, 33, 41, 50]
    assert [due(100, 6, month) for month in range(5, 13)] == [0, 9, 17, 25, 34, 42, 50, 59]  # less 41 by August
    assert [due(-100, 1, month) for month in (1, 2, 3)] == [-8, -16, -25]


@pytest.mark.parametrize(("first", "through"), [(0, 3), (1, 13), (7, 5), (14, 13)])
def test_months_out_of_place_are_an_error(first: int, through: int) -> None:
    with pytest.raises(ValueError, match="no run of months"):
        due(100, first, through)
