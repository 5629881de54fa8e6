"""What forecasts answer."""

from __future__ import annotations

from pydantic import Field

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.forecasts.model import RestsOn
from kyodo_cost_ledger.parties import PartyRow
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_platform.resources import Answer, Page


class ForecastLine(PartyRow):
    """One item of a project, for the months that rest on the same."""

    project_id: str
    project_ja: str | None = Field(title="事業名")
    book: Book
    item: str
    item_ja: str = Field(title="費目")
    rests_on: RestsOn
    rests_on_ja: str = Field(title="根拠")
    first_month: Month = Field(title="開始月")
    last_month: Month = Field(title="終了月")
    quantity: int | None = Field(title="見込数量", description="Expected units; null for what is booked or basic cost.")
    amount: int = Field(title="金額", description="Whole yen.")


class ForecastSums(Answer):
    """Whole yen, booked and to come, by book."""

    base_booked: int = Field(default=0, title="基本的な経費（計上済み）")
    base_to_come: int = Field(default=0, title="基本的な経費（見込み）")
    usage_booked: int = Field(default=0, title="個別サービスの経費（計上済み）")
    usage_to_come: int = Field(default=0, title="個別サービスの経費（見込み）")
    total: int = Field(default=0, title="年度末見込み")
    complete: bool = Field(
        default=True, title="確定条件", description="False where something to come has no terms or figures yet."
    )


class ForecastRow(ForecastSums, PartyRow):
    """One of the 62, or Tokyo, in all projects."""


class ProjectForecast(ForecastSums):
    """One project, of all that are asked about."""

    project_id: str
    project_ja: str | None


class ForecastOf(Answer):
    """Of which year, and up to which month it is booked."""

    fiscal_year: FiscalYear
    through: Month | None = Field(description="The last month that counts as over; null where none of the year is.")
    projects: list[ProjectForecast]
    sum: ForecastSums


class MunicipalityForecast(ForecastOf, Page[ForecastLine]):
    """One municipality's year, line by line, always on one page."""


class Forecasts(ForecastOf, Page[ForecastRow]):
    """All 62 side by side and Tokyo, always on one page."""
