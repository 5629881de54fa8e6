"""Months and fiscal years, in Tokyo's time. A fiscal year (年度) runs from April to March."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# A fixed offset, not ZoneInfo("Asia/Tokyo"): Japan has had no summer time since 1951, and slim images and
# Windows have no time zone database.
TOKYO_TIME: Final = timezone(timedelta(hours=9), "JST")

FIRST_MONTH: Final = 4  # April
MONTHS: Final = 12

# What requests and events may name. Every month of these years, and no other, is a valid Month there, so that
# going from one to the other never leaves what can be written.
EARLIEST, LATEST = 2000, 2099
_MONTH = "2000-(0[4-9]|1[0-2])|20(0[1-9]|[1-9][0-9])-(0[1-9]|1[0-2])|2100-0[1-3]"


def tokyo_date(moment: date | datetime) -> date:
    """The calendar day in Tokyo at this moment.

    Raises ValueError for a datetime without offset: nobody knows which day that is.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no offset from UTC, so its day in Tokyo is unknown")
    return moment.astimezone(TOKYO_TIME).date()


class Month(str):
    """A calendar month, 'YYYY-MM'.

    It is its own text: it goes into JSON, a text column or a path as it is, and sorts in the order of time.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Raises ValueError where the text is not a month."""
        if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text) or text < "0001":
            raise ValueError(f"'{text}' is not a month: write year and month, such as 2024-04")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, year: int, number: int) -> Self:
        """The month by calendar year and number (1 is January). Raises ValueError."""
        return cls(f"{year:04d}-{number:02d}")

    @classmethod
    def containing(cls, moment: date | datetime) -> Self:
        """The month in Tokyo at this moment. Raises ValueError for a datetime without offset."""
        day = tokyo_date(moment)
        return cls.of(day.year, day.month)

    @classmethod
    def range(cls, first: Month, last: Month) -> Iterator[Self]:
        """The months from first to last, both included; none where last is before first."""
        for ordinal in range(first._ordinal, last._ordinal + 1):
            yield cls._from(ordinal)

    @property
    def year(self) -> int:
        """The calendar year."""
        return int(self[:4])

    @property
    def number(self) -> int:
        """The number in the calendar year: 1 is January."""
        return int(self[5:])

    @property
    def fiscal_year(self) -> FiscalYear:
        """The fiscal year it lies in."""
        return FiscalYear(self.year if self.number >= FIRST_MONTH else self.year - 1)

    @property
    def fiscal_index(self) -> int:
        """Its place in the fiscal year: 1 is April, 12 is March."""
        return (self.number - FIRST_MONTH) % MONTHS + 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The moment it begins in Tokyo. It ends, excluded, where the next one starts."""
        return datetime(self.year, self.number, 1, tzinfo=TOKYO_TIME)

    def next(self) -> Self:
        return self._from(self._ordinal + 1)

    def previous(self) -> Self:
        return self._from(self._ordinal - 1)

    @property
    def _ordinal(self) -> int:
        return self.year * MONTHS + self.number - 1

    @classmethod
    def _from(cls, ordinal: int) -> Self:
        return cls.of(ordinal // MONTHS, ordinal % MONTHS + 1)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validated, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": f"^({_MONTH})$",
            "description": f"A month, YYYY-MM, of the fiscal years {EARLIEST} to {LATEST}",
            "examples": ["2024-04"],
        }

    @classmethod
    def _validated(cls, value: object) -> Self:
        if isinstance(value, str) and re.fullmatch(_MONTH, value):
            return cls(value)
        raise PydanticCustomError(
            "month",
            "Write a month as YYYY-MM, such as '2024-04', from 2000-04 to 2100-03.",
        )


class FiscalYear(int):
    """A fiscal year (年度), named by the calendar year in which it begins: 2024 is April 2024 to March 2025."""

    __slots__ = ()

    def __new__(cls, year: int) -> Self:
        """Raises ValueError where the year does not have four digits."""
        if not 1000 <= year <= 9999:
            raise ValueError(f"{year} is not a fiscal year: write four digits, such as 2024")
        return super().__new__(cls, year)

    @classmethod
    def of(cls, moment: date | datetime) -> Self:
        """The fiscal year in Tokyo at this moment. Raises ValueError for a datetime without offset."""
        return cls(Month.containing(moment).fiscal_year)

    def months(self) -> tuple[Month, ...]:
        """Its twelve months, April first."""
        return tuple(Month.range(self.month(1), self.month(MONTHS)))

    def month(self, fiscal_index: int) -> Month:
        """The month by its place: 1 is April, 12 is March. Raises ValueError."""
        if not 1 <= fiscal_index <= MONTHS:
            raise ValueError(f"{fiscal_index} is not a month of a fiscal year: 1 is April, 12 is March")
        years, before = divmod(FIRST_MONTH - 1 + fiscal_index - 1, MONTHS)
        return Month.of(self + years, before + 1)

    @property
    def first_day(self) -> date:
        """1 April."""
        return self.month(1).first_day

    @property
    def last_day(self) -> date:
        """31 March of the following calendar year."""
        return self.month(MONTHS).last_day

    def next(self) -> Self:
        return type(self)(self + 1)

    def previous(self) -> Self:
        return type(self)(self - 1)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validated,
            serialization=core_schema.plain_serializer_function_ser_schema(
                int, return_schema=core_schema.int_schema(), when_used="json"
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "integer",
            "minimum": EARLIEST,
            "maximum": LATEST,
            "description": "年度: a fiscal year, April to March, named by the calendar year in which it begins",
            "examples": [2024],
        }

    @classmethod
    def _validated(cls, value: object) -> Self:
        # Text is read too: in paths and queries a number arrives as its digits.
        if isinstance(value, str) and re.fullmatch("[0-9]{4}", value):
            value = int(value)
        if isinstance(value, int) and EARLIEST <= value <= LATEST:
            return cls(value)
        raise PydanticCustomError(
            "fiscal_year",
            "Write a fiscal year as four digits, such as 2024 (April 2024 to March 2025), from 2000 to 2099.",
        )
