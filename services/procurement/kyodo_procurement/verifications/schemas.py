"""What comes in and goes out about cost verifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pydantic import Field, computed_field, model_validator

from kyodo_events.values.money import Share
from kyodo_events.values.texts import Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.verifications.events import Estimate
from kyodo_procurement.verifications.model import Standing, VerificationStatus, standing


class MemberRequestIn(Body):
    """By how much the number of municipalities in need may change before an estimate no longer counts."""

    tolerance: Share


class VerificationIn(MemberRequestIn):
    """Which theme's cost is asked for."""

    theme_id: Id


class RejectionIn(Body):
    """What is wrong with the estimate; the reason stands in the history."""

    reason: Line


class EstimateOut(Estimate):
    """An estimate with what it comes to in a year."""

    @computed_field(title="年間の費用（円）", description="Yen a year at the quantity that it is based on.")  # type: ignore[prop-decorator]
    @property
    def per_year(self) -> int:
        return super().per_year


class VerificationOut(Resource):
    """A verification as governments see it."""

    id: str
    theme_id: str = Field(title="テーマ")
    requested_by: str = Field(title="依頼した団体", description="A municipality's code, or tokyo.")
    tolerance: Share = Field(title="許容するニーズの変動")
    status: VerificationStatus = Field(title="状態")
    estimate: EstimateOut | None = Field(title="見積り")
    organisation: str | None = Field(title="見積った団体", description="A municipality's code, or tokyo.")
    based_on_needs: int | None = Field(title="見積り時のニーズ団体数")
    needs: int = Field(title="現在のニーズ団体数")
    standing: Standing = Field(title="有効性", description="Whether it counts today, and if not, why not.")
    live: bool = Field(title="有効")
    reason: str | None = Field(title="差戻しの理由")
    expires_on: date | None = Field(title="有効期限", description="The last day on which it counts.")
    requested_at: datetime = Field(title="依頼日時")

    @model_validator(mode="before")
    @classmethod
    def _judged(cls, row: Any) -> Any:
        """The row with whether it counts, by the rule that decisions go by; it changes from day to day."""
        if not isinstance(row, Mapping) or "today" not in row:
            return row
        found = standing(
            row["expires_on"], row["based_on_needs"] or 0, Fraction(row["tolerance"]), row["today"], row["needs"]
        )
        return {**row, "standing": found, "live": found is Standing.LIVE}


class CounterEstimateRow(Answer):
    """An estimate that somebody set beside the one that stands."""

    number: int = Field(title="番号")
    organisation: str = Field(title="団体", description="A municipality's code, or tokyo.")
    estimate: EstimateOut = Field(title="見積り")
    made_at: datetime = Field(title="提示日時")
    adopted_at: datetime | None = Field(title="採用日時")
