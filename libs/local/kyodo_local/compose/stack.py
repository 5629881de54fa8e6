"""`kyodo stack`: what docker-compose.yml starts, as plain processes of this machine."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kyodo_local.compose import secret_files
from kyodo_local.compose.document import EXERCISE, FILE, Container, containers, needed, read
from kyodo_local.compose.places import Places
from kyodo_local.compose.processes import Processes, Tell
from kyodo_local.compose.programs import DISPENSABLE, PROGRAMS, image_of
from kyodo_local.ports import LOOPBACK, free_port
from kyodo_local.postgres import EmbeddedPostgres

POSTGRES, EDGE, KEYCLOAK, PROMETHEUS = "postgres", "edge", "keycloak", "prometheus"
OPERATIONS = "operations"
"""The profile of what is run by hand: `docker compose run`."""
PREFERRED_PORT = 8000


@dataclass(frozen=True)
class Addresses:
    """Where the stack answers, and the folder of its secrets."""

    edge: str
    keycloak: str
    prometheus: str
    secrets: Path

    def secret(self, name: str) -> str:
        """The value of a secret."""
        return (self.secrets / name).read_text(encoding="utf-8")


@asynccontextmanager
async def running(folder: Path, tell: Tell, *wanted: str) -> AsyncIterator[Addresses]:
    """Run the stack for exercises in a folder until the block ends; `tell` hears of each that is ready.

    With names, only those are started, and what they wait for. Data and secrets stay in the folder for the next time.
    Raises CannotStart with reason and remedy.
    """
    secrets = folder / "secrets"
    secret_files.make(secrets)
    async with AsyncExitStack() as stack:
        postgres = EmbeddedPostgres(folder, password=(secrets / "postgres_password").read_text())
        await stack.enter_async_context(postgres)
        tell(POSTGRES)
        port = free_port(PREFERRED_PORT)
        url = f"http://{LOOPBACK}:{port}"
        found = containers(read(FILE, EXERCISE, given=os.environ | {"KYODO_PUBLIC_URL": url}))
        places = Places(folder, found, {(POSTGRES, 5432): postgres.port, (EDGE, 8080): port})
        chosen = needed(found, wanted) if wanted else [one for one in found if one.profile != OPERATIONS]
        started = [one for one in chosen if one.name == POSTGRES or _to_be_had(one, tell)]
        await Processes(folder, places, secrets, stack, tell).start(started, {POSTGRES})
        keycloak = f"http://{LOOPBACK}:{places.port(KEYCLOAK, 8080)}/identity"
        yield Addresses(url, keycloak, f"http://{LOOPBACK}:{places.port(PROMETHEUS, 9090)}", secrets)


def _to_be_had(container: Container, tell: Tell) -> bool:
    """Whether to start it; what is missing and dispensable is left out, and said."""
    program = PROGRAMS[image_of(container)]
    if image_of(container) not in DISPENSABLE or program.path:
        return True
    tell(f"without {container.name}: " + (f"apt install {program.package}" if program.package else "only with Docker"))
    return False
