"""Canonical JSON: one text for one value, so that hashes can be compared across services and years.

Keys sorted, no blanks, UTF-8, integers only: a float has no single text, and none belongs near money.
"""

from __future__ import annotations

import hashlib

import orjson
from pydantic import BaseModel, JsonValue


def canonical_json(value: JsonValue | BaseModel) -> bytes:
    """The canonical JSON text of a value or model.

    Raises TypeError for floats: write a ratio as text ("1/5") and an amount in whole yen.
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    _refuse_floats(plain)
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def content_hash(value: JsonValue | BaseModel) -> str:
    """SHA-256 of the canonical JSON, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse_floats(value: JsonValue) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; canonical JSON holds integers and text only")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):  # orjson writes tuples too
        for item in value:
            _refuse_floats(item)
