"""The one OpenAPI document of the platform: everything of every service, and nothing mistaken for another's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kyodo_events.schemas.generate import text_of
from kyodo_platform.openapi.merging import merged
from kyodo_platform.openapi.shapes import resolved
from tests.support.operations import METHODS
from tests.support.services import NAMES

Document = dict[str, Any]

CONTRACTS = Path(__file__).parents[1] / "contracts" / "openapi"


@pytest.fixture(scope="module")
def services() -> dict[str, Document]:
    """The committed documents, which test_openapi compares with the code."""
    return {name: json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}


@pytest.fixture(scope="module")
def whole(services: dict[str, Document]) -> Document:
    """All of them as one."""
    return merged(services)


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def unfolded(document: Document, part: Any, inside: tuple[str, ...] = ()) -> Any:
    """A part without references, up to where a schema contains itself."""
    if isinstance(part, list):
        return [unfolded(document, item, inside) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        reference = part["$ref"]
        if reference in inside:
            return {"recursion": inside[::-1].index(reference)}
        return unfolded(document, resolved(document, part), (*inside, reference))
    return {key: unfolded(document, value, inside) for key, value in part.items() if key != "mapping"}


def test_the_committed_document_is_made_of_the_services_own(whole: Document) -> None:
    committed = (CONTRACTS / "kyodo.json").read_text(encoding="utf-8")
    assert text_of(whole) == committed, "run `kyodo contracts generate` and commit what it writes"


def test_every_operation_means_what_it_means_in_its_service(services: dict[str, Document], whole: Document) -> None:
    found = dict(operations(whole))
    for name, document in services.items():
        for label, own in operations(document):
            method, _, path = label.partition(" ")
            expected = {
                **own,
                "operationId": f"{name.replace('-', '_')}_{own['operationId']}",
                "tags": [f"{name}: {tag}" for tag in own["tags"]],
            }
            operation = found.pop(f"{method} /{name}{path}")
            assert unfolded(whole, operation) == unfolded(document, expected), label
    assert found == {}


def test_operation_ids_are_unique(whole: Document) -> None:
    ids = [operation["operationId"] for _, operation in operations(whole)]
    assert len(ids) == len(set(ids)) > 900


def document(**schemas: Document) -> Document:
    return {"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}}


def reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def test_what_differs_through_what_it_refers_to_differs() -> None:
    page = {"items": reference("Row")}
    same, text, number = {"type": "null"}, {"type": "string"}, {"type": "number"}
    choice = {"discriminator": {"mapping": {"row": "#/components/schemas/Row"}}}
    found = merged(
        {
            "a": document(Page=page, Row=text, Same=same, Choice=choice),
            "b": document(Page=page, Row=number, Same=same, Only=reference("Row")),
        }
    )["components"]["schemas"]
    assert found == {
        "a.Page": {"items": reference("a.Row")},
        "b.Page": {"items": reference("b.Row")},
        "a.Row": text,
        "b.Row": number,
        "Same": same,
        "Only": reference("b.Row"),
        "Choice": {"discriminator": {"mapping": {"row": "#/components/schemas/a.Row"}}},
    }
