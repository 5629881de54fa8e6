"""Problems: every answer that is not a success, as RFC 9457 `application/problem+json`.

A problem's `type` is the URI reference `/problems/<slug>`. It names the kind of problem, not a server: with a
host in it, the same refusal would differ between installations and clients could not branch on it. RFC 9457
§3.1.1 asks of relative references that they carry the full path, which this one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import asyncpg
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kyodo_events.errors import Refused
from kyodo_platform.body_limit import BodyLimitProblems
from kyodo_platform.logs import current_request_id
from kyodo_platform.problem_refusals import (
    BadRequestBody,
    BodyTooLarge,
    Crashed,
    DependencyUnavailable,
    InvalidRequest,
    MethodNotAllowed,
    NoSuchPath,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Effect = Literal["none", "unknown"]

# The database or the way to it failed, not the request. asyncpg's InterfaceError ("connection is closed") has
# subclasses that are our own mistakes; those are crashes.
UNAVAILABLE: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg makes of a connection that is cut between two of its steps
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,  # shutdown, statement timeout
    asyncpg.TransactionRollbackError,  # deadlock, serialization failure
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # connected to a standby while a failover is under way
    ConnectionError,
    TimeoutError,
)
# The one character that JSON can carry and PostgreSQL cannot hold: as a parameter, and within jsonb.
UNSTORABLE: tuple[type[Exception], ...] = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
OUR_MISTAKES = (asyncpg.DataError, asyncpg.ClientConfigurationError, asyncpg.UnsupportedClientFeatureError)

_log = structlog.stdlib.get_logger(__name__)


class FieldProblem(BaseModel):
    """One thing that is wrong with the request, and where."""

    pointer: str = Field(
        description="A JSON pointer into the body (`#/answer/need`), or the place of a parameter (`query/limit`)"
    )
    detail: str


class Problem(BaseModel):
    """Why a request was not carried out, what to do about it, and whether it may have had an effect."""

    type: str = Field(description="URI reference of the kind of problem; never changes, clients branch on it")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str | None = Field(None, description="The path that was asked")
    remedy: str = Field("", description="What the caller can do")
    errors: list[FieldProblem] = Field(default_factory=list)
    request_id: str | None = Field(None, description="Name it when asking for help: it finds the log lines")
    effect: Effect = Field(
        "none",
        description="`none`: nothing was changed. `unknown`: the change may have happened; "
        "send the same request with the same Idempotency-Key to find out",
    )
    facts: dict[str, Any] = Field(default_factory=dict, description="The facts of the refusal, by name")


# What FastAPI and Starlette raise by themselves, by status.
_OF_HTTP: Mapping[int, type[Refused]] = {
    refusal.status: refusal for refusal in (BadRequestBody, NoSuchPath, MethodNotAllowed, BodyTooLarge)
}


def problem_of(refusal: Refused, *, effect: Effect = "none", errors: Sequence[FieldProblem] = ()) -> Problem:
    """The problem a refusal is; what a command refuses never had an effect."""
    errors = errors or [FieldProblem(pointer=pointer, detail=detail) for pointer, detail in refusal.places]
    return Problem(
        type=f"/problems/{refusal.type}",
        title=refusal.title,
        status=refusal.status,
        detail=refusal.explanation(),
        remedy=refusal.remedy,
        errors=list(errors),
        effect=effect,
        facts=to_jsonable_python(refusal.facts, fallback=str),
    )


def problem_of_validation(error: RequestValidationError) -> Problem:
    """What is wrong with a request, place by place, without repeating what was sent.

    JSON that cannot be parsed is 400, as is a body that cannot be decoded; FastAPI tells the two apart and
    callers need not.
    """
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        return problem_of(BadRequestBody())
    errors = [FieldProblem(pointer=_pointer(entry, error.body), detail=_message(entry)) for entry in found]
    return problem_of(InvalidRequest(), errors=errors)


def problem_of_http_exception(error: HTTPException) -> Problem:
    """What Starlette and FastAPI refuse by themselves: unknown paths, methods, undecodable bodies."""
    known = _OF_HTTP.get(error.status_code)
    if known is not None:
        return problem_of(known())
    phrase = HTTPStatus(error.status_code).phrase
    slug = phrase.lower().replace(" ", "-").replace("'", "")
    return Problem(type=f"/problems/{slug}", title=phrase, status=error.status_code, detail=phrase)


def problem_of_crash(request_id: str | None, *, effect: Effect = "unknown") -> Problem:
    """An error nobody foresaw: nothing of it is shown, the log has it under the request id."""
    return problem_of(Crashed(), effect=effect).model_copy(update={"request_id": request_id})


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP response of a problem; 401 says how to sign in, 503 when to come back."""
    sent = dict(headers or {})
    if problem.status == HTTPStatus.UNAUTHORIZED:
        # RFC 6750 §3.1: no error code where no token was sent at all.
        missing = problem.facts.get("fault") == "missing"
        sent.setdefault("WWW-Authenticate", "Bearer" if missing else 'Bearer error="invalid_token"')
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        sent.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, status_code=problem.status, headers=sent, media_type=MEDIA_TYPE)


def request_id_of(request: Request) -> str | None:
    """The id that the outermost middleware put in `request.state.request_id`.

    Read from the request because a crash is handled outside every middleware, where the logging context is
    gone.
    """
    found = request.scope.get("state", {}).get("request_id")
    return str(found) if found else current_request_id()


def answer(request: Request, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response of a problem that came up in this request."""
    place = {"instance": request.url.path, "request_id": request_id_of(request)}
    return problem_response(problem.model_copy(update=place), headers)


def install(app: FastAPI) -> None:
    """Make every error of an app a problem, and add the schema of problems to its OpenAPI document."""

    async def refused(request: Request, error: Exception) -> Response:
        match error:
            case Refused():
                return answer(request, problem_of(error))
            case RequestValidationError():
                return answer(request, problem_of_validation(error))
            case HTTPException():
                return answer(request, problem_of_http_exception(error), error.headers)
        raise error

    async def unavailable(request: Request, error: Exception) -> Response:
        if isinstance(error, OUR_MISTAKES):
            raise error
        _log.error("dependency_unavailable", request_id=request_id_of(request), exc_info=error)
        return answer(request, problem_of(DependencyUnavailable(), effect=_effect_of(request)))

    async def unstorable(request: Request, error: Exception) -> Response:
        errors = [FieldProblem(pointer="#", detail="Text must not contain the character U+0000")]
        return answer(request, problem_of(InvalidRequest(), errors=errors))

    def too_large(request: Request) -> Response:
        return answer(request, problem_of(BodyTooLarge()))

    async def crashed(request: Request, error: Exception) -> Response:
        request_id = request_id_of(request)
        _log.error("crash", request_id=request_id, exc_info=error)
        return answer(request, problem_of_crash(request_id, effect=_effect_of(request)))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(HTTPException, refused)
    for kind in UNAVAILABLE:
        app.add_exception_handler(kind, unavailable)
    for kind in UNSTORABLE:
        app.add_exception_handler(kind, unstorable)
    app.add_exception_handler(Exception, crashed)
    app.add_middleware(BodyLimitProblems, answer=too_large)
    _add_schemas(app)


def _add_schemas(app: FastAPI) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts = schema.pop("$defs")
        document.setdefault("components", {}).setdefault("schemas", {}).update({"Problem": schema, **parts})
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _effect_of(request: Request) -> Effect:
    return "none" if request.method in SAFE_METHODS else "unknown"


def _pointer(entry: Mapping[str, Any], body: Any) -> str:
    """Where an error is: a JSON pointer as URI fragment (RFC 6901 §6) for the body, else `query/limit`.

    pydantic names the branches of unions within a location; a step that is not in the body is such a name,
    unless it is the field that is missing.
    """
    place, *steps = entry["loc"]
    if place != "body":
        return "/".join(str(step) for step in (place, *steps))
    pointer, last = "#", len(steps) - 1
    for index, step in enumerate(steps):
        there, inner = _step(body, step)
        if there or (index == last and entry["type"] == "missing"):
            pointer += "/" + quote(str(step).replace("~", "~0").replace("/", "~1"), safe="~")
            body = inner
    return pointer


def _step(body: Any, step: int | str) -> tuple[bool, Any]:
    """Whether the body has this member, and the member."""
    if isinstance(body, dict) and step in body:
        return True, body[step]
    if isinstance(body, list) and isinstance(step, int) and step < len(body):
        return True, body[step]
    return False, body


def _message(entry: Mapping[str, Any]) -> str:
    """pydantic's message with whatever it repeats of the input taken out: it may be personal data."""
    message = str(entry["msg"]).removeprefix("Value error, ")
    if entry["type"] == "union_tag_invalid":
        return f"{entry['ctx']['discriminator']} must be one of {entry['ctx']['expected_tags']}"
    for value in sorted({str(leaf) for leaf in _leaves(entry.get("input"))}, key=len, reverse=True):
        message = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", message)
    return message


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            yield from _leaves(item)
    elif value not in (None, ""):
        yield value
