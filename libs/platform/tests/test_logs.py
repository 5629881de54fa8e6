"""Logs: one shape for everybody's lines, with ids and without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from kyodo_platform import logs
from kyodo_platform.identity import Identity, Role

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
TOUCHED = ("", "uvicorn", "uvicorn.error", "uvicorn.access", "aiokafka", "httpx", "httpcore")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    before = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).level) for name in TOUCHED}
    stream = io.StringIO()
    logs.configure(stream=stream)
    yield stream
    structlog.reset_defaults()
    for name, (handlers, level) in before.items():
        logging.getLogger(name).handlers = handlers
        logging.getLogger(name).setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_ids_of_the_context(stream: io.StringIO) -> None:
    log = structlog.stdlib.get_logger("kyodo.test")
    with logs.context(request_id="r1", service="procurement", nothing=None):
        logs.bind_actor(Identity("officer@131016", frozenset({Role.OFFICER}), "131016"))
        logs.bind_actor(None)
        log.info("theme_selected", theme="t1")
        assert logs.current_request_id() == "r1"
    log.info("after")
    first, second = lines(stream)
    assert first["event"] == "theme_selected"
    assert {key: first[key] for key in ("request_id", "service", "actor", "organisation", "theme", "logger")} == {
        "request_id": "r1",
        "service": "procurement",
        "actor": "officer@131016",
        "organisation": "131016",
        "theme": "t1",
        "logger": "kyodo.test",
    }
    assert first["level"] == "info"
    assert first["timestamp"].endswith("Z")
    assert "actor" not in second
    assert "request_id" not in second
    assert logs.current_request_id() is None


def test_a_context_within_a_context(stream: io.StringIO) -> None:
    with logs.context(request_id="outer"):
        with logs.context(request_id="inner"):
            assert logs.current_request_id() == "inner"
        assert logs.current_request_id() == "outer"


def test_the_standard_library_goes_the_same_way(stream: io.StringIO) -> None:
    with logs.context(request_id="r1"):
        logging.getLogger("aiokafka.consumer").warning("lost %s partitions", 3)
        logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("uvicorn.access").info("GET /v1/experts?name=someone")
    lost, started = lines(stream)
    assert (lost["event"], lost["level"], lost["logger"]) == ("lost 3 partitions", "warning", "aiokafka.consumer")
    assert lost["request_id"] == started["request_id"] == "r1"


def test_secrets_by_name_at_any_depth(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger().info(
        "seen", Authorization="x", body={"a": 1}, request={"set-cookie": "x", "items": [{"email": "x", "id": 1}]}
    )
    (line,) = lines(stream)
    assert line["Authorization"] == line["body"] == logs.REMOVED
    assert line["request"] == {"set-cookie": logs.REMOVED, "items": [{"email": logs.REMOVED, "id": 1}]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"got {JWT}", "got"),
        ("Authorization: Bearer abc.def", "Authorization"),
        ("postgresql://app:hidden@db/kyodo", "@db/kyodo"),
        ("duplicate key\nDETAIL:  Key (email)=(hidden@example.org) already exists.\nHINT: none", "HINT: none"),
    ],
)
def test_secrets_by_shape(stream: io.StringIO, text: str, kept: str) -> None:
    structlog.stdlib.get_logger().info("seen", text=text)
    logging.getLogger("anybody").error(text)
    written = stream.getvalue()
    assert kept in lines(stream)[0]["text"]
    assert kept in lines(stream)[1]["event"]
    for secret in (JWT, "abc.def", "hidden"):
        assert secret not in written


def test_tracebacks_without_the_input(stream: io.StringIO) -> None:
    class Person(BaseModel):
        age: int

    sent = {"age": " ".join(["a", "private", "remark"])}  # not a literal: tracebacks show the source line
    try:
        Person.model_validate(sent)
    except ValidationError:
        structlog.stdlib.get_logger().exception("crash")
    (line,) = lines(stream)
    assert "ValidationError" in line["exception"]
    assert "a private remark" not in line["exception"]


def test_levels_and_text_for_a_terminal(stream: io.StringIO) -> None:
    logs.configure(level="WARNING", json=False, stream=stream)
    structlog.stdlib.get_logger().info("quiet")
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        structlog.stdlib.get_logger().exception("loud", token="t0k3n")
    written = stream.getvalue()
    assert "quiet" not in written
    assert "loud" in written
    assert "RuntimeError: boom" in written
    assert "t0k3n" not in written
