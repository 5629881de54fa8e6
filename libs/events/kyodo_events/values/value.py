"""The base of values that have several fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Several fields that are one value, inside events and requests: never changed, and without further fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
