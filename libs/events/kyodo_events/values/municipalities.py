"""The 62 municipalities of Tokyo (東京都の区市町村), by their six-digit code.

A code (全国地方公共団体コード) is two digits of the prefecture (13), three of the municipality and a check digit.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

COUNT: Final = 62  # 23 special wards, 26 cities, 5 towns and 8 villages
TOKYO: Final = "tokyo"  # the metropolitan government (東京都) as a party that bears a share of its own
TOKYO_JA: Final = "東京都"

_WEIGHTS = (6, 5, 4, 3, 2)
_TO_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(ord("ァ"), ord("ヶ") + 1)}


class Kind(StrEnum):
    """What a municipality is under the Local Autonomy Act."""

    SPECIAL_WARD = "special_ward"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"


class Area(StrEnum):
    """The three parts of Tokyo: 区部, 多摩, 島しょ."""

    WARDS = "wards"
    TAMA = "tama"
    ISLANDS = "islands"


class UnknownMunicipality(LookupError):
    """The code or name is that of none, or the name of more than one; the message says what may be meant."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality. `population` is that of the census of 1 October 2020 (令和2年国勢調査).

    Latitude and longitude are approximate degrees, for maps and distances; no money is computed from them.
    """

    code: str
    name_ja: str
    name_kana: str
    name_en: str
    kind: Kind
    area: Area
    population: int
    latitude: float
    longitude: float


def check_digit(first_five: str) -> str:
    """The sixth digit of a code, by the rule of the Ministry of Internal Affairs and Communications.

    The digits are multiplied by 6, 5, 4, 3, 2; the check digit is the last digit of 11 less the remainder of
    their sum by 11. The Ministry words the case of a sum below 11 apart (11 less the sum); there the remainder
    is the sum, so that it is the same formula: 01100 (Sapporo) has the sum 9 and the check digit 2.

    It does not catch every mistyped digit: 1 stands for the remainders 0 and 10, so that 131041 (Shinjuku) and
    131091 (Shinagawa) differ in one digit and are both valid. Show the name beside a code that was typed.
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_five, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All 62 in the order of their codes.

    Raises ValueError where the packaged table was damaged: that is found at the first import, not in a charge.
    """
    text = files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8")
    table = tuple(_read(row) for row in csv.DictReader(text.splitlines()))
    codes = [municipality.code for municipality in table]
    if len(table) != COUNT or codes != sorted(set(codes)):
        raise ValueError(f"municipalities.csv: not {COUNT} different codes in ascending order")
    return table


def by_code(code: str) -> Municipality:
    """The municipality with this six-digit code. Raises UnknownMunicipality."""
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownMunicipality(why_not(code)) from None


def find(name: str) -> Municipality:
    """The municipality with this Japanese, kana or English name.

    "武蔵野市", "武蔵野", "むさしのし", "ムサシノシ", "Musashino" and "musashino city" all find it. Raises
    UnknownMunicipality, naming the nearest, or both where two have the name: in English 豊島区 and 利島村 are
    Toshima alike, told apart as Toshima Ward and Toshima Village.
    """
    wanted = _comparable(name)
    found = _by_name().get(wanted, ())
    if len(found) == 1:
        return found[0]
    near = {m for match in difflib.get_close_matches(wanted, _by_name(), n=3) for m in _by_name()[match]}
    listed = " or ".join(f"{m.name_ja} ({m.name_en}, {m.code})" for m in sorted(found or near, key=lambda m: m.code))
    if found:
        raise UnknownMunicipality(f"'{name}' may be {listed}: give the Japanese name or the code.")
    raise UnknownMunicipality(
        f"No municipality of Tokyo is called '{name}'. "
        + (f"Did you mean {listed}?" if listed else "Give its Japanese, kana or English name, such as 武蔵野市.")
    )


def why_not(code: object) -> str:
    """What is wrong with a code that is none of the 62, and what to do, in one or two sentences."""
    if not isinstance(code, str):
        return "A municipality code is text, not a number: write it in quotes, such as '131016'."
    if not re.fullmatch("[0-9]+", code):
        return f"'{code}' is not a municipality code: give six digits, such as 131016."
    if len(code) == 5:
        return f"'{code}' lacks the check digit: write {code}{check_digit(code)}."
    if len(code) != 6:
        return f"'{code}' has {len(code)} digits: a municipality code has six, such as 131016."
    expected = check_digit(code[:5])
    if code[5] != expected:
        return f"The check digit of '{code}' is wrong ({expected} was expected): look for a mistyped digit."
    return f"'{code}' is none of the 62 municipalities of Tokyo: look the code up by the municipality's name."


def _read(row: Mapping[str, str]) -> Municipality:
    code = row["code"]
    if not re.fullmatch("13[0-9]{4}", code) or code[5] != check_digit(code[:5]):
        raise ValueError(f"municipalities.csv: '{code}' is not a code of Tokyo with the right check digit")
    return Municipality(
        code=code,
        name_ja=row["name_ja"],
        name_kana=row["name_kana"],
        name_en=row["name_en"],
        kind=Kind(row["kind"]),
        area=Area(row["area"]),
        population=int(row["population_2020"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
    )


@cache
def _by_code() -> Mapping[str, Municipality]:
    return MappingProxyType({municipality.code: municipality for municipality in municipalities()})


@cache
def _by_name() -> Mapping[str, tuple[Municipality, ...]]:
    names: dict[str, tuple[Municipality, ...]] = {}
    for municipality in municipalities():
        japanese, english = municipality.name_ja, municipality.name_en
        short = japanese[:-1]  # without 区, 市, 町 or 村
        in_full = f"{english} {municipality.kind.removeprefix('special_')}"
        for name in (japanese, short, municipality.name_kana, english, in_full):
            names[_comparable(name)] = (*names.get(_comparable(name), ()), municipality)
    return MappingProxyType(names)


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold().translate(_TO_HIRAGANA)


def _municipality_code(value: object) -> str:
    if isinstance(value, str) and value in _by_code():
        return value
    raise PydanticCustomError("municipality_code", "{why}", {"why": why_not(value)})


def _party(value: object) -> str:
    if isinstance(value, str) and (value == TOKYO or value in _by_code()):
        return value
    raise PydanticCustomError("party", "{why} Tokyo itself is '{tokyo}'.", {"why": why_not(value), "tokyo": TOKYO})


_CODES = [municipality.code for municipality in municipalities()]

MunicipalityCode = Annotated[
    str,
    PlainValidator(_municipality_code),
    # All 62 are listed so that whoever generates requests from the document generates valid ones.
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^13[0-9]{4}$",
            "enum": _CODES,
            "description": "全国地方公共団体コード: six digits with check digit, one of Tokyo's 62 municipalities",
            "examples": ["131016"],
        }
    ),
]
"""A six-digit code of one of the 62, as a pydantic type."""

Party = Annotated[
    str,
    PlainValidator(_party),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(13[0-9]{{4}}|{TOKYO})$",
            "enum": [*_CODES, TOKYO],
            "description": "Who bears a cost: a municipality's six-digit code, or 'tokyo' (東京都)",
            "examples": ["131016", TOKYO],
        }
    ),
]
"""A municipality's code, or `TOKYO`: whoever can bear a share of a cost."""
