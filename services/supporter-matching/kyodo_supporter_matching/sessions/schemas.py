"""Sessions as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, model_validator

from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.geojson import Collection
from kyodo_supporter_matching.sessions.values import (
    KINDS_JA,
    Need,
    Plan,
    SessionKind,
    SessionStatus,
    Times,
    Visitors,
)
from kyodo_supporter_matching.supporters.parts import TimeOfDay, Weekday

TOKYO_TIME: Final = ZoneInfo("Asia/Tokyo")
MOST_OF_A_SERIES: Final = 100
LATEST = datetime.fromisoformat("2100-01-01T00:00:00+00:00")


class SessionIn(Body):
    """What takes place, and when."""

    plan: Plan
    times: Times


class RecurrenceIn(Body):
    """The days of a series, in Tokyo: every week or every few weeks, without some days; at most 100 in all."""

    from_day: Day
    until_day: Day = Field(description="The last day that may be one.")
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    every_weeks: Annotated[int, Field(strict=True, ge=1, le=8)] = 1
    except_days: Annotated[tuple[Day, ...], Field(max_length=100)] = ()
    begin: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.begin >= self.end:
            raise ValueError("the sessions end before they begin: check both times")
        if self.until_day - self.from_day > timedelta(days=400) or self.until_day < self.from_day:
            raise ValueError("a series runs forwards, and for 400 days at most: plan the next one later")
        if not 1 <= len(self.days) <= MOST_OF_A_SERIES:
            raise ValueError(f"a series has 1 to {MOST_OF_A_SERIES} sessions, this one has {len(self.days)}")
        return self

    @property
    def days(self) -> list[date]:
        """The days of the series; weeks are counted from the Monday of the first day's week."""
        monday = self.from_day - timedelta(days=self.from_day.weekday())
        span = (self.until_day - self.from_day).days
        every = (self.from_day + timedelta(days=number) for number in range(span + 1))
        return [
            day
            for day in every
            if day.weekday() in self.weekdays
            and (day - monday).days // 7 % self.every_weeks == 0
            and day not in self.except_days
        ]

    @property
    def times(self) -> list[Times]:
        """From and until of each session: the same hours of the day in Tokyo, whatever the season or the year."""
        begin, end = time.fromisoformat(self.begin), time.fromisoformat(self.end)
        return [
            Times(
                starts_at=datetime.combine(day, begin, tzinfo=TOKYO_TIME),
                ends_at=datetime.combine(day, end, tzinfo=TOKYO_TIME),
            )
            for day in self.days
        ]


class SeriesIn(Body):
    """What takes place again and again, and when."""

    plan: Plan
    recurrence: RecurrenceIn


class PublicationIn(Body):
    """Until when supporters apply."""

    applications_until: Annotated[AwareDatetime, Field(le=LATEST)]


class HoldingIn(Body):
    """How many came; they are counted, not identified."""

    visitors: Visitors


class CancellationIn(Body):
    """Why it does not take place; name nobody."""

    reason_ja: Line


class SessionOut(Resource):
    """One session."""

    session_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    municipality_ja: str = Field(title="団体", default="")
    kind: SessionKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類", default="")
    title_ja: str = Field(title="名称")
    venue_id: str = Field(title="会場")
    host_id: str | None = Field(title="運営団体")
    project_id: str | None = Field(title="協働事業")
    series_id: str | None = Field(title="連続開催")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    needs: list[Need] = Field(title="募集内訳")
    seats: int = Field(title="募集人数")
    taken: list[int] = Field(title="内訳別の充足数")
    seats_taken: int = Field(title="充足数")
    expected_visitors: int = Field(title="来場見込")
    visitors: int | None = Field(title="来場者数")
    status: SessionStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    applications_until: datetime | None = Field(title="応募締切")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja = by_code(self.municipality).name_ja
        self.kind_ja, self.status_ja = KINDS_JA[self.kind], self.status.label_ja


class SessionOnBoard(SessionOut):
    """One session with the name of its venue, for those who look for one."""

    venue_ja: str = Field(title="会場名")
    address_ja: str = Field(title="所在地")
    seats_open: int = Field(title="残席数")


class SessionOnMap(Answer):
    """What a map tells of a session when it is touched."""

    session_id: str
    municipality: MunicipalityCode
    kind: SessionKind
    kind_ja: str = ""
    title_ja: str
    venue_ja: str
    address_ja: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    seats_open: int
    status: SessionStatus
    status_ja: str = ""

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja, self.status_ja = self.kind.label_ja, self.status.label_ja


class SessionMap(Collection[SessionOnMap]):
    """Sessions that supporters and visitors may look for, as points."""


class SeriesOut(Answer):
    """The sessions of a series, by their ids, in the order of time."""

    series_id: str
    session_ids: list[str]
