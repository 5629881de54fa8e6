"""The figure as it goes out: rows with the rule of counting beside each number, also as CSV."""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field

from kyodo_academy.kpi.model import NOTHING, Total, per_1000, percent
from kyodo_academy.kpi.targets import (
    COUNTED_JA,
    CUMULATIVE,
    CUMULATIVE_BY,
    EXPECTED_JA,
    HEADS_JA,
    PER_EMPLOYEES_JA,
    SOURCE_JA,
    YEARLY,
)
from kyodo_academy.programmes.model import PROGRAMMES, ProgrammeCode
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, Party
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer

ALL_JA: Final = "全研修"
UNKNOWN_JA: Final = "団体不明（引継ぎ分）"
APART_JA: Final = "東京都（別掲）"


class OfProgramme(Answer):
    """A row of one programme, or of all together."""

    programme: ProgrammeCode | None = Field(title="研修コード", description="null: all programmes together.")
    programme_ja: str = Field(title="研修", default="")

    def model_post_init(self, _: Any) -> None:
        """Say its name."""
        self.programme_ja = PROGRAMMES[self.programme].name_ja if self.programme else ALL_JA


class YearRow(OfProgramme):
    """A fiscal year of one programme, or of all together, beside the targets."""

    fiscal_year: FiscalYear = Field(title="年度")
    attendances: int = Field(title="延べ数")
    taken_over: int = Field(title="うち引継ぎ分")
    target: int | None = Field(title="年度目標", description="null where the forum named none.")
    reached_percent: int | None = Field(title="達成率％", description="Rounded down.")
    cumulative: int = Field(title="2022年度からの累計")
    cumulative_target: int | None = Field(title="累計目標（2025年度）")
    cumulative_percent: int | None = Field(title="累計達成率％", description="Rounded down.")
    counted_ja: str = Field(title="延べ数の数え方", default=COUNTED_JA)
    heads: int = Field(title="実人数")
    heads_taken_over: int | None = Field(
        title="引継ぎ資料の実人数", description="As the source tells it; added nowhere."
    )
    cumulative_heads: int = Field(title="2022年度からの実人数")
    heads_ja: str = Field(title="実人数の数え方", default=HEADS_JA)
    municipalities_reached: int = Field(title="実施済み団体数（累計、62団体中）")
    tokyo_attendances: int = Field(title="都職員の延べ数（別掲）")
    source_ja: str = Field(title="目標の出典", default=SOURCE_JA)

    @classmethod
    def counted(
        cls,
        fiscal_year: FiscalYear,
        programme: ProgrammeCode | None,
        year: Total,
        so_far: Total,
        tokyo: Total,
        reached: int,
        heads_taken_over: int | None,
    ) -> YearRow:
        """The row; targets are of all programmes together."""
        target = YEARLY.get(fiscal_year) if programme is None else None
        cumulative_target = CUMULATIVE if programme is None and fiscal_year <= CUMULATIVE_BY else None
        return cls(
            programme=programme,
            fiscal_year=fiscal_year,
            attendances=year.attendances,
            taken_over=year.taken_over,
            target=target,
            reached_percent=percent(year.attendances, target),
            cumulative=so_far.attendances,
            cumulative_target=cumulative_target,
            cumulative_percent=percent(so_far.attendances, cumulative_target),
            heads=year.new_in_year,
            heads_taken_over=heads_taken_over if programme is None else None,
            cumulative_heads=so_far.new_ever,
            municipalities_reached=reached,
            tokyo_attendances=tokyo.attendances,
        )


class MonthRow(OfProgramme):
    """A month of one programme, or of all together."""

    month: Month = Field(title="月")
    attendances: int = Field(title="延べ数")
    taken_over: int = Field(title="うち引継ぎ分")
    counted_ja: str = Field(title="延べ数の数え方", default=COUNTED_JA)
    heads: int = Field(title="実人数", description="Of the month: months do not add up.")
    heads_ja: str = Field(title="実人数の数え方", default=HEADS_JA)
    tokyo_attendances: int = Field(title="都職員の延べ数（別掲）")
    frozen: bool = Field(title="確定済み")


class MunicipalityRow(Answer):
    """A municipality in a fiscal year and since counting began; Tokyo and what names nobody stand below the 62."""

    municipality: Party | None = Field(title="団体コード")
    municipality_ja: str = Field(title="団体名")
    attendances: int = Field(title="延べ数")
    cumulative: int = Field(title="2022年度からの累計")
    counted_ja: str = Field(title="延べ数の数え方", default=COUNTED_JA)
    heads: int = Field(title="実人数")
    cumulative_heads: int = Field(title="2022年度からの実人数")
    heads_ja: str = Field(title="実人数の数え方", default=HEADS_JA)
    reached: bool = Field(title="実施済み", description="Anybody since fiscal year 2022.")
    employees: int | None = Field(title="職員数", description="null: not recorded, so unknown.")
    employees_source_ja: str | None = Field(title="職員数の出典")
    per_1000_employees: str | None = Field(title="職員千人あたり", description="Three decimals, rounded down; or null.")
    per_1000_ja: str = Field(title="千人あたりの数え方", default=PER_EMPLOYEES_JA)

    @classmethod
    def counted(
        cls, party: str | None, year: Total | None, so_far: Total | None, employees: tuple[int, str] | None
    ) -> MunicipalityRow:
        """The row; unknown employees leave the quotient unknown."""
        year, so_far = year or NOTHING, so_far or NOTHING
        number, source = employees or (None, None)
        return cls(
            municipality=party,
            municipality_ja=party_ja(party),
            attendances=year.attendances,
            cumulative=so_far.attendances,
            heads=year.new_in_year,
            cumulative_heads=so_far.new_ever,
            reached=so_far.attendances > 0,
            employees=number,
            employees_source_ja=source,
            per_1000_employees=per_1000(year.attendances, number),
        )


class ForecastOut(Answer):
    """What a fiscal year is expected to end with, of what, and by which method."""

    fiscal_year: FiscalYear = Field(title="年度")
    counted: int = Field(title="延べ数（実績）")
    confirmed: int = Field(title="確定席（出欠未記録）")
    monthly_mean: int = Field(title="月平均")
    months_left: int = Field(title="残り月数（当月を含む）")
    expected: int = Field(title="年度末の見込み")
    method_ja: str = Field(title="見込みの方法", default=EXPECTED_JA)
    target: int | None = Field(title="年度目標")
    expected_percent: int | None = Field(title="見込みの達成率％")


class RuleRow(Answer):
    """One rule of counting."""

    about_ja: str = Field(title="項目")
    rule_ja: str = Field(title="数え方")


class DefinitionOut(Answer):
    """What the figure is, what it is to reach, who says so, and how it is counted."""

    name_ja: str = Field(title="指標")
    source_ja: str = Field(title="出典")
    counted_from: FiscalYear = Field(title="起算年度")
    yearly_targets: dict[str, int] = Field(title="年度目標")
    cumulative_target: int = Field(title="累計目標")
    cumulative_target_by: FiscalYear = Field(title="累計目標の年度")
    rules: list[RuleRow] = Field(title="数え方")


def party_ja(party: str | None) -> str:
    """What an organisation is called in the figure."""
    if party is None:
        return UNKNOWN_JA
    return APART_JA if party == TOKYO else name_of(party)
