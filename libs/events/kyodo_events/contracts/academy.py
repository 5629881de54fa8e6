"""What the academy publishes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic

COURSES = Topic("kyodo.academy.courses.v1")


class CourseAnnounced(
    Event,
    type="kyodo.academy.course-announced",
    topic=COURSES,
    words="研修「{title_ja}」（{starts_on}開催、定員{seats}人）を案内した",
):
    """A course of the Tokyo Digital Academy was announced to all municipalities."""

    title_ja: str
    programme: str
    starts_on: date
    seats: Annotated[int, Field(ge=1, le=10_000)]
