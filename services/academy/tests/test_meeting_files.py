"""What the tools for online meetings write, read by one reader: encodings, languages, tables, times."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_academy.attendances import meeting_files
from kyodo_academy.attendances.matching import matched, seconds_within
from kyodo_academy.attendances.meeting_files import NotAMeetingFile, Stay, stays_in
from kyodo_academy.attendances.meeting_times import duration_in, moment_in
from kyodo_academy.sessions.values import Plan
from kyodo_events.values.fiscal import TOKYO_TIME

BEGINS = datetime(2026, 2, 3, 14, tzinfo=TOKYO_TIME)
ENDS = BEGINS + timedelta(hours=2)
ONE, TWO = "placeholder-1@example.jp", "placeholder-2@example.jp"
PLAN = Plan(
    title_ja="見本",
    place_ja="オンライン",
    starts_at=BEGINS,
    ends_at=ENDS,
    apply_until=BEGINS,
    changes_until=BEGINS,
    seats=9,
)

TEAMS = f"""1. Summary
Meeting title\t見本の研修
Attended participants\t2

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
見本 一\t2/3/26, 2:00:00 PM\t2/3/26, 4:00:00 PM\t1h 30m 0s\t{ONE}\t{ONE}\tAttendee
見本 二\t2/3/26, 2:30:00 PM\t2/3/26, 4:00:00 PM\t1h 30m 0s\t\t{TWO}\tPresenter

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
見本 一\t2/3/26, 2:00:00 PM\t2/3/26, 3:00:00 PM\t1h 0m 0s\t{ONE}\tAttendee
見本 一\t2/3/26, 3:30:00 PM\t2/3/26, 4:00:00 PM\t30m 0s\t{ONE}\tAttendee
見本 二\t2/3/26, 2:30:00 PM\t2/3/26, 4:00:00 PM\t1h 30m 0s\t{TWO}\tPresenter
"""
TEAMS_JA = f"""名前\t最初の参加\t最後の退出\t会議時間\tメール\t参加者 ID (UPN)\t役割
見本 一\t2026年2月3日 午後2:00:00\t2026年2月3日 午後4:00:00\t1時間 30分 0秒\t{ONE}\t{ONE}\t出席者
見本 二\t2026年2月3日 午後2:30:00\t2026年2月3日 午後4:00:00\t1時間 30分\t\t{TWO}\t発表者
"""
ZOOM = f"""Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123,見本,02/03/2026 01:55:00 PM,02/03/2026 04:05:00 PM,host@example.jp,130,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room
"見本, 一",{ONE},02/03/2026 01:55:00 PM,02/03/2026 03:10:00 PM,75,No,No
見本 一,{ONE},02/03/2026 03:40:00 PM,02/03/2026 04:05:00 PM,25,No,No
見本 二,{TWO.upper()},02/03/2026 02:30:00 PM,02/03/2026 04:00:00 PM,90,Yes,No
見本 三,,,,,Yes,Yes
"""
ZOOM_JA = f"""ミーティングID,トピック,ユーザーのメール,期間（分）,参加者
123,見本,host@example.jp,130,3

名前,メールアドレス,合計時間（分）,ゲスト
見本 一,{ONE},90,いいえ
見本 二,{TWO},90,はい
"""
WEBEX = f"""Meeting Name\tMeeting Start Time\tDisplay Name\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration
見本\t="2026-02-03 14:00:00"\t見本 一\t{ONE}\t="2026-02-03 14:00:00"\t="2026-02-03 15:30:00"\t90 mins
見本\t="2026-02-03 14:00:00"\t見本 二\t{TWO}\t="2026-02-03 14:30:00"\t="2026-02-03 16:00:00"\t90 mins
"""
MEET = f"""First name,Last name,Email,Duration,Time joined,Time exited
一,見本,{ONE},1 hr 30 min,2:00 PM,3:30 PM
二,見本,{TWO},1 hr 30 min,2:30 PM,4:00 PM
"""


@pytest.mark.parametrize("file", [TEAMS, TEAMS_JA, ZOOM, ZOOM_JA, WEBEX, MEET, ZOOM.replace(",", ";")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932"])
def test_every_tool_tells_the_same(file: str, encoding: str) -> None:
    found = matched(stays_in(file.encode(encoding), BEGINS), {"a": ONE, "b": TWO, "c": None}, PLAN)
    assert [(one.enrolment_id, one.minutes, one.percent) for one in found.people] == [("a", 90, 75), ("b", 90, 75)]
    assert (found.unknown, found.ambiguous, found.outside, found.missing) == ([], [], [], ["c"])


moments = st.integers(-200, 400).map(lambda minutes: BEGINS + timedelta(minutes=minutes))
stays = st.lists(st.tuples(moments, moments).map(sorted), max_size=6)


@given(stays)
def test_a_minute_counts_once_however_often_somebody_joins(times: list[list[datetime]]) -> None:
    own = [Stay(1, ONE, since, until, None) for since, until in times]
    there = {
        minute for since, until in times for minute in range(120) if since <= BEGINS + timedelta(minutes=minute) < until
    }
    assert seconds_within(own, BEGINS, ENDS) == 60 * len(there)
    assert seconds_within([*own, *own], BEGINS, ENDS) == 60 * len(there)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026/02/03 14:00", 14),
        ("26/2/3 14:00:05", 14),
        ("03/02/2026 14:00", 14),
        ("3.2.2026, 2:00 p.m.", 14),
        ("2026年2月3日 12:00 AM", 0),
        ("2026-02-03T05:00:00Z", 14),
        ("午後 2:00", 14),
        ("14時00分", 14),
    ],
)
def test_a_moment_is_read_as_it_fits_the_session(text: str, hour: int) -> None:
    moment = moment_in(text, BEGINS)
    assert moment is not None
    at = moment.astimezone(TOKYO_TIME)
    assert (at.date(), at.hour) == (BEGINS.date(), hour)


@pytest.mark.parametrize("text", ["", "昼すぎ", "2026/02/31 10:00", "99:99", "9999-12-31 23:59:59", "2026/02/03"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_in(text, BEGINS) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 5400),
        ("1.5", 90),
        ("1h 2m 3s", 3723),
        ("1時間2分", 3720),
        ("01:30:00", 5400),
        ("0s", 0),
        ("ずっと", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert duration_in(text) == seconds


def test_a_file_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting_files, "MOST_ROWS", 6)
    with pytest.raises(NotAMeetingFile, match="more than 6 lines"):
        stays_in(ZOOM.encode(), BEGINS)
    with pytest.raises(NotAMeetingFile, match="leaves before joining"):
        stays_in(
            ZOOM_JA.replace("合計時間（分）,ゲスト", "参加時間,退出時間").replace("90,", "15:00,14:00,").encode(),
            BEGINS,
        )
    with pytest.raises(NotAMeetingFile, match="not CSV"):
        stays_in(f"Email,Duration\n{'x' * 200_000},3".encode(), BEGINS)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    for file in (content, ZOOM.encode() + content, MEET.encode("utf-16") + content):
        try:
            matched(stays_in(file, BEGINS), {"a": ONE}, PLAN)
        except NotAMeetingFile:
            continue
