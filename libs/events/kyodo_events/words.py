"""Events in words: the Japanese sentence by which people read a history.

Words are shown to everybody who may read the aggregate, whoever an event is about: a template never names a price, a
quantity or a remark of one municipality, nor anything sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from string import Formatter
from typing import Any

from kyodo_events.values.municipalities import TOKYO, TOKYO_JA, UnknownMunicipality, by_code

NOTHING = "なし"


def spoken(value: Any) -> str:
    """A value as people read it in a sentence: codes as names, thousands apart, labels in place of codes."""
    match value:
        case None | () | []:
            return NOTHING
        case bool():
            return "はい" if value else "いいえ"
        case Enum():
            return str(getattr(value, "label_ja", value.value))
        case int():
            return f"{value:,}"
        case str():
            return name_of(value)
        case Iterable():
            return "、".join(map(spoken, value))
    return str(value)


def name_of(party: str) -> str:
    """The Japanese name behind a municipality's code or `tokyo`; any other text as it is."""
    if party == TOKYO:
        return TOKYO_JA
    try:
        return by_code(party).name_ja
    except UnknownMunicipality:
        return party


class _Sentence(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return spoken(value)


_SENTENCE = _Sentence()


def sentence(template: str, fields: dict[str, Any]) -> str:
    """The template with its fields filled in. Raises KeyError or AttributeError where it names what is not there."""
    return _SENTENCE.vformat(template, (), fields)
