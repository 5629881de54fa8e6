"""Calendars: the frame that every service's calendar stands in, read back by a calendar library."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from kyodo_events.values.fiscal import Month
from kyodo_platform.calendars import CalendarEntry, as_icalendar, window

NOW = datetime(2026, 12, 1, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
TIMED = CalendarEntry(
    key="a",
    begins=datetime(2026, 12, 7, 10, tzinfo=TOKYO),
    ends=datetime(2026, 12, 7, 12, tzinfo=TOKYO),
    title_ja="見本の体験会、長い名前の教室であって行の長さの上限を越えるもの" * 2,
    tentative=True,
    place_ja="見本会館, 見本町1",
)
ALL_DAY = CalendarEntry(key="b", begins=date(2026, 12, 8), ends=date(2026, 12, 10), title_ja="不在")


def test_entries_are_read_back_as_they_were_meant() -> None:
    text = as_icalendar([TIMED, ALL_DAY], NOW, service="sample", name_ja="見本")
    assert text == as_icalendar([TIMED, ALL_DAY], NOW, service="sample", name_ja="見本")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))  # RFC 5545 §3.1
    calendar = Calendar.from_ical(text)
    timed, all_day = calendar.walk("VEVENT")
    assert timed.decoded("DTSTART") == TIMED.begins
    assert timed.decoded("DTSTART").utcoffset() == timedelta(hours=9)
    assert timed["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert [str(timed[name]) for name in ("SUMMARY", "LOCATION", "STATUS", "TRANSP")] == [
        TIMED.title_ja,
        TIMED.place_ja,
        "TENTATIVE",
        "OPAQUE",
    ]
    assert (all_day.decoded("DTSTART"), all_day.decoded("DTEND")) == (date(2026, 12, 8), date(2026, 12, 10))
    assert "LOCATION" not in all_day


def test_a_time_zone_that_entries_name_is_described() -> None:
    """RFC 5545 §3.6.5: every TZID that is used has its VTIMEZONE."""
    zones = [
        [str(zone["TZID"]) for zone in Calendar.from_ical(text).walk("VTIMEZONE")]
        for text in (
            as_icalendar([TIMED], NOW, service="sample", name_ja="見本"),
            as_icalendar([ALL_DAY], NOW, service="sample", name_ja="見本"),
        )
    ]
    assert zones == [["Asia/Tokyo"], []]


def test_an_entry_keeps_its_uid_whatever_else_changes() -> None:
    moved = CalendarEntry(key="a", begins=date(2027, 1, 1), ends=date(2027, 1, 2), title_ja="別")
    uids = [
        str(Calendar.from_ical(as_icalendar([entry], NOW, service="sample", name_ja="見本")).walk("VEVENT")[0]["UID"])
        for entry in (TIMED, moved, ALL_DAY)
    ]
    assert uids[0] == uids[1] != uids[2]


def test_the_window_is_around_today_unless_asked_otherwise() -> None:
    assert window(date(2026, 6, 15)) == (date(2026, 3, 1), date(2028, 6, 30))
    assert window(date(2026, 6, 15), Month("2026-06"), Month("2026-06")) == (date(2026, 6, 1), date(2026, 6, 30))
