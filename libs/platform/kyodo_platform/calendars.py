"""Calendars as calendar programs read them (iCalendar, RFC 5545), fetched by a secret address.

What goes into a calendar is its service's affair. Nothing in it may lead to the person whose calendar it is: whoever
finds the file is to learn what takes place, not who comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from fastapi import Response
from icalendar import Calendar, Event

from kyodo_events.values.fiscal import Month

TOKEN_HEADER: Final = "Kyodo-Feed-Token"  # noqa: S105 - the name of the header, not a token
REFRESH: Final = timedelta(hours=6)
MONTHS_BACK, MONTHS_AHEAD = 3, 24
MOST_ENTRIES: Final = 5_000

TOKEN_SHOWN: Final[dict[int | str, dict[str, Any]]] = {
    201: {
        "headers": {
            TOKEN_HEADER: {
                "description": "The secret of the address /v1/feeds/{token}. It is shown this once.",
                "schema": {"type": "string"},
            }
        }
    }
}
"""The `responses` of a route that makes a secret address."""


class CalendarFile(Response):
    """A calendar as calendar programs read it."""

    media_type = "text/calendar"

    @classmethod
    def of(cls, text: bytes) -> CalendarFile:
        """The answer to a calendar program; nobody in between keeps it."""
        return cls(text, headers={"Cache-Control": "private, no-store"})


def hand_out(token: str, response: Response) -> None:
    """Show a token, this once.

    Not in the body: that is kept in clear for repetitions of the same Idempotency-Key, this header is not.
    """
    response.headers[TOKEN_HEADER] = token
    response.headers["Cache-Control"] = "no-store"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry. `key` is what it is about and stays the same as long as it is the same entry; no person's id.

    Days mean whole days, the last one excluded; moments are aware and in the time zone in which they are to be shown.
    """

    key: str
    begins: date | datetime
    ends: date | datetime
    title_ja: str
    tentative: bool = False
    blocks: bool = True
    place_ja: str | None = None


def as_icalendar(entries: Iterable[CalendarEntry], now: datetime, *, service: str, name_ja: str) -> bytes:
    """The calendar as a file, the same for the same entries and moment."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Kyodo//{service}//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name_ja)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def window(today: date, from_month: Month | None = None, until_month: Month | None = None) -> tuple[date, date]:
    """The days that are asked for, or those around today that people look at."""
    first = last = Month.containing(today)
    for _ in range(MONTHS_BACK):
        first = first.previous()
    for _ in range(MONTHS_AHEAD):
        last = last.next()
    return (from_month or first).first_day, (until_month or last).last_day


def _event(entry: CalendarEntry, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"kyodo:{entry.key}")))
    event.add("dtstamp", now)
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("summary", entry.title_ja)
    if entry.place_ja is not None:
        event.add("location", entry.place_ja)
    event.add("status", "TENTATIVE" if entry.tentative else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.blocks else "TRANSPARENT")
    return event
