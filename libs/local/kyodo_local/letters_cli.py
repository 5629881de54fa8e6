"""`kyodo dead-letters`: look at parked records, replay them once their cause is cured, or dismiss them."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from kyodo_events.database import Database
from kyodo_events.dead_letters import DeadLetter, DeadLetters
from kyodo_events.dead_letters import State as LetterState
from kyodo_events.errors import Refused
from kyodo_events.processing import Processor
from kyodo_local.answers import STATE, ServiceName, StateFolder, out
from kyodo_local.services import service_named
from kyodo_local.state import State

app = typer.Typer(help="Records that could not be processed, parked with their reason.", no_args_is_help=True)


@app.command("list")
def list_letters(service: ServiceName, settled: LetterState = "parked", state: StateFolder = STATE) -> None:
    """Show up to 200 letters, the oldest first."""
    table = Table("id", "parked at", "topic", "key", "type", "attempts", "reason")
    for letter in asyncio.run(_list(service, state, settled)):
        at = f"{letter.parked_at:%Y-%m-%d %H:%M}"
        cells = (str(letter.id), at, letter.topic, letter.key, letter.type or "", str(letter.attempts), letter.reason)
        table.add_row(*cells)
    out.print(table if table.row_count else f"{service}: no letter is {settled}")


@app.command()
def replay(service: ServiceName, letter: UUID, state: StateFolder = STATE) -> None:
    """Give a record its effect now. Status 1 where it fails again, with the new reason in the list."""
    done = asyncio.run(_replay(service, state, letter))
    out.print("replayed" if done else "it failed again; see `kyodo dead-letters list`")
    raise typer.Exit(0 if done else 1)


@app.command()
def dismiss(
    service: ServiceName,
    letter: UUID,
    why: Annotated[str, typer.Option(help="Why the record shall never have an effect.")],
    state: StateFolder = STATE,
) -> None:
    """Decide that a record shall never have an effect, even if it comes again."""
    asyncio.run(_dismiss(service, state, letter, why))
    out.print("dismissed")


async def _list(service: str, folder: Path, settled: LetterState) -> list[DeadLetter]:
    async with _letters(service, folder) as letters:
        return await letters.list(settled, limit=200)


async def _replay(service: str, folder: Path, letter: UUID) -> bool:
    async with _letters(service, folder) as letters:
        return await letters.replay(letter, getpass.getuser())


async def _dismiss(service: str, folder: Path, letter: UUID, why: str) -> None:
    async with _letters(service, folder) as letters:
        await letters.dismiss(letter, getpass.getuser(), why)


@asynccontextmanager
async def _letters(name: str, folder: Path) -> AsyncIterator[DeadLetters]:
    service = service_named(name)
    database = await Database.connect(State(folder).settings_for(name).database_url)
    try:
        yield DeadLetters(Processor(database, name, service.views, service.reactions))
    except Refused as refused:
        raise typer.BadParameter(f"{refused.explanation()} {refused.remedy}") from refused
    finally:
        await database.close()
