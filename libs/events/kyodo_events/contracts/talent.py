"""What talent publishes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic

EXPERTS = Topic("kyodo.talent.experts.v1")


class ExpertRegistered(Event, type="kyodo.talent.expert-registered", topic=EXPERTS, words="専門人材を登録した"):
    """An expert was registered, under a pseudonym: no personal data leaves the service."""

    pseudonym: str
    personas: tuple[str, ...]
    half_days_per_month: Annotated[int, Field(ge=1, le=62, description="Capacity in half-days per month.")]
