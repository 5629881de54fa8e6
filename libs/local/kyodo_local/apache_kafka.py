"""Apache Kafka in KRaft mode as our own child, from the Maven artifacts: the real broker for `make test-kafka`.

Needs Java 17 or newer and, the first time, `mvn`. The jars are kept in `.kyodo/kafka/lib`; ports, configuration and
data are each broker's own and the data go with it.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import uuid
from pathlib import Path
from string import Template
from typing import Self

from kyodo_local.broker import speaks_kafka
from kyodo_local.maven import Collection, java_environment
from kyodo_local.ports import LOOPBACK, free_port, is_free
from kyodo_local.processes import CannotStart, ServerProcess

_CHECKOUT = Path(__file__).parents[3]
_RECIPE = _CHECKOUT / "deploy" / "local" / "kafka"
JARS = _CHECKOUT / ".kyodo" / "kafka" / "lib"

KAFKA = Collection(
    name="Apache Kafka",
    size="54 MB",
    pom=_RECIPE / "pom.xml",
    instead="or set KAFKA_BOOTSTRAP to an Apache Kafka that runs.",
)

_READY_WITHIN = 90.0  # seconds; 4 on an idle machine
_PORT_TRIES = 5
_HEAP = "-Xmx512m"


class ApacheKafka:
    """One Apache Kafka node on 127.0.0.1; use it with `async with`. Raises CannotStart with reason and remedy.

    `work_dir` holds its configuration, its log and, while it runs, its data.
    """

    def __init__(self, work_dir: Path, *, jars: Path = JARS) -> None:
        self._work_dir = work_dir.absolute()
        self._jars = jars
        self._server = ServerProcess("kafka", self._work_dir, stop_within=20.0)
        self._java = ""
        self._port = 0

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; the same after a restart."""
        return f"{LOOPBACK}:{self._port}"

    async def __aenter__(self) -> Self:
        self._java = KAFKA.find_java()
        await asyncio.to_thread(collect_jars, self._jars)
        await self._server.claim()
        try:
            await self._start_on_some_port()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leave()

    async def kill(self) -> None:
        """End it by SIGKILL, as a crash would; what it had written is there after a restart."""
        await self._server.kill()

    async def restart(self, *, empty: bool = False) -> None:
        """Start it again on the same port; `empty` makes it forget all topics, records and groups."""
        await self._server.kill()
        if empty:
            await self._format()
        await self._start()

    @property
    def _properties(self) -> Path:
        return self._work_dir / "server.properties"

    @property
    def _data(self) -> Path:
        return self._work_dir / "data"

    async def _leave(self) -> None:
        try:
            await self._server.release()
        finally:
            shutil.rmtree(self._data, ignore_errors=True)

    async def _start_on_some_port(self) -> None:
        for attempt in range(1, _PORT_TRIES + 1):
            self._port, controller = free_port(), free_port()
            template = Template((_RECIPE / "server.properties").read_text())
            self._properties.write_text(
                template.substitute(broker=self._port, controller=controller, data=self._data.as_posix())
            )
            await self._format()
            try:
                return await self._start()
            except CannotStart:
                await self._server.stop()
                if attempt == _PORT_TRIES or (is_free(self._port) and is_free(controller)):
                    raise  # it was not that somebody took a port in between
        return None

    async def _format(self) -> None:
        """Make an empty data folder for a new cluster."""
        shutil.rmtree(self._data, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._run("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", str(self._properties))
        await self._server.wait_for_end()

    async def _start(self) -> None:
        self._run("kafka.Kafka", str(self._properties))
        await self._server.wait_until(self._answers, within=_READY_WITHIN)

    def _run(self, *arguments: str) -> None:
        # Quick to start rather than quick in the long run: tests on two cores do not live to see the difference.
        options = [_HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=WARN"]
        self._server.start([self._java, *options, "-cp", f"{self._jars}/*", *arguments], env=java_environment())

    async def _answers(self) -> bool:
        return self._server.listens_on(self._port) and await speaks_kafka(self.bootstrap)


def collect_jars(jars: Path = JARS) -> None:
    """Have Maven collect Kafka's jars into a folder. Raises CannotStart where `mvn` is missing or fails."""
    KAFKA.collect(jars)
