"""Small counts are hidden, and nobody computes them from what is shown beside them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kyodo_events.values.small_counts import FEWEST, hidden_in, is_few, shown

CELLS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12))


def told(cells: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """What is published of a row: its cells and their total."""
    hidden = hidden_in(cells)
    total = sum(cells.values())
    return {
        key: None if key in hidden.cells else count for key, count in cells.items()
    }, None if hidden.total else total


@given(CELLS)
def test_no_small_count_is_shown(cells: dict[str, int]) -> None:
    published, total = told(cells)
    assert not any(is_few(count) for count in published.values() if count is not None)
    assert total is None or not is_few(total)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 12)))
def test_what_is_hidden_is_not_computed_from_the_total(cells: dict[str, int]) -> None:
    """Whoever knows what is shown, and that nobody's cell is shown as zero, is left with two values at least."""
    published, total = told(cells)
    hidden = [key for key, count in published.items() if count is None]
    if not hidden or total is None:
        return
    rest = total - sum(count for count in published.values() if count is not None)
    assert not is_few(rest), "what is hidden together is a small count itself"
    possible = [counts for counts in product(range(1, rest + 1), repeat=len(hidden) - 1) if rest - sum(counts) >= 1]
    for place in range(len(hidden) - 1):
        assert len({counts[place] for counts in possible}) > 1
    assert len({rest - sum(counts) for counts in possible}) > 1


@given(CELLS)
def test_nothing_is_hidden_for_nothing(cells: dict[str, int]) -> None:
    if not any(map(is_few, cells.values())):
        assert hidden_in(cells).cells == frozenset()
        assert hidden_in(cells).total is is_few(sum(cells.values()))


@given(CELLS)
def test_the_next_smallest_go_first(cells: dict[str, int]) -> None:
    hidden = hidden_in(cells).cells
    spared = [count for key, count in cells.items() if key not in hidden and count]
    assert all(cells[key] <= min(spared, default=0) or is_few(cells[key]) for key in hidden if spared)


def test_in_numbers() -> None:
    assert told({"a": 3, "b": 9, "c": 7}) == ({"a": None, "b": 9, "c": None}, 19), "one small: the next smallest too"
    assert told({"a": 3, "b": 4, "c": 7}) == ({"a": None, "b": None, "c": 7}, 14), "two are small, and many together"
    assert told({"a": 1, "b": 1, "c": 7}) == ({"a": None, "b": None, "c": None}, 9), "two together would be few"
    assert told({"a": 3, "b": 0, "c": 7}) == ({"a": None, "b": 0, "c": None}, 10), "a zero hides nobody"
    assert told({"a": 3, "b": 0}) == ({"a": None, "b": 0}, None), "there is nothing else to hide: the total is"
    assert told(dict.fromkeys("abcdef", 1)) == (dict.fromkeys("abcdef"), None), "six ones are told by a total of six"
    assert [shown(count) for count in (0, 1, FEWEST - 1, FEWEST)] == [0, None, None, FEWEST]
