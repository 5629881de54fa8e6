"""What all that share a project's cost may read of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from kyodo_cost_ledger.parties import PartyRow
from kyodo_cost_ledger.projects.articles import articles_of
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_platform.resources import Answer


class ArticleOut(Answer):
    """One article in a sentence."""

    name_ja: str
    item: str | None = Field(description="The item of the lines that rest on it; null where there is none.")
    text_ja: str


class TermsOut(Answer):
    """Burden terms that all participants consented to: as data, and as articles."""

    terms_id: str
    terms_version: int
    terms_hash: str
    in_force_at: datetime
    terms: BurdenTerms
    articles: list[ArticleOut] = Field(default_factory=list)

    def model_post_init(self, context: Any) -> None:
        self.articles = [ArticleOut.of(article) for article in articles_of(self.terms)]


class KeyRow(PartyRow):
    """One participant's figure in one key of apportionment, for a run of months with the same participants."""

    first_month: Month = Field(title="開始月")
    last_month: Month = Field(title="終了月")
    terms_version: int = Field(title="条件の版")
    item: str = Field(title="負担割コード")
    item_ja: str = Field(title="負担割")
    share: str = Field(title="構成比", description="Of the mixture, exact; empty for a flat amount.")
    figure: str = Field(title="基礎数値", description="Exact: an integer, or a fraction where days count.")
    total: str = Field(title="基礎数値の合計", description="Of all that take part in these months.")
    unit_ja: str = Field(title="単位")
    reference: str = Field(title="基準日")
    source_ja: str = Field(title="出典")


class ProjectTotals(Answer):
    """What a project costs in sum. What a single municipality used is its own affair."""

    project_id: str
    fiscal_year: FiscalYear
    participants: int = Field(description="Municipalities that take part in any month of the year.")
    base: int = Field(description="Basic cost, whole yen, Tokyo's share included.")
    usage: int = Field(description="Cost of individual services, whole yen, of all together.")
    total: int
    tokyo: int = Field(description="What Tokyo bears of the total.")
    municipalities: int = Field(description="What all municipalities bear together.")
