"""Killed by `kill -9` while a receiver is being told, the next process goes on with the same event."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.receiver import OK, Message, receiving
from tests.support.running import running
from tests.support.webhooks_desk import WebhooksDesk

ROOT = Path(__file__).parents[1]


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A process that delivers; killed at the end of the block, if it was not before."""
    given = {
        **settings.model_dump(mode="json", exclude_none=True),
        "cursor_secret": settings.cursor_secret.get_secret_value(),
        "personal_keys": "0123456789abcdef" * 4,
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.support.webhook_worker", json.dumps(given)], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


async def test_killed_in_the_middle_of_a_delivery_nothing_is_lost_or_out_of_order(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with (
        running(databases, settings_for, "talent", webhook_private_addresses=True) as service,
        receiving() as receiver,
    ):
        desk = WebhooksDesk(service, as_)
        webhook = await desk.subscribe(receiver.url())
        await desk.publish(6)
        positions = await desk.positions()

        def silent_at_the_third(message: Message) -> bytes | None:
            return None if message.position == positions[2] else OK

        receiver.answers = silent_at_the_third
        with worker(service.app.state.runtime.settings) as first:
            await receiver.has(3)
            first.kill()
            first.wait(10)
        assert receiver.positions() == positions[:3]
        receiver.answers = lambda _: OK
        with worker(service.app.state.runtime.settings):
            await desk.until(webhook, position=positions[-1])
        assert receiver.positions() == [*positions[:3], *positions[2:]]
