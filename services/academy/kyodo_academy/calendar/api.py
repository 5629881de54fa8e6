"""The calendar over HTTP: of everybody's audience, of a learner, of a municipality, and as feeds."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Response

from kyodo_academy.audiences import Asking, organisation_of_learner
from kyodo_academy.calendar import views
from kyodo_academy.calendar.entries import by_time, entries_between
from kyodo_academy.calendar.model import Feed
from kyodo_academy.calendar.schemas import CalendarRow, FeedOut
from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.officials import organisation_of
from kyodo_academy.visibility import Audience
from kyodo_events.errors import NotFound
from kyodo_events.secret_addresses import Token, digest_of, new_token
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO, MunicipalityCode
from kyodo_events.values.texts import ID_PATTERN, Id
from kyodo_platform.calendars import MOST_ENTRIES, TOKEN_SHOWN, CalendarFile, as_icalendar, hand_out, window
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import member_of, officer_of, person_of, public, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/calendar", tags=["calendar"])
of_learner = Router(prefix="/v1/learners/{learner_id}", tags=["calendar"])
of_municipality = Router(prefix="/v1/municipalities/{municipality}", tags=["calendar"])
subscription = Router(prefix="/v1/feeds", tags=["calendar"])

the_learner = person_of("learner_id", Role.LEARNER)
the_officer = officer_of("municipality")
overseers = role(Role.SECRETARIAT, Role.AUDITOR)

Days = tuple[date, date]


async def _days(
    commands: Commands,
    from_month: Annotated[Month | None, Query(description="Three months back, where it is not given.")] = None,
    until_month: Annotated[Month | None, Query(description="Two years ahead, where it is not given.")] = None,
) -> Days:
    return window(commands.today, from_month, until_month)


Window = Annotated[Days, Depends(_days)]


@router.get("", allow=public)
async def list_calendar(
    asking: Asking, days: Window, commands: Commands, reader: Reader, page: PageQuery
) -> Page[CalendarRow]:
    """What takes place and is for you: sessions of courses and seminars, by time."""
    entries = entries_between(asking, *days, commands.now)
    return await reader.page(CalendarRow, entries, page, by=by_time(entries))


@of_learner.get("/calendar", allow=the_learner)
async def list_learners_calendar(
    learner_id: Id, asking: Asking, days: Window, commands: Commands, reader: Reader, page: PageQuery
) -> Page[CalendarRow]:
    """Your sessions, those with a seat and those waited for, and the seminars that are for you."""
    entries = entries_between(asking, *days, commands.now, learner_id)
    return await reader.page(CalendarRow, entries, page, by=by_time(entries))


@of_municipality.get("/calendar", allow=member_of("municipality"))
async def list_municipalitys_calendar(
    municipality: MunicipalityCode, days: Window, commands: Commands, reader: Reader, page: PageQuery
) -> Page[CalendarRow]:
    """What takes place for the officials of a municipality."""
    entries = entries_between(_of(municipality), *days, commands.now)
    return await reader.page(CalendarRow, entries, page, by=by_time(entries))


@of_learner.post("/feed", allow=the_learner, raises=[LearnerIsGone], status_code=201, responses=TOKEN_SHOWN)
async def open_feed(learner_id: Id, commands: Commands, reader: Reader, response: Response) -> FeedOut:
    """Make the secret address of your calendar. A former one is revoked by it."""
    await organisation_of(commands, learner_id)
    return await _opened(commands, reader, learner_id, response)


@of_learner.delete("/feed", allow=the_learner | secretariat)
async def revoke_feed(learner_id: Id, commands: Commands, reader: Reader) -> FeedOut:
    """Revoke the secret address: nobody can fetch the calendar by it from now on."""
    return await _revoked(commands, reader, learner_id)


@of_learner.get("/feed", allow=the_learner | overseers)
async def read_feed(learner_id: Id, reader: Reader) -> FeedOut:
    """Whether the calendar can be fetched by a secret address, and since when."""
    return await _feed(reader, learner_id)


@of_municipality.post("/feed", allow=the_officer, status_code=201, responses=TOKEN_SHOWN)
async def open_municipalitys_feed(
    municipality: MunicipalityCode, commands: Commands, reader: Reader, response: Response
) -> FeedOut:
    """Make the secret address of your municipality's calendar. A former one is revoked by it."""
    return await _opened(commands, reader, municipality, response)


@of_municipality.delete("/feed", allow=the_officer | secretariat)
async def revoke_municipalitys_feed(municipality: MunicipalityCode, commands: Commands, reader: Reader) -> FeedOut:
    """Revoke the secret address: nobody can fetch the calendar by it from now on."""
    return await _revoked(commands, reader, municipality)


@of_municipality.get("/feed", allow=member_of("municipality") | overseers)
async def read_municipalitys_feed(municipality: MunicipalityCode, reader: Reader) -> FeedOut:
    """Whether the calendar can be fetched by a secret address, and since when."""
    return await _feed(reader, municipality)


@subscription.get("/{token}", allow=public, response_class=CalendarFile)
async def fetch_calendar(token: Annotated[Token, Path()], commands: Commands, reader: Reader) -> CalendarFile:
    """The calendar of whoever was given the token, as a calendar program reads it."""
    owner = await reader.tx.scalar(views.owner_of(digest_of(token)))
    if owner is None:
        raise NotFound(what="feed", id="…")  # the token is not repeated: problems are shown, copied and logged
    learner_id = owner if re.match(ID_PATTERN, owner) else None
    audience = await _audience_of(reader, owner, learner_id)
    entries = entries_between(audience, *window(commands.today), commands.now, learner_id)
    rows = await reader.all(CalendarRow, entries.order_by(*by_time(entries)), at_most=MOST_ENTRIES)
    text = as_icalendar(
        [row.entry for row in rows], commands.now, service="academy", name_ja="東京デジタルアカデミー 予定表"
    )
    return CalendarFile.of(text)


async def _opened(commands: CommandBus, reader: ReadSession, owner: str, response: Response) -> FeedOut:
    token = new_token()
    await commands.on_or_new(Feed, owner, lambda feed: feed.open(digest_of(token)))
    hand_out(token, response)
    return await _feed(reader, owner)


async def _revoked(commands: CommandBus, reader: ReadSession, owner: str) -> FeedOut:
    await commands.on(Feed, owner, lambda feed: feed.revoke())
    return await _feed(reader, owner)


async def _feed(reader: ReadSession, owner: str) -> FeedOut:
    return await reader.one(FeedOut, views.feed_of(owner), what="feed", id=owner)


async def _audience_of(reader: ReadSession, owner: str, learner_id: str | None) -> Audience:
    """With whose eyes a calendar program reads. Raises NotFound for a learner who works there no more."""
    if learner_id is None:
        await reader.see_as_member(owner)
        return _of(owner)
    await reader.see_as_person(learner_id)
    organisation = await organisation_of_learner(reader, learner_id)
    if organisation is None:
        raise NotFound(what="feed", id="…")
    if organisation != TOKYO:
        await reader.see_as_member(organisation)
    return _of(organisation)


def _of(organisation: str) -> Audience:
    return Audience(organisation, official=True)
