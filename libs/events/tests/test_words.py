"""Events as sentences."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import pytest

from kyodo_events.values.value import Value
from kyodo_events.words import sentence, spoken


class Colour(StrEnum):
    """One with a label, one without."""

    RED = "red"
    BLUE = "blue"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"red": "赤", "blue": "青"}[self.value]


class Plain(StrEnum):
    """Without labels."""

    ON = "on"


class Inner(Value):
    """Something nested."""

    colour: Colour


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("131016", "千代田区"),
        ("tokyo", "東京都"),
        ("131017", "131017"),
        ("", ""),
        (("131016", "132039"), "千代田区、武蔵野市"),
        ((), "なし"),
        (None, "なし"),
        (1_234_567, "1,234,567"),
        (True, "はい"),
        (Colour.RED, "赤"),
        (Plain.ON, "on"),
        (date(2023, 2, 14), "2023-02-14"),
        (frozenset({"tokyo"}), "東京都"),
    ],
)
def test_a_value_is_spoken(value: object, words: str) -> None:
    assert spoken(value) == words


def test_a_sentence_reaches_into_nested_values() -> None:
    fields: dict[str, Any] = {"who": "131016", "inner": Inner(colour=Colour.BLUE)}
    assert sentence("{who}は{inner.colour}", fields) == "千代田区は青"


def test_a_template_that_names_what_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("{nobody}", {})
