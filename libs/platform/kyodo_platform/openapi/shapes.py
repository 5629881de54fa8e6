"""Schemas as the rules look at them: references followed, and every choice laid out."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = dict[str, Any]
Document = Mapping[str, Any]
Found = tuple[str, str]
"""Where (a path of fields, `[]` for any item) and what changed there."""

ANY = "any"


def resolved(document: Document, part: Any) -> Any:
    """What a reference within the document leads to; anything else as it is."""
    while isinstance(part, dict) and "$ref" in part:
        place: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step.replace("~1", "/").replace("~0", "~")]
        part = place
    return part


def shapes(document: Document, schema: Any) -> list[Schema]:
    """The alternatives that a schema allows, each of one `type` ("any" where it names none), without references."""
    schema = resolved(document, schema)
    if not isinstance(schema, dict):
        return [] if schema is False else [{"type": ANY}]
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return [shape for choice in schema[keyword] for shape in shapes(document, choice)]
    if "allOf" in schema:
        parts = [resolved(document, part) for part in schema["allOf"]]
        beside = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
        return shapes(document, {keyword: value for part in (*parts, beside) for keyword, value in part.items()})
    types = schema.get("type", ANY)
    return [{**schema, "type": kind} for kind in (types if isinstance(types, list) else [types])]


def covers(wide: Schema, narrow: Schema) -> bool:
    """Whether values of the narrow shape's type are among those of the wide one's."""
    return wide["type"] in (ANY, narrow["type"]) or (wide["type"], narrow["type"]) == ("number", "integer")


def allowed(shape: Schema) -> list[Any] | None:
    """The values that are listed one by one; None where they are not."""
    return [shape["const"]] if "const" in shape else shape.get("enum")


def nearest(
    one: Schema, others: list[Schema], compare: Callable[[Schema, Schema], Iterator[Found]], missing: str
) -> Iterator[Found]:
    """What still stands between a shape and the one of the others that is nearest to it."""
    tried = [list(compare(one, other)) for other in others]
    yield from min(tried, key=len, default=[("", missing.format(one["type"]))])


class Comparison(ABC):
    """Compares schemas of two documents; one that contains itself is looked into once."""

    def __init__(self, before: Document, after: Document) -> None:
        self._before, self._after = before, after
        self._inside: set[tuple[str, str]] = set()

    def compare(self, before: Any, after: Any) -> Iterator[Found]:
        """What changed for the worse from one schema to the other."""
        if (pair := (text(before), text(after))) in self._inside:
            return
        self._inside.add(pair)
        try:
            yield from self._shapes(shapes(self._before, before), shapes(self._after, after))
        finally:
            self._inside.discard(pair)

    @abstractmethod
    def _shapes(self, before: list[Schema], after: list[Schema]) -> Iterator[Found]: ...


def within(where: str, found: Iterator[Found]) -> Iterator[Found]:
    """What was found inside a part, seen from its whole."""
    for inner, what in found:
        yield f"{where}.{inner}" if inner and not inner.startswith(("[", ".")) else f"{where}{inner}", what


def text(value: Any) -> str:
    """A value as JSON, for a sentence."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
