"""Faults put into manifests that are right, each of which a rule must notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.cluster.rendered import Object, Objects, of

Rule = Callable[[Objects], list[str]]
Fault = Callable[[Objects], None]
Plants = dict[Rule, dict[str, Fault]]
"""What breaks each rule, by what it is."""

POD = "spec/template/spec"
CONTAINER = f"{POD}/containers/0"


def put(kind: str, path: str, value: Any, name: str | None = None) -> Fault:
    """Put a value at a path of the first object of a kind, or of the named one; `~` in a step stands for a slash."""

    def change(objects: Objects) -> None:
        *steps, last = path.split("/")
        place: Any = _first(objects, kind, name)
        for step in steps:
            place = place[_key(place, step)]
        if isinstance(place, list) and last == "-":
            place.append(value)
        else:
            place[_key(place, last)] = value

    return change


def drop(kind: str, name: str | None = None) -> Fault:
    """Leave an object out."""
    return lambda objects: objects.remove(_first(objects, kind, name))


def add(found: Object) -> Fault:
    """Put an object in."""
    return lambda objects: objects.append({"metadata": {"name": "planted", "namespace": "kyodo"}, **found})


def _first(objects: Objects, kind: str, name: str | None) -> Object:
    return next(o for o in of(objects, kind) if name in (None, o["metadata"]["name"]))


def _key(place: Any, step: str) -> Any:
    return int(step) if isinstance(place, list) else step.replace("~", "/")
