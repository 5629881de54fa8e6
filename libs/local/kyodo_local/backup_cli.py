"""`kyodo backup` and `kyodo restore`: dumps with a manifest, and restores that are compared with it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kyodo_local.answers import STATE, AsJson, ServiceNames, StateFolder, answer, out, services_named
from kyodo_local.backups import Manifest, back_up, bring_back, next_steps, rehearse
from kyodo_local.exit_codes import Cannot, Exit
from kyodo_local.services import service_named
from kyodo_local.state import settings_of
from kyodo_local.verification import Finding
from kyodo_platform.settings import surroundings

Folder = Annotated[Path, typer.Argument(help="The backup's folder.")]
DRILL_SERVER = "KYODO_DRILL_SERVER_URL"
Server = Annotated[
    str | None,
    typer.Option(
        help="PostgreSQL for a drill, as a role that may make databases: postgresql://role:password@host:port/postgres;"
        f" by default {DRILL_SERVER}, which may be a file in KYODO_SECRETS_DIR.",
    ),
]


def backup(folder: Folder, services: ServiceNames = None, as_json: AsJson = False, state: StateFolder = STATE) -> None:
    """Dump the services' databases into a new folder, each of one moment, with a manifest to check them by."""
    chosen = [(one, settings_of(state, one.name, "database")) for one in services_named(services)]
    manifest = asyncio.run(back_up(chosen, folder))

    def in_words() -> None:
        for one in manifest.services:
            out.print(f"{one.service}: position {one.position}, {len(one.tables)} tables, {one.bytes} bytes")
        out.print(f"{folder} holds the backup; KYODO_PERSONAL_KEYS is not in it, and must be kept elsewhere")

    answer(as_json, manifest.model_dump(mode="json"), in_words)


def restore(
    folder: Folder,
    services: ServiceNames = None,
    drill: Annotated[bool, typer.Option(help="Restore into scratch databases, check them, and drop them.")] = False,
    server: Server = None,
    as_json: AsJson = False,
    state: StateFolder = STATE,
) -> None:
    """Restore a backup into empty databases and check all that it says. Exit code 1 where something does not hold."""
    manifest = Manifest.read(folder)
    by_name = {one.service: one for one in manifest.services}
    names = services or list(by_name)
    if unknown := [name for name in names if name not in by_name]:
        raise Cannot(f"the backup holds no {', '.join(unknown)}; it holds {', '.join(by_name)}")
    server = server or surroundings().get(DRILL_SERVER)
    if drill and server is None:
        raise Cannot(f"a drill needs a server: --server, or {DRILL_SERVER}")
    found: list[Finding] = []
    for name in names:
        service, settings = service_named(name), settings_of(state, name, "database")
        if drill and server is not None:
            found += asyncio.run(rehearse(service, settings, folder, by_name[name], server))
        else:
            found += asyncio.run(bring_back(service, settings, folder, by_name[name]))
    todo = [] if drill else next_steps([by_name[name] for name in names], [service_named(name) for name in names])

    def in_words() -> None:
        for one in found:
            out.print(one.line)
        for number, step in enumerate(todo, 1):
            out.print(f"next {number}: {step}")

    answer(as_json, {"drill": drill, "findings": [asdict(one) for one in found], "next": todo}, in_words)
    raise typer.Exit(Exit.FINE if all(one.holds for one in found) else Exit.FOUND)
