"""The academy's targets as open data, with what was reached: officials counted, never shown where they are few."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from typing import Any, Final

from kyodo_academy.courses.model import Course
from kyodo_academy.earlier_attendances.model import EarlierAttendances
from kyodo_academy.enrolments.model import Enrolment
from kyodo_academy.frozen_months.model import FrozenMonth
from kyodo_academy.kpi.counted import counted
from kyodo_academy.kpi.model import NOTHING, Months, of_municipalities, of_year, totals
from kyodo_academy.kpi.schemas import ALL_JA
from kyodo_academy.kpi.targets import SOURCE_JA, YEARLY
from kyodo_academy.programmes.model import PLANNED_FOR, PROGRAMMES, ProgrammeCode
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.small_counts import hidden_in
from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, Row
from kyodo_platform.streams import Snapshot


async def _rows(snapshot: Snapshot) -> AsyncIterator[Row]:
    for row in rows_of((await counted(snapshot.tx)).months):
        yield row


def rows_of(months: Months) -> Iterator[Row]:
    """A row for each fiscal year of which there is a target or a count: all programmes together first, then each."""
    for year in sorted({*YEARLY, PLANNED_FOR, *(month.fiscal_year for month in months)}):
        found = totals(of_year(months, year), lambda _, cell: (cell.programme, of_municipalities(cell)))
        reached = {one: found.get((one, True), NOTHING).attendances for one in ProgrammeCode}
        hidden = hidden_in(reached)
        yield _row(year, None, YEARLY.get(year), None if hidden.total else sum(reached.values()))
        for one, attendances in reached.items():
            planned = PROGRAMMES[one].people if year == PLANNED_FOR else None
            yield _row(year, one, planned, None if one in hidden.cells else attendances)


def _row(
    year: FiscalYear, programme: ProgrammeCode | None, target: int | None, reached: int | None
) -> Mapping[str, Any]:
    return {
        "fiscal_year": int(year),
        "programme": programme,
        "programme_ja": PROGRAMMES[programme].name_ja if programme else ALL_JA,
        "target": target,
        "attendances": reached,
        "source_ja": SOURCE_JA,
    }


data_set: Final = DataSet(
    id="training-targets",
    title_ja="デジタル人材育成研修の目標と実績",
    title_en="Targets of the officials' training, and what was reached",
    description_ja="年度・研修ごとの目標と区市町村職員の延べ出席数。5人未満の数とそれを推測させる数は示さない",
    description_en="By fiscal year and programme: target, attendances; counts below 5, and what tells them, are empty",
    keywords_ja=("研修", "デジタル人材", "目標", "KPI"),
    columns=(
        Column("fiscal_year", "年度", "Fiscal year, April to March", Datatype.YEAR),
        Column("programme", "研修コード", "Programme, as a code; empty: all together"),
        Column("programme_ja", "研修", "Programme"),
        Column(
            "target",
            "目標",
            "Target",
            Datatype.INTEGER,
            "全研修は延べ数の目標、各研修は計画人数。示されていない年度は空欄",
        ),
        Column("attendances", "延べ出席数", "Attendances", Datatype.INTEGER, "少人数のため非表示の場合は空欄"),
        Column("source_ja", "目標の出典", "Source of the targets"),
    ),
    rows=_rows,
    frequency=Frequency.CONTINUOUS,
    form_since=date(2026, 11, 28),
    sources=(Course, EarlierAttendances, Enrolment, FrozenMonth, TrainingSession),
)
