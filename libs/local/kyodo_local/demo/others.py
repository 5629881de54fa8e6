"""A course: the first of what later scenarios tell more about."""

from __future__ import annotations

from kyodo_local.demo import calendar
from kyodo_local.demo.client import SECRETARIAT, Client


async def first_of_the_other_services(client: Client) -> None:
    """One course of the academy."""
    at = calendar.STARTED
    course = {
        "title_ja": "コア人材育成に向けた勉強会",
        "programme": "core_talent_study",
        "starts_on": calendar.SIGNED.date().isoformat(),
        "seats": 60,
    }
    await client.do("POST", "/academy/v1/courses", course, SECRETARIAT, at, key="course")
