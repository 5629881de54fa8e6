"""Months and fiscal years, in Tokyo's time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from kyodo_events.values.fiscal import EARLIEST, LATEST, TOKYO_TIME, FiscalYear, Month, tokyo_date

MONTH: TypeAdapter[Month] = TypeAdapter(Month)
FISCAL_YEAR: TypeAdapter[FiscalYear] = TypeAdapter(FiscalYear)
dates = st.dates(date(1900, 1, 1), date(2200, 12, 31))
months = st.builds(Month.containing, dates)


class Period(BaseModel):
    fiscal_year: FiscalYear
    month: Month


def test_a_fiscal_year_runs_from_april_to_march() -> None:
    year = FiscalYear(2024)
    assert [*year.months()] == [f"2024-{n:02d}" for n in range(4, 13)] + ["2025-01", "2025-02", "2025-03"]
    assert (year.first_day, year.last_day) == (date(2024, 4, 1), date(2025, 3, 31))
    assert [month.fiscal_index for month in year.months()] == list(range(1, 13))
    assert {month.fiscal_year for month in year.months()} == {2024}
    assert (year.previous(), year.next()) == (2023, 2025)


@pytest.mark.parametrize("fiscal_index", [0, 13, -1])
def test_a_fiscal_year_has_twelve_months(fiscal_index: int) -> None:
    with pytest.raises(ValueError, match="1 is April, 12 is March"):
        FiscalYear(2024).month(fiscal_index)


def test_the_day_and_the_year_change_at_midnight_in_tokyo() -> None:
    """15:00 UTC is 00:00 of the next day in Tokyo."""
    assert FiscalYear.of(datetime(2024, 3, 31, 14, 59, 59, tzinfo=UTC)) == 2023
    assert FiscalYear.of(datetime(2024, 3, 31, 15, 0, 0, tzinfo=UTC)) == 2024
    assert Month.containing(datetime(2024, 12, 31, 15, tzinfo=UTC)) == "2025-01"
    assert FiscalYear.of(date(2024, 3, 31)) == 2023
    assert Month.containing(datetime(2024, 4, 1, tzinfo=timezone(timedelta(hours=14)))) == "2024-03"


def test_a_time_without_offset_is_refused() -> None:
    naive = datetime(2024, 4, 1)  # noqa: DTZ001 - the very thing that must be refused
    for of in (tokyo_date, Month.containing, FiscalYear.of):
        with pytest.raises(ValueError, match="no offset"):
            of(naive)


@given(dates)
def test_a_month_contains_its_days(day: date) -> None:
    month = Month.containing(day)
    assert month.first_day <= day <= month.last_day
    assert (month.year, month.number) == (day.year, day.month)
    assert month == f"{day:%Y-%m}"
    assert month.start == datetime(day.year, day.month, 1, tzinfo=TOKYO_TIME)
    assert month in month.fiscal_year.months()
    assert month.fiscal_year.month(month.fiscal_index) == month
    assert month.fiscal_year.first_day <= day <= month.fiscal_year.last_day


@given(months, months)
def test_months_sort_in_the_order_of_time(a: Month, b: Month) -> None:
    assert (a < b) == (a.first_day < b.first_day)
    assert a.next() > a > a.previous()
    assert a.next().previous() == a
    assert a.next().first_day - a.last_day == timedelta(days=1)


def test_a_range_includes_both_ends() -> None:
    assert [*Month.range(Month("2024-11"), Month("2025-02"))] == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert [*Month.range(Month("2024-11"), Month("2024-11"))] == ["2024-11"]
    assert [*Month.range(Month("2024-11"), Month("2024-10"))] == []


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024-4", "24-04", "2024-04-01", "", "2024-04\n", "0000-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month(text)
    with pytest.raises(ValidationError, match="YYYY-MM"):
        MONTH.validate_python(text)


@pytest.mark.parametrize("year", [999, 10_000, 24])
def test_a_year_without_four_digits_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="four digits"):
        FiscalYear(year)


@pytest.mark.parametrize("value", [2024, None, date(2024, 4, 1)])
def test_a_month_is_text(value: Any) -> None:
    with pytest.raises(ValidationError, match="YYYY-MM"):
        MONTH.validate_python(value)


@pytest.mark.parametrize("value", [EARLIEST - 1, LATEST + 1, 2024.0, True, "24", "２０２４", "2024 ", None])
def test_a_fiscal_year_has_four_digits(value: Any) -> None:
    with pytest.raises(ValidationError, match="four digits"):
        FISCAL_YEAR.validate_python(value)


def test_a_fiscal_year_in_a_path_arrives_as_text() -> None:
    year = FISCAL_YEAR.validate_python("2024")
    assert year == 2024
    assert isinstance(year, FiscalYear)


def test_they_travel_as_plain_json() -> None:
    period = Period.model_validate_json('{"fiscal_year": 2024, "month": "2025-01"}')
    assert period.month.fiscal_year == period.fiscal_year
    assert period.model_dump_json() == '{"fiscal_year":2024,"month":"2025-01"}'
    assert isinstance(period.model_dump()["month"], Month)
    assert orjson.dumps(period.model_dump()) == b'{"fiscal_year":2024,"month":"2025-01"}'
    by_month = TypeAdapter(dict[Month, int])
    assert by_month.dump_json(by_month.validate_json('{"2024-04": 5}')) == b'{"2024-04":5}'


def test_schema_and_validation_admit_the_same_months_and_those_of_the_fiscal_years() -> None:
    pattern = MONTH.json_schema()["pattern"]
    expected = {month for year in range(EARLIEST, LATEST + 1) for month in FiscalYear(year).months()}
    for month in Month.range(Month("1998-01"), Month("2102-12")):
        assert bool(re.search(pattern, month)) == (month in expected)
        if month in expected:
            assert FISCAL_YEAR.validate_python(MONTH.validate_python(str(month)).fiscal_year)
        else:
            with pytest.raises(ValidationError):
                MONTH.validate_python(str(month))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_describes_what_is_written(mode: Any) -> None:
    schema = Period.model_json_schema(mode=mode)
    jsonschema.validate({"fiscal_year": 2024, "month": "2025-01"}, schema)
    for wrong in ({"fiscal_year": 1999, "month": "2025-01"}, {"fiscal_year": 2024, "month": "2025-1"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
