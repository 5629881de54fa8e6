"""Histories: what happened to an aggregate, event by event, in words that a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from kyodo_events.event import registry
from kyodo_events.words import name_of
from kyodo_platform.identity.model import EXTERNAL

EXTERNAL_JA = "事業者等"

HISTORY = """
SELECT version, type, type_version, at, organisation, data FROM event
WHERE category = $1 AND stream = $2 AND version > $3 ORDER BY version LIMIT $4
"""


class HistoryRow(BaseModel):
    """One thing that happened: when, for which organisation, and in words."""

    version: int = Field(title="番号", description="Its place in the history, from 1.")
    at: datetime = Field(title="日時")
    organisation: str = Field(title="団体コード", description="A municipality's code, tokyo, external or a service.")
    organisation_ja: str = Field(title="団体")
    type: str = Field(title="種類", description="The event's stable type name.")
    words: str = Field(title="内容")


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored event as a row of a history."""
    event = registry.read(row["type"], row["type_version"], row["data"])
    organisation = row["organisation"]
    name = EXTERNAL_JA if organisation == EXTERNAL else name_of(organisation)
    return {**row, "organisation_ja": name, "words": event.in_words()}
