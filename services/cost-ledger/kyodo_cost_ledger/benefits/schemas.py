"""What the benefit view answers."""

from __future__ import annotations

from pydantic import Field

from kyodo_cost_ledger.benefits.model import BANDS_JA, Band, band_of
from kyodo_cost_ledger.parties import PartyRow
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.resources import Answer, Page

RATIO = r"^-?[0-9]+\.[0-9]{2}$"
EXACT = "Two decimals, exactly rounded."


class Benefit(PartyRow):
    """What a municipality received of one meter, and what it bears for it."""

    band: Band = Band.UNDER_10_000
    band_ja: str = Field(default="", title="人口区分")
    project_id: str
    project_ja: str | None = Field(title="事業名")
    meter: str
    meter_ja: str | None = Field(title="計測項目")
    unit_ja: str | None = Field(title="単位")
    quantity: int = Field(title="利用数量")
    usage: int = Field(title="個別サービスの経費")
    base: int = Field(title="基本的な経費", description="Of the project, whatever its meters.")
    usage_per_unit: str | None = Field(title="1単位当たりの個別経費", pattern=RATIO, description=EXACT)
    unit_cost: str | None = Field(
        title="1単位当たりの総経費",
        pattern=RATIO,
        description=f"Base and usage; null where other meters share the base. {EXACT}",
    )
    uses_per_1000: str = Field(title="人口千人当たり利用数", pattern=RATIO, description=EXACT)

    def model_post_init(self, context: object) -> None:
        super().model_post_init(context)
        self.band = band_of(self.municipality)
        self.band_ja = BANDS_JA[self.band]


class ComparedBenefit(Benefit):
    """The same beside the mean of the others of the band that used it.

    The mean is null where fewer than three others did, or where it would tell, with the project's total, what one or
    two municipalities used.
    """

    peers: int | None = Field(title="比較団体数")
    peers_usage_per_unit: str | None = Field(title="同規模団体の1単位当たり個別経費", pattern=RATIO)
    peers_unit_cost: str | None = Field(title="同規模団体の1単位当たり総経費", pattern=RATIO)
    peers_uses_per_1000: str | None = Field(title="同規模団体の人口千人当たり利用数", pattern=RATIO)


class ProjectCost(Answer):
    """What a project costs a municipality in a fiscal year, used or not."""

    project_id: str
    project_ja: str | None
    base: int
    usage: int
    total: int
    per_resident: str = Field(pattern=RATIO, description=EXACT)


class Benefits(Page[ComparedBenefit]):
    """A municipality's year, meter by meter, always on one page."""

    fiscal_year: FiscalYear
    projects: list[ProjectCost]


class AllBenefits(Page[Benefit]):
    """All municipalities, always on one page."""

    fiscal_year: FiscalYear
