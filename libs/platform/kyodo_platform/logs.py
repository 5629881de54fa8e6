"""Logs: one line of JSON an event, with the ids that lead to it and without what must not be kept.

Bodies, tokens and personal data never belong in a log call. What slips through all the same is removed here
by name (keys such as `authorization`) and by shape (tokens, passwords in addresses, values that PostgreSQL
and pydantic quote in their error texts).
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

from kyodo_platform.identity.model import Identity

REMOVED = "[removed]"

SECRET_KEYS = frozenset(
    {
        *("authorization", "cookie", "set_cookie", "token", "access_token", "refresh_token", "id_token"),
        *("password", "secret", "cursor_secret", "personal_keys", "signing_keys", "private_key", "api_key"),
        *("body", "request_body", "response_body", "payload", "input", "headers"),
        *("name", "full_name", "kana", "email", "phone", "address", "birthday", "birth_date"),
    }
)

_SECRET_SHAPES = (
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), REMOVED),  # a JWT
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {REMOVED}"),
    (re.compile(r"(\w+://[^\s:/@]*):[^\s/@]+@"), rf"\1:{REMOVED}@"),  # user:password@ in an address
    (re.compile(r"(?m)^(\s*DETAIL:).*$"), rf"\1 {REMOVED}"),  # PostgreSQL quotes the row: Key (x)=(value)
    (re.compile(r"input_value=.*?(, input_type=)", re.DOTALL), rf"input_value={REMOVED}\1"),  # pydantic
)

# Their own request lines carry addresses and query strings; the platform writes its own line a request.
_QUIET = ("uvicorn.access", "httpx", "httpcore", "aiokafka")


def configure(*, level: str = "INFO", json: bool = True, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging (uvicorn, aiokafka) through one renderer.

    `level` is the least level that is written; `json` off writes text for a terminal. Called once a process;
    a second call replaces the first.
    """
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        remove_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # loggers made at import time follow a later call
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
        if json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "aiokafka"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def context(**ids: str | None) -> Iterator[None]:
    """Everything logged inside carries these ids (`request_id`, `service`, …); None is left out.

    What is bound inside, such as the actor, ends with it as well.
    """
    before = get_contextvars()
    bind_contextvars(**{key: value for key, value in ids.items() if value is not None})
    try:
        yield
    finally:
        clear_contextvars()
        bind_contextvars(**before)


def bind_actor(identity: Identity | None) -> None:
    """Name the caller on what the surrounding `context` logs from now on: the issuer's opaque subject."""
    if identity is not None:
        bind_contextvars(actor=identity.subject, organisation=identity.organisation)


def current_request_id() -> str | None:
    """The `request_id` of the surrounding `context`, if any."""
    found = get_contextvars().get("request_id")
    return None if found is None else str(found)


def remove_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Processor: take out values under secret keys, at any depth, and anything that looks like a secret."""
    cleaned: EventDict = {key: value if key.startswith("_") else _clean(key, value) for key, value in event.items()}
    return cleaned


def _clean(key: str, value: Any) -> Any:
    if key.lower().replace("-", "_") in SECRET_KEYS:
        return REMOVED
    if isinstance(value, str):
        for shape, replacement in _SECRET_SHAPES:
            value = shape.sub(replacement, value)
        return value
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item) for item in value]
    return value
