"""Figures as they go out: small tables, also as CSV."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.values.fiscal import Month
from kyodo_platform.resources import Answer
from kyodo_talent.figures.model import SizeBand, Step


class FunnelRow(Answer):
    """A step of the funnel."""

    step: Step
    step_ja: str = Field(title="段階")
    experts: int = Field(title="人数")
    out_of: int = Field(title="前段階の人数")
    median_days: int | None = Field(title="前段階からの日数（中央値）")


class ReasonRow(Answer):
    """Why something ended without success."""

    source: str = Field(title="区分", description="introduction, declined_assignment, terminated_assignment or request")
    reason: str
    reason_ja: str = Field(title="理由")
    times: int = Field(title="件数")


class FillRow(Answer):
    """Requests of one kind and size band. What is partly filled counts as half."""

    kind: str
    kind_ja: str = Field(title="種類")
    band: SizeBand
    band_ja: str = Field(title="団体規模")
    requests: int = Field(title="依頼数")
    closed: int = Field(title="終結数")
    fulfilled: int = Field(title="充足数")
    partly: int = Field(title="一部充足数")
    rate_percent: int | None = Field(title="充足率％")
    median_days_to_referral: int | None = Field(title="初回提示までの日数（中央値）")


class MonthRow(Answer):
    """The time of all experts in a month, in half-days."""

    month: Month = Field(title="月")
    capacity: int = Field(
        title="稼働枠", description="Of each expert up to the month of leaving the list, absences taken off."
    )
    held: int = Field(title="仮押さえ")
    confirmed: int = Field(title="確定")
    worked: int = Field(title="稼働")
    used_percent: int | None = Field(title="枠の利用率％", description="Confirmed of the capacity, rounded down.")


class ServedRow(Answer):
    """Half-days worked for a municipality, or for all of a size band."""

    municipality: str | None = Field(title="団体コード")
    municipality_ja: str | None = Field(title="団体名")
    band: SizeBand
    band_ja: str = Field(title="団体規模")
    population: int = Field(title="人口")
    half_days: int = Field(title="稼働半日数")
    per_10000: str = Field(title="人口1万人あたり", description="Two decimals, rounded down.")


class WorkloadRow(Answer):
    """Plan, work and capacity of an expert in a month; a municipality sees its own plan and work."""

    month: Month = Field(title="月")
    capacity: int = Field(title="稼働枠")
    free: int = Field(title="空き")
    planned: int = Field(title="予定")
    worked: int = Field(title="稼働")
