"""The OpenAPI documents: every operation declares what it may answer and what it needs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kyodo_events.schemas.generate import text_of
from kyodo_platform.app import create_app
from kyodo_platform.identity.policies import public
from kyodo_platform.openapi.shapes import resolved
from kyodo_platform.openapi.sharing import share_problems
from kyodo_platform.problems import MEDIA_TYPE
from kyodo_platform.settings import Settings
from tests.support.operations import METHODS, Operation, operations
from tests.support.running import document_once
from tests.support.services import NAMES, SAMPLE, service

Document = dict[str, Any]

CONTRACTS = Path(__file__).parents[1] / "contracts" / "openapi"


@pytest.fixture(params=[*NAMES, SAMPLE])
def described(
    request: pytest.FixtureRequest, settings_for: Callable[..., Settings]
) -> tuple[Document, list[Operation]]:
    """A service's document and its operations; no database is needed to read them."""
    found = service(request.param)
    app = create_app(found, settings_for(found.name, "postgresql://nowhere/none"), messaging=False)
    document_once(app, found.name)
    return app.openapi(), operations(found, app)


def missing(operation: Operation, document: Document) -> set[str]:
    """What an operation fails to declare."""
    rules = operation.rules
    responses = {status: resolved(document, found) for status, found in operation.documented["responses"].items()}
    declared = {(p["in"], p["name"]): p for p in operation.documented.get("parameters", ())}
    statuses = {"401", "422", "500", "503"}
    wanted = set()
    if rules.policy is not public:
        statuses |= {"403"}
    if rules.policy.parameters:
        statuses |= {"404"}
    if rules.method != "GET":
        statuses |= {"400", "409", "413"}
        wanted |= {("header", "Idempotency-Key")}
    if rules.changes:
        statuses |= {"404", "412", "428"}
        wanted |= {("header", "If-Match")}
    found: set[str] = statuses - responses.keys()
    found |= {f"{place} {name}" for place, name in wanted - declared.keys()}
    found |= {f"media type of {status}" for status in statuses & responses.keys() if not is_problem(responses[status])}
    found |= {f"in {place}: {name}" for place, name in declared if place == "path" and name not in operation.parameters}
    if not any(status.startswith("2") for status in responses):
        found.add("a success")
    if not operation.documented.get("summary") or not operation.documented.get("description"):
        found.add("words for people")
    return found


def is_problem(response: Document) -> bool:
    """Whether a response is declared as a problem, with an example of each kind."""
    content = response.get("content", {})
    return list(content) == [MEDIA_TYPE] and bool(content[MEDIA_TYPE].get("examples"))


def test_every_operation_declares_its_problems_and_needs(described: tuple[Document, list[Operation]]) -> None:
    document, found = described
    assert found
    assert {op.label: gaps for op in found if (gaps := missing(op, document))} == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_document_is_that_of_the_code(name: str, settings_for: Callable[..., Settings]) -> None:
    """Also under other settings than those under which it was generated."""
    app = create_app(service(name), settings_for(name, "postgresql://nowhere/none"), messaging=False)
    document_once(app, name)
    committed = (CONTRACTS / f"{name}.json").read_text(encoding="utf-8")
    assert text_of(app.openapi()) == committed, "run `kyodo contracts generate` and commit what it writes"


def test_a_kind_of_problem_is_said_once(described: tuple[Document, list[Operation]]) -> None:
    document, found = described
    refusals = [op.documented["responses"]["401"] for op in found]
    assert refusals == [{"$ref": "#/components/responses/unauthenticated"}] * len(found)
    again = copy.deepcopy(document)
    assert share_problems(again) == document


def test_refusals_of_one_type_with_other_words_keep_their_own() -> None:
    one, other = (
        {"content": {MEDIA_TYPE: {"examples": {"late": {"summary": words}}}}} for words in ("Late", "Too late")
    )
    document = {"paths": {"/a": {"get": {"responses": {"409": one}}, "put": {"responses": {"409": other}}}}}
    shared = share_problems(document)
    assert shared["paths"]["/a"]["get"]["responses"]["409"] == {"$ref": "#/components/responses/late"}
    assert shared["paths"]["/a"]["put"]["responses"]["409"] == other
    assert shared["components"]["responses"] == {"late": one}


def test_gaps_are_noticed(settings_for: Callable[..., Settings]) -> None:
    found = service(SAMPLE)
    app = create_app(found, settings_for(found.name, "postgresql://nowhere/none"), messaging=False)
    (write,) = (op for op in operations(found, app) if op.method == "PUT" and "note" in op.path)
    responses = {
        **{status: response for status, response in write.documented["responses"].items() if status != "412"},
        "409": {"description": "", "content": {"application/json": {}}},
    }
    bare = Operation(write.method, write.path, {"responses": responses}, write.rules)
    assert missing(bare, app.openapi()) == {
        "412",
        "media type of 409",
        "header If-Match",
        "header Idempotency-Key",
        "words for people",
    }


def test_operation_ids_are_unique(described: tuple[Document, list[Operation]]) -> None:
    document, _ = described
    ids = [item[method]["operationId"] for item in document["paths"].values() for method in METHODS if method in item]
    assert len(ids) == len(set(ids))


def test_changes_and_only_changes_need_if_match(described: tuple[Document, list[Operation]]) -> None:
    _, found = described
    for operation in found:
        parameters = {p["name"]: p for p in operation.documented.get("parameters", ())}
        assert ("If-Match" in parameters) is operation.rules.changes, operation.label
        if operation.rules.changes:
            assert parameters["If-Match"]["required"] is True
        assert ("Idempotency-Key" in parameters) is (operation.method != "GET"), operation.label


def test_every_reference_leads_somewhere(described: tuple[Document, list[Operation]]) -> None:
    document, _ = described

    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
            return own.union(*(references(value) for value in part.values()))
        return set().union(*map(references, part)) if isinstance(part, list) else set()

    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place


def test_what_comes_in_is_bounded(described: tuple[Document, list[Operation]]) -> None:
    """Every text, list and number of a request body has a bound: nothing grows with the caller's patience."""
    document, found = described
    unbounded = {
        f"{op.label} {place}"
        for op in found
        for place in _unbounded(op.documented.get("requestBody", {}), document, "body", frozenset())
    }
    assert unbounded == set()


def _unbounded(part: Any, document: Document, place: str, seen: frozenset[str]) -> set[str]:
    if isinstance(part, list):
        return set().union(*(_unbounded(item, document, place, seen) for item in part))
    if not isinstance(part, dict):
        return set()
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
        return set() if name in seen else _unbounded(schema, document, place, seen | {name})
    found = {place} if _is_unbounded(part) else set()
    for key, value in part.items():
        if key == "properties":
            for name, schema in value.items():
                found |= _unbounded(schema, document, f"{place}.{name}", seen)
        elif key not in ("examples", "example", "default", "description", "title", "enum"):
            found |= _unbounded(value, document, place, seen)
    return found


def _is_unbounded(schema: Document) -> bool:
    match schema.get("type"):
        case "string":
            return not schema.keys() & {"maxLength", "enum", "const", "format", "pattern"}
        case "array":
            return not schema.keys() & {"maxItems", "prefixItems"}
        case "integer" | "number":
            return not (schema.keys() & {"maximum", "exclusiveMaximum"} or "enum" in schema)
    return False
