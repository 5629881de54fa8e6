"""The commands behind docker-compose.yml: its secrets, its databases, and its stack as plain processes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kyodo_local.answers import out
from kyodo_local.compose import secret_files
from kyodo_local.compose.provisioning import provision_all
from kyodo_local.compose.session import STATE, run_stack


def provision() -> None:
    """Make the roles and databases of a PostgreSQL server for all services and Keycloak: compose's first job."""
    out.print(f"roles and databases: {', '.join(provision_all())}")


def secrets(
    folder: Annotated[Path, typer.Argument(help="Where docker-compose.yml looks for them.")] = secret_files.FOLDER,
) -> None:
    """Draw the secrets of a stack on this machine, once; what is there stays."""
    made = secret_files.make(folder)
    out.print(f"{made} secrets made in {folder}; keep a copy where the backups are not")


def stack(
    state: Annotated[Path, typer.Option(help="Folder of its data and secrets.")] = STATE,
    once: Annotated[
        bool, typer.Option("--once", help="End after the scenario; status 1 where it is not right.")
    ] = False,
) -> None:
    """Start what docker-compose.yml starts, for exercises and without Docker, and play the scenario on it."""
    raise typer.Exit(run_stack(state, once=once))
