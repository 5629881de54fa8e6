"""What may change in a service's HTTP interface, and what breaks its clients (docs/decisions/0039).

Clients keep working: what they send is taken, and what they read is there. Anything may be added that they need not
know. An operation goes only after it was declared deprecated with a sunset, and that day is over. Everything else that
has to be different gets a path of its own, under the next version.

Looked for before it was written: no kept library on PyPI compares OpenAPI 3.1 by these rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from kyodo_events.schemas.compatibility import Break
from kyodo_platform.deprecation import SUNSET
from kyodo_platform.openapi.answers import Answers
from kyodo_platform.openapi.requests import Requests
from kyodo_platform.openapi.shapes import Document, Found, resolved

Operation = Mapping[str, Any]
Compare = Callable[[Any, Any], Iterator[Found]]

_GIVE_ANOTHER = (
    "Leave it as it is. What has to be different gets a path of its own under the next version, and this one is"
    " declared deprecated with a sunset and its successor."
)
_ANNOUNCE = "Bring it back, and declare it deprecated with a sunset; it may go when that day is over."


def http_breaks(path: str, before: Document, after: Document, today: date) -> list[Break]:
    """The incompatible changes from one OpenAPI document of a service, standing at this path, to another."""
    requests, answers = Requests(before, after), Answers(before, after)
    earlier, later = _operations(before), _operations(after)
    found: list[Break] = []
    for name, (label, operation) in earlier.items():
        if name not in later:
            found += [Break(path, f"{label}: {what}", _ANNOUNCE) for what in operation_gone(operation, today)]
            continue
        old, new = _whole(before, operation), _whole(after, later[name][1])
        changes = [
            *token_needed(old, new),
            *parameters_changed(old, new, requests.compare),
            *body_changed(old, new, requests.compare),
            *answers_changed(old, new, answers.compare),
        ]
        found += [Break(path, f"{label}: {what}", _GIVE_ANOTHER) for what in changes]
    return found


def operation_gone(operation: Operation, today: date) -> Iterator[str]:
    """An operation stays until it was deprecated and its sunset is over."""
    sunset = operation.get(SUNSET) if operation.get("deprecated") else None
    if sunset is None:
        yield "the operation is gone, and nobody was told"
    elif date.fromisoformat(sunset) >= today:
        yield f"the operation is gone before its sunset on {sunset}"


def token_needed(old: Operation, new: Operation) -> Iterator[str]:
    """What everybody could ask is asked without a token."""
    if new.get("security") and not old.get("security"):
        yield "needs a token now"


def parameters_changed(old: Operation, new: Operation, narrowed: Compare) -> Iterator[str]:
    """A parameter stays, takes what it took, and none comes that has to be given."""
    before, after = _parameters(old), _parameters(new)
    for name in sorted(before.keys() - after.keys()):
        yield f"{name} is not read any more"
    for name in sorted(after.keys() - before.keys()):
        if after[name].get("required"):
            yield f"{name} is new and required"
    for name in sorted(before.keys() & after.keys()):
        if after[name].get("required") and not before[name].get("required"):
            yield f"{name} is required now"
        yield from _said(name, narrowed(before[name].get("schema", True), after[name].get("schema", True)))


def body_changed(old: Operation, new: Operation, narrowed: Compare) -> Iterator[str]:
    """A body that was taken is taken, in each of its media types, and can be left out where it could."""
    before, after = old.get("requestBody", {}), new.get("requestBody", {})
    if after.get("required") and not before.get("required"):
        yield "a body is required now"
    yield from _contents("the body", before, after, narrowed)


def answers_changed(old: Operation, new: Operation, changed: Compare) -> Iterator[str]:
    """Each success is answered with its status, its media types, its headers, and what is in them; problems likewise.

    A refusal that cannot happen any more, or a new one, breaks nobody: clients branch on the types that they know.
    """
    before, after = old["responses"], new["responses"]
    for status in sorted(before):
        if status in after:
            yield from _contents(f"the answer {status}", before[status], after[status], changed)
            for header in sorted(before[status].get("headers", {}).keys() - after[status].get("headers", {}).keys()):
                yield f"the answer {status} comes without the header {header} now"
        elif status.startswith("2"):
            yield f"{status} is not answered any more"


def _contents(what: str, before: Operation, after: Operation, compare: Compare) -> Iterator[str]:
    old, new = before.get("content", {}), after.get("content", {})
    for media_type in sorted(old):
        if media_type not in new:
            yield f"{what} is no longer {media_type}"
        else:
            yield from _said(what, compare(old[media_type].get("schema", True), new[media_type].get("schema", True)))


def _said(what: str, found: Iterator[Found]) -> Iterator[str]:
    for where, change in found:
        yield f"{what}, {where}: {change}" if where else f"{what}: {change}"


def _operations(document: Document) -> dict[tuple[str, ...], tuple[str, Operation]]:
    """Operations by method and path; how a path calls its parameters is no concern of clients."""
    return {
        (method, *(("{}" if step.startswith("{") else step) for step in path.split("/"))): (
            f"{method.upper()} {path}",
            operation,
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def _whole(document: Document, operation: Operation) -> Operation:
    """The operation with its references followed, down to where schemas begin."""
    responses = operation["responses"].items()
    return {
        **operation,
        "parameters": [resolved(document, parameter) for parameter in operation.get("parameters", ())],
        "requestBody": resolved(document, operation.get("requestBody", {})),
        "responses": {status: resolved(document, response) for status, response in responses},
    }


def _parameters(operation: Operation) -> dict[str, Operation]:
    """Parameters by place and name; those of the path by their order."""
    found: dict[str, Operation] = {}
    for parameter in operation["parameters"]:
        place = parameter["in"]
        count = sum(name.startswith("path ") for name in found)
        found[f"path parameter {count + 1}" if place == "path" else f"{place} {parameter['name']}"] = parameter
    return found
