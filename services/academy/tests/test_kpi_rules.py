"""How attendances are counted, frozen and taken over, without a database."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from pydantic import TypeAdapter, ValidationError

from kyodo_academy.earlier_attendances.model import (
    AttendancesTakenOver,
    EarlierAttendances,
    Lines,
    MonthOfAnotherYear,
    RecordedHere,
    TakenOverAlready,
    TakenOverAttendancesRestated,
)
from kyodo_academy.employees.model import EmployeesRecorded, Workforce
from kyodo_academy.frozen_months.model import (
    AttendanceMonthFrozen,
    AttendanceMonthRestated,
    EarlierMonthNotFrozen,
    FrozenMonth,
    MonthFrozenAlready,
    MonthNotCounted,
    MonthNotOver,
    differences,
)
from kyodo_academy.kpi.model import (
    Cell,
    EarlierLine,
    Months,
    as_frozen,
    by_party,
    forecast,
    of_municipalities,
    per_1000,
    percent,
    reached,
    totals,
    with_taken_over,
)
from kyodo_academy.kpi.rows import year_rows
from kyodo_academy.kpi.targets import CUMULATIVE, YEARLY
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_academy.sources import Source
from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO

CHIYODA, MUSASHINO = "131016", "132039"
APRIL, MAY, JUNE, JULY = (Month(f"2022-0{number}") for number in (4, 5, 6, 7))
SHARED, CORE = ProgrammeCode.SHARED_TRAINING, ProgrammeCode.CORE_TALENT_STUDY
SOURCE = Source(title_ja="令和4年度研修実績報告")
YEAR = FiscalYear(2022)


def cell(
    party: str | None, attendances: int, heads: int, new: int, programme: ProgrammeCode | None = None, taken: int = 0
) -> Cell:
    return Cell(
        programme=programme,
        party=party,
        attendances=attendances,
        taken_over=taken,
        heads=heads,
        new_in_year=new,
        new_ever=new,
    )


def line(month: Month, attendances: int, municipality: str | None = None) -> EarlierLine:
    return EarlierLine(month=month, programme=SHARED, municipality=municipality, attendances=attendances)


RECORDED: Months = {
    JUNE: [
        cell(MUSASHINO, 6, 4, 4),
        cell(MUSASHINO, 6, 4, 4, SHARED),
        cell(TOKYO, 2, 2, 2),
        cell(TOKYO, 2, 2, 2, CORE),
    ],
    JULY: [cell(MUSASHINO, 5, 5, 1), cell(MUSASHINO, 5, 5, 1, SHARED)],
}


def test_what_was_taken_over_counts_in_its_programme_and_together_and_knows_no_people() -> None:
    found = with_taken_over(RECORDED, [line(MAY, 40), line(JUNE, 3, MUSASHINO)])
    assert list(found) == [MAY, JUNE, JULY]
    assert found[MAY] == [cell(None, 40, 0, 0, taken=40), cell(None, 40, 0, 0, SHARED, taken=40)]
    assert cell(MUSASHINO, 9, 4, 4, taken=3) in found[JUNE]
    assert cell(MUSASHINO, 9, 4, 4, SHARED, taken=3) in found[JUNE]
    assert found[JULY] == RECORDED[JULY]


def test_people_of_a_span_are_who_came_for_the_first_time_and_no_sum_of_months() -> None:
    rows = {(row.fiscal_year, row.programme): row for row in year_rows(RECORDED, FiscalYear(2023), {YEAR: 38})}
    both = rows[YEAR, None]
    assert (both.attendances, both.heads, both.heads_taken_over, both.tokyo_attendances) == (11, 5, 38, 2)
    assert (both.target, both.cumulative_target, both.cumulative_percent) == (None, CUMULATIVE, 0)
    core = rows[YEAR, CORE]
    assert (core.attendances, core.tokyo_attendances, core.heads_taken_over) == (0, 2, None)
    after = rows[FiscalYear(2023), None]
    assert (after.attendances, after.cumulative, after.heads, after.cumulative_heads) == (0, 11, 0, 5)
    assert (after.target, after.reached_percent, after.municipalities_reached) == (1500, 0, 1)
    assert all(row.counted_ja and row.heads_ja and row.source_ja for row in rows.values())


def test_the_targets_are_those_of_the_forum() -> None:
    assert (CUMULATIVE, YEARLY) == (5500, {2023: 1500, 2024: 1500, 2025: 1500})


def test_a_frozen_month_counts_as_it_was_frozen_also_as_nothing() -> None:
    found = as_frozen(RECORDED, {APRIL: [], JUNE: [cell(MUSASHINO, 7, 5, 5)], MAY: [cell(CHIYODA, 1, 1, 1)]})
    assert list(found) == [APRIL, MAY, JUNE, JULY]
    assert found[JUNE] == [cell(MUSASHINO, 7, 5, 5)]
    assert totals(found, lambda _, one: of_municipalities(one) and one.programme is None)[True].attendances == 13
    assert as_frozen(RECORDED, {JUNE: []})[JUNE] == []


def test_who_is_reached_is_a_municipality_of_which_anybody_came() -> None:
    found = with_taken_over(RECORDED, [line(MAY, 40), line(MAY, 1, CHIYODA)])
    assert reached(found) == {MUSASHINO, CHIYODA}
    assert reached(found, CORE) == frozenset()
    assert by_party(found)[None].attendances == 40


def test_quotients_are_rounded_down_and_unknown_where_there_is_nothing_to_divide_by() -> None:
    assert (per_1000(7, 900), per_1000(0, 900), per_1000(2000, 3), per_1000(7, None)) == (
        "7.777",
        "0.000",
        "666666.666",
        None,
    )
    assert (percent(1499, 1500), percent(1500, 1500), percent(3, None), percent(0, 1500)) == (99, 100, None, 0)


def test_a_forecast_takes_months_that_are_over_as_they_are_and_others_for_the_mean_at_least() -> None:
    counted = {APRIL: 100, MAY: 51, JUNE: 10}
    found = forecast(YEAR, JUNE, counted, {JUNE: 30, JULY: 90, Month("2022-08"): 75})
    assert (found.counted, found.confirmed, found.monthly_mean, found.months_left) == (161, 195, 75, 10)
    assert found.expected == 151 + 75 + 90 + 75 + 7 * 75
    assert forecast(YEAR, Month("2023-04"), counted, {}).expected == 161, "a year that is over is what it was"
    nothing = forecast(YEAR, APRIL, {}, {MAY: 4})
    assert (nothing.monthly_mean, nothing.expected) == (0, 4)
    of_before = forecast(FiscalYear(2023), Month("2023-04"), counted | {Month("2023-03"): 79}, {})
    assert (of_before.monthly_mean, of_before.expected) == (20, 240), "months between are months, also with nothing"


def frozen(month: Month = JUNE, *cells: Cell) -> AttendanceMonthFrozen:
    return AttendanceMonthFrozen(month=month, cells=cells)


def test_months_are_frozen_after_their_end_in_order_and_once() -> None:
    cells = RECORDED[JUNE]
    may, open_may = FrozenMonth(id=MAY).fold([frozen(MAY)]), FrozenMonth(id=MAY)
    june = given(FrozenMonth, JUNE)
    june.when(lambda one: one.freeze(may, cells, date(2022, 7, 1))).then(frozen(JUNE, *cells))
    june.when(lambda one: one.freeze(may, cells, date(2022, 6, 30))).refuses(
        MonthNotOver(month=JUNE, last_day=date(2022, 6, 30))
    )
    june.when(lambda one: one.freeze(open_may, cells, date(2022, 7, 1))).refuses(EarlierMonthNotFrozen(before=MAY))
    again = june.that(frozen(JUNE, *cells))
    again.when(lambda one: one.freeze(may, cells, date(2022, 7, 1))).refuses(MonthFrozenAlready(month=JUNE))
    march = Month("2022-03")
    first = given(FrozenMonth, APRIL)
    first.when(lambda one: one.freeze(FrozenMonth(id=march), [], date(2022, 7, 1))).then(frozen(APRIL))
    given(FrozenMonth, march).when(lambda one: one.freeze(may, cells, date(2022, 7, 1))).refuses(
        MonthNotCounted(month=march, first=APRIL)
    )


def test_a_frozen_month_is_restated_with_a_reason_where_something_changed() -> None:
    june, now = given(FrozenMonth, JUNE), [cell(MUSASHINO, 5, 4, 4)]
    before = frozen(JUNE, *RECORDED[JUNE])
    restated = AttendanceMonthRestated(month=JUNE, cells=tuple(now), reason_ja="受付簿の確認")
    june.that(before).when(lambda one: one.restate(now, "受付簿の確認")).then(restated)
    june.that(before, restated).when(lambda one: one.restate(now, "もう一度")).then()
    june.when(lambda one: one.restate(now, "受付簿の確認")).refuses(NotFound(what="frozen month", id=JUNE))


def test_differences_name_what_is_missing_on_either_side() -> None:
    then, now = [cell(MUSASHINO, 6, 4, 4), cell(TOKYO, 1, 1, 1)], [cell(CHIYODA, 1, 1, 1), cell(TOKYO, 1, 1, 1)]
    found = [(one.frozen.party, one.frozen.attendances, one.live.attendances) for one in differences(then, now)]
    assert found == [(MUSASHINO, 6, 0), (CHIYODA, 0, 1)]
    assert differences(then, reversed(then)) == []


def taken_over_at(month: Month, now: Month, one: EarlierAttendances) -> Events:
    return one.take_over([line(month, 1)], None, SOURCE, now, ())


def test_earlier_attendances_are_taken_over_once_and_never_what_was_recorded_here() -> None:
    now, lines = Month("2023-02"), (line(MAY, 40), line(JUNE, 3, MUSASHINO))
    taken = AttendancesTakenOver(fiscal_year=YEAR, lines=lines, heads=38, source=SOURCE)
    year = given(EarlierAttendances, "2022")
    year.when(lambda one: one.take_over(lines, 38, SOURCE, now, {(JULY, SHARED), (JUNE, CORE)})).then(taken)
    year.that(taken).when(lambda one: one.take_over(lines, 38, SOURCE, now, ())).refuses(
        TakenOverAlready(fiscal_year=YEAR)
    )
    year.when(lambda one: one.take_over(lines, 38, SOURCE, now, {(JUNE, SHARED)})).refuses(
        RecordedHere(month=JUNE, programme=SHARED)
    )
    for wrong, at in ((Month("2023-04"), Month("2023-06")), (JUNE, JUNE), (Month("2022-03"), now)):
        year.when(partial(taken_over_at, wrong, at)).refuses(
            MonthOfAnotherYear(month=wrong, fiscal_year=YEAR, first=APRIL)
        )
    early = Month("2021-05")
    given(EarlierAttendances, "2021").when(partial(taken_over_at, early, now)).refuses(
        MonthOfAnotherYear(month=early, fiscal_year=2021, first=APRIL)
    )


def test_earlier_attendances_are_restated_with_a_reason() -> None:
    now, lines = Month("2023-02"), (line(MAY, 40),)
    taken = AttendancesTakenOver(fiscal_year=YEAR, lines=lines, heads=None, source=SOURCE)
    year, other = given(EarlierAttendances, "2022"), (line(MAY, 39),)
    restated = TakenOverAttendancesRestated(
        fiscal_year=YEAR, lines=other, heads=None, source=SOURCE, reason_ja="二重計上"
    )
    year.that(taken).when(lambda one: one.restate(other, None, SOURCE, "二重計上", now, ())).then(restated)
    year.that(taken).when(lambda one: one.restate(lines, None, SOURCE, "二重計上", now, ())).then()
    year.that(taken).when(lambda one: one.restate(other, None, SOURCE, "二重計上", now, {(MAY, SHARED)})).refuses(
        RecordedHere(month=MAY, programme=SHARED)
    )
    year.when(lambda one: one.restate(lines, None, SOURCE, "二重計上", now, ())).refuses(
        NotFound(what="earlier attendances", id="2022")
    )


def test_a_line_stands_once() -> None:
    with pytest.raises(ValidationError, match="stand twice in 2022-05"):
        TypeAdapter(Lines).validate_python([line(MAY, 1), line(MAY, 2)])


def test_employees_are_recorded_again_where_number_or_source_change() -> None:
    recorded = EmployeesRecorded(municipality=MUSASHINO, fiscal_year=YEAR, employees=900, source=SOURCE)
    known = given(Workforce).that(recorded)
    known.when(lambda one: one.record(MUSASHINO, YEAR, 900, SOURCE)).then()
    known.when(lambda one: one.record(MUSASHINO, YEAR, 901, SOURCE)).then(
        recorded.model_copy(update={"employees": 901})
    )
