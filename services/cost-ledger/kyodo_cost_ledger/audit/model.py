"""What an audit found: where the books do not say what the facts say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kyodo_cost_ledger.charges.model import Amounts, Cell, differences


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell where target and books disagree, in whole yen."""

    cell: Cell
    target: int
    posted: int


@dataclass(frozen=True)
class Findings:
    """All that was compared, and all that was found wrong.

    `held` are differences of lines in dispute: they wait for its end, and nothing is wrong with them.
    `unbalanced` are projects whose shares do not come to their cost; `unaccounted` usage cells whose records do not sum
    to the quantity charged, or of which another outcome is noted than the facts lead to; `journal_sum` all lines of the
    journal together, which must be 0.
    """

    cells: int
    differences: tuple[Difference, ...]
    held: tuple[Difference, ...]
    unbalanced: tuple[str, ...]
    unaccounted: int
    journal_sum: int

    @property
    def consistent(self) -> bool:
        """Whether nothing was found wrong."""
        return not (self.differences or self.unbalanced or self.unaccounted or self.journal_sum)


def compare(
    targets: Amounts,
    posted: Amounts,
    costs: Mapping[str, int],
    *,
    frozen: Collection[Cell],
    unaccounted: int,
    journal_sum: int,
) -> Findings:
    """Hold the books against the targets computed from the facts, and the shares against the projects' costs."""
    found = [Difference(cell, targets.get(cell, 0), posted.get(cell, 0)) for cell in differences(targets, posted)]
    wrong = tuple(difference for difference in found if difference.cell not in frozen)
    held = tuple(difference for difference in found if difference.cell in frozen)
    shares = _by_project(posted.items())
    unbalanced = sorted(id_ for id_ in shares.keys() | costs.keys() if shares.get(id_, 0) != costs.get(id_, 0))
    return Findings(len(targets), wrong, held, tuple(unbalanced), unaccounted, journal_sum)


def problems(found: Findings) -> list[str]:
    """What was found wrong, a sentence each."""
    sentences = {
        f"{len(found.differences)} cells of the books differ from the facts": found.differences,
        f"the shares of {len(found.unbalanced)} projects do not come to their cost": found.unbalanced,
        f"{found.unaccounted} usage cells are not the sum of their records": found.unaccounted,
        f"the journal sums to {found.journal_sum}": found.journal_sum,
    }
    return [sentence for sentence, wrong in sentences.items() if wrong]


def _by_project(amounts: Iterable[tuple[Cell, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for cell, amount in amounts:
        sums[cell.project_id] = sums.get(cell.project_id, 0) + amount
    return sums
