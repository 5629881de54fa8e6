"""The containers of the compose file as processes of this machine, each started when what it waits for is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from kyodo_local.compose.document import Container, one_shots
from kyodo_local.compose.places import Places
from kyodo_local.compose.programs import PROGRAMS, environment, image_of
from kyodo_local.processes import ServerProcess

HEALTHY_WITHIN = (
    600.0  # seconds; Keycloak makes a database of its own the first time, on two busy cores in three minutes
)
COMPLETED_WITHIN = 300.0
_BETWEEN_CHECKS = 1.0

Tell = Callable[[str], None]


class Processes:
    """Starts containers as processes in a folder, and stops them, the last one first, when `stack` ends."""

    def __init__(self, folder: Path, places: Places, secrets: Path, stack: AsyncExitStack, tell: Tell) -> None:
        self._folder, self._places, self._secrets, self._stack, self._tell = folder, places, secrets, stack, tell

    async def start(self, containers: Sequence[Container], running: set[str]) -> None:
        """Start all of them, in the order and under the conditions of the file; `running` are there already.

        What is left out is not waited for. Raises CannotStart.
        """
        names = {one.name for one in containers}
        there = {name: asyncio.Event() for name in names}
        jobs = one_shots(containers)

        async def begin(container: Container) -> None:
            for other in container.waits_for.keys() & names - running:
                await there[other].wait()
            await self._run(container, once=container.name in jobs)
            there[container.name].set()

        try:
            async with asyncio.TaskGroup() as group:
                for container in containers:
                    if container.name not in running:
                        group.create_task(begin(container), name=container.name)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _run(self, container: Container, *, once: bool) -> None:
        program = PROGRAMS[image_of(container)]
        if program.install:
            await asyncio.to_thread(program.install, self._places, container)
        self._places.set_up(container, self._secrets)
        server = ServerProcess(container.name, self._folder, stop_within=30.0)
        await server.claim()
        self._stack.push_async_callback(server.release)
        said = program.command([self._places.local(word, container) for word in container.command])
        server.start(said, env=self._environment(container))
        if once:
            await server.wait_for_end(within=COMPLETED_WITHIN)
        else:
            await server.wait_until(lambda: self._healthy(container), within=HEALTHY_WITHIN)
        self._tell(container.name)

    def _environment(self, container: Container) -> Mapping[str, str]:
        said = {name: self._places.local(value, container) for name, value in container.environment.items()}
        return environment() | said

    async def _healthy(self, container: Container) -> bool:
        """Whether the container's own check finds it well."""
        check = [self._places.local(word, container) for word in container.check]
        asked = await asyncio.create_subprocess_exec(
            *check,
            env=environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if await asked.wait() == 0:
            return True
        await asyncio.sleep(_BETWEEN_CHECKS)
        return False
