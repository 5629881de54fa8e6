"""Ids, codes, texts and days: what their bounds let through, and what not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kyodo_events.event import new_id
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Code, CorporateNumber, Day, Id, Line, Text
from kyodo_events.values.value import Value

ID = "0193f1a0-0000-7000-8000-00000000000a"


def reads(kind: Any, given: object) -> bool:
    """Whether the type takes it."""
    try:
        TypeAdapter(kind).validate_python(given)
    except ValidationError:
        return False
    return True


def test_an_id_is_what_new_streams_are_called() -> None:
    assert reads(Id, new_id())


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Code, "existing_services"),
        (Line, "共同電子申請システム（本格導入）"),
        (Line, "x" * 200),
        (Text, ""),
        (Text, "年度内に更新\n\t予定"),
        (Text, "x" * 2000),
        (Day, "2000-04-01"),
        (Day, "2100-03-31"),
        (CorporateNumber, "8000012010038"),  # デジタル庁
        (CorporateNumber, "7000012050002"),  # 国税庁
    ],
)
def test_what_fits(kind: Any, given: str) -> None:
    assert reads(kind, given)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Id, ""),
        (Id, ID.upper()),
        (Id, ID.replace("-", "")),
        (Id, f"{ID}\n"),
        (Code, "Existing"),
        (Code, "1st"),
        (Code, "x" * 41),
        (Line, ""),
        (Line, " x"),
        (Line, "a\nb"),
        (Line, "a\x7f"),
        (Line, "x" * 201),
        (Text, "a\x00b"),
        (Text, "x" * 2001),
        (Day, "2000-03-31"),
        (Day, "2100-04-01"),
        (CorporateNumber, "8000012010039"),
        (CorporateNumber, "9000012010038"),
        (CorporateNumber, "800001201003"),
        (CorporateNumber, 8000012010038),
    ],
)
def test_what_does_not_fit(kind: Any, given: object) -> None:
    assert not reads(kind, given)


@pytest.mark.parametrize("day", ["2000-04-01", "2100-03-31"])
def test_every_day_lies_in_a_valid_month(day: str) -> None:
    assert reads(Month, Month.containing(TypeAdapter(Day).validate_python(day)))


def test_a_value_neither_changes_nor_grows() -> None:
    class Price(Value):
        yen: int

    with pytest.raises(ValidationError, match="frozen"):
        Price(yen=1).yen = 2  # type: ignore[misc]  # what is tested
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Price.model_validate({"yen": 1, "sen": 50})
