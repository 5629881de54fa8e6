"""The AsyncAPI documents: complete, true of what is sent, and as they are served."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from kyodo_events.event import registry
from kyodo_events.schemas import served
from kyodo_events.schemas.generate import documents, parsed, published, read, text_of
from kyodo_local.contract_documents import examples
from kyodo_platform.asyncapi_page import asyncapi_page
from kyodo_platform.openapi.shapes import resolved
from tests.support import outside
from tests.support.services import NAMES, service

Document = dict[str, Any]

ROOT = Path(__file__).parents[1]
ASYNCAPI = ROOT / "contracts" / "asyncapi"
CHECK = ROOT / "deploy" / "checks" / "asyncapi.mjs"
DOCUMENTS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in ASYNCAPI.glob("*.json")}
WHOLE = DOCUMENTS["kyodo"]
MESSAGES = WHOLE["components"]["messages"]


def test_the_committed_documents_are_those_of_the_code() -> None:
    committed = {path: text for path, text in read(ROOT / "contracts").items() if not path.startswith("openapi/")}
    made = documents(published(), parsed(committed), examples())
    texts = {path: text_of(document) for path, document in made.items()}
    assert texts == committed, "run `kyodo contracts generate` and commit what it writes"
    assert {path: text_of(document) for path, document in served.of(made).items()} == read(served.FOLDER)


def test_every_topic_of_every_service_is_there() -> None:
    topics = {topic for name in NAMES for topic in service(name).published}
    told = {channel["address"]: channel["bindings"]["kafka"] for channel in WHOLE["channels"].values()}
    assert told.keys() == {topic.name for topic in topics}
    for topic in topics:
        assert told[topic.name]["partitions"] == topic.partitions
        assert told[topic.name]["topicConfiguration"]["retention.ms"] == topic.retention_ms
    for name in NAMES:
        own = {channel["address"] for channel in DOCUMENTS[name]["channels"].values()}
        assert own == {topic.name for topic in service(name).published}


def test_every_version_of_every_event_on_a_topic_is_there() -> None:
    events = [event for name in NAMES for event in registry.types(f"kyodo.{name}.") if event.topic]
    versions = {f"{event.event_type}.v{v}" for event in events for v in range(1, event.event_version + 1)}
    assert MESSAGES.keys() == versions
    sent = {name for channel in WHOLE["channels"].values() for name in channel["messages"]}
    assert sent == versions


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_fits_what_the_document_says(name: str) -> None:
    message = MESSAGES[name]
    (example,) = message["examples"]
    for part in ("headers", "payload"):
        # The document as a schema: so the references of the part are resolved within it.
        validator = Draft202012Validator({**WHOLE, **message[part]})
        assert [f"{e.json_path}: {e.message}" for e in validator.iter_errors(example[part])] == []
        for gone in example[part] if part == "headers" else ():
            without = {header: value for header, value in example[part].items() if header != gone}
            assert validator.is_valid(without) is (gone in ("ce_causationid", "ce_traceparent"))
    assert not Draft202012Validator({**WHOLE, **message["payload"]}).is_valid({**example["payload"], "more": 1})
    key = message["bindings"]["kafka"]["key"]
    subject = example["headers"]["ce_subject"].partition("/")[2]
    expected = example["payload"][key["x-field"]] if "x-field" in key else subject
    assert example["headers"]["ce_partitionkey"] == expected
    assert Draft202012Validator(key).is_valid(expected)


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_is_the_stored_one_and_is_told_in_both_languages(name: str) -> None:
    message = MESSAGES[name]
    stored = json.loads(
        (ROOT / "services" / name.split(".")[1] / "tests" / "examples" / f"{name}.json").read_text(encoding="utf-8")
    )
    assert message["examples"][0]["payload"] == stored["data"]
    english, japanese = message["description"].rsplit("\n\n", 1)
    assert sum(sign.isascii() for sign in english) > len(english) / 2
    for text in (japanese, message["examples"][0]["summary"]):
        assert any("ぁ" <= sign <= "ん" for sign in text)


@outside.outside("node")
def test_the_parser_of_the_asyncapi_initiative_finds_nothing() -> None:
    """In the document of all services: those of each are made of the same parts, and the parser takes its time."""
    done = _parsed(ASYNCAPI / "kyodo.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f": {len(WHOLE['channels'])} channels, {len(MESSAGES)} messages\n")


@outside.outside("node")
def test_the_parser_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = json.loads(json.dumps(DOCUMENTS["academy"]))
    operation = wrong["operations"]["send-kyodo.academy.courses.v1"]
    operation["messages"] = [{"$ref": "#/components/messages/kyodo.academy.training-attended.v1"}]
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    done = _parsed(tmp_path / "wrong.json")
    assert done.returncode == 1
    assert "error asyncapi3-operation-messages-from-referred-channel" in done.stdout


def _parsed(path: Path) -> subprocess.CompletedProcess[str]:
    node = outside.path_of("node")
    assert node
    return subprocess.run([node, str(CHECK), str(path)], capture_output=True, text=True, timeout=120)


async def test_a_service_answers_with_its_document_and_a_page(
    api: Callable[[str], Awaitable[httpx.AsyncClient]],
) -> None:
    client = await api("academy")
    answer = await client.get("/asyncapi.json")
    assert (answer.status_code, answer.json()) == (200, DOCUMENTS["academy"])
    page = await client.get("/asyncapi")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.text == asyncapi_page(DOCUMENTS["academy"])


async def test_a_service_that_publishes_nothing_has_neither(
    api: Callable[[str], Awaitable[httpx.AsyncClient]],
) -> None:
    client = await api("sample")
    assert [(await client.get(path)).status_code for path in ("/asyncapi.json", "/asyncapi")] == [404, 404]


class Page(HTMLParser):
    """What a reader sees of a page, and what the page would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_shows_every_topic_event_field_and_example() -> None:
    page = Page(asyncapi_page(WHOLE))
    seen = set(page.texts)
    assert seen >= WHOLE["channels"].keys() | MESSAGES.keys()
    for message in MESSAGES.values():
        assert seen >= resolved(WHOLE, message["payload"]).get("properties", {}).keys()
        assert f"Example 例: {message['examples'][0]['summary']}" in seen
        for part in ("headers", "payload"):
            assert json.dumps(message["examples"][0][part], ensure_ascii=False, indent=1) in seen
    assert seen >= WHOLE["components"]["schemas"]["CloudEvent"]["properties"].keys()
    assert {"for good 無期限", "6", "1"} <= seen


def test_the_page_fetches_and_runs_nothing() -> None:
    page = Page(asyncapi_page(WHOLE))
    assert page.tags.isdisjoint({"script", "link", "img", "iframe"})
    assert all(link.startswith("#") or link == "asyncapi.json" for link in page.links)
    anchors = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert anchors == WHOLE["channels"].keys()


def test_what_a_document_says_is_text_on_the_page() -> None:
    nasty = '<script>alert("1")</script>'
    document = json.loads(json.dumps(DOCUMENTS["academy"]).replace("Who did it.", json.dumps(nasty)[1:-1]))
    document["info"]["title"] = nasty
    for message in document["components"]["messages"].values():
        message["description"], message["examples"][0]["summary"] = nasty, nasty
        message["examples"][0]["payload"] = {"nasty": nasty}
    page = Page(asyncapi_page(document))
    assert "script" not in page.tags
    assert nasty in page.texts
