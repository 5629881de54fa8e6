"""G9: the same Idempotency-Key gives the same answer and one effect; with another body it is refused."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

import httpx
import pytest

from kyodo_platform.idempotency import KEPT_DAYS, forget_old
from tests.support.plants_of_platform import Plant, look_before_claiming, skip_the_claim
from tests.support.running import Running

As = Callable[..., dict[str, str]]

PARALLEL = 50


async def at_once(sample: Running, headers: dict[str, str]) -> list[httpx.Response]:
    """The same request, sent PARALLEL times at once."""
    return list(
        await asyncio.gather(
            *(sample.client.post("/v1/books", json={"title": "a"}, headers=headers) for _ in range(PARALLEL))
        )
    )


async def test_one_key_many_times_in_parallel(sample: Running, as_: As) -> None:
    answers = await at_once(sample, {**as_("secretariat"), "Idempotency-Key": "k"})
    assert {(a.status_code, a.text, a.headers["etag"], a.headers["content-type"]) for a in answers} == {
        (201, answers[0].text, '"1"', "application/json")
    }
    assert sum("idempotent-replayed" in a.headers for a in answers) == PARALLEL - 1
    assert (await sample.count("event"), await sample.count("book"), await sample.count("idempotency")) == (1, 1, 1)


@pytest.mark.parametrize("plant", [skip_the_claim, look_before_claiming])
async def test_a_planted_double_effect_is_noticed(
    sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    plant(monkeypatch)
    answers = await at_once(sample, {**as_("secretariat"), "Idempotency-Key": "k"})
    assert await sample.count("event") > 1
    assert len({answer.text for answer in answers}) > 1


async def test_without_a_key_every_request_counts(sample: Running, as_: As) -> None:
    for _ in range(2):
        await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    assert (await sample.count("event"), await sample.count("idempotency")) == (2, 0)


async def test_the_answer_is_repeated_later(sample: Running, as_: As) -> None:
    headers = {**as_("secretariat"), "Idempotency-Key": "k"}
    first = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    second = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    assert (second.status_code, second.content, second.headers["etag"]) == (201, first.content, first.headers["etag"])
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_a_change_with_a_key_happens_once_though_its_if_match_is_old(sample: Running, as_: As) -> None:
    """A repetition gets its answer also where the repeated request by itself would be stale now."""
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    headers = {**as_("officer", "131016"), "Idempotency-Key": "k", "If-Match": '"1"'}
    answers = [
        await sample.client.put(f"/v1/books/{book}/notes/131016", json={"text": "n"}, headers=headers) for _ in "ab"
    ]
    assert [(a.status_code, a.headers["etag"]) for a in answers] == [(200, '"2"'), (200, '"2"')]
    assert await sample.count("event") == 2


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/books", b'{"title": "b"}'), ("/v1/books?x=1", b'{"title": "a"}'), ("/v1/books", b"{")]
)
async def test_a_key_stands_for_one_request(sample: Running, as_: As, path: str, body: bytes) -> None:
    headers = {**as_("secretariat"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    assert (await sample.client.post("/v1/books", content=b'{"title": "a"}', headers=headers)).status_code == 201
    other = await sample.client.post(path, content=body, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await sample.count("event") == 1


async def test_the_stored_hash_says_nothing_to_whoever_guesses_the_body(sample: Running, as_: As) -> None:
    """Whoever reads the table but not the secret cannot try bodies until one fits."""
    body = b'{"title": "a"}'
    for caller in (as_("secretariat"), as_("secretariat", "auditor")):
        headers = {**caller, "Idempotency-Key": "k", "Content-Type": "application/json"}
        await sample.client.post("/v1/books", content=body, headers=headers)
    stored = [kept for (kept,) in await sample.as_owner("SELECT request_hash FROM idempotency")]
    guesses = {hashlib.sha256(text).hexdigest() for text in (body, b"POST /v1/books?\n" + body)}
    assert guesses.isdisjoint(stored)
    assert len(set(stored)) == 2


async def test_a_refusal_is_not_stored(sample: Running, as_: As) -> None:
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    headers = {**as_("officer", "131016"), "Idempotency-Key": "k", "If-Match": "*"}
    path = f"/v1/books/{book}/notes/131016"
    refused = await sample.client.put(path, json={"text": " "}, headers=headers)
    assert (refused.status_code, await sample.count("idempotency")) == (409, 0)
    invalid = await sample.client.put(path, json={"txt": "n"}, headers=headers)
    assert (invalid.status_code, await sample.count("idempotency")) == (422, 0)
    corrected = await sample.client.put(path, json={"text": "n"}, headers=headers)
    assert (corrected.status_code, await sample.count("idempotency")) == (200, 1)


async def test_callers_do_not_share_keys(sample: Running, as_: As) -> None:
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    for code in ("131016", "131024"):
        headers = {**as_("officer", code), "Idempotency-Key": "1", "If-Match": "*"}
        path = f"/v1/books/{book}/notes/{code}"
        answer = await sample.client.put(path, json={"text": code}, headers=headers)
        assert (answer.status_code, "idempotent-replayed" in answer.headers) == (200, False)
    assert (await sample.count("note"), await sample.count("idempotency")) == (2, 2)


async def test_a_stored_answer_is_given_to_nobody_who_lost_the_right(sample: Running, as_: As, issuer: object) -> None:
    """The policy is asked before the key: a subject who is no secretary any more gets 403, not the old answer."""
    headers = {**as_("secretariat"), "Idempotency-Key": "k"}
    assert (await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)).status_code == 201
    fallen = {**as_("supplier"), "Idempotency-Key": "k"}
    assert (await sample.client.post("/v1/books", json={"title": "a"}, headers=fallen)).status_code == 403


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "キー".encode().decode("latin-1"), "tab\there"])
async def test_unusable_keys(sample: Running, as_: As, key: str) -> None:
    headers = httpx.Headers({**as_("secretariat"), "Idempotency-Key": key}, encoding="latin-1")
    answer = await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-idempotency-key")
    assert await sample.count("event") == 0


async def test_old_answers_are_forgotten(sample: Running, as_: As) -> None:
    for key in ("old", "new"):
        headers = {**as_("secretariat"), "Idempotency-Key": key}
        await sample.client.post("/v1/books", json={"title": "a"}, headers=headers)
    age = f"UPDATE idempotency SET claimed_at = now() - interval '{KEPT_DAYS} days 1 second' WHERE key = 'old'"
    await sample.as_owner(age)
    assert await forget_old(sample.app.state.runtime.database) == 1
    assert await sample.as_owner("SELECT key FROM idempotency") == [("new",)]
