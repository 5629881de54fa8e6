"""Ids, codes, texts and days, as people and machines hand them in, each with its bounds.

A column, a path or an event never gets more than these let through, so that no slice writes bounds of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

ID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

Id = Annotated[str, Field(pattern=ID_PATTERN, examples=["0193f1a0-0000-7000-8000-000000000000"])]
"""The id of an aggregate, in paths and bodies: a UUID in lower case."""

Code = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$", examples=["existing_services"])]
"""A short free code that people group things by."""

# PostgreSQL stores no NUL, and no other control character belongs in a text of one line.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]
"""A name, title or reference: one line that begins with something visible, of at most 200 characters."""

Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
"""Free text of several lines, or none, of at most 2,000 characters."""

Day = Annotated[date, Field(ge=date(2000, 4, 1), le=date(2100, 3, 31), examples=["2024-04-01"])]
"""A calendar day in Tokyo within the fiscal years 2000 to 2099, so that it lies in a valid Month."""


def _with_check_digit(number: str) -> str:
    # The digit in front is 9 less the remainder by 9 of the sum of the other twelve, from the last one on weighted
    # 1, 2, 1, 2 …: Ordinance of the Ministry of Finance on corporate numbers (法人番号の指定等に関する省令) §2.
    weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
    if int(number[0]) != 9 - weighted % 9:
        raise ValueError("the check digit, the first of the thirteen, does not fit: look for a mistyped digit")
    return number


CorporateNumber = Annotated[
    str, Field(pattern="^[1-9][0-9]{12}$", examples=["8000012010038"]), AfterValidator(_with_check_digit)
]
"""法人番号: the number of a firm or an authority in Japan, thirteen digits of which the first is a check digit."""
