"""Frozen months as they go out: versions, what they count, and what was corrected since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from kyodo_academy.frozen_months.model import Difference, differences
from kyodo_academy.kpi.model import NOTHING, Cell, Total, of_municipalities
from kyodo_academy.kpi.schemas import OfProgramme, party_ja
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Line
from kyodo_platform.resources import Body, Resource


class FreezingIn(Body):
    """Which month to freeze."""

    month: Month


class RestatementIn(Body):
    """Why a frozen month counts otherwise."""

    reason_ja: Line


class Version(Resource):
    """One version of a frozen month: the first as it was frozen, the others with their reasons."""

    month: Month = Field(title="月")
    frozen_at: datetime = Field(title="確定日時")
    reason_ja: str | None = Field(title="再確定の理由")
    cells: list[Cell] = Field(exclude=True)


class VersionOut(Version):
    """The same with its sums, of municipalities' officials."""

    attendances: int = Field(title="延べ数", default=0)
    heads: int = Field(title="実人数", default=0)

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.attendances, self.heads = _sums(self.cells)


class FrozenMonthOut(VersionOut):
    """The version that counts, beside what the month would count now."""

    live_attendances: int = Field(title="訂正を反映した延べ数", default=0)
    live_heads: int = Field(title="訂正を反映した実人数", default=0)
    differs: bool = Field(title="差異あり", default=False)

    def beside(self, live: Sequence[Cell]) -> Self:
        """The same, with the live figures filled in."""
        attendances, heads = _sums(live)
        differs = bool(differences(self.cells, live))
        return self.model_copy(update={"live_attendances": attendances, "live_heads": heads, "differs": differs})


class _OfOrganisation(OfProgramme):
    municipality: Party | None = Field(title="団体コード")
    municipality_ja: str = Field(title="団体名", default="")

    def model_post_init(self, context: Any) -> None:
        """Say both names."""
        super().model_post_init(context)
        self.municipality_ja = party_ja(self.municipality)


class FigureOut(_OfOrganisation):
    """What one version counts of a programme and an organisation."""

    version: int = Field(title="版")
    attendances: int = Field(title="延べ数")
    taken_over: int = Field(title="うち引継ぎ分")
    heads: int = Field(title="実人数")
    new_in_year: int = Field(title="うち年度内の初参加")
    new_ever: int = Field(title="うち2022年度以降の初参加")

    @classmethod
    def of_cell(cls, cell: Cell, version: int) -> FigureOut:
        """The row of a cell."""
        return cls(municipality=cell.party, version=version, **cell.model_dump(exclude={"party"}))


class DifferenceOut(_OfOrganisation):
    """What was corrected since the month was frozen, of a programme and an organisation."""

    frozen_attendances: int = Field(title="確定した延べ数")
    live_attendances: int = Field(title="訂正を反映した延べ数")
    frozen_heads: int = Field(title="確定した実人数")
    live_heads: int = Field(title="訂正を反映した実人数")
    frozen_new_in_year: int = Field(title="確定した年度内の初参加")
    live_new_in_year: int = Field(title="訂正を反映した年度内の初参加")

    @classmethod
    def between(cls, one: Difference) -> DifferenceOut:
        """The row of a difference."""
        return cls(
            programme=one.live.programme,
            municipality=one.live.party,
            frozen_attendances=one.frozen.attendances,
            live_attendances=one.live.attendances,
            frozen_heads=one.frozen.heads,
            live_heads=one.live.heads,
            frozen_new_in_year=one.frozen.new_in_year,
            live_new_in_year=one.live.new_in_year,
        )


def _sums(cells: Sequence[Cell]) -> tuple[int, int]:
    found: Total = NOTHING
    for cell in cells:
        found = found.plus(cell) if cell.programme is None and of_municipalities(cell) else found
    return found.attendances, found.heads
