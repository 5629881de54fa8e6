"""How two JSON Schemas differ in what they accept, in words for the developer who changed one.

Names of definitions, order of enums and annotations make no difference; references are followed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

NARROWED = "events already written may no longer be readable"
WIDENED = "consumers deployed before would refuse it"
CHANGED = "written events and deployed consumers would no longer agree with it"

_ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "deprecated"}
_REFERENCE = "#/$defs/"
_LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_ABSENT: Any = object()  # not None: "default": null is a value


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed where (a path of fields; `[]` is any item of a list), and what comes of it."""

    where: str
    what: str
    harm: str

    def __str__(self) -> str:
        return f"{self.where or 'the event'}: {self.what} ({self.harm})"


def differences(before: Schema, after: Schema) -> list[Difference]:
    """All differences in what the schemas accept; none where they accept the same."""
    return list(_compare(_plain(before, before, ()), _plain(after, after, ()), ""))


def _plain(schema: Any, root: Schema, inside: tuple[str, ...]) -> Any:
    """The schema without annotations and references, with lists in one order where order means nothing."""
    if not isinstance(schema, dict):
        return schema  # true, false: everything, nothing
    if "$ref" in schema:
        reference: str = schema["$ref"]
        if reference in inside:
            return {"recursion": inside[::-1].index(reference)}
        named = root.get("$defs", {}).get(reference.removeprefix(_REFERENCE), {})
        beside = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        return _plain({**named, **beside}, root, (*inside, reference))

    def deeper(value: Any) -> Any:
        return _plain(value, root, inside)

    return {
        _keyword(keyword): _PLAIN.get(keyword, _as_it_is)(value, deeper)
        for keyword, value in schema.items()
        if keyword not in _ANNOTATIONS
    }


def _keyword(keyword: str) -> str:
    return "enum" if keyword == "const" else keyword


def _as_it_is(value: Any, _: Callable[[Any], Any]) -> Any:
    return value


def _by_name(value: Any, deeper: Callable[[Any], Any]) -> Any:
    return {name: deeper(schema) for name, schema in value.items()}


def _in_one_order(value: Any, deeper: Callable[[Any], Any]) -> Any:
    return sorted((deeper(schema) for schema in value), key=_text)


# How the value of each keyword that holds schemas, or a set, is made plain.
_PLAIN: dict[str, Callable[[Any, Callable[[Any], Any]], Any]] = {
    "properties": _by_name,
    "patternProperties": _by_name,
    "items": lambda value, deeper: deeper(value),
    "additionalProperties": lambda value, deeper: deeper(value),
    "propertyNames": lambda value, deeper: deeper(value),
    "not": lambda value, deeper: deeper(value),
    "prefixItems": lambda value, deeper: [deeper(schema) for schema in value],
    "anyOf": _in_one_order,
    "oneOf": _in_one_order,
    "allOf": _in_one_order,
    "required": lambda value, _: sorted(value),
    "enum": lambda value, _: sorted(value, key=_text),
    "const": lambda value, _: [value],
    "discriminator": lambda value, _: value["propertyName"],  # its mapping names definitions, which mean nothing
}


def _compare(before: Any, after: Any, where: str) -> Iterator[Difference]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield Difference(where, f"changed from {_text(before)} to {_text(after)}", CHANGED)
        return
    for keyword in sorted(before.keys() | after.keys()):
        old, new = before.get(keyword, _ABSENT), after.get(keyword, _ABSENT)
        both = old is not _ABSENT and new is not _ABSENT
        if old == new or keyword == "required":
            continue
        if keyword == "properties":
            yield from _fields(before, after, where)
        elif keyword == "enum" and both:
            yield from _values(old, new, where)
        elif keyword == "items" and both:
            yield from _compare(old, new, f"{where}[]")
        elif keyword in ("anyOf", "oneOf") and both:
            yield from _alternatives(old, new, where)
        else:
            yield Difference(where, _changed(keyword, old, new), _harm(keyword, old, new))
    yield from _required(before, after, where)


def _fields(before: Schema, after: Schema, where: str) -> Iterator[Difference]:
    old, new = before.get("properties", {}), after.get("properties", {})
    closed = before.get("additionalProperties") is False or after.get("additionalProperties") is False
    for name in sorted(old.keys() - new.keys()):
        yield Difference(_within(where, name), "the field was removed or renamed", CHANGED)
    newly_required = set(after.get("required", ())) - set(before.get("required", ()))
    for name in sorted(new.keys() - old.keys() - newly_required):
        if closed:  # what forbids unknown fields refuses a new one, optional or not
            yield Difference(_within(where, name), "the field is new", WIDENED)
    for name in sorted(old.keys() & new.keys()):
        yield from _compare(old[name], new[name], _within(where, name))


def _required(before: Schema, after: Schema, where: str) -> Iterator[Difference]:
    old, new = set(before.get("required", ())), set(after.get("required", ()))
    for name in sorted(new - old):
        known = name in before.get("properties", {})
        what, harm = ("became required", NARROWED) if known else ("is new and required", CHANGED)
        yield Difference(_within(where, name), f"the field {what}", harm)
    for name in sorted(old - new):
        if name in after.get("properties", {}):  # else its removal is reported
            yield Difference(_within(where, name), "the field became optional", WIDENED)


def _values(before: list[Any], after: list[Any], where: str) -> Iterator[Difference]:
    lost = [value for value in before if value not in after]
    gained = [value for value in after if value not in before]
    if lost:
        yield Difference(where, f"no longer allows {_listed(lost)}", NARROWED)
    if gained:
        yield Difference(where, f"newly allows {_listed(gained)}", WIDENED)


def _alternatives(before: list[Any], after: list[Any], where: str) -> Iterator[Difference]:
    lost = [schema for schema in before if schema not in after]
    gained = [schema for schema in after if schema not in before]
    if len(lost) == len(gained) == 1:
        yield from _compare(lost[0], gained[0], where)
        return
    for schema in lost:
        yield Difference(where, f"no longer allows {_text(schema)}", NARROWED)
    for schema in gained:
        yield Difference(where, f"newly allows {_text(schema)}", WIDENED)


def _changed(keyword: str, old: Any, new: Any) -> str:
    if old is _ABSENT:
        return f"'{keyword}' is new: {_text(new)}"
    if new is _ABSENT:
        return f"'{keyword}' is gone, it was {_text(old)}"
    return f"'{keyword}' changed from {_text(old)} to {_text(new)}"


def _harm(keyword: str, old: Any, new: Any) -> str:
    if keyword in _LOWER | _UPPER:
        if old is _ABSENT or new is _ABSENT:
            return NARROWED if old is _ABSENT else WIDENED
        return NARROWED if (new > old) == (keyword in _LOWER) else WIDENED
    if keyword == "pattern" and old is _ABSENT:
        return NARROWED
    if keyword == "pattern" and new is _ABSENT:
        return WIDENED
    return CHANGED


def _within(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _listed(values: list[Any], shown: int = 5) -> str:
    more = f" and {len(values) - shown} more" if len(values) > shown else ""
    return ", ".join(_text(value) for value in values[:shown]) + more
