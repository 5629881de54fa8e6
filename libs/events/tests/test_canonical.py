"""Canonical JSON: one value, one text, so that a hash means the same in every service and year."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, JsonValue

from kyodo_events.canonical import canonical_json, content_hash
from kyodo_events.contracts.base_terms import BaseComponent, Driver
from kyodo_events.contracts.meter_prices import Tier

INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(codec="utf-8"))
SCALARS = st.none() | st.booleans() | INTEGERS | TEXTS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5), max_leaves=20
)


def shuffled(value: Any) -> Any:
    """An equal value whose keys stand in another order, at every depth."""
    if isinstance(value, dict):
        return {key: shuffled(inner) for key, inner in reversed(value.items())}
    if isinstance(value, list):
        return [shuffled(inner) for inner in value]
    return value


@given(VALUES)
def test_equal_values_have_equal_texts_whatever_the_order_of_keys(value: Any) -> None:
    assert canonical_json(shuffled(value)) == canonical_json(value)
    assert content_hash(shuffled(value)) == content_hash(value)


@given(VALUES)
def test_the_text_is_the_value(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(VALUES, VALUES)
def test_different_values_have_different_texts(one: Any, other: Any) -> None:
    # Python's True equals 1 and JSON's true does not, so values are compared as JSON.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical_json(one) == canonical_json(other)) == same


@given(VALUES, st.floats())
def test_a_float_is_refused_at_every_depth(value: Any, number: float) -> None:
    holders: list[Any] = [number, [value, number], (number,), {"a": {"b": [number]}}, {"a": value, "b": {"c": number}}]
    for holder in holders:
        with pytest.raises(TypeError, match="is a float"):
            canonical_json(holder)


def test_the_text_is_the_one_written_down() -> None:
    """Stored hashes depend on every byte of this."""
    value: JsonValue = {"b": [1, None, True], "a": '負担金 é " \\ \n', "あ": {}, "Z": -(2**63)}
    text = '{"Z":-9223372036854775808,"a":"負担金 é \\" \\\\ \\n","b":[1,null,true],"あ":{}}'
    assert canonical_json(value) == text.encode()
    assert content_hash(value) == hashlib.sha256(text.encode()).hexdigest()


def test_a_model_is_its_json() -> None:
    tier = Tier(unit_price=30, up_to=100)
    assert canonical_json(tier) == b'{"unit_price":30,"up_to":100}'
    assert content_hash(tier) == content_hash({"up_to": 100, "unit_price": 30})
    assert b'"share":"1/5"' in canonical_json(BaseComponent(driver=Driver.EQUAL, share=Fraction(2, 10)))


def test_a_float_in_a_model_is_refused() -> None:
    class Rated(BaseModel):
        rate: float

    with pytest.raises(TypeError, match=r"0\.2 is a float"):
        canonical_json(Rated(rate=0.2))
