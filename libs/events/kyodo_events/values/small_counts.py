"""Small counts: figures about few people are hidden, and so is what would tell them (k-anonymity).

Pure, and used wherever people are counted who must not be recognised: in feedback, in follow-ups and in questionnaires.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

FEWEST: Final = 5
"""Figures about fewer people than this are hidden. Nobody stands behind a zero, so that it is shown."""

WHY_JA: Final = "少人数のため非表示"
"""The one reason of everything hidden: a reason of its own for each rule would tell which counts are the small ones."""

K = TypeVar("K")


def is_few(count: int) -> bool:
    """Whether a figure about so many people is hidden."""
    return 0 < count < FEWEST


def shown(count: int) -> int | None:
    """The count, or nothing where it is small."""
    return None if is_few(count) else count


@dataclass(frozen=True)
class Hidden(Generic[K]):
    """What is not shown of a row of cells and of their total."""

    cells: frozenset[K]
    total: bool


def hidden_in(cells: Mapping[K, int]) -> Hidden[K]:
    """What to hide in a row whose total stands beside it.

    Small cells are hidden. Whoever takes the shown ones from the total learns what the hidden ones are together: where
    only one is hidden, that is the cell itself. The next smallest are therefore hidden too, until what is hidden
    together is no small count and leaves each hidden cell several values it may have. Where no cell is left to hide,
    the total is.
    """
    few = {key for key, count in cells.items() if is_few(count)}
    if is_few(sum(cells.values())):
        return Hidden(frozenset(few), total=True)
    places = list(cells)
    others = sorted((key for key in cells if cells[key] >= FEWEST), key=lambda key: (cells[key], places.index(key)))
    while few and others and not _keeps(cells, few):
        few.add(others.pop(0))
    return Hidden(frozenset(few), total=bool(few) and not _keeps(cells, few))


def _keeps(cells: Mapping[K, int], hidden: Collection[K]) -> bool:
    """Whether the sum of these cells tells none of them: nobody stands alone, and they are not all a single person."""
    together = sum(cells[key] for key in hidden)
    return len(hidden) > 1 and together >= FEWEST and together > len(hidden)
