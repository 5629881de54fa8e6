"""A supporter's calendar over HTTP, for the supporter who is signed in and for the supporter's calendar program."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import Field

from kyodo_events.errors import NotFound
from kyodo_events.secret_addresses import Token, digest_of, new_token
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_events.values.texts import Id
from kyodo_platform.calendars import (
    MOST_ENTRIES,
    TOKEN_SHOWN,
    CalendarEntry,
    CalendarFile,
    as_icalendar,
    hand_out,
    window,
)
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, public, role, secretariat
from kyodo_platform.resources import Answer, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.feeds import views
from kyodo_supporter_matching.feeds.model import Feed
from kyodo_supporter_matching.sessions.schemas import TOKYO_TIME
from kyodo_supporter_matching.sessions.values import SessionKind
from kyodo_supporter_matching.supporters.events import SupporterIsErased, WrongStatus
from kyodo_supporter_matching.supporters.model import Supporter

router = Router(prefix="/v1/supporters/{supporter_id}", tags=["feeds"])
subscription = Router(prefix="/v1/feeds", tags=["feeds"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)
overseers = role(Role.SECRETARIAT, Role.AUDITOR)


class FeedOut(Resource):
    """Whether a calendar program may fetch the calendar. The token itself is shown once, in the head of the answer."""

    supporter_id: str
    is_open: bool = Field(title="購読可")
    opened_at: datetime | None = Field(title="発行日時")


class CalendarRow(Answer):
    """One entry of a supporter's calendar: a session at which the supporter is asked for or has promised to help."""

    assignment_id: str
    session_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    municipality_ja: str = Field(title="団体", default="")
    kind: SessionKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類", default="")
    title_ja: str = Field(title="名称")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    venue_ja: str = Field(title="会場名")
    address_ja: str = Field(title="所在地")
    status: AssignmentStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja = by_code(self.municipality).name_ja
        self.kind_ja, self.status_ja = self.kind.label_ja, self.status.label_ja

    @property
    def entry(self) -> CalendarEntry:
        """The same for a calendar program. Nothing in it leads to the supporter."""
        return CalendarEntry(
            key=self.assignment_id,
            begins=self.starts_at.astimezone(TOKYO_TIME),
            ends=self.ends_at.astimezone(TOKYO_TIME),
            title_ja=f"{self.title_ja}（{self.status_ja}）",
            tentative=self.status is AssignmentStatus.OFFERED,
            place_ja=f"{self.venue_ja} {self.address_ja}",
        )


@router.post(
    "/feed",
    allow=the_supporter,
    raises=[SupporterIsErased, WrongStatus],
    status_code=201,
    responses=TOKEN_SHOWN,
)
async def open_feed(supporter_id: Id, commands: Commands, reader: Reader, response: Response) -> FeedOut:
    """Make the secret address of the calendar. A former one is revoked by it."""
    (await commands.read(Supporter, supporter_id)).require_here()
    token = new_token()
    await commands.on_or_new(Feed, supporter_id, lambda feed: feed.open(digest_of(token)))
    hand_out(token, response)
    return await reader.one(FeedOut, views.feed_of(supporter_id), what="feed", id=supporter_id)


@router.delete("/feed", allow=the_supporter | secretariat)
async def revoke_feed(supporter_id: Id, commands: Commands, reader: Reader) -> FeedOut:
    """Revoke the secret address: nobody can fetch the calendar by it from now on."""
    await commands.on(Feed, supporter_id, lambda feed: feed.revoke())
    return await reader.one(FeedOut, views.feed_of(supporter_id), what="feed", id=supporter_id)


@router.get("/feed", allow=the_supporter | secretariat)
async def read_feed(supporter_id: Id, reader: Reader) -> FeedOut:
    """Whether the calendar can be fetched by a secret address, and since when."""
    return await reader.one(FeedOut, views.feed_of(supporter_id), what="feed", id=supporter_id)


@router.get("/calendar", allow=the_supporter | overseers)
async def list_calendar(
    supporter_id: Id,
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    from_month: Annotated[Month | None, Query(description="Three months back, where it is not given.")] = None,
    until_month: Annotated[Month | None, Query(description="Two years ahead, where it is not given.")] = None,
) -> Page[CalendarRow]:
    """Where a supporter is asked to be or has promised to be, by time."""
    entries = views.entries_between(supporter_id, *window(commands.today, from_month, until_month), commands.now)
    return await reader.page(CalendarRow, entries, page, by=views.BY_TIME)


@subscription.get("/{token}", allow=public, response_class=CalendarFile)
async def fetch_calendar(token: Annotated[Token, Path()], commands: Commands, reader: Reader) -> CalendarFile:
    """The calendar of whoever was given the token, as a calendar program reads it."""
    owner = await reader.tx.scalar(views.owner_of(digest_of(token)))
    nobody = NotFound(what="feed", id="…")  # the token is not repeated: problems are shown, copied and logged
    if owner is None:
        raise nobody
    await reader.see_as_person(owner)
    if not (await reader.one(FeedOut, views.feed_of(owner), what="feed", id="…")).is_open:
        raise nobody
    entries = views.entries_between(owner, *window(commands.today), commands.now)
    rows = await reader.all(CalendarRow, entries.order_by(*views.BY_TIME), at_most=MOST_ENTRIES)
    text = as_icalendar(
        [row.entry for row in rows], commands.now, service="supporter-matching", name_ja="スマホサポーター 活動予定"
    )
    return CalendarFile.of(text)
