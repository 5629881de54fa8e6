"""Apache Kafka in KRaft mode as our own child, from the Maven artifacts: the real broker for `make test-kafka`.

Needs Java 17 or newer and, the first time, `mvn`. The jars are kept in `.kyodo/kafka/lib`; ports, configuration and
data are each broker's own and the data go with it.
"""

from __future__ import annotations

import asyncio
import base64
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from string import Template
from typing import Self

from kyodo_local.broker import speaks_kafka
from kyodo_local.ports import LOOPBACK, free_port, is_free
from kyodo_local.processes import CannotStart, ServerProcess

_CHECKOUT = Path(__file__).parents[3]
_RECIPE = _CHECKOUT / "deploy" / "local" / "kafka"
JARS = _CHECKOUT / ".kyodo" / "kafka" / "lib"

_OLDEST_JAVA = 17
_READY_WITHIN = 90.0  # seconds; 4 on an idle machine
_PORT_TRIES = 5
_HEAP = "-Xmx512m"
_KEPT_ENVIRONMENT = ("PATH", "HOME", "JAVA_HOME", "JAVA_TOOL_OPTIONS", "LANG", "TMPDIR")


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
        self._java = find_java()
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
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        self._server.start([self._java, *options, "-cp", f"{self._jars}/*", *arguments], env=environment)

    async def _answers(self) -> bool:
        return self._server.listens_on(self._port) and await speaks_kafka(self.bootstrap)


def find_java() -> str:
    """The `java` to use, from JAVA_HOME or the PATH. Raises CannotStart where it is missing or older than 17."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=f"{home}/bin") if home else None
    program = program or shutil.which("java")
    if program is None:
        raise CannotStart("Apache Kafka needs Java 17 or newer, and there is no `java` here.", remedy=_java_remedy())
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', said)
    if number is None or int(number[1]) < _OLDEST_JAVA:
        heard = next((line for line in said.splitlines() if "version" in line), said.strip())
        raise CannotStart(f"Apache Kafka needs Java 17 or newer; {program} says: {heard}", remedy=_java_remedy())
    return program


def _java_remedy() -> str:
    return (
        "install a Java runtime (Debian: apt install openjdk-17-jre-headless maven), "
        "or set KAFKA_BOOTSTRAP to an Apache Kafka that runs."
    )


def collect_jars(jars: Path = JARS) -> None:
    """Have Maven collect Kafka's jars into a folder, once per version of the pom; says so, for it takes a while.

    Raises CannotStart where `mvn` is missing or fails.
    """
    pom = _RECIPE / "pom.xml"
    edition = hashlib.sha256(pom.read_bytes()).hexdigest()
    stamp = jars / ".pom"
    jars.parent.mkdir(parents=True, exist_ok=True)
    with (jars.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another test run may be at it
        if stamp.exists() and stamp.read_text() == edition:
            return
        maven = shutil.which("mvn")
        if maven is None:
            raise CannotStart(
                "Maven is needed to collect Apache Kafka the first time, and there is no `mvn` here.",
                remedy=_java_remedy(),
            )
        print("kyodo: collecting Apache Kafka (54 MB, once) …", file=sys.stderr, flush=True)
        draft, log = jars.with_name("lib.new"), jars.parent / "maven.log"
        shutil.rmtree(draft, ignore_errors=True)
        with log.open("wb") as output:
            command = [maven, "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={draft}"]
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
        if status.returncode:
            lines = [line for line in log.read_text(errors="replace").splitlines() if "ERROR" in line]
            raise CannotStart(
                f"Maven could not collect Apache Kafka (status {status.returncode}).",
                remedy="check the network and Maven's settings (~/.m2/settings.xml), then try again.",
                log=log,
                tail="\n".join(lines[:10]),
            )
        (draft / stamp.name).write_text(edition)
        shutil.rmtree(jars, ignore_errors=True)
        draft.rename(jars)
