"""What comes in and goes out about meetings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kyodo_events.contracts.procurement.themes import DecisionReference
from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.documents import Link, Minutes, Sha256


def _in_order(given: Any) -> Any:
    return [given[number] for number in sorted(given)] if isinstance(given, Mapping) else given


InOrder = BeforeValidator(_in_order)
"""A list of what an aggregate keeps by number."""


class MeetingIn(Body):
    """A meeting to be convened, or one of the past to be put on record."""

    title_ja: Line = Field(examples=["第4回CIOフォーラム"])
    held_on: Day
    place: Line | None = None


class AgendaIn(Body):
    """The whole agenda, in its order."""

    items: list[Line] = Field(max_length=50)


class MaterialIn(Body):
    """A document laid before the meeting."""

    title_ja: Line
    sha256: Sha256
    link: Link


class ReasonIn(Body):
    """Why; the reason is public."""

    reason: Line


class MinutesIn(Body):
    """The minutes' whole text; once there are minutes, with the reason for the change."""

    text: Minutes
    reason: Line | None = None


class ConfirmationIn(Body):
    """What the meeting confirmed."""

    text_ja: Line


class RecordIn(Body):
    """When the assembly recorded it."""

    recorded_on: Day


class SupersedingIn(Body):
    """The later confirmation that counts instead, and why."""

    by: DecisionReference
    reason: Line


class MaterialOut(Answer):
    """A document laid before the meeting."""

    number: int
    title_ja: str
    sha256: str
    link: str
    withdrawn_because: str | None


class ConfirmationOut(Answer):
    """What the meeting confirmed, and the day on which each assembly recorded it."""

    number: int = Field(title="番号")
    text_ja: str = Field(title="確認事項")
    special_wards: date | None = Field(title="特別区長会")
    cities: date | None = Field(title="市長会")
    towns_and_villages: date | None = Field(title="町村長会")
    superseded_by: str | None = Field(title="置き換えた確認事項", description="None while it may be cited.")


class ConfirmationRow(ConfirmationOut):
    """A confirmation with the meeting that it belongs to."""

    meeting_id: str
    title_ja: str = Field(title="会議")
    held_on: date = Field(title="開催日")


class MinutesRow(Answer):
    """One text of the minutes; the one with the highest version counts."""

    meeting_version: int = Field(title="版", description="The version of the meeting with which the text came.")
    text: str = Field(title="議事録")
    sha256: str = Field(title="SHA-256", description="Of the text's UTF-8 bytes.")
    reason: str | None = Field(title="訂正の理由")
    recorded_at: datetime = Field(title="記録日時")


class MeetingOut(Resource):
    """A meeting as everybody may see it."""

    id: str
    title_ja: str = Field(title="会議")
    held_on: date = Field(title="開催日")
    place: str | None = Field(title="場所")
    agenda: list[str] = Field(title="議題")
    materials: Annotated[list[MaterialOut], InOrder] = Field(title="資料")
    minutes_sha256: str | None = Field(title="議事録のSHA-256", description="None until there are minutes.")
    confirmations: Annotated[list[ConfirmationOut], InOrder] = Field(title="確認事項")
