"""Webhooks: events are brought in order, at least once, signed, whatever fails; each service has them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from pydantic import SecretStr

from conftest import As
from kyodo_events.event import registry
from kyodo_platform.app import routers_of
from kyodo_platform.settings import Settings
from kyodo_platform.webhooks.delivering import LONGEST_PAUSE, pause_after
from kyodo_platform.webhooks.metrics import measure_of
from tests.support.databases import Databases
from tests.support.receiver import Message, Receiver, answer, receiving
from tests.support.running import running
from tests.support.services import NAMES, service
from tests.support.webhooks_desk import PUBLISHED, WebhooksDesk

DOCUMENT = Path(__file__).parents[1] / "docs" / "feed-and-webhooks.md"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[WebhooksDesk]:
    """Talent, whose webhooks may lead to this machine."""
    async with running(databases, settings_for, "talent", webhook_private_addresses=True) as found:
        yield WebhooksDesk(found, as_)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody who listens."""
    async with receiving() as found:
        yield found


def verifier() -> Callable[[str, dict[str, str], bytes], bool]:
    """The function that the documentation gives integrators."""
    (code,) = re.findall(r"<!-- verify: .*?-->\n```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own documentation
    found: Callable[[str, dict[str, str], bytes], bool] = names["verify"]
    return found


async def test_events_are_brought_in_order_and_signed(desk: WebhooksDesk, receiver: Receiver) -> None:
    webhook = await desk.subscribe(receiver.url("/in"), PUBLISHED)
    secret = (await desk.ask("GET", f"/{webhook}/secret"))["secret"]
    await desk.publish(45)  # more than two pages
    async with desk.delivering():
        await receiver.has(45, "/in")
        await desk.until(webhook, position=(await desk.positions())[-1])
    assert receiver.positions("/in") == await desk.positions()
    verify = verifier()
    for message in receiver.got:
        assert message.headers["webhook-id"] == message.event["id"]
        assert message.headers["content-type"] == "application/cloudevents+json"
        assert message.event["type"] == f"{PUBLISHED}.v1"
        assert verify(secret, message.headers, message.body)
        assert not verify(secret, message.headers, message.body + b" ")
        late = {**message.headers, "webhook-timestamp": str(int(message.headers["webhook-timestamp"]) - 301)}
        assert not verify(secret, late, message.body)
    log = (await desk.ask("GET", f"/{webhook}/deliveries?limit=200"))["items"]
    assert [row["position"] for row in reversed(log)] == await desk.positions()
    assert {row["outcome"] for row in log} == {"delivered"}


async def test_what_is_internal_is_never_brought_and_types_choose(desk: WebhooksDesk, receiver: Receiver) -> None:
    """Subscriptions are internal events, and stand between the published ones."""
    everything = await desk.subscribe(receiver.url("/all"), after=0)
    other = await desk.subscribe(receiver.url("/other"), "kyodo.talent.webhook-disabled")
    await desk.publish(2)
    async with desk.delivering():
        await receiver.has(2, "/all")
        head = (await desk.service.as_owner("SELECT position FROM sequencer"))[0][0]
        await asyncio.gather(desk.until(everything, position=head), desk.until(other, position=head))
    assert {message.event["type"] for message in receiver.got} == {f"{PUBLISHED}.v1"}
    assert receiver.positions("/other") == []


async def test_a_failing_receiver_stops_no_other_and_gets_the_same_event_again(
    desk: WebhooksDesk, receiver: Receiver
) -> None:
    attempts: list[int] = []

    def answers(message: Message) -> bytes:
        attempts.append(message.position)
        return answer(500 if message.path == "/bad" and len(receiver.positions("/bad")) < 3 else 200)

    receiver.answers = answers
    bad, good = await desk.subscribe(receiver.url("/bad")), await desk.subscribe(receiver.url("/good"))
    await desk.publish(3)
    first, *_ = positions = await desk.positions()
    async with desk.delivering():
        await receiver.has(3, "/good")
        await desk.until(bad, failures=1)
        await desk.until(good, position=positions[-1])
        desk.pass_(timedelta(seconds=7))  # 5 seconds and a fifth
        failing = await desk.until(bad, failures=2)
        assert failing["position"] < first
        assert await measured(desk) == (0, True)
        desk.pass_(timedelta(seconds=13))
        await desk.until(bad, position=positions[-1], failures=0)
    assert await measured(desk) == (0, False)
    assert receiver.positions("/bad") == [first, first, *positions]
    assert receiver.positions("/good") == positions
    assert len({message.headers["webhook-id"] for message in receiver.got}) == 3


async def measured(desk: WebhooksDesk) -> tuple[float, bool]:
    """The disabled webhooks by the gauge, and whether an event waits for one that is active."""
    async with desk.database.transaction(read_only=True) as tx:
        await measure_of("talent")(tx)
    labels = {"service": "talent"}
    waiting = REGISTRY.get_sample_value("kyodo_webhook_oldest_undelivered_seconds", labels)
    return REGISTRY.get_sample_value("kyodo_webhooks_disabled", labels) or 0, bool(waiting)


def test_pauses_grow_to_a_bound_and_are_spread() -> None:
    middle = [pause_after(failures, 0.5) for failures in range(1, 40)]
    assert [pause.total_seconds() for pause in middle[:4]] == [5, 10, 20, 40]
    assert middle == sorted(middle)
    assert middle[-1] == LONGEST_PAUSE == timedelta(hours=6)
    assert pause_after(1, 0) == timedelta(seconds=4)
    assert pause_after(1, 1) == timedelta(seconds=6)


async def test_a_redirect_is_a_failure_and_not_followed(desk: WebhooksDesk, receiver: Receiver) -> None:
    receiver.answers = lambda _: answer(302, b"x" * 5_000, f"Location: {receiver.url('/elsewhere')}")
    webhook = await desk.subscribe(receiver.url())
    await desk.publish(1)
    async with desk.delivering():
        await desk.until(webhook, failures=1)
    assert receiver.positions("/elsewhere") == []
    (row,) = (await desk.ask("GET", f"/{webhook}/deliveries"))["items"]
    assert (row["outcome"], row["status"], row["answer"]) == ("refused", 302, "x" * 300)


async def test_gone_disables_at_once_with_a_notice_and_resuming_goes_on(desk: WebhooksDesk, receiver: Receiver) -> None:
    receiver.answers = lambda _: answer(410)
    webhook = await desk.subscribe(receiver.url())
    await desk.publish(2)
    first, last = await desk.positions()
    async with desk.delivering():
        found = await desk.until(webhook, state="disabled")
        assert "410" in found["reason"]
        assert await measured(desk) == (1, False)
        assert receiver.positions() == [first]
        rows = await desk.service.as_owner(
            "SELECT topic, data::text FROM event WHERE type = 'kyodo.talent.webhook-disabled'"
        )
        assert [topic for topic, _ in rows] == ["kyodo.talent.dlq.v1"]
        assert str(receiver.port) not in rows[0][1], "the address is nobody else's business"
        receiver.answers = lambda _: answer(200)
        await desk.ask("POST", f"/{webhook}/resume")
        await desk.until(webhook, position=last)
    assert receiver.positions() == [first, first, last]


async def test_given_up_only_after_many_failures_over_a_long_time(desk: WebhooksDesk, receiver: Receiver) -> None:
    receiver.answers = lambda _: answer(503)
    webhook = await desk.subscribe(receiver.url())
    await desk.publish(1)
    begun, failures = desk.now, 0
    async with desk.delivering():
        for failures in range(1, 40):
            async with asyncio.timeout(20):
                while (found := await desk.ask("GET", f"/{webhook}"))["failures"] < failures:
                    await asyncio.sleep(0.02)
            if found["state"] == "disabled":
                break
            assert found["state"] == "active"
            desk.pass_(timedelta(hours=7.5) if failures > 4 else timedelta(minutes=5))
    assert failures >= 10
    assert timedelta(hours=72) <= desk.now - begun < timedelta(hours=80)


async def test_replay_brings_everything_again_under_the_same_ids(desk: WebhooksDesk, receiver: Receiver) -> None:
    webhook = await desk.subscribe(receiver.url())
    await desk.publish(3)
    positions = await desk.positions()
    async with desk.delivering():
        await desk.until(webhook, position=positions[-1])
        await desk.ask("POST", f"/{webhook}/replay?after={positions[0]}")
        await receiver.has(5)
        await desk.until(webhook, failures=0, position=positions[-1])
    assert receiver.positions() == [*positions, *positions[1:]]
    assert len({message.headers["webhook-id"] for message in receiver.got}) == 3
    await desk.ask("POST", f"/{webhook}/replay?after=999999", status=409)


async def test_paused_nothing_comes_and_resumed_nothing_is_missing(desk: WebhooksDesk, receiver: Receiver) -> None:
    paused, watched = await desk.subscribe(receiver.url("/paused")), await desk.subscribe(receiver.url("/on"))
    await desk.ask("POST", f"/{paused}/pause")
    await desk.ask("POST", f"/{paused}/replay?after=0", status=409)
    await desk.publish(2)
    positions = await desk.positions()
    async with desk.delivering():
        await desk.until(watched, position=positions[-1])
        assert receiver.positions("/paused") == []
        await desk.ask("POST", f"/{paused}/resume")
        await desk.until(paused, position=positions[-1])
    assert receiver.positions("/paused") == positions
    await desk.ask("DELETE", f"/{paused}")
    await desk.ask("GET", f"/{paused}", status=404)
    await desk.ask("POST", f"/{paused}/resume", status=404)
    assert await desk.service.as_owner(f"SELECT 1 FROM webhook_secret WHERE webhook_id = '{paused}'") == []


async def test_two_processes_bring_each_event_once(desk: WebhooksDesk, receiver: Receiver) -> None:
    webhook = await desk.subscribe(receiver.url())
    async with desk.delivering(), desk.delivering():
        await desk.publish(30)
        await desk.until(webhook, position=(await desk.positions())[-1])
    assert receiver.positions() == await desk.positions()


async def test_a_secret_is_shown_for_an_hour_and_stands_nowhere(desk: WebhooksDesk, receiver: Receiver) -> None:
    key = {"Idempotency-Key": "one"}
    made = await desk.ask("POST", "", {"url": receiver.url()}, status=201, **key)
    webhook = made["id"]
    secret = (await desk.ask("GET", f"/{webhook}/secret"))["secret"]
    assert "secret" not in made
    rows = await desk.service.as_owner(
        "SELECT to_jsonb(e)::text FROM event e UNION ALL SELECT encode(body, 'escape') FROM idempotency"
        " UNION ALL SELECT encode(sealed, 'base64') FROM webhook_secret"
        " UNION ALL SELECT to_jsonb(w)::text FROM webhook w"
    )
    assert len(rows) >= 4
    assert not [row for (row,) in rows if secret.removeprefix("whsec_") in row]
    desk.pass_(timedelta(hours=1, seconds=1))
    await desk.ask("GET", f"/{webhook}/secret", status=409)


async def test_while_a_secret_is_exchanged_both_sign(
    desk: WebhooksDesk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = await desk.subscribe(receiver.url())
    before = (await desk.ask("GET", f"/{webhook}/secret"))["secret"]
    desk.pass_(timedelta(minutes=1))
    await desk.ask("POST", f"/{webhook}/secret-rotation")
    new = (await desk.ask("GET", f"/{webhook}/secret"))["secret"]
    await desk.publish(1)
    verify = verifier()
    async with desk.delivering():
        await receiver.has(1)
        desk.pass_(timedelta(hours=25))
        await desk.publish(1)
        await receiver.has(2)
    first, second = receiver.got
    assert verify(before, first.headers, first.body)
    assert verify(new, first.headers, first.body)
    monkeypatch.setattr("time.time", lambda: desk.now.timestamp())
    assert verify(new, second.headers, second.body)
    assert not verify(before, second.headers, second.body)


async def test_a_secret_sealed_by_a_key_that_is_gone_disables_until_it_is_rotated(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, receiver: Receiver
) -> None:
    another = SecretStr("another one, of which nothing was sealed so far")
    async with running(databases, settings_for, "talent", webhook_private_addresses=True) as found:
        desk = WebhooksDesk(found, as_)
        webhook = await desk.subscribe(receiver.url())
        await desk.publish(1)
        runtime = found.app.state.runtime
        runtime.settings = runtime.settings.model_copy(update={"cursor_secret": another})
        async with desk.delivering():
            assert "rotate it" in (await desk.until(webhook, state="disabled"))["reason"]
            await desk.ask("GET", f"/{webhook}/secret", status=409)
            desk.pass_(timedelta(minutes=1))
            await desk.ask("POST", f"/{webhook}/secret-rotation")
            await desk.ask("POST", f"/{webhook}/resume")
            await receiver.has(1)
        secret = (await desk.ask("GET", f"/{webhook}/secret"))["secret"]
    (message,) = receiver.got
    assert verifier()(secret, message.headers, message.body)


async def test_a_webhook_is_its_owners(desk: WebhooksDesk, receiver: Receiver) -> None:
    """The local issuer names a caller by its role: the secretariat's webhook is not the integrator's."""
    made = await desk.ask("POST", "", {"url": receiver.url()}, "secretariat", status=201)
    own = await desk.subscribe(receiver.url())
    assert [row["id"] for row in (await desk.ask("GET", ""))["items"]] == [own]
    everybodys = (await desk.ask("GET", "", None, "secretariat"))["items"]
    assert {row["id"] for row in everybodys} == {own, made["id"]}
    for method, path in (("GET", ""), ("GET", "/secret"), ("GET", "/deliveries"), ("POST", "/pause"), ("DELETE", "")):
        await desk.ask(method, f"/{made['id']}{path}", status=404)
    await desk.ask("GET", f"/{own}/secret", None, "secretariat", status=404)
    await desk.ask("POST", f"/{own}/pause", None, "secretariat")
    await desk.ask("GET", "", None, "integrator", "131016", status=403)
    await desk.ask("POST", "", {"url": receiver.url()}, "integrator", "131016", status=403)
    for role in (("officer", "131016"), ("supplier",), ("operator",)):
        await desk.ask("GET", "", None, *role, status=403)


async def test_what_cannot_be_brought_is_refused(desk: WebhooksDesk) -> None:
    for url in (
        "ftp://example.jp/",
        "https://user:word@example.jp/",
        "https://example.jp/#part",
        "https://",
        "https://example.jp:99999/",
    ):
        await desk.ask("POST", "", {"url": url}, status=422)
    await desk.ask("POST", "", {"url": "https://example.jp/", "types": ["kyodo.talent.webhook-changed"]}, status=422)


@pytest.mark.parametrize("name", NAMES)
def test_each_service_has_webhooks(name: str) -> None:
    found = service(name)
    assert "/v1/webhooks/{webhook_id}/replay" in {r.path for router in routers_of(found) for r in router.routes}
    assert f"kyodo.{name}.webhook-disabled" in {event.event_type for event in registry.types(f"kyodo.{name}.")}
    assert "webhooks" in {view.name for view in found.views}
