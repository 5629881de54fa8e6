"""Ids, codes, texts and days, as people and machines hand them in, each with its bounds.

A column, a path or an event never gets more than these let through, so that no slice writes bounds of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

Id = Annotated[str, Field(pattern=f"^{_UUID}$", examples=["0193f1a0-0000-7000-8000-000000000000"])]
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
