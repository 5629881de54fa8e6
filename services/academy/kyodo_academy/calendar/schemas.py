"""The calendar and its feeds as they go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from kyodo_academy.calendar.model import EntryKind
from kyodo_events.values.municipalities import Party
from kyodo_events.words import name_of
from kyodo_platform.calendars import CalendarEntry
from kyodo_platform.resources import Answer, Resource

TOKYO_ZONE = ZoneInfo("Asia/Tokyo")


class FeedOut(Resource):
    """Whether a calendar program may fetch the calendar. The token itself is shown once, in the head of the answer."""

    owner: str = Field(description="A learner's id, or a municipality's code.")
    is_open: bool = Field(title="購読可")
    opened_at: datetime | None = Field(title="発行日時")


class CalendarRow(Answer):
    """One entry of the calendar."""

    kind: EntryKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類", default="")
    id: str
    host: Party = Field(title="主催団体コード")
    host_ja: str = Field(title="主催", default="")
    title_ja: str = Field(title="名称")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    place_ja: str | None = Field(title="会場")
    online_url: str | None = Field(title="接続先")
    tentative: bool = Field(title="未確定", description="A seat is offered or waited for.")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja, self.host_ja = self.kind.label_ja, name_of(self.host)

    @property
    def entry(self) -> CalendarEntry:
        """The same for a calendar program. Nothing in it leads to whose calendar it is."""
        return CalendarEntry(
            key=f"{self.kind.value}:{self.id}",
            begins=self.starts_at.astimezone(TOKYO_ZONE),
            ends=self.ends_at.astimezone(TOKYO_ZONE),
            title_ja=f"{self.title_ja}（{self.kind_ja}・{self.host_ja}）",
            tentative=self.tentative,
            place_ja=" ".join(filter(None, (self.place_ja, self.online_url))),
        )
