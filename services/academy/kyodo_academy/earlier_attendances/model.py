"""Attendances of a fiscal year that the platform did not record: taken over once, with where they are written.

They were counted before there was a platform, such as those of fiscal year 2022. Who the people were is not known; a
figure of people is kept where the source tells one, and added to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field

from kyodo_academy.kpi.model import Count, EarlierLine
from kyodo_academy.kpi.targets import COUNTED_FROM
from kyodo_academy.sources import Source
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.texts import Line

MOST_LINES: Final = 2_500  # twelve months, three programmes, 62 municipalities and nobody told: 2,268

Counted = Collection[tuple[Month, str]]
"""Months and programmes of which the platform itself recorded attendances."""


def _each_once(lines: tuple[EarlierLine, ...]) -> tuple[EarlierLine, ...]:
    times = Counter((line.month, line.programme, line.municipality) for line in lines)
    twice = sorted({month for (month, *_), number in times.items() if number > 1})
    if twice:
        raise ValueError(f"a programme and municipality stand twice in {', '.join(twice)}: name each once")
    return lines


Lines = Annotated[tuple[EarlierLine, ...], Field(min_length=1, max_length=MOST_LINES), AfterValidator(_each_once)]


class AttendancesTakenOver(
    Event,
    type="kyodo.academy.attendances-taken-over",
    words="{fiscal_year}年度の受講実績を引き継いだ（{source.title_ja}）",
):
    """What was counted elsewhere counts here too."""

    fiscal_year: FiscalYear
    lines: Lines
    heads: Count | None
    source: Source


class TakenOverAttendancesRestated(
    Event,
    type="kyodo.academy.taken-over-attendances-restated",
    words="{fiscal_year}年度の引継ぎ実績を改めた（{reason_ja}）",
):
    """What was taken over was otherwise; all of the lines, as they stand since."""

    fiscal_year: FiscalYear
    lines: Lines
    heads: Count | None
    source: Source
    reason_ja: Line


class TakenOverAlready(Refused):
    status, type = 409, "attendances-taken-over-already"
    title = "The year's attendances were taken over before (引継ぎ済み)"
    detail = "Those of fiscal year {fiscal_year} stand already; a second time they would count twice."
    remedy = "Restate them, with the reason."


class MonthOfAnotherYear(Refused):
    status, type = 422, "month-of-another-fiscal-year"
    title = "A line is of another fiscal year (年度が違う)"
    detail = "{month} is not a month of fiscal year {fiscal_year} that is over, from {first} on."
    remedy = "Give the lines of the year that the address names, of months that are over."


class RecordedHere(Refused):
    status, type = 409, "attendances-recorded-here"
    title = "The platform recorded attendances of this month itself (二重計上)"
    detail = "Of {month} and {programme} there are attendances on record: taken over, they would count twice."
    remedy = "Leave the line out, or correct the attendances where they are recorded."


@dataclass(frozen=True)
class EarlierAttendances(Aggregate, category="earlier-attendances"):
    """What was taken over of one fiscal year; its id is the year."""

    lines: Sequence[EarlierLine] = ()
    heads: int | None = None
    source: Source | None = None

    @property
    def fiscal_year(self) -> FiscalYear:
        return FiscalYear(int(self.id))

    def take_over(
        self, lines: Sequence[EarlierLine], heads: int | None, source: Source, this_month: Month, counted: Counted
    ) -> Events:
        """Let them count, once."""
        require(not self.lines, TakenOverAlready(fiscal_year=self.fiscal_year))
        self._require_earlier(lines, this_month, counted)
        yield AttendancesTakenOver(fiscal_year=self.fiscal_year, lines=tuple(lines), heads=heads, source=source)

    def restate(
        self,
        lines: Sequence[EarlierLine],
        heads: int | None,
        source: Source,
        reason_ja: str,
        this_month: Month,
        counted: Counted,
    ) -> Events:
        """Let others count instead. Raises NotFound where nothing was taken over."""
        if not self.lines:
            raise NotFound(what="earlier attendances", id=self.id)
        self._require_earlier(lines, this_month, counted)
        if (tuple(lines), heads, source) != (tuple(self.lines), self.heads, self.source):
            yield TakenOverAttendancesRestated(
                fiscal_year=self.fiscal_year, lines=tuple(lines), heads=heads, source=source, reason_ja=reason_ja
            )

    def _require_earlier(self, lines: Sequence[EarlierLine], this_month: Month, counted: Counted) -> None:
        year = self.fiscal_year
        for line in lines:
            fits = line.month.fiscal_year == year >= COUNTED_FROM and line.month < this_month
            require(fits, MonthOfAnotherYear(month=line.month, fiscal_year=year, first=COUNTED_FROM.month(1)))
            once = (line.month, line.programme) not in counted
            require(once, RecordedHere(month=line.month, programme=line.programme))

    @evolve
    def taken_over(self, event: AttendancesTakenOver) -> Self:
        return replace(self, lines=event.lines, heads=event.heads, source=event.source)

    @evolve
    def restated(self, event: TakenOverAttendancesRestated) -> Self:
        return replace(self, lines=event.lines, heads=event.heads, source=event.source)
