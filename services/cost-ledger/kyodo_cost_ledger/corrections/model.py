"""A manual correction of a line (訂正): a fact that adds to what terms and usage lead to.

It says by how much the line changes, not to what: differences add up in any order, while a wanted total would be
overtaken by the next late fact. Booking knows corrections as facts and so never undoes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from kyodo_cost_ledger.charges.model import Book, Cell
from kyodo_cost_ledger.corrections.refusals import (
    CorrectionAlreadyReversed,
    CorrectionExceedsLine,
    CorrectsNothing,
    CounterpartNeeded,
    CounterpartNotTaken,
    LineInDispute,
    NoSuchLine,
    OwnCounterpart,
)
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.base_terms import TOKYO_SHARE
from kyodo_events.contracts.cost_ledger.corrections import CorrectionMade, CorrectionReversed, LineId
from kyodo_events.errors import require
from kyodo_events.values.municipalities import TOKYO


@dataclass(frozen=True)
class Standing:
    """What the books say of the lines concerned, under the project's lock: yen borne, and which are in dispute."""

    borne: Mapping[Cell, int]
    frozen: frozenset[Cell] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Proposed:
    """A correction as it is asked for."""

    municipality: str
    line: LineId
    amount: int
    counterpart: str | None
    reason_ja: str
    dispute_id: str | None = None

    @property
    def sides(self) -> dict[Cell, int]:
        """What it adds to which cells."""
        return sides(self.municipality, self.line, self.amount, self.counterpart)


@dataclass(frozen=True)
class Correction(Aggregate, category="correction"):
    """One correction, with what it adds to which cells."""

    municipality: str = ""
    project_id: str = ""
    adds: Mapping[Cell, int] = field(default_factory=dict)
    dispute_id: str | None = None
    reversed: bool = False

    def make(self, wanted: Proposed, standing: Standing) -> Events:
        """Correct a line that stands in the books. `standing` is of both sides."""
        _check_form(wanted)
        for cell, amount in wanted.sides.items():
            may_be_new = cell.party == TOKYO  # its share may be 0 until now
            require(may_be_new or cell in standing.borne, NoSuchLine(line=_in_words(cell), party=cell.party))
            disputed = cell in standing.frozen and not (wanted.dispute_id and cell.party == wanted.municipality)
            require(not disputed, LineInDispute(line=_in_words(cell), party=cell.party))
            _require_enough(cell, standing.borne.get(cell, 0), amount)
        yield CorrectionMade(
            municipality=wanted.municipality,
            line=wanted.line,
            amount=wanted.amount,
            counterpart=wanted.counterpart,
            reason_ja=wanted.reason_ja,
            dispute_id=wanted.dispute_id,
        )

    def reverse(self, reason_ja: str, standing: Standing) -> Events:
        """Take the correction back, once."""
        require(not self.reversed, CorrectionAlreadyReversed())
        for cell, amount in self.adds.items():
            require(cell not in standing.frozen, LineInDispute(line=_in_words(cell), party=cell.party))
            _require_enough(cell, standing.borne.get(cell, 0), -amount)
        yield CorrectionReversed(municipality=self.municipality, reason_ja=reason_ja)

    @evolve
    def made(self, event: CorrectionMade) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            project_id=event.line.project_id,
            adds=sides(event.municipality, event.line, event.amount, event.counterpart),
            dispute_id=event.dispute_id,
        )

    @evolve
    def was_reversed(self, event: CorrectionReversed) -> Self:
        return replace(self, reversed=True)


def sides(municipality: str, line: LineId, amount: int, counterpart: str | None) -> dict[Cell, int]:
    """What a correction adds to which cells: the amount to the line, and the opposite to its counterpart's."""
    cell = Cell(line.project_id, line.book.value, line.item, line.month, municipality)
    if counterpart is None:
        return {cell: amount}
    item = TOKYO_SHARE if counterpart == TOKYO else line.item
    return {cell: amount, cell._replace(item=item, party=counterpart): -amount}


def _check_form(wanted: Proposed) -> None:
    require(wanted.amount != 0, CorrectsNothing())
    if wanted.line.book is Book.USAGE:
        require(wanted.counterpart is None, CounterpartNotTaken())
    else:
        require(wanted.counterpart is not None, CounterpartNeeded())
    require(wanted.counterpart != wanted.municipality, OwnCounterpart(party=wanted.municipality))


def _require_enough(cell: Cell, borne: int, amount: int) -> None:
    """A reduction leaves at least nothing."""
    enough = amount > 0 or borne + amount >= 0
    require(enough, CorrectionExceedsLine(line=_in_words(cell), party=cell.party, borne=borne, amount=amount))


def _in_words(cell: Cell) -> str:
    return f"{cell.project_id}/{cell.book}/{cell.item}/{cell.month}"
