"""What supporter matching publishes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.municipalities import MunicipalityCode

SUPPORTERS = Topic("kyodo.supporter-matching.supporters.v1")


class SupporterRegistered(
    Event, type="kyodo.supporter-matching.supporter-registered", topic=SUPPORTERS, words="スマホサポーターを登録した"
):
    """A smartphone supporter (TOKYOスマホサポーター) was registered, under a pseudonym."""

    pseudonym: str
    home_municipality: MunicipalityCode
    languages: tuple[str, ...]
    sessions_per_month: Annotated[int, Field(ge=1, le=62, description="How many sessions a month at most.")]
