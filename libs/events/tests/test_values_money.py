"""Whole yen and exact ratios."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from kyodo_events.canonical import canonical_json
from kyodo_events.values.money import MAX_AMOUNT, MAX_PRICE, MAX_YEN, Amount, Price, Ratio, Share, Yen, yen

YEN: TypeAdapter[int] = TypeAdapter(Yen)
AMOUNT: TypeAdapter[int] = TypeAdapter(Amount)
PRICE: TypeAdapter[int] = TypeAdapter(Price)
RATIO: TypeAdapter[Fraction] = TypeAdapter(Ratio)
SHARE: TypeAdapter[Fraction] = TypeAdapter(Share)


class Terms(BaseModel):
    annual: Amount
    tokyo: Share


@pytest.mark.parametrize("adapter", [YEN, AMOUNT, PRICE])
@pytest.mark.parametrize("value", [1.0, 1.5, True, "1", None, Fraction(1)])
def test_only_integers_are_yen(adapter: TypeAdapter[int], value: Any) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(value)


@pytest.mark.parametrize("text", ["1.0", "1e3", '"1"', "true", "0.5"])
def test_only_integers_are_yen_in_json(text: str) -> None:
    with pytest.raises(ValidationError):
        YEN.validate_json(text)


@pytest.mark.parametrize(
    ("adapter", "lowest", "highest"), [(YEN, -MAX_YEN, MAX_YEN), (AMOUNT, 0, MAX_AMOUNT), (PRICE, 0, MAX_PRICE)]
)
def test_the_bounds_fit_a_bigint(adapter: TypeAdapter[int], lowest: int, highest: int) -> None:
    assert -(2**63) <= lowest <= highest < 2**63
    for value in (lowest, highest):
        assert adapter.validate_python(value) == value
    for value in (lowest - 1, highest + 1):
        with pytest.raises(ValidationError):
            adapter.validate_python(value)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(value, adapter.json_schema())


def test_yen_as_people_read_it() -> None:
    assert [yen(1234), yen(0), yen(-1234567)] == ["1,234円", "0円", "-1,234,567円"]


@given(st.fractions())
def test_a_ratio_survives_json(ratio: Fraction) -> None:
    if max(abs(ratio.numerator), ratio.denominator) < 10**18:
        text = RATIO.dump_json(RATIO.validate_python(ratio))
        assert text.decode() == f'"{ratio}"'
        assert RATIO.validate_json(text) == ratio
        jsonschema.validate(str(ratio), RATIO.json_schema())


def test_a_share_is_written_in_lowest_terms() -> None:
    terms = Terms.model_validate({"annual": 100, "tokyo": "20/100"})
    assert terms.tokyo == Fraction(1, 5)
    assert canonical_json(terms) == b'{"annual":100,"tokyo":"1/5"}'
    assert terms.model_dump() == {"annual": 100, "tokyo": Fraction(1, 5)}


@pytest.mark.parametrize(
    "value", [0.2, "0.2", "20%", "1/0", "1/-2", "1 / 5", "", "１/５", 1, True, None, "1/" + "9" * 19]
)
def test_what_is_no_exact_ratio_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError, match="'1/5'"):
        RATIO.validate_python(value)


def test_a_ratio_that_could_not_be_read_again_is_refused() -> None:
    with pytest.raises(ValidationError):
        RATIO.validate_python(Fraction(1, 10**18))


@pytest.mark.parametrize("value", ["6/5", "2", "-1/5", Fraction(-1, 5)])
def test_a_share_lies_between_zero_and_one(value: Any) -> None:
    with pytest.raises(ValidationError, match="between '0' and '1'"):
        SHARE.validate_python(value)


def test_zero_and_one_are_shares() -> None:
    assert [SHARE.validate_python(value) for value in ("0", "1", "0/7", "7/7")] == [0, 1, 0, 1]
