"""`kyodo status`: one screen that says whether all is well, and what is not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from kyodo_local.answers import STATE, AsJson, ServiceNames, StateFolder, answer, out, services_named
from kyodo_local.exit_codes import Exit
from kyodo_local.state import STACK, settings_of
from kyodo_local.status import ServiceStatus, Status, status_of

Url = Annotated[
    str | None,
    typer.Option(help="Where the services are reached, each under its name; a stack that ran here is known."),
]


def status(services: ServiceNames = None, url: Url = None, as_json: AsJson = False, state: StateFolder = STATE) -> None:
    """Show services, positions, lag, dead letters and periods. Exit code 1 where something is not well, 2 unknown."""
    chosen = [(one, settings_of(state, one.name, "database", "kafka")) for one in services_named(services)]
    if url is None and (state / STACK).exists():
        url = str(json.loads((state / STACK).read_text())["url"])
    found = asyncio.run(status_of(chosen, url))
    answer(as_json, {**asdict(found), "wrong": found.wrong}, lambda: _tell(found))
    if found.unknown:
        raise typer.Exit(Exit.CANNOT)
    raise typer.Exit(Exit.FOUND if found.wrong else Exit.FINE)


def _tell(found: Status) -> None:
    numbers = "waiting", "relay lag", "behind", "parked", "gaps"
    table = Table(
        *(Column(title, no_wrap=True) for title in ("service", "process", "migration")),
        Column("position", no_wrap=True, justify="right"),
        *(Column(title, justify="right") for title in numbers),
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=0,
    )
    for one in found.services:
        table.add_row(*_cells(one))
    out.print(table)
    for broker in found.brokers:
        out.print(f"Kafka at {broker.bootstrap}: {'answers' if broker.answers else 'does not answer'}")
    for one in found.services:
        for name, value in one.told.items():
            out.print(f"{one.service} {name}: {value}")
    for words in found.wrong:
        out.print(f"WRONG  {words}")
    if not found.wrong:
        out.print("all is well")


def _cells(one: ServiceStatus) -> list[str]:
    process = {None: "", "ok": "ready"}.get(one.process, "not ready")
    behind = sum(one.behind.values()) if one.behind else ""
    numbers = one.position, one.waiting, one.relay_lag, behind, one.parked, one.gaps
    return [one.service, process, one.migration or "?", *("?" if n is None else str(n) for n in numbers)]
