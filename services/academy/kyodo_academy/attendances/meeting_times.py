"""Moments and durations as tools for online meetings write them, in Japanese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from kyodo_events.values.fiscal import TOKYO_TIME

_DAY: Final = re.compile(r"(\d{1,4})[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,4})日?")
_CLOCK: Final = re.compile(
    r"(?P<before>午前|午後|[ap]m)?\s*(?P<hour>\d{1,2})[:時](?P<minute>\d{2})(?:[:分](?P<second>\d{2}))?"
    r"(?:\.\d+)?[分秒]?\s*(?P<after>午前|午後|[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_PARTS: Final = (
    (re.compile(r"(\d+)\s*(?:h|時間)", re.IGNORECASE), 3600),
    (re.compile(r"(\d+)\s*(?:m|分)", re.IGNORECASE), 60),
    (re.compile(r"(\d+)\s*(?:s|秒)", re.IGNORECASE), 1),
)
_CENTURY: Final = 2000
YEARS: Final = range(2000, 2101)
"""Other years are mistyped; sums with them would overflow."""


def moment_in(text: str, near: datetime) -> datetime | None:
    """The moment that a text names, in Tokyo's time unless it says otherwise; None where it names none.

    2/3/24 is February or March: the reading nearer to `near` is taken, by which a file fits its session at all.
    """
    moment = _iso(text) or _written(text, near)
    return moment if moment and moment.year in YEARS else None


def _written(text: str, near: datetime) -> datetime | None:
    day = _DAY.search(text)
    clock = _CLOCK.search(text, day.end() if day else 0)
    at = _time(clock) if clock else None
    if at is None:
        return None
    today = near.astimezone(TOKYO_TIME).date()
    days = list(_days(*map(int, day.groups()))) if day else [today]
    moments = [datetime.combine(one, at, TOKYO_TIME) for one in days]
    return min(moments, key=lambda moment: abs(moment - near), default=None)


def duration_in(text: str) -> int | None:
    """Seconds: of a number of minutes, of `1h 2m 3s`, `1時間2分`, `01:02:03`; None where it is none."""
    if re.fullmatch(r"\d{1,5}(\.\d+)?", text):
        return round(float(text) * 60)
    if clock := re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    found = [(pattern.search(text), size) for pattern, size in _PARTS]
    parts = [int(match[1][:6]) * size for match, size in found if match]
    return sum(parts) if parts else None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=TOKYO_TIME)


def _time(clock: re.Match[str]) -> time | None:
    hour = int(clock["hour"])
    half = (clock["before"] or clock["after"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half[:1] == "p" or half == "午後" else 0)
    try:
        return time(hour, int(clock["minute"]), int(clock["second"] or 0))
    except ValueError:
        return None


def _days(first: int, second: int, third: int) -> Iterator[date]:
    """The days that three numbers may name: year first, or last with either order of month and day."""
    orders = [(first, second, third), (third, first, second), (third, second, first)]
    for year, month, day in orders:
        try:
            yield date(year if year >= 100 else _CENTURY + year, month, day)
        except ValueError:
            continue
