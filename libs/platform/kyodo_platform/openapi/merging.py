"""One document for the whole platform, from those of its services: what the edge answers at `/openapi.json`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Document = dict[str, Any]
Component = tuple[str, str]
"""Kind and name of a component: ("schemas", "Problem")."""

_HOME = "#/components/"


def merged(documents: Mapping[str, Document]) -> Document:
    """The services' documents, by name of service, as one.

    Paths begin with the service's name, as at the edge. Operation ids and tags do too. A component is there once where
    all services mean the same by its name, and as `<service>.<name>` where they do not.
    """
    differing = _differing(documents)
    paths: Document = {}
    components: dict[str, Document] = defaultdict(dict)
    for service, document in documents.items():
        renamed = _renaming(service, differing)
        for path, item in document["paths"].items():
            paths[f"/{service}{path}"] = {
                method: _own(service, _refer(operation, renamed)) for method, operation in item.items()
            }
        for kind, named in document["components"].items():
            for name, component in named.items():
                components[kind][renamed((kind, name))] = _refer(component, renamed)
    return {
        "openapi": next(iter(documents.values()))["openapi"],
        "info": {
            "title": "Kyodo 協働",
            "version": "1",
            "description": "The joint digital work of Tokyo and its 62 municipalities: all services, as at the edge.",
        },
        "paths": paths,
        "components": dict(components),
    }


def _own(service: str, operation: Document) -> Document:
    """An operation with ids and tags that are the service's own."""
    return {
        **operation,
        "operationId": f"{service.replace('-', '_')}_{operation['operationId']}",
        "tags": [f"{service}: {tag}" for tag in operation.get("tags", ())],
    }


def _renaming(service: str, differing: set[Component]) -> Callable[[Component], str]:
    def renamed(component: Component) -> str:
        return f"{service}.{component[1]}" if component in differing else component[1]

    return renamed


def _differing(documents: Mapping[str, Document]) -> set[Component]:
    """The components by whose names the services do not all mean the same, be it only through what they refer to."""
    meanings: dict[Component, list[Any]] = defaultdict(list)
    for document in documents.values():
        for kind, named in document["components"].items():
            for name, component in named.items():
                meanings[kind, name].append(component)
    differing = {name for name, found in meanings.items() if any(one != found[0] for one in found)}
    shared = {name: set(_references(found[0])) for name, found in meanings.items() if len(found) > 1}
    while more := {name for name, refers in shared.items() if name not in differing and refers & differing}:
        differing |= more
    return differing


def _references(value: Any) -> Iterator[Component]:
    if isinstance(value, str) and (component := _referred(value)):
        yield component
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _refer(value: Any, renamed: Callable[[Component], str]) -> Any:
    """The same with every reference led to the component's new name; a discriminator's mapping holds such texts too."""
    if isinstance(value, str) and (component := _referred(value)):
        return f"{_HOME}{component[0]}/{renamed(component)}"
    if isinstance(value, dict):
        return {key: _refer(inner, renamed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_refer(inner, renamed) for inner in value]
    return value


def _referred(text: str) -> Component | None:
    if not text.startswith(_HOME):
        return None
    kind, _, name = text.removeprefix(_HOME).partition("/")
    return kind, name
