"""What clients read: everything that was there stays, in the type in which it was. One function a rule.

An answer may gain fields and listed values: clients have to pass over what they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator

from kyodo_platform.openapi.shapes import Comparison, Found, Schema, covers, nearest, text, within


class Answers(Comparison):
    """Compares what two documents of a service answer: who reads the earlier one has to understand the later one."""

    def _shapes(self, before: list[Schema], after: list[Schema]) -> Iterator[Found]:
        for new in after:
            known = [old for old in before if covers(old, new)]
            yield from nearest(new, known, self._rules, "may be of the type {} now")

    def _rules(self, new: Schema, old: Schema) -> Iterator[Found]:
        yield from fields_gone(old, new)
        yield from no_longer_certain(old, new)
        yield from format_changed(old, new)
        for name in sorted(old.get("properties", {}).keys() & new.get("properties", {}).keys()):
            yield from within(name, self.compare(old["properties"][name], new["properties"][name]))
        for keyword, where in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(old.get(keyword), dict):
                yield from within(where, self.compare(old[keyword], new.get(keyword, True)))


def fields_gone(old: Schema, new: Schema) -> Iterator[Found]:
    """A field that was answered is answered."""
    for name in sorted(old.get("properties", {}).keys() - new.get("properties", {}).keys()):
        yield name, "is not answered any more"


def no_longer_certain(old: Schema, new: Schema) -> Iterator[Found]:
    """A field that was always there is always there."""
    sure = set(old.get("required", ())) - set(new.get("required", ()))
    for name in sorted(sure & new.get("properties", {}).keys()):
        yield name, "may be missing now"


def format_changed(old: Schema, new: Schema) -> Iterator[Found]:
    """A date stays a date: clients read a text by its format."""
    if "format" in old and new.get("format") != old["format"]:
        yield "", f"'format' is {text(new.get('format'))}, it was {text(old['format'])}"
