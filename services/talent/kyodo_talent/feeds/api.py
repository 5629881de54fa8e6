"""An expert's calendar over HTTP, for the expert who is signed in and for the expert's calendar program."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import Field

from kyodo_events.errors import NotFound, require
from kyodo_events.secret_addresses import Token, digest_of, new_token
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import by_code
from kyodo_events.values.texts import Id
from kyodo_platform.calendars import MOST_ENTRIES, TOKEN_SHOWN, CalendarFile, hand_out, window
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, public, role, secretariat
from kyodo_platform.resources import Answer, Page, PageQuery, Reader, Resource, Sort
from kyodo_platform.routing import Router
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.experts.events import ExpertIsErased
from kyodo_talent.experts.model import Expert
from kyodo_talent.feeds import views
from kyodo_talent.feeds.entries import Entry, EntryKind, as_icalendar
from kyodo_talent.feeds.model import Feed

router = Router(prefix="/v1/experts/{expert_id}", tags=["feeds"])
subscription = Router(prefix="/v1/feeds", tags=["feeds"])

the_expert = person_of("expert_id", Role.EXPERT)
overseers = role(Role.SECRETARIAT, Role.AUDITOR)


class FeedOut(Resource):
    """Whether a calendar program may fetch the calendar. The token itself is shown once, in the head of the answer."""

    expert_id: str
    is_open: bool = Field(title="購読可")
    opened_at: datetime | None = Field(title="発行日時")


class CalendarRow(Answer):
    """One entry of an expert's calendar."""

    entry_id: str
    kind: EntryKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類", default="")
    from_day: date = Field(title="開始日")
    until_day: date = Field(title="終了日", description="The last day.")
    municipality: str | None = Field(title="団体コード")
    municipality_ja: str | None = Field(title="団体", default=None)
    half_days: int | None = Field(title="半日数")
    status: AssignmentStatus | None = Field(title="状態コード")
    status_ja: str | None = Field(title="状態", default=None)
    assignment_id: str | None = Field(title="従事ID")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja = self.kind.label_ja
        self.municipality_ja = by_code(self.municipality).name_ja if self.municipality else None
        self.status_ja = self.status.label_ja if self.status else None


@router.post("/feed", allow=the_expert, raises=[ExpertIsErased], status_code=201, responses=TOKEN_SHOWN)
async def open_feed(expert_id: Id, commands: Commands, reader: Reader, response: Response) -> FeedOut:
    """Make the secret address of the calendar. A former one is revoked by it."""
    expert = await commands.read(Expert, expert_id)
    require(not expert.erased, ExpertIsErased())
    token = new_token()
    await commands.on_or_new(Feed, expert_id, lambda feed: feed.open(digest_of(token)))
    hand_out(token, response)
    return await reader.one(FeedOut, views.feed_of(expert_id), what="feed", id=expert_id)


@router.delete("/feed", allow=the_expert | secretariat)
async def revoke_feed(expert_id: Id, commands: Commands, reader: Reader) -> FeedOut:
    """Revoke the secret address: nobody can fetch the calendar by it from now on."""
    await commands.on(Feed, expert_id, lambda feed: feed.revoke())
    return await reader.one(FeedOut, views.feed_of(expert_id), what="feed", id=expert_id)


@router.get("/feed", allow=the_expert | secretariat)
async def read_feed(expert_id: Id, reader: Reader) -> FeedOut:
    """Whether the calendar can be fetched by a secret address, and since when."""
    return await reader.one(FeedOut, views.feed_of(expert_id), what="feed", id=expert_id)


@router.get("/calendar", allow=the_expert | overseers)
async def list_calendar(
    expert_id: Id,
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    from_month: Annotated[Month | None, Query(description="Three months back, where it is not given.")] = None,
    until_month: Annotated[Month | None, Query(description="Two years ahead, where it is not given.")] = None,
) -> Page[CalendarRow]:
    """What is arranged with the expert, and when the expert is absent, in the order of the days."""
    first, last = window(commands.today, from_month, until_month)
    entries = views.entries_between(expert_id, first, last, commands.now)
    by = Sort([entries.selected_columns.from_day, entries.selected_columns.entry_id])
    return await reader.page(CalendarRow, entries, page, by=by)


@subscription.get(
    "/{token}",
    allow=public,
    response_class=CalendarFile,
)
async def fetch_calendar(token: Annotated[Token, Path()], commands: Commands, reader: Reader) -> CalendarFile:
    """The calendar of whoever was given the token, as a calendar program reads it."""
    owner = await reader.tx.row(views.owner_of(digest_of(token)))
    if owner is None:
        raise NotFound(what="feed", id="…")  # the token is not repeated: problems are shown, copied and logged
    await reader.see_as_person(owner["expert_id"])
    first, last = window(commands.today)
    entries = views.entries_between(owner["expert_id"], first, last, commands.now)
    rows = await reader.all(CalendarRow, entries.order_by("from_day", "entry_id"), at_most=MOST_ENTRIES)
    found = [
        Entry(row.kind, row.entry_id, row.from_day, row.until_day, row.municipality, row.half_days, row.status)
        for row in rows
    ]
    return CalendarFile.of(as_icalendar(found, commands.now))
