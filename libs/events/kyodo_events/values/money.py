"""Money in whole yen, and exact ratios of it. No float comes near either.

Amounts and prices that people hand in are bounded so that whatever is computed from them (a price times a
quantity of up to 10⁹, the sum over all parties and years) still fits PostgreSQL's bigint, the type of every
column that holds yen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MAX_YEN: Final = 10**18  # a power of ten that JSON readers with 64-bit floats read exactly
MAX_AMOUNT: Final = 10**12
MAX_PRICE: Final = 10**8

Yen = Annotated[int, Field(strict=True, ge=-MAX_YEN, le=MAX_YEN, description="Whole yen", examples=[12_340])]
"""Whole yen of either sign: what is charged, credited, posted or summed. No floats, booleans or text."""

Amount = Annotated[
    int, Field(strict=True, ge=0, le=MAX_AMOUNT, description="Whole yen, not negative", examples=[120_000_000])
]
"""Whole yen that a person states, such as the annual cost of a project: 0 to 1 trillion (1兆円)."""

Price = Annotated[int, Field(strict=True, ge=0, le=MAX_PRICE, description="Whole yen for one unit", examples=[30])]
"""Whole yen for one unit of a meter: 0 to 100 million (1億円)."""

_RATIO = "-?[0-9]{1,18}(/[1-9][0-9]{0,17})?"
_SHARE = _RATIO.removeprefix("-?")


def yen(amount: int) -> str:
    """The amount as people read it: '1,234円', '-1,234円'."""
    return f"{amount:,}円"


def _ratio(value: object) -> Fraction:
    if isinstance(value, Fraction | str) and re.fullmatch(_RATIO, str(value)):
        return Fraction(value)
    raise PydanticCustomError(
        "ratio",
        "A ratio is exact: write it as text, numerator and denominator of up to 18 digits, such as '1/5'.",
    )


def _share(value: object) -> Fraction:
    ratio = _ratio(value)
    if 0 <= ratio <= 1:
        return ratio
    raise PydanticCustomError("share", "A share lies between '0' and '1', such as '1/5'.")


class _AsText:
    """How pydantic reads a Fraction from text, writes it and describes it.

    Not the schema pydantic has for Fraction: that one reads floats and decimals too.
    """

    def __init__(self, read: Callable[[object], Fraction], **json_schema: str | list[str]) -> None:
        self.read = read
        self.json_schema: JsonSchemaValue = {"type": "string", **json_schema}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read, serialization=core_schema.to_string_ser_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return dict(self.json_schema)


Ratio = Annotated[
    Fraction,
    _AsText(
        _ratio,
        format="ratio",
        pattern=f"^{_RATIO}$",
        description="An exact rational number, numerator/denominator",
        examples=["1/5", "3/2"],
    ),
]
"""An exact rational number: `Fraction` in Python, lowest terms as text ("1/5") in JSON."""

Share = Annotated[
    Fraction,
    _AsText(
        _share,
        format="share",  # that it is at most 1 no pattern can say
        pattern=f"^{_SHARE}$",
        description="An exact part of a whole, from 0 to 1, numerator/denominator",
        examples=["1/5", "1"],
    ),
]
"""A Ratio from 0 to 1: the part of a whole that a component or a party bears."""
