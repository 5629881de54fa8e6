"""The 62 municipalities and their codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from kyodo_events.values.municipalities import (
    TOKYO,
    Area,
    Kind,
    Municipality,
    MunicipalityCode,
    Party,
    UnknownMunicipality,
    by_code,
    check_digit,
    find,
    municipalities,
)

CODE: TypeAdapter[str] = TypeAdapter(MunicipalityCode)
PARTY: TypeAdapter[str] = TypeAdapter(Party)
every_municipality = pytest.mark.parametrize("municipality", municipalities(), ids=lambda m: m.code)


def refusal(adapter: TypeAdapter[str], value: Any) -> str:
    with pytest.raises(ValidationError) as error:
        adapter.validate_python(value)
    return error.value.errors()[0]["msg"]


def test_there_are_62_in_the_order_of_their_codes() -> None:
    table = municipalities()
    assert [m.code for m in table] == sorted({m.code for m in table})
    assert Counter(m.kind for m in table) == {
        Kind.SPECIAL_WARD: 23,
        Kind.CITY: 26,
        Kind.TOWN: 5,
        Kind.VILLAGE: 8,
    }
    assert Counter(m.area for m in table) == {Area.WARDS: 23, Area.TAMA: 30, Area.ISLANDS: 9}


def test_the_populations_are_those_of_the_2020_census() -> None:
    """Tokyo's published total of 1 October 2020 is 14,047,594."""
    assert sum(m.population for m in municipalities()) == 14_047_594
    assert by_code("134023").population == 169


def test_they_are_read_once() -> None:
    assert municipalities() is municipalities()


@pytest.mark.parametrize(
    "code",
    [
        "131041",  # Shinjuku: sum 33, remainder 0, 11 -> 1
        "131130",  # Shibuya: sum 34, remainder 1, 10 -> 0
        "472018",  # Naha: sum 69, remainder 3, 8
        "011002",  # Sapporo: sum 9, below 11: 11 - 9 = 2
        "010006",  # Hokkaido: sum 5, below 11: 11 - 5 = 6
    ],
)
def test_the_check_digit_by_hand(code: str) -> None:
    assert check_digit(code[:5]) == code[5]


@every_municipality
def test_each_code_is_valid_and_found(municipality: Municipality) -> None:
    assert CODE.validate_python(municipality.code) == municipality.code
    assert by_code(municipality.code) is municipality


@given(st.sampled_from(municipalities()), st.integers(0, 5), st.sampled_from("0123456789"))
def test_a_mistyped_digit_is_caught_unless_the_check_digit_is_1(
    municipality: Municipality, place: int, digit: str
) -> None:
    code = municipality.code
    mistyped = code[:place] + digit + code[place + 1 :]
    if mistyped != code and code[5] != "1":
        assert refusal(CODE, mistyped).startswith(f"The check digit of '{mistyped}' is wrong")


def test_a_check_digit_of_1_stands_for_two_remainders() -> None:
    """A limit of the Ministry's rule: Shinjuku and Shinagawa differ in one digit and are both valid."""
    assert [find("新宿区").code, find("品川区").code] == ["131041", "131091"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("13101", "'13101' lacks the check digit: write 131016."),
        ("1310167", "has 7 digits"),
        ("131017", "The check digit of '131017' is wrong (6 was expected)"),
        ("130001", "none of the 62 municipalities"),  # Tokyo itself
        ("011002", "none of the 62 municipalities"),  # Sapporo
        ("", "give six digits"),
        ("千代田区", "give six digits"),
        ("１３１０１６", "give six digits"),
        ("131016\n", "give six digits"),
        (131016, "is text, not a number"),
        (None, "is text, not a number"),
        (["131016"], "is text, not a number"),
    ],
)
def test_a_wrong_code_is_explained(code: Any, message: str) -> None:
    assert message in refusal(CODE, code)


def test_an_unknown_code_is_refused_by_the_lookup_too() -> None:
    with pytest.raises(UnknownMunicipality, match="write 131016"):
        by_code("13101")


def test_tokyo_is_a_party_and_no_municipality() -> None:
    assert PARTY.validate_python(TOKYO) == "tokyo"
    assert PARTY.validate_python("132039") == "132039"
    assert "Tokyo itself is 'tokyo'" in refusal(PARTY, "130001")
    refusal(CODE, TOKYO)


@every_municipality
def test_each_is_found_by_all_its_names(municipality: Municipality) -> None:
    m = municipality
    word = {Kind.SPECIAL_WARD: "Ward", Kind.CITY: "City", Kind.TOWN: "Town", Kind.VILLAGE: "Village"}[m.kind]
    names = [m.name_ja, m.name_ja[:-1], m.name_kana, f"{m.name_en} {word}"]
    if m.name_en != "Toshima":
        names += [m.name_en, m.name_en.lower(), f" {m.name_en.upper()} "]
    assert {find(name).code for name in names} == {m.code}


def test_two_are_called_toshima_in_english_and_neither_is_guessed() -> None:
    with pytest.raises(UnknownMunicipality, match=r"豊島区 \(Toshima, 131164\) or 利島村 \(Toshima, 133621\)"):
        find("Toshima")


def test_katakana_and_half_width_katakana_find_too() -> None:
    assert find("ムサシノシ").code == find("ﾑｻｼﾉｼ").code == "132039"


def test_a_name_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(UnknownMunicipality, match=r"Did you mean 武蔵野市 \(Musashino, 132039\)"):
        find("Musasino")
    with pytest.raises(UnknownMunicipality, match="Give its Japanese, kana or English name"):
        find("京都市伏見区")


@pytest.mark.parametrize("adapter", [CODE, PARTY])
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_admits_exactly_the_valid_codes(adapter: TypeAdapter[str], mode: Any) -> None:
    schema = adapter.json_schema(mode=mode)
    assert len(schema["enum"]) == (62 if adapter is CODE else 63)
    for value in (*schema["enum"], *schema["examples"]):
        jsonschema.validate(adapter.validate_python(value), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("130001", schema)


class Figures(BaseModel):
    by_municipality: Mapping[MunicipalityCode, int]


def test_codes_are_checked_as_keys_of_a_mapping() -> None:
    read = Figures.model_validate_json('{"by_municipality": {"132039": 5}}')
    assert read.model_dump_json() == '{"by_municipality":{"132039":5}}'
    with pytest.raises(ValidationError, match="check digit"):
        Figures.model_validate({"by_municipality": {"132038": 5}})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"by_municipality": {"132038": 5}}, Figures.model_json_schema())
