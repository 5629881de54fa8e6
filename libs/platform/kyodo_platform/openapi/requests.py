"""What clients send: nothing that was taken may be refused or be asked for anew. One function a rule."""

from __future__ import annotations

from collections.abc import Iterator

from kyodo_platform.openapi.shapes import Comparison, Found, Schema, allowed, covers, nearest, text, within

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "format", "multipleOf", "uniqueItems", "propertyNames", "patternProperties", "prefixItems")


class Requests(Comparison):
    """Compares what two documents of a service take: what the earlier one took, the later one has to."""

    def _shapes(self, before: list[Schema], after: list[Schema]) -> Iterator[Found]:
        for old in before:
            fitting = [new for new in after if covers(new, old)]
            yield from nearest(old, fitting, self._rules, "no longer takes the type {}")

    def _rules(self, old: Schema, new: Schema) -> Iterator[Found]:
        yield from values_lost(old, new)
        yield from bounds_tightened(old, new)
        yield from forms_changed(old, new)
        yield from newly_required(old, new)
        yield from fields_lost(old, new)
        for name in sorted(old.get("properties", {}).keys() & new.get("properties", {}).keys()):
            yield from within(name, self.compare(old["properties"][name], new["properties"][name]))
        for keyword, where in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(new.get(keyword), dict):
                yield from within(where, self.compare(old.get(keyword, True), new[keyword]))


def values_lost(old: Schema, new: Schema) -> Iterator[Found]:
    """A listed value that was taken must be taken; a list must not come where there was none."""
    before, after = allowed(old), allowed(new)
    if after is None:
        return
    if before is None:
        yield "", f"takes only {text(after)}"
    elif lost := [value for value in before if value not in after]:
        yield "", f"no longer takes {text(lost)}"


def bounds_tightened(old: Schema, new: Schema) -> Iterator[Found]:
    """A lower bound must not rise, an upper one not fall, and none come where there was none."""
    for keyword in (*_LOWER, *_UPPER):
        before, after = old.get(keyword), new.get(keyword)
        if after is None or allowed(old) is not None:
            continue  # values listed one by one are compared as such
        if before is None or (after > before if keyword in _LOWER else after < before):
            yield "", f"'{keyword}' is {text(after)}, it was {'not bounded' if before is None else text(before)}"


def forms_changed(old: Schema, new: Schema) -> Iterator[Found]:
    """A pattern or format may go; any other may refuse what was taken, which nobody can tell by looking at it."""
    for keyword in _EXACT:
        if keyword in new and new[keyword] != old.get(keyword) and allowed(old) is None:
            yield "", f"'{keyword}' is {text(new[keyword])}, it was {text(old.get(keyword))}"


def newly_required(old: Schema, new: Schema) -> Iterator[Found]:
    """What could be left out can be left out."""
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield name, "is required now"


def fields_lost(old: Schema, new: Schema) -> Iterator[Found]:
    """A field that was read is read: it would be refused, or worse, dropped in silence."""
    for name in sorted(old.get("properties", {}).keys() - new.get("properties", {}).keys()):
        yield name, "is not taken any more"
    if old["type"] == "object" and new.get("additionalProperties") is False and old.get("additionalProperties", True):
        yield "", "fields without a name of their own are not taken any more"
