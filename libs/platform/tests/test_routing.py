"""Routes: none without a policy, and an answer of the right shape for whatever is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import APIRouter

from kyodo_platform import routing
from kyodo_platform.app import create_app
from kyodo_platform.identity.policies import officer_of, public
from kyodo_platform.openapi.shapes import resolved
from kyodo_platform.problems import MEDIA_TYPE
from kyodo_platform.routing import Router
from kyodo_platform.service import Service, Slice
from kyodo_platform.settings import Settings
from tests.support.running import Running

As = Callable[..., dict[str, str]]
SettingsFor = Callable[..., Settings]
JSON = {"Content-Type": "application/json"}


async def endpoint(book_id: str = "") -> None:
    """Do nothing."""


def build(router: Router, settings_for: SettingsFor) -> None:
    service = Service("sample", "", "", Path(__file__).parent, [Slice(router=router)])
    create_app(service, settings_for("sample", "postgresql://nowhere/none"), messaging=False)


def test_a_route_names_its_policy() -> None:
    with pytest.raises(TypeError, match="allow"):
        Router(prefix="/v1/x", tags=[]).get("")(endpoint)  # type: ignore[call-arg]  # what is refused


@pytest.mark.parametrize("path", ["", "/{book_id}", "/{other_municipality}"])
def test_a_policy_reads_only_what_the_path_names(path: str) -> None:
    with pytest.raises(TypeError, match=r"officer_of\(municipality\) needs \{municipality\} in the path"):
        Router(prefix="/v1/x", tags=[]).put(path, allow=officer_of("municipality"))(endpoint)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
def test_a_route_added_past_the_router_is_refused(settings_for: SettingsFor, method: str) -> None:
    router = Router(prefix="/v1/x", tags=[])

    def start() -> None:
        getattr(router.api, method)("/hole")(endpoint)
        build(router, settings_for)

    with pytest.raises(TypeError, match="endpoint was added without a policy"):
        start()


def test_routes_of_a_plain_router_are_refused(settings_for: SettingsFor) -> None:
    plain = APIRouter()
    plain.get("/hole")(endpoint)
    router = Router(prefix="/v1/x", tags=[])
    router.api.include_router(plain)
    with pytest.raises(TypeError, match="without a policy"):
        build(router, settings_for)


def test_what_a_route_is_follows_from_its_method_and_path() -> None:
    router = Router(prefix="/v1/x", tags=[])
    for method, path in [("get", ""), ("post", ""), ("get", "/{a}"), ("post", "/{a}/b"), ("put", "/{a}")]:

        async def own() -> None:
            """Do nothing."""

        getattr(router, method)(path, allow=public)(own)
    rules: list[Any] = [routing.rules_of(route.endpoint) for route in router.api.routes]  # type: ignore[attr-defined]
    assert [rule.changes for rule in rules] == [False, False, False, True, True]
    assert [route.status_code for route in router.api.routes] == [None, 201, None, None, None]  # type: ignore[attr-defined]


def declared(sample: Running, status: str) -> Any:
    """What the document says of an answer to a new book."""
    document = sample.app.openapi()
    return resolved(document, document["paths"]["/v1/books"]["post"]["responses"][status])


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[1, 2", b'{"title": "\xff"}', b"{'title': 1}"])
async def test_a_body_that_cannot_be_read(sample: Running, as_: As, content: bytes) -> None:
    headers = {**as_("secretariat"), "Content-Type": "application/json"}
    answer = await sample.client.post("/v1/books", content=content, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/undecodable-body")
    assert MEDIA_TYPE in declared(sample, "400")["content"]


@pytest.mark.parametrize("body", [None, [], {}, {"title": 1}, {"title": ""}, {"title": "a", "more": 1}])
async def test_a_body_that_does_not_fit(sample: Running, as_: As, body: Any) -> None:
    answer = await sample.client.post("/v1/books", json=body, headers=as_("secretariat"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert answer.json()["errors"]


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
async def test_text_that_postgresql_cannot_hold(sample: Running, as_: As, text: str) -> None:
    """The character U+0000 is refused wherever it comes in: PostgreSQL has no place for it."""
    title = await sample.client.post("/v1/books", json={"title": text}, headers=as_("secretariat"))
    path = await sample.client.get(f"/v1/books/{text.replace(chr(0), '%00')}", headers=as_("secretariat"))
    assert (title.status_code, path.status_code) == (422, 422)


@pytest.mark.parametrize("text", ["'", '"; DROP TABLE event; --', "\\", "%", "\u202e", "𠮷"])
async def test_text_that_stays_as_it_is(sample: Running, as_: As, text: str) -> None:
    answer = await sample.client.post("/v1/books", json={"title": text}, headers=as_("secretariat"))
    assert answer.status_code == 201
    read = await sample.client.get(f"/v1/books/{answer.json()['id']}", headers=as_("secretariat"))
    assert read.json()["title"] == text


async def test_half_a_character_is_refused(sample: Running, as_: As) -> None:
    content = b'{"title": "\\ud83d"}'
    answer = await sample.client.post("/v1/books", content=content, headers=as_("secretariat") | JSON)
    assert answer.status_code == 422


async def test_a_body_that_is_too_large(sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(routing.MAX_BODY // 65536 + 1):
            yield b" " * 65536

    headers = {**as_("secretariat"), **JSON}
    for more in ({}, {"Idempotency-Key": "k"}):
        answer = await sample.client.post("/v1/books", content=chunks(), headers=headers | more)
        assert (answer.status_code, answer.headers["content-type"]) == (413, MEDIA_TYPE)
    told = {"Content-Length": str(routing.MAX_BODY + 1)}
    answer = await sample.client.post("/v1/books", content=b"{}", headers=headers | told)
    assert (answer.status_code, answer.headers["content-type"]) == (413, MEDIA_TYPE)
    examples = declared(sample, "413")["content"][MEDIA_TYPE]["examples"]
    types = {example["value"]["type"] for example in examples.values()}
    assert answer.json()["type"] in types


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "no-such-path"),
        ("GET", "/v1/books/a/b/c/d", 404, "no-such-path"),
        ("PATCH", "/v1/books", 405, "method-not-allowed"),
        ("DELETE", "/v1/books/1/notes/131016", 405, "method-not-allowed"),
        ("GET", "/v1/books/1/notes/131016", 404, "not-found"),
    ],
)
async def test_paths_and_methods_that_are_not_there(
    sample: Running, as_: As, method: str, path: str, status: int, slug: str
) -> None:
    answer = await sample.client.request(method, path, headers=as_("secretariat"))
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    body = answer.json()
    assert (body["type"], body["instance"]) == (f"/problems/{slug}", path)
    assert body["request_id"] == answer.headers["x-request-id"]
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer a.b.c", "bearer é"])
async def test_tokens_that_are_none(sample: Running, authorization: str) -> None:
    headers = httpx.Headers({"Authorization": authorization}, encoding="latin-1")
    answer = await sample.client.get("/v1/books", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, MEDIA_TYPE)
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_authorisation_comes_before_the_body(sample: Running, as_: As) -> None:
    """Who may not, learns nothing about what the body should be."""
    for headers, status in [({}, 401), (as_("supplier"), 403)]:
        answer = await sample.client.post("/v1/books", content=b"{", headers={**headers, **JSON})
        assert answer.status_code == status


async def test_the_database_goes_away(sample: Running, as_: As) -> None:
    """503 with an unknown effect where something may have been written, and back to work by itself."""
    await sample.as_owner(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
        "CREATE TRIGGER cut BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION cut()",
    )
    answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    assert (answer.status_code, answer.json()["effect"]) == (503, "unknown")
    assert int(answer.headers["retry-after"]) > 0
    await sample.as_owner("DROP TRIGGER cut ON book")
    answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    assert (answer.status_code, await sample.count("event")) == (201, 1)


async def test_connections_cut_while_idle(sample: Running, as_: As) -> None:
    """A failover cuts the pool's connections while they lie idle: the answer is a problem, never a crash."""
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{sample.database.database}'"
    await sample.client.get("/v1/books", headers=as_("secretariat"))
    await sample.as_admin(f"{cut} AND pid <> pg_backend_pid()")
    statuses = [(await sample.client.get("/v1/books", headers=as_("secretariat"))).status_code for _ in range(3)]
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 200


async def test_a_statement_that_takes_too_long(
    as_: As, slow_sample: Callable[[], AbstractAsyncContextManager[Running]]
) -> None:
    async with slow_sample() as sample:
        await sample.as_owner(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$",
            "CREATE TRIGGER wait BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION wait()",
        )
        answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
        assert (answer.status_code, answer.json()["effect"]) == (503, "unknown")
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        assert await sample.as_admin(asleep) == [(0,)]
        assert await sample.count("event") == 0


async def test_a_commit_that_fails_is_told(sample: Running, as_: As) -> None:
    """A constraint checked at the end refuses the COMMIT itself: nothing stays and the caller hears of it."""
    await sample.as_owner(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'at commit'; END $$",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON book DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    assert (answer.status_code, answer.json()["effect"]) == (500, "unknown")
    assert (await sample.count("event"), await sample.count("book")) == (0, 0)
    with pytest.raises(asyncpg.RaiseError, match="at commit"):
        async with sample.app.state.runtime.database.transaction() as tx:
            await tx.run("INSERT INTO book VALUES ('b', 't', now(), 1)")


def test_a_route_adds_to_what_the_platform_says_of_it() -> None:
    router = Router(prefix="/v1/x", tags=[])
    added: dict[str, Any] = {
        "responses": {207: {"description": "in part"}},
        "openapi_extra": {"requestBody": {"content": {}}},
    }
    router.post("", allow=public, **added)(endpoint)
    (route,) = router.routes
    assert {207, 422} <= route.responses.keys()
    assert route.openapi_extra is not None
    assert {"requestBody", "x-kyodo-policy", "parameters"} <= route.openapi_extra.keys()
