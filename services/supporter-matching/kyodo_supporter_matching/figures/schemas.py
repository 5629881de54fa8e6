"""Figures as they go out: small tables, also as CSV."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import by_code
from kyodo_platform.resources import Answer
from kyodo_supporter_matching.assignments.values import Canceller
from kyodo_supporter_matching.figures.ratios import Lateness, hours, percent
from kyodo_supporter_matching.reports.model import AGES_JA, QUESTIONS_JA, AgeBand, Question
from kyodo_supporter_matching.sessions.values import KINDS_JA, SessionKind

# Computed fields come after the others in JSON and CSV; mypy does not know them as properties.


class _OfMunicipality(Answer):
    municipality: str = Field(title="団体コード")
    municipality_ja: str = Field(title="団体名", default="")

    def model_post_init(self, _: object) -> None:
        """Say its name."""
        self.municipality_ja = by_code(self.municipality).name_ja


class _OfKind(_OfMunicipality):
    kind: SessionKind = Field(title="種別コード")
    kind_ja: str = Field(title="種別", default="")

    def model_post_init(self, context: object) -> None:
        """Say both names."""
        super().model_post_init(context)
        self.kind_ja = KINDS_JA[self.kind]


class EquityRow(_OfMunicipality):
    """What a municipality got in a fiscal year, for each 1,000 of those who live there.

    The number of residents of 65 and over is not among the published data that the product carries; all residents of
    the census stand for them, and `base` says so.
    """

    base: Literal["residents"] = Field(title="基準コード", default="residents")
    base_ja: str = Field(title="基準", default="全住民（2020年国勢調査）")
    residents: int = Field(title="基準人口")
    sessions: int = Field(title="実施回数")
    people_supported: int = Field(title="支援した人数")
    sessions_per_1000: str = Field(title="千人あたり実施回数", description="Three decimals, rounded down.")
    people_per_1000: str = Field(title="千人あたり支援した人数", description="Three decimals, rounded down.")


class RetentionRow(Answer):
    """Those who were registered in a month, so many months after their own registration.

    Who has not come so far yet is `registered` but not `reached`; the others add up to `reached`.
    """

    month: Month = Field(title="登録月")
    after_months: int = Field(title="経過月数")
    registered: int = Field(title="登録者数")
    reached: int = Field(title="経過した人数")
    not_begun: int = Field(title="活動開始前")
    active: int = Field(title="活動中")
    resting: int = Field(title="休止中")
    suspended: int = Field(title="停止中")
    left: int = Field(title="退会")
    helped: int = Field(
        title="活動した人数", description="At least once since the line before, of this month: since 3, 6 months."
    )


class FirstSessionRow(Answer):
    """How soon those who were registered in a month helped for the first time, by the days of Tokyo."""

    month: Month = Field(title="登録月")
    registered: int = Field(title="登録者数")
    helped: int = Field(title="活動した人数")
    median_days: int | None = Field(
        title="初回活動までの日数（中央値）", description="The lower one of an even number."
    )


class HoursRow(_OfKind):
    """Help that was given at sessions of a kind in a month."""

    month: Month = Field(title="月")
    minutes: int = Field(title="活動時間（分）")
    supporters: int = Field(title="活動人数")
    sessions: int = Field(title="サポーターが活動した回数")

    @computed_field(title="活動時間（時間）")  # type: ignore[prop-decorator]
    @property
    def hours(self) -> str:
        """With one decimal, rounded down."""
        return hours(self.minutes)


class LoadRow(Answer):
    """How evenly the hours of a fiscal year lie on those who could help in it, by where they live."""

    municipality: str | None = Field(title="居住区市町村コード", description="Null for all of Tokyo.")
    municipality_ja: str = Field(title="居住区市町村")
    supporters: int = Field(title="活動できた人数", description="Active at some time of the year, or helped in it.")
    helped: int = Field(title="活動した人数")
    minutes: int = Field(title="活動時間（分）")
    gini: str | None = Field(title="ジニ係数", description="0: all the same. Three decimals; null where nobody helped.")


class NoShowRow(_OfMunicipality):
    """What became of the seats that supporters accepted for sessions of a fiscal year."""

    accepted: int = Field(title="承諾数")
    attended: int = Field(title="参加数")
    no_shows: int = Field(title="無断欠席数")
    cancelled: int = Field(title="承諾後の取消数")
    cancelled_late: int = Field(title="本人による72時間未満の取消数")

    @computed_field(title="無断欠席率％")  # type: ignore[prop-decorator]
    @property
    def no_show_percent(self) -> int | None:
        """Of those who came or should have come."""
        return percent(self.no_shows, self.attended + self.no_shows)

    @computed_field(title="直前取消率％")  # type: ignore[prop-decorator]
    @property
    def late_percent(self) -> int | None:
        """Of all who had accepted."""
        return percent(self.cancelled_late, self.accepted)


class CancellationRow(_OfMunicipality):
    """Accepted seats that were given back, by whom and how late."""

    cancelled_by: Canceller = Field(title="取消者コード")
    cancelled_by_ja: str = Field(title="取消者", default="")
    lateness: Lateness = Field(title="時期コード")
    lateness_ja: str = Field(title="時期", default="")
    cancellations: int = Field(title="取消数")

    def model_post_init(self, context: object) -> None:
        """Say the names."""
        super().model_post_init(context)
        self.cancelled_by_ja, self.lateness_ja = self.cancelled_by.label_ja, self.lateness.label_ja


class StaffingRow(_OfMunicipality):
    """Seats of sessions that have begun, were published and not cancelled."""

    sessions: int = Field(title="回数")
    with_nobody: int = Field(title="サポーターが0名の回数")
    seats: int = Field(title="募集人数")
    filled: int = Field(title="充足人数")
    by_round: int = Field(title="うち一斉調整")
    by_application: int = Field(title="うち本人応募")
    by_replacement: int = Field(title="うち代役募集")
    by_hand: int = Field(title="うち個別打診")
    median_hours: int | None = Field(
        title="募集開始から承諾までの時間（中央値）", description="Whole hours; the lower one of an even number."
    )

    @computed_field(title="充足率％")  # type: ignore[prop-decorator]
    @property
    def filled_percent(self) -> int | None:
        """Rounded down."""
        return percent(self.filled, self.seats)


class QuestionRow(_OfKind):
    """How often something was asked at sessions of a kind in a fiscal year."""

    question: Question = Field(title="相談内容コード")
    question_ja: str = Field(title="相談内容", default="")
    times: int = Field(title="件数")

    def model_post_init(self, context: object) -> None:
        """Say the names."""
        super().model_post_init(context)
        self.question_ja = QUESTIONS_JA[self.question]


class VisitorRow(_OfKind):
    """How many visitors of an age came to sessions of a kind in a fiscal year."""

    age: AgeBand = Field(title="年代コード")
    age_ja: str = Field(title="年代", default="")
    visitors: int = Field(title="来場者数")

    def model_post_init(self, context: object) -> None:
        """Say the names."""
        super().model_post_init(context)
        self.age_ja = AGES_JA[self.age]


class PlanRow(_OfKind):
    """Sessions that a municipality said it plans, beside those it scheduled and held."""

    planned: int | None = Field(title="調査での予定回数", description="Null where the survey was not answered.")
    scheduled: int = Field(title="日程を組んだ回数", description="Not cancelled; those held count too.")
    held: int = Field(title="実施回数")

    @computed_field(title="日程未定の回数")  # type: ignore[prop-decorator]
    @property
    def to_schedule(self) -> int | None:
        """Planned, and no date yet."""
        return None if self.planned is None else max(0, self.planned - self.scheduled)
