"""Problems: every error of an app has one shape, says what to do, and gives nothing away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import httpx
import jsonschema
import pytest
import structlog
from fastapi import FastAPI, Header, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, field_validator
from starlette.types import ASGIApp, Receive, Scope, Send

from kyodo_events.errors import NotFound, Refused, Unauthenticated
from kyodo_platform.problem_refusals import BodyTooLarge
from kyodo_platform.problems import (
    MEDIA_TYPE,
    Problem,
    install,
    problem_of,
    problem_of_crash,
    problem_of_validation,
    problem_response,
)
from kyodo_platform.route_description import responses_for


class TooFewNeeds(Refused):
    type = "too-few-needs"
    title = "Too few municipalities need this"
    detail = "{live} of 2 needs are live."
    remedy = "Wait for another answer."


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = Field(pattern="^[a-z]+$")


class Body(BaseModel, extra="forbid"):
    need: Literal["yes", "no"] = "no"
    seats: list[Annotated[int, Field(ge=0)]] = []
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    amount: int | float | None = None
    odd: int | None = Field(None, alias="a/b~c d")
    remark: str = ""
    id: UUID | None = None

    @field_validator("remark")
    @classmethod
    def _polite(cls, remark: str) -> str:
        if "secret" in remark:
            raise ValueError(f"the remark {remark!r} is not polite")
        return remark


class WithRequestId:
    """Stands for the middleware of the app factory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "r-1"
        await self.app(scope, receive, send)


ERRORS: dict[str, Exception] = {
    "refused": TooFewNeeds(live=1),
    "crash": RuntimeError("internal detail"),
    "timeout": TimeoutError("internal detail"),
    "reset": ConnectionResetError("internal detail"),
    "closed": asyncpg.InterfaceError("internal detail"),
    "shutdown": asyncpg.AdminShutdownError("internal detail"),
    "gone": asyncpg.ConnectionDoesNotExistError("internal detail"),
    "slow": asyncpg.QueryCanceledError("internal detail"),
    "mistake": asyncpg.DataError("internal detail"),
}


def build() -> FastAPI:
    app = FastAPI()
    app.add_middleware(WithRequestId)
    install(app)

    @app.post("/bodies/{number}", responses=responses_for([TooFewNeeds, BodyTooLarge]), max_body_size=500)
    async def bodies(
        number: int,
        body: Body,
        limit: Annotated[int, Query(le=200)] = 50,
        if_match: Annotated[int | None, Header()] = None,
    ) -> int:
        return number

    @app.get("/errors/{name}")
    @app.post("/errors/{name}")
    async def errors(name: str) -> None:
        raise ERRORS[name]

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo") as client:
        yield client


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def problem_in(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == MEDIA_TYPE
    problem: dict[str, Any] = response.json()
    jsonschema.validate(problem, Problem.model_json_schema())
    assert problem["status"] == response.status_code
    assert problem["request_id"] == "r-1"
    assert problem["instance"] == response.request.url.path
    assert "internal detail" not in response.text
    return problem


async def test_a_refusal(client: httpx.AsyncClient) -> None:
    assert problem_in(await client.post("/errors/refused")) == {
        "type": "/problems/too-few-needs",
        "title": "Too few municipalities need this",
        "status": 409,
        "detail": "1 of 2 needs are live.",
        "instance": "/errors/refused",
        "remedy": "Wait for another answer.",
        "errors": [],
        "request_id": "r-1",
        "effect": "none",
        "facts": {"live": 1},
    }


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"need": "maybe"}, "#/need", "'yes' or 'no'"),
        ({"seats": [1, -7]}, "#/seats/1", "greater than or equal to 0"),
        ({"pet": {"kind": "cat"}}, "#/pet/lives", "required"),
        ({"pet": {"kind": "dog", "name": "MyName"}}, "#/pet/name", "match"),
        ({"pet": {"kind": "parrot-of-mine"}}, "#/pet", "'kind' must be one of 'cat', 'dog'"),
        ({"pet": {}}, "#/pet", "discriminator"),
        ({"amount": "many-yen"}, "#/amount", "valid"),
        ({"a/b~c d": "odd-text"}, "#/a~1b~0c%20d", "valid integer"),
        ({"other": "foreign"}, "#/other", "not permitted"),
        ({"remark": "my secret"}, "#/remark", "is not polite"),
        ({"id": "Mr. Nobody"}, "#/id", "UUID"),
        (["list-of-mine"], "#", "dictionary"),
    ],
)
async def test_what_is_wrong_in_a_body(client: httpx.AsyncClient, body: Any, pointer: str, words: str) -> None:
    response = await client.post("/bodies/1", json=body)
    problem = problem_in(response)
    assert (problem["status"], problem["type"], problem["effect"]) == (422, "/problems/invalid-request", "none")
    assert {error["pointer"] for error in problem["errors"]} == {pointer}
    assert words in problem["errors"][0]["detail"]
    for sent in ("maybe", "-7", "MyName", "parrot-of-mine", "many-yen", "odd-text", "foreign", "my secret", "Nobody"):
        assert sent not in response.text
    assert "list-of-mine" not in response.text


async def test_what_is_wrong_beside_the_body(client: httpx.AsyncClient) -> None:
    response = await client.post("/bodies/x?limit=201", headers={"If-Match": "y"})
    pointers = [error["pointer"] for error in problem_in(response)["errors"]]
    assert pointers == ["path/number", "query/limit", "header/if-match", "#"]


@pytest.mark.parametrize("content", [b'{"need": ', b'{"need": "\xff"}', b"\xff\xfe", b"{'need': 1}"])
async def test_a_body_that_cannot_be_read(client: httpx.AsyncClient, content: bytes) -> None:
    response = await client.post("/bodies/1", content=content, headers={"Content-Type": "application/json"})
    assert problem_in(response)["type"] == "/problems/undecodable-body"
    assert response.status_code == 400


async def test_a_body_that_is_too_large(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"x" * 100

    counted = await client.post("/bodies/1", json={"remark": "x" * 600})
    chunked = await client.post("/bodies/1", content=chunks(), headers={"Content-Type": "application/json"})
    for response in (counted, chunked):
        assert problem_in(response)["type"] == "/problems/body-too-large"
        assert response.status_code == 413


async def test_unknown_paths_and_methods(client: httpx.AsyncClient) -> None:
    assert problem_in(await client.get("/nowhere"))["type"] == "/problems/no-such-path"
    response = await client.delete("/errors/refused")
    assert problem_in(response)["type"] == "/problems/method-not-allowed"
    assert response.headers["allow"]


@pytest.mark.parametrize("name", ["timeout", "reset", "closed", "shutdown", "gone", "slow"])
async def test_an_outage_may_have_had_an_effect(client: httpx.AsyncClient, name: str) -> None:
    changed = await client.post(f"/errors/{name}")
    assert (changed.status_code, problem_in(changed)["effect"]) == (503, "unknown")
    assert changed.headers["retry-after"].isdigit()
    assert problem_in(await client.get(f"/errors/{name}"))["effect"] == "none"


@pytest.mark.parametrize("name", ["crash", "mistake"])
async def test_a_crash_tells_its_id_and_nothing_else(client: httpx.AsyncClient, logged: list[Any], name: str) -> None:
    changed = await client.post(f"/errors/{name}")
    problem = problem_in(changed)
    assert (changed.status_code, problem["type"], problem["effect"]) == (500, "/problems/internal-error", "unknown")
    assert [(line["event"], line["request_id"], line["exc_info"]) for line in logged] == [
        ("crash", "r-1", ERRORS[name])
    ]
    assert problem_in(await client.get(f"/errors/{name}"))["effect"] == "none"


def test_how_to_sign_in() -> None:
    missing = problem_response(problem_of(Unauthenticated(reason="none", fault="missing")))
    wrong = problem_response(problem_of(Unauthenticated(reason="old", fault="expired")))
    assert missing.headers["www-authenticate"] == "Bearer"
    assert wrong.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_pure_pieces() -> None:
    assert problem_of(NotFound(what="theme", id=UUID(int=1))).facts["id"] == str(UUID(int=1))
    assert problem_of(TooFewNeeds(live={1, 2}.union)).facts["live"]  # whatever it is, it becomes text
    assert problem_of_crash("r-9").request_id == "r-9"
    empty = problem_of_validation(RequestValidationError([]))
    assert (empty.status, empty.errors) == (422, [])


def test_what_openapi_says() -> None:
    document = build().openapi()
    assert document is not None
    operation = document["paths"]["/bodies/{number}"]["post"]
    assert set(operation["responses"]) == {"200", "400", "409", "413", "422", "500", "503"}
    conflict = operation["responses"]["409"]
    assert list(conflict["content"]) == [MEDIA_TYPE]
    assert conflict["description"] == TooFewNeeds.title
    example = conflict["content"][MEDIA_TYPE]["examples"]["too-few-needs"]["value"]
    schema = {**conflict["content"][MEDIA_TYPE]["schema"], "components": document["components"]}
    jsonschema.validate(example, schema)
    assert example["detail"] == "{live} of 2 needs are live."
    assert "HTTPValidationError" not in json.dumps(operation)


def test_refusals_of_one_status_share_an_entry() -> None:
    class AnotherConflict(Refused):
        type = "another-conflict"
        title = "Another"

    entry = responses_for([TooFewNeeds, AnotherConflict, TooFewNeeds])[409]
    assert list(entry["content"][MEDIA_TYPE]["examples"]) == ["too-few-needs", "another-conflict"]
    assert entry["description"] == "Too few municipalities need this; Another"
