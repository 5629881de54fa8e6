"""G1: a command is all or nothing. Whatever fails on its way, nothing of it stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from tests.support.plants_of_platform import Plant, commit_before_the_answer_is_stored, commit_events_before_views
from tests.support.running import Running
from tests.support.sample.app import Book, EmptyNote

As = Callable[..., dict[str, str]]

TABLES = ("event", "outbox", "book", "note", "idempotency")
STEPS = ["INSERT ON idempotency", "INSERT ON event", "INSERT ON outbox", "INSERT ON book", "UPDATE ON idempotency"]
LAST_STEPS: dict[Plant, str] = {
    commit_before_the_answer_is_stored: "UPDATE ON idempotency",
    commit_events_before_views: "INSERT ON book",
}


async def break_(sample: Running, step: str) -> None:
    """Let PostgreSQL refuse this step of every command from now on."""
    await sample.as_owner(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$",
        f"CREATE TRIGGER broken BEFORE {step} FOR EACH ROW EXECUTE FUNCTION fail()",
    )


async def left_behind(sample: Running) -> set[str]:
    """The tables in which something stands."""
    return {table for table in TABLES if await sample.count(table)}


@pytest.mark.parametrize("step", STEPS)
async def test_a_failing_step_leaves_nothing(sample: Running, as_: As, step: str) -> None:
    headers = {**as_("secretariat"), "Idempotency-Key": str(uuid4())}
    await break_(sample, step)
    failed = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    assert (failed.status_code, failed.json()["effect"]) == (500, "unknown")
    assert await left_behind(sample) == set()

    await sample.as_owner(f"DROP TRIGGER broken ON {step.split()[-1]}")
    again = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    assert again.status_code == 201
    assert {table: await sample.count(table) for table in TABLES} == {
        "event": 1,
        "outbox": 1,
        "book": 1,
        "note": 0,
        "idempotency": 1,
    }


@pytest.mark.parametrize("plant", LAST_STEPS)
async def test_a_planted_early_commit_is_noticed(
    sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    plant(monkeypatch)
    await break_(sample, LAST_STEPS[plant])
    headers = {**as_("secretariat"), "Idempotency-Key": str(uuid4())}
    failed = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    assert failed.status_code == 500
    assert {"event", "outbox"} <= await left_behind(sample)


async def test_an_answer_that_cannot_be_given_undoes_its_effect(
    sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_book: Book) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("tests.support.sample.app.BookOut.of", broken)
    failed = await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    assert failed.status_code == 500
    assert await left_behind(sample) == set()


async def test_a_refusal_leaves_nothing(sample: Running, as_: As) -> None:
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    before = {table: await sample.count(table) for table in TABLES}
    headers = {**as_("officer", "131016"), "If-Match": "*", "Idempotency-Key": "k"}
    refused = await sample.client.put(f"/v1/books/{book}/notes/131016", json={"text": " "}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, f"/problems/{EmptyNote.type}")
    assert {table: await sample.count(table) for table in TABLES} == before


async def test_a_command_that_changes_nothing_writes_nothing(sample: Running, as_: As) -> None:
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    for version in (2, 2):
        answer = await sample.client.put(
            f"/v1/books/{book}/notes/131016",
            json={"text": "same"},
            headers={**as_("officer", "131016"), "If-Match": "*"},
        )
        assert (answer.status_code, answer.json()["version"]) == (200, version)
    assert (await sample.count("event"), await sample.count("outbox")) == (2, 2)


async def test_a_caller_who_hangs_up_leaves_all_or_nothing(sample: Running, as_: As) -> None:
    """Cancelled at any moment, a command has either wholly happened or not at all."""
    headers = as_("secretariat")
    for milliseconds in range(1, 15):
        key = {"Idempotency-Key": str(milliseconds)}
        request = asyncio.create_task(sample.client.post("/v1/books", json={"title": "a"}, headers={**headers, **key}))
        await asyncio.sleep(milliseconds / 1000)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
    counts = {table: await sample.count(table) for table in TABLES if table != "note"}
    assert len(set(counts.values())) == 1
    assert (await sample.client.get("/v1/books", headers=headers)).status_code == 200


async def test_every_event_says_who_and_why(sample: Running, as_: As) -> None:
    request_id = uuid4()
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await sample.client.post(
        "/v1/books",
        json={"title": "a"},
        headers={**as_("secretariat"), "X-Request-Id": str(request_id), "traceparent": traceparent},
    )
    assert answer.headers["x-request-id"] == str(request_id)
    ((actor, organisation, correlation, trace, version, key),) = await sample.as_owner(
        "SELECT actor, organisation, correlation, traceparent, version, record_key FROM event"
    )
    assert (actor, organisation, trace, version) == ("secretariat@tokyo", "tokyo", traceparent, 1)
    assert UUID(str(correlation)) == request_id
    assert key == answer.json()["id"]


async def test_a_strange_traceparent_is_not_passed_on(sample: Running, as_: As) -> None:
    headers = {**as_("secretariat"), "traceparent": "x" * 3000, "X-Request-Id": "not a uuid"}
    answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    assert answer.status_code == 201
    assert UUID(answer.headers["x-request-id"])
    assert await sample.as_owner("SELECT traceparent FROM event") == [(None,)]


async def test_a_right_that_nobody_granted_is_our_mistake(sample: Running, as_: As) -> None:
    """Only a row that row-level security refuses is told as "not there"; a forgotten GRANT must not look like that."""
    await sample.as_owner("REVOKE INSERT ON book FROM kyodo_app")
    answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    assert answer.status_code == 500
