"""What a developer may change in a published event, and what is refused with words that help."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from kyodo_events.event import Event, EventRegistry, Topic
from kyodo_events.schemas.compatibility import breaks
from kyodo_events.schemas.differences import CHANGED, NARROWED, WIDENED, differences
from kyodo_events.schemas.generate import Documents, MissingVersion, documents

THINGS = Topic("kyodo-test.contracts.things.v1")
PATH = "schemas/kyodo-test.contracts.thing-happened.v1.json"
CONTRACTS = Path(__file__).parents[3] / "contracts"


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Colour(StrEnum):
    RED = "red"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    count: Annotated[int, Field(ge=1, le=10)] = 1


class RenamedPart(Part):
    """Another name and other words for the same."""


class LargerPart(Part):
    count: Annotated[int, Field(ge=1, le=11)] = 1


THING: dict[str, Any] = {
    "name": str,
    "size": Size,
    "count": Annotated[int, Field(ge=1, le=10)],
    "code": Annotated[str, Field(pattern="^[a-z]+$", min_length=2, max_length=5)],
    "parts": Annotated[tuple[Part, ...], Field(max_length=3)],
    "remark": (str | None, None),
}


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variants of one event stay out of the registry of the process."""
    monkeypatch.setattr("kyodo_events.event.registry", EventRegistry())


def thing(fields: dict[str, Any], **keywords: Any) -> type[Event]:
    """A published event with these fields."""
    given = {"type": "kyodo-test.contracts.thing-happened", "topic": THINGS, **keywords}
    kinds: Any = {name: kind if isinstance(kind, tuple) else (kind, ...) for name, kind in fields.items()}
    return create_model("ThingHappened", __base__=Event, __cls_kwargs__=given, **kinds)


def published(fields: dict[str, Any], standing: Documents | None = None, **keywords: Any) -> Documents:
    """The documents of that event."""
    return documents([thing(fields, **keywords)], standing or {})


def without(name: str) -> dict[str, Any]:
    return {field: kind for field, kind in THING.items() if field != name}


BREAKING = {
    "removed": (without("size"), "size: the field was removed or renamed", CHANGED),
    "renamed": ({**without("name"), "title": str}, "name: the field was removed or renamed", CHANGED),
    "new and required": ({**THING, "weight": int}, "weight: the field is new and required", CHANGED),
    "new and optional": ({**THING, "weight": (int, 0)}, "weight: the field is new", WIDENED),
    "made required": ({**THING, "remark": str | None}, "remark: the field became required", NARROWED),
    "made optional": ({**THING, "name": (str, "")}, "name: the field became optional", WIDENED),
    "another default": ({**THING, "remark": (str | None, "-")}, "remark: 'default' changed from null", CHANGED),
    "lower maximum": (
        {**THING, "count": Annotated[int, Field(ge=1, le=9)]},
        "'maximum' changed from 10 to 9",
        NARROWED,
    ),
    "higher maximum": ({**THING, "count": Annotated[int, Field(ge=1, le=11)]}, "'maximum' changed", WIDENED),
    "higher minimum": ({**THING, "count": Annotated[int, Field(ge=2, le=10)]}, "'minimum' changed", NARROWED),
    "no minimum": ({**THING, "count": Annotated[int, Field(le=10)]}, "'minimum' is gone, it was 1", WIDENED),
    "new minimum length": ({**THING, "name": Annotated[str, Field(min_length=1)]}, "'minLength' is new", NARROWED),
    "shorter": (
        {**THING, "code": Annotated[str, Field(pattern="^[a-z]+$", min_length=2, max_length=4)]},
        "code: 'maxLength' changed from 5 to 4",
        NARROWED,
    ),
    "another pattern": (
        {**THING, "code": Annotated[str, Field(pattern="^[a-z0-9]+$", min_length=2, max_length=5)]},
        "code: 'pattern' changed",
        CHANGED,
    ),
    "another type": ({**THING, "name": int}, 'name: \'type\' changed from "string" to "integer"', CHANGED),
    "shorter list": ({**THING, "parts": Annotated[tuple[Part, ...], Field(max_length=2)]}, "parts: 'max", NARROWED),
    "nothing instead": ({**THING, "remark": (str, "")}, "remark: ", CHANGED),
    "null allowed": ({**THING, "name": str | None}, "name: 'anyOf' is new", CHANGED),
    "deep inside": (
        {**THING, "parts": Annotated[tuple[LargerPart, ...], Field(max_length=3)]},
        "parts[].count: 'maximum' changed from 10 to 11",
        WIDENED,
    ),
    "another alternative": ({**THING, "remark": (int | None, None)}, "remark: 'type' changed", CHANGED),
    "other values": ({**THING, "size": Colour}, 'size: no longer allows "large", "small"', NARROWED),
}


@pytest.mark.parametrize("case", BREAKING)
def test_a_change_of_what_is_accepted_needs_a_new_version(case: str) -> None:
    fields, what, harm = BREAKING[case]
    found = breaks(published(THING), published(fields))
    assert found
    told = [str(one) for one in found if what in one.what and harm in one.what]
    assert told, [str(one) for one in found]
    assert PATH in told[0]
    assert "set version=2" in told[0]
    assert "@registry.upcasts(ThingHappened, from_version=1)" in told[0]
    assert "kyodo-test.contracts.thing-happened.v1.json" in told[0]


@pytest.mark.parametrize(
    "fields",
    [
        {**THING, "name": Annotated[str, Field(description="What it is called.", examples=["x"], title="Name")]},
        dict(reversed(THING.items())),
        {**THING, "parts": Annotated[tuple[RenamedPart, ...], Field(max_length=3)]},
        {**THING, "size": StrEnum("Size", [("LARGE", "large"), ("SMALL", "small")])},
    ],
    ids=["words", "order of fields", "name of a nested model", "order of an enum"],
)
def test_words_names_and_order_may_change(fields: dict[str, Any]) -> None:
    assert breaks(published(THING), published(fields)) == []


@pytest.mark.parametrize("lost", ["small", "large"])
def test_a_value_taken_from_or_given_to_an_enum_breaks_somebody(lost: str) -> None:
    shorter = Literal["large"] if lost == "small" else Literal["small"]
    one, other = published(THING), published({**THING, "size": shorter})
    assert [NARROWED in found.what and lost in found.what for found in breaks(one, other)] == [True]
    assert [WIDENED in found.what and lost in found.what for found in breaks(other, one)] == [True]


def test_the_next_version_may_be_another_event_altogether() -> None:
    first = published(THING)
    second = published({"weight": int}, first, version=2)
    assert breaks(first, second) == []
    assert second[PATH] == first[PATH]
    messages = second["asyncapi/contracts.json"]["channels"][THINGS.name]["messages"]
    assert sorted(messages) == [f"kyodo-test.contracts.thing-happened.v{version}" for version in (1, 2)]


def test_an_earlier_version_is_history() -> None:
    first = published(THING)
    rewritten = {**first, PATH: published({"weight": int})[PATH]}
    found = breaks(first, published({"weight": int}, rewritten, version=2))
    assert PATH in {one.document for one in found}


def test_versions_have_no_gaps() -> None:
    with pytest.raises(MissingVersion, match=r"thing-happened\.v1\.json is missing.*counted without gaps"):
        published(THING, version=2)


def test_a_published_type_does_not_go_away() -> None:
    found = breaks(published(THING), {})
    assert [(one.document, one.what) for one in found] == [(PATH, "this event type or version is gone")]
    second = published(THING, published(THING), version=2)
    assert [one.document for one in breaks(second, published(THING))] == [PATH.replace(".v1.", ".v2.")]


@pytest.mark.parametrize(
    ("keywords", "what"),
    [
        ({"topic": Topic("kyodo-test.contracts.others.v1")}, "moved from the topic kyodo-test.contracts.things.v1 to"),
        ({"key": "code"}, "changed from the aggregate's id to the field 'code'"),
        ({"topic": Topic(THINGS.name, partitions=5)}, "has 5 partitions, it had 6"),
        ({"topic": Topic(THINGS.name, retention_ms=1_000)}, "keeps events for 1000 ms, it kept them for -1"),
    ],
    ids=["topic", "key", "fewer partitions", "shorter retention"],
)
@pytest.mark.parametrize("version", [1, 2])
def test_topic_and_key_belong_to_the_type_in_all_versions(keywords: dict[str, Any], what: str, version: int) -> None:
    first = published(THING)
    found = breaks(first, published(THING, first, version=version, **keywords))
    assert len(found) == 1
    assert what in found[0].what


def test_topics_may_grow() -> None:
    short = published(THING, topic=Topic(THINGS.name, retention_ms=1_000))
    assert breaks(short, published(THING, topic=Topic(THINGS.name, partitions=12))) == []
    assert breaks({}, short) == []


def test_one_topic_is_declared_once() -> None:
    other = create_model(
        "Other",
        __base__=Event,
        __cls_kwargs__={"type": "kyodo-test.contracts.other", "topic": Topic(THINGS.name, partitions=3)},
    )
    with pytest.raises(TypeError, match="declared twice"):
        documents([thing(THING), other], {})


def test_the_envelope_may_gain_headers_and_lose_none() -> None:
    before = published(THING)
    after = copy.deepcopy(before)
    envelope = after["asyncapi/contracts.json"]["components"]["schemas"]["CloudEvent"]
    envelope["properties"]["ce_new"] = {"type": "string"}
    assert breaks(before, after) == []
    del envelope["properties"]["ce_actor"]
    assert ["ce_actor" in one.what for one in breaks(before, after)] == [True]


def _keywords(schema: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The place of every keyword in a schema and its definitions."""
    for keyword, value in schema.items():
        yield (*place, keyword)
        if keyword in ("properties", "$defs"):
            for name, inner in value.items():
                yield from _keywords(inner, (*place, keyword, name))
        elif keyword == "items":
            yield from _keywords(value, (*place, keyword))


ANNOTATIONS = {"title", "description", "examples", "$id", "$schema"}


@pytest.mark.parametrize("path", sorted((CONTRACTS / "schemas").glob("*.json")), ids=lambda path: path.stem)
def test_no_keyword_of_a_real_contract_can_be_taken_away_unnoticed(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert differences(schema, copy.deepcopy(schema)) == []
    for place in _keywords(schema):
        changed = copy.deepcopy(schema)
        spot = changed
        for step in place[:-1]:
            spot = spot[step]
        says_nothing = (
            place[-1] in ANNOTATIONS or spot[place[-1]] == {}
        )  # such as the properties of an event without any
        del spot[place[-1]]
        noticed = bool(differences(schema, changed) and differences(changed, schema))
        assert noticed is not says_nothing, "/".join(place)
