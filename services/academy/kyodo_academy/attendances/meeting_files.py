"""The list of participants that the tools for online meetings give as CSV, read into who was there from when to when.

Teams writes UTF-16 with tabs and several tables in a file, Zoom a table after another about the meeting, Excel saves
Shift_JIS: neither encoding nor place of the table nor language is presumed. A table is told by its headings.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kyodo_academy.attendances.meeting_times import duration_in, moment_in
from kyodo_academy.profiles.mail import folded_mail
from kyodo_events.errors import Refused

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 20_000
DELIMITERS: Final = ("\t", ",", ";")

_HEADINGS: Final[Mapping[str, re.Pattern[str]]] = {
    "seconds": re.compile(r"duration|期間|所要時間|滞在|会議(の|内の)?時間|時間\(分\)"),
    "since": re.compile(r"join|参加(した)?(時|日)|最初の参加|入室"),
    "until": re.compile(r"leave|left|exited|退(出|室|席)"),
    "mail": re.compile(r"e-?mail|メール"),
    "sign_in": re.compile(r"upn"),
}
_SUMMED: Final = re.compile(r"first|最初")
_OF_MEETING: Final = re.compile(r"topic|トピック")
"""Zoom tells about the meeting first, with the address of who held it."""


class MeetingFileTooLarge(Refused):
    status, type = 413, "meeting-file-too-large"
    title = "The file is too large for a list of participants (ファイルサイズ超過)"
    detail = "The file has {size} bytes; at most {most} are taken."
    remedy = "Take only the list of participants of this session."


class NotAMeetingFile(Refused):
    status, type = 422, "not-a-meeting-file"
    title = "This is not a list of participants that can be read (参加者一覧として読めない)"
    detail = "{why}"
    remedy = "Take the CSV file as the meeting tool gave it, with mail addresses, and times or durations."


@dataclass(frozen=True, slots=True)
class Stay:
    """A line of the file: somebody, from when to when, or for how long. `summed`: all of one's stays in one line."""

    row: int
    mail: str
    since: datetime | None
    until: datetime | None
    seconds: int | None
    summed: bool = False


def stays_in(content: bytes, near: datetime) -> list[Stay]:
    """The stays that a file tells of. Days that can be read in two ways are those nearer to the session's beginning.

    Raises NotAMeetingFile; it never repeats what stands in the file.
    """
    text = _decoded(content)
    for delimiter in DELIMITERS:
        tables = _tables(_lines(text, delimiter))
        if tables:
            one_a_stay = [table for table in tables if not table.summed and "since" in table.columns]
            return [stay for table in one_a_stay or tables for stay in table.stays(near)]
    raise NotAMeetingFile(why="No table was found with headings for a mail address and for times or a duration.")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        little = content[1::2].count(0) >= content[::2].count(0)
        encodings = ["utf-16-le" if little else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotAMeetingFile(why="The file is text neither in UTF-8 nor in UTF-16 nor in Shift_JIS.")


def _lines(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if len(lines) == MOST_ROWS:
                raise NotAMeetingFile(why=f"It has more than {MOST_ROWS:,} lines.")
            lines.append((reader.line_num, [_cell(cell) for cell in cells]))
    except csv.Error as error:
        raise NotAMeetingFile(why=f"Line {reader.line_num} is not CSV.") from error
    return lines


def _cell(text: str) -> str:
    """A cell as it is read: `="…"` is how some tools keep Excel from changing it."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("=").strip("\"' ")


@dataclass(frozen=True, slots=True)
class _Table:
    """A heading that was recognised, and the lines below it up to an empty one."""

    columns: Mapping[str, int]
    summed: bool
    lines: Sequence[tuple[int, list[str]]]

    def stays(self, near: datetime) -> Iterator[Stay]:
        for row, cells in self.lines:
            since, until, told = (self._cell(cells, name) for name in ("since", "until", "seconds"))
            if not (since or until or told):
                continue  # who never got in from the waiting room
            joined, left = moment_in(since, near), moment_in(until, near)
            seconds = duration_in(told)
            if joined and left is None and seconds is not None:
                left = joined + timedelta(seconds=seconds)
            if joined and left and left < joined:
                raise NotAMeetingFile(why=f"In line {row} somebody leaves before joining.")
            odd = (since and joined is None) or (until and left is None)
            if odd or not ((joined and left) or seconds is not None):
                raise NotAMeetingFile(why=f"The times in line {row} cannot be read.")
            mail = self._cell(cells, "mail") or self._cell(cells, "sign_in")
            yield Stay(row, folded_mail(mail), joined, left, seconds, self.summed)

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self.columns.get(name, len(cells))
        return cells[place] if place < len(cells) else ""


def _tables(lines: Sequence[tuple[int, list[str]]]) -> list[_Table]:
    found: list[_Table] = []
    for place, (_, cells) in enumerate(lines):
        columns = _columns(cells)
        if columns:
            below = []
            for line in lines[place + 1 :]:
                if not any(line[1]):
                    break
                below.append(line)
            found.append(_Table(columns, bool(_SUMMED.search(cells[columns.get("since", 0)].casefold())), below))
    return found


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Which column is what, if these are the headings of a table of participants."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        heading = cell.casefold()
        if _OF_MEETING.search(heading):
            return {}
        name = next((name for name, pattern in _HEADINGS.items() if pattern.search(heading)), None)
        if name is not None:
            columns.setdefault(name, place)
    timed = {"since", "until"} <= columns.keys() or "seconds" in columns
    return columns if timed and columns.keys() & {"mail", "sign_in"} else {}
