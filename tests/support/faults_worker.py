"""A relay or a consumer in a process of its own, which kills itself at a named step.

`python -m tests.support.faults_worker publish|consume` with the environment that `spawn` sets. The steps are put
around the product's functions here; the product knows nothing of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from kyodo_events import inbox, relay
from kyodo_events.consumer import Consumer
from kyodo_events.database import Database
from kyodo_events.event import Topic
from kyodo_events.processing import Processor
from kyodo_events.relay import Relay
from kyodo_events.relay_link import RelayLink
from tests.support import messaging, plants_of_kernel

ROOT = Path(__file__).parents[2]
RELAY_STEPS = ("sequenced", "read", "sending", "acknowledged", "marked")
CONSUMER_STEPS = ("fetched", "recorded", "effected", "committed", "offsets-committed")
AFTER = 2  # the step is reached this many times before the process dies there


async def spawn(
    task: str, database_url: str, bootstrap: str, topic: Topic, *, group: str = "", step: str = "", plant: str = ""
) -> asyncio.subprocess.Process:
    """Start a worker."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.faults_worker",
        task,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "",  # a dozen workers start: each compiling all its imports would take minutes
            "WORKER_DATABASE": database_url,
            "WORKER_BOOTSTRAP": bootstrap,
            "WORKER_TOPIC": topic.name,
            "WORKER_PARTITIONS": str(topic.partitions),
            "WORKER_GROUP": group,
            "WORKER_STEP": step,
            "WORKER_PLANT": plant,
        },
        stdout=asyncio.subprocess.DEVNULL,
    )


def _dies(step: str) -> Callable[[], None]:
    """A function that kills this process, without any clean-up, at its call number AFTER."""
    calls = 0

    def die_here() -> None:
        nonlocal calls
        calls += 1
        if os.environ["WORKER_STEP"] == step and calls >= AFTER:
            os.kill(os.getpid(), signal.SIGKILL)

    return die_here


def _around(owner: Any, name: str, *, before: str = "", after: str = "") -> None:
    """Put steps before and after a coroutine function of the product."""
    real: Callable[..., Awaitable[Any]] = getattr(owner, name)
    die_before, die_after = _dies(before), _dies(after)

    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            die_before()
        answer = await real(*args, **kwargs)
        if after:
            die_after()
        return answer

    setattr(owner, name, wrapped)


def _steps() -> None:
    _around(relay, "sequence_all", after="sequenced")
    _around(RelayLink, "send", before="read", after="acknowledged")
    _around(RelayLink, "_send_lane", after="sending")
    _around(Relay, "_mark", after="marked")
    _around(inbox, "store", before="fetched", after="recorded")
    _around(Processor, "take", after="effected")
    _around(Processor, "process", after="committed")
    _around(Consumer, "_settle", after="offsets-committed")


async def main(task: str) -> None:
    """Run until SIGTERM, or the step at which to die."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    topic = Topic(os.environ["WORKER_TOPIC"], int(os.environ["WORKER_PARTITIONS"]))
    messaging.use_topic(topic)
    _steps()
    database = await Database.connect(os.environ["WORKER_DATABASE"])
    part: Relay | Consumer
    if task == "publish":
        part = messaging.relay_of(database, os.environ["WORKER_BOOTSTRAP"], topic, batch=20)
    else:
        settings = messaging.patient(batch=20)
        part = messaging.consumer_of(
            database, os.environ["WORKER_BOOTSTRAP"], topic, os.environ["WORKER_GROUP"], settings
        )
        if os.environ["WORKER_PLANT"] == "commit-before-effect":
            plants_of_kernel.commit_first(part)
    part.start()
    await stop.wait()
    await part.stop()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
