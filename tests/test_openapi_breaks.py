"""What breaks the clients of an HTTP interface, and what does not: a rule has a break and its allowed counterpart."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kyodo_platform.openapi.breaks import http_breaks

Document = dict[str, Any]
Change = Callable[[Document], object]

CONTRACTS = Path(__file__).parents[1] / "contracts" / "openapi"
TODAY = date(2027, 4, 1)
THEME = "/v1/themes/{theme_id}"

SMALL: Document = {
    "paths": {
        THEME: {
            "get": {
                "parameters": [
                    {"in": "path", "name": "theme_id", "required": True, "schema": {"type": "string", "maxLength": 40}},
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
                    {"in": "query", "name": "stage", "schema": {"$ref": "#/components/schemas/Stage"}},
                ],
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/ThemeOut"}},
                            "text/csv": {"schema": {"type": "string"}},
                        },
                    },
                    "404": {"$ref": "#/components/responses/not-found"},
                },
            },
            "put": {
                "security": [{"bearer": []}],
                "requestBody": {
                    "required": False,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThemeIn"}}},
                },
                "responses": {"204": {}},
            },
        }
    },
    "components": {
        "responses": {"not-found": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}},
        "schemas": {
            "Stage": {"enum": ["research", "trial"], "type": "string"},
            "ThemeOut": {
                "type": "object",
                "required": ["id", "parts"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "need": {"type": "integer"},
                    "stage": {"$ref": "#/components/schemas/Stage"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/ThemeOut"}},
                    "by_year": {"type": "object", "additionalProperties": {"type": "integer"}},
                },
            },
            "ThemeIn": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title"],
                "properties": {
                    "title": {"type": "string", "maxLength": 100, "pattern": "^.+$"},
                    "need": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                    "stage": {"$ref": "#/components/schemas/Stage"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/ThemeIn"}, "maxItems": 5},
                },
            },
        },
    },
}


def found(before: Change, after: Change) -> list[str]:
    """What breaks between two variants of the small document."""
    earlier, later = copy.deepcopy(SMALL), copy.deepcopy(SMALL)
    before(earlier)
    after(later)
    return [one.what for one in http_breaks("openapi/small.json", earlier, later, TODAY)]


def same(_: Document) -> None:
    """No change."""


def asked(document: Document) -> Document:
    operation: Document = document["paths"][THEME]["get"]
    return operation


def written(document: Document) -> Document:
    operation: Document = document["paths"][THEME]["put"]
    return operation


def answered(document: Document) -> Document:
    answer: Document = asked(document)["responses"]["200"]
    return answer


def out(document: Document) -> Document:
    schema: Document = document["components"]["schemas"]["ThemeOut"]
    return schema


def taken(document: Document) -> Document:
    schema: Document = document["components"]["schemas"]["ThemeIn"]
    return schema


def field(schema: Document, name: str, **changes: Any) -> None:
    """Give a field of a schema other keywords; None takes one away."""
    for keyword, value in changes.items():
        schema["properties"][name][keyword] = value
        if value is None:
            del schema["properties"][name][keyword]


def replaced(schema: Document, name: str, by: Document) -> None:
    schema["properties"][name] = by


def parameter(document: Document, place: int, **changes: Any) -> None:
    asked(document)["parameters"][place].update(changes)


def deprecated(sunset: str) -> Change:
    return lambda d: written(d).update({"deprecated": True, "x-sunset": sunset})


INTEGER, NULL, TEXT = {"type": "integer"}, {"type": "null"}, {"type": "string"}

# The change that breaks, the words that say so, and the change beside it that is allowed: forwards or backwards.
RULES: dict[str, tuple[Change, str, Change]] = {
    "an operation goes": (
        lambda d: d["paths"][THEME].pop("put"),
        "PUT /v1/themes/{theme_id}: the operation is gone, and nobody was told",
        lambda d: d["paths"].update({"/v2/themes": d["paths"][THEME]}),
    ),
    "a token is needed": (
        lambda d: asked(d).update(security=[{"bearer": []}]),
        "GET /v1/themes/{theme_id}: needs a token now",
        lambda d: written(d).pop("security"),
    ),
    "a parameter goes": (
        lambda d: asked(d)["parameters"].pop(1),
        "query limit is not read any more",
        lambda d: asked(d)["parameters"].append({"in": "query", "name": "as_of", "schema": TEXT}),
    ),
    "a parameter comes": (
        lambda d: asked(d)["parameters"].append({"in": "query", "name": "as_of", "required": True, "schema": TEXT}),
        "query as_of is new and required",
        lambda d: parameter(d, 0, name="theme"),
    ),
    "a parameter is required": (
        lambda d: parameter(d, 1, required=True),
        "query limit is required now",
        lambda d: parameter(d, 1, required=False),
    ),
    "a parameter is narrowed": (
        lambda d: parameter(d, 1, schema={"type": "integer", "minimum": 1, "maximum": 100}),
        "query limit: 'maximum' is 100, it was 200",
        lambda d: parameter(d, 1, schema={"type": "integer", "minimum": 0, "maximum": 500}),
    ),
    "a body is required": (
        lambda d: written(d)["requestBody"].update(required=True),
        "a body is required now",
        lambda d: written(d)["requestBody"].pop("required"),
    ),
    "a media type is not taken": (
        lambda d: written(d)["requestBody"].update(content={"text/csv": {}}),
        "the body is no longer application/json",
        lambda d: written(d)["requestBody"]["content"].update({"text/csv": {}}),
    ),
    "a field is required": (
        lambda d: taken(d)["required"].append("need"),
        "the body, need: is required now",
        lambda d: taken(d)["required"].clear(),
    ),
    "a field is not taken": (
        lambda d: taken(d)["properties"].pop("need"),
        "the body, need: is not taken any more",
        lambda d: replaced(taken(d), "more", TEXT),
    ),
    "a type is not taken": (
        lambda d: replaced(taken(d), "need", {"anyOf": [INTEGER, NULL]}),
        "the body, need: no longer takes the type number",
        lambda d: replaced(taken(d), "need", {"type": ["number", "null", "string"]}),
    ),
    "null is not taken": (
        lambda d: replaced(taken(d), "need", {"type": "number"}),
        "the body, need: no longer takes the type null",
        lambda d: replaced(taken(d), "need", {}),
    ),
    "a value is not taken": (
        lambda d: replaced(taken(d), "stage", {"const": "trial", "type": "string"}),
        'the body, stage: no longer takes ["research"]',
        lambda d: replaced(taken(d), "stage", {"enum": ["research", "trial", "full"], "type": "string"}),
    ),
    "values are listed": (
        lambda d: replaced(taken(d), "title", {"enum": ["a"], "type": "string"}),
        'the body, title: takes only ["a"]',
        lambda d: replaced(taken(d), "stage", TEXT),
    ),
    "a bound comes": (
        lambda d: field(taken(d), "title", minLength=3),
        "the body, title: 'minLength' is 3, it was not bounded",
        lambda d: field(taken(d), "title", maxLength=None),
    ),
    "a pattern changes": (
        lambda d: field(taken(d), "title", pattern="^.*$"),
        'the body, title: \'pattern\' is "^.*$", it was "^.+$"',
        lambda d: field(taken(d), "title", pattern=None),
    ),
    "a list gets shorter": (
        lambda d: field(taken(d), "parts", maxItems=4),
        "the body, parts: 'maxItems' is 4, it was 5",
        lambda d: taken(d).update(additionalProperties=True),
    ),
    "a success goes": (
        lambda d: written(d).update(responses={"200": {}}),
        "204 is not answered any more",
        lambda d: asked(d)["responses"].pop("404"),
    ),
    "a media type is not answered": (
        lambda d: answered(d)["content"].pop("text/csv"),
        "the answer 200 is no longer text/csv",
        lambda d: answered(d)["content"].update({"text/calendar": {}}),
    ),
    "a header goes": (
        lambda d: answered(d)["headers"].clear(),
        "the answer 200 comes without the header ETag now",
        lambda d: answered(d)["headers"].update(Link={}),
    ),
    "a field is not answered": (
        lambda d: out(d)["properties"].pop("need"),
        "the answer 200, need: is not answered any more",
        lambda d: replaced(out(d), "more", TEXT),
    ),
    "a field may be missing": (
        lambda d: out(d)["required"].remove("id"),
        "the answer 200, id: may be missing now",
        lambda d: out(d)["required"].append("need"),
    ),
    "a type changes": (
        lambda d: replaced(out(d), "need", {"anyOf": [INTEGER, NULL]}),
        "the answer 200, need: may be of the type null now",
        lambda d: replaced(out(d), "stage", {"const": "trial", "type": "string"}),
    ),
    "a number is no whole one": (
        lambda d: replaced(out(d), "by_year", {"type": "object", "additionalProperties": {"type": "number"}}),
        "the answer 200, by_year.*: may be of the type number now",
        lambda d: replaced(out(d), "by_year", {"type": "object", "additionalProperties": {**INTEGER, "minimum": 0}}),
    ),
    "a format changes": (
        lambda d: field(out(d), "id", format=None),
        "the answer 200, id: 'format' is null, it was \"uuid\"",
        lambda d: field(out(d), "need", format="int64"),
    ),
    "an item changes": (
        lambda d: replaced(out(d), "parts", {"type": "array", "items": TEXT}),
        "the answer 200, parts[]: may be of the type string now",
        lambda d: d["components"]["schemas"]["Stage"]["enum"].append("full"),
    ),
    "the kind of a problem's answer": (
        lambda d: d["components"]["responses"].update({"not-found": {"content": {"text/plain": {}}}}),
        "the answer 404 is no longer application/problem+json",
        lambda d: asked(d)["responses"].update({"409": {}}),
    ),
}


@pytest.mark.parametrize(("breaking", "words", "allowed"), RULES.values(), ids=RULES)
def test_a_rule_sees_its_break_and_no_more(breaking: Change, words: str, allowed: Change) -> None:
    breaks = found(same, breaking)
    assert [words in one for one in breaks] == [True]
    assert found(same, allowed) == []


def test_what_is_the_same_breaks_nobody() -> None:
    assert found(same, same) == []
    document = json.loads((CONTRACTS / "talent.json").read_text(encoding="utf-8"))
    assert http_breaks("talent", document, copy.deepcopy(document), TODAY) == []


@pytest.mark.parametrize(
    ("sunset", "words"),
    [
        ("2027-03-31", []),
        ("2027-04-01", ["PUT /v1/themes/{theme_id}: the operation is gone before its sunset on 2027-04-01"]),
    ],
)
def test_an_operation_may_go_when_its_sunset_is_over(sunset: str, words: list[str]) -> None:
    gone: Change = lambda d: d["paths"][THEME].pop("put")  # noqa: E731 - one of a kind with those above
    assert found(deprecated(sunset), gone) == words


def test_fields_of_any_name_must_not_be_refused_all_at_once() -> None:
    breaks = found(lambda d: taken(d).pop("additionalProperties"), same)
    assert breaks == ["PUT /v1/themes/{theme_id}: the body: fields without a name of their own are not taken any more"]


def test_a_break_names_its_document_and_the_way_out() -> None:
    later = copy.deepcopy(SMALL)
    out(later)["properties"].pop("need")
    (one,) = http_breaks("openapi/small.json", SMALL, later, TODAY)
    assert (one.document, "deprecated with a sunset" in one.remedy) == ("openapi/small.json", True)


@pytest.mark.parametrize("name", ["talent", "cost-ledger"])
def test_no_field_of_a_real_answer_can_be_taken_away_unnoticed(name: str) -> None:
    """Of every schema that an operation answers with directly, each field in turn."""
    before = json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8"))
    before["paths"] = {path: item for path, item in before["paths"].items() if "get" in item and "{" in path}
    schemas = {
        answer["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]: (path, item["get"])
        for path, item in before["paths"].items()
        if (answer := item["get"]["responses"].get("200", {}))
        .get("content", {})
        .get("application/json", {})
        .get("schema")
    }
    tried = 0
    for schema, (path, operation) in schemas.items():
        small = {**before, "paths": {path: {"get": operation}}}
        for gone in before["components"]["schemas"].get(schema, {}).get("properties", {}):
            after = copy.deepcopy({**small, "components": {"schemas": before["components"]["schemas"]}})
            after["components"]["responses"] = before["components"]["responses"]
            del after["components"]["schemas"][schema]["properties"][gone]
            words = f"{gone}: is not answered any more"
            assert any(words in one.what for one in http_breaks(name, small, after, TODAY)), (schema, gone)
            tried += 1
            break  # one field a schema: they are all compared alike, and copying a document takes time
    assert tried > 10
