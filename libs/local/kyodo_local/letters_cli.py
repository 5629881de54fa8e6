"""`kyodo dead-letters`: look at parked records, replay them once their cause is cured, or dismiss them."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from rich.table import Column, Table

from kyodo_events.dead_letters import Content, DeadLetter, DeadLetters, EarlierLetterWaits
from kyodo_events.dead_letters import State as LetterState
from kyodo_events.errors import Refused
from kyodo_events.parking import BEHIND
from kyodo_events.processing import Processor
from kyodo_local.answers import STATE, AsJson, ServiceName, StateFolder, answer, out, progress
from kyodo_local.exit_codes import Cannot, Exit
from kyodo_local.services import service_named
from kyodo_local.state import settings_of
from kyodo_platform.preflight import connected

app = typer.Typer(help="Records that could not be processed, parked with their reason.", no_args_is_help=True)


@dataclass
class Replayed:
    """What became of letters that were replayed."""

    replayed: list[UUID] = field(default_factory=list)
    failed: list[UUID] = field(default_factory=list)
    waiting: list[UUID] = field(default_factory=list)


@app.command("list")
def list_letters(
    service: ServiceName, settled: LetterState = "parked", as_json: AsJson = False, state: StateFolder = STATE
) -> None:
    """Show up to 200 letters, the oldest first."""
    letters = asyncio.run(_list(service, state, settled))

    def in_words() -> None:
        table = Table(Column("id", no_wrap=True), "parked at", "topic", "key", "type", "attempts", "reason")
        for one in letters:
            at = f"{one.parked_at:%Y-%m-%d %H:%M}"
            table.add_row(str(one.id), at, one.topic, one.key, one.type or "", str(one.attempts), one.reason)
        out.print(table if letters else f"{service}: no letter is {settled}")

    answer(as_json, {"service": service, "letters": [asdict(one) for one in letters]}, in_words)


@app.command()
def show(service: ServiceName, letter: UUID, as_json: AsJson = False, state: StateFolder = STATE) -> None:
    """Show all of one letter: its record as it arrived, why it was parked, and what was decided."""
    found, content = asyncio.run(_show(service, state, letter))
    document = {**asdict(found), "headers": content.headers, **_payload(content)}

    def in_words() -> None:
        for name, value in document.items():
            out.print(f"{name:12} {value if isinstance(value, str) else orjson.dumps(value, default=str).decode()}")

    answer(as_json, document, in_words)


@app.command()
def replay(
    service: ServiceName,
    letter: Annotated[UUID | None, typer.Argument(help="The letter; or choose several by an option.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="All whose reason contains this text, and those that wait behind them.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All letters that wait.")] = False,
    as_json: AsJson = False,
    state: StateFolder = STATE,
) -> None:
    """Give records their effect now, in their order. Exit code 1 where one fails again or waits for an earlier one."""
    if sum((letter is not None, reason is not None, every)) != 1:
        raise typer.BadParameter("name one letter, or choose by --reason or --all")
    if letter is not None:
        done = asyncio.run(_replay(service, state, letter))
    else:
        done = asyncio.run(_replay_several(service, state, reason or ""))

    def in_words() -> None:
        out.print(f"{len(done.replayed)} replayed, {len(done.failed)} failed again, {len(done.waiting)} still waiting")
        for failed in done.failed:
            out.print(f"failed again: {failed}; `kyodo dead-letters show {service} {failed}` has the new reason")

    answer(as_json, asdict(done), in_words)
    raise typer.Exit(Exit.FOUND if done.failed or done.waiting else Exit.FINE)


@app.command()
def dismiss(
    service: ServiceName,
    letter: UUID,
    why: Annotated[str, typer.Option(help="Why the record shall never have an effect.")],
    as_json: AsJson = False,
    state: StateFolder = STATE,
) -> None:
    """Decide that a record shall never have an effect, even if it comes again."""
    asyncio.run(_dismiss(service, state, letter, why))
    answer(as_json, {"dismissed": letter, "why": why}, lambda: out.print("dismissed"))


async def _list(service: str, folder: Path, settled: LetterState) -> list[DeadLetter]:
    async with _letters(service, folder) as letters:
        return await letters.list(settled, limit=200)


async def _show(service: str, folder: Path, letter: UUID) -> tuple[DeadLetter, Content]:
    async with _letters(service, folder) as letters:
        return await letters.open(letter)


async def _replay(service: str, folder: Path, letter: UUID) -> Replayed:
    async with _letters(service, folder) as letters:
        done = await letters.replay(letter, _who())
    return Replayed(replayed=[letter]) if done else Replayed(failed=[letter])


async def _replay_several(service: str, folder: Path, reason: str) -> Replayed:
    done = Replayed()
    async with _letters(service, folder) as letters:
        chosen = _chosen(await letters.all_parked(), reason)
        with progress() as bar:
            for letter in bar.track(chosen, description=f"{service}: letters"):
                try:
                    had_effect = await letters.replay(letter.id, _who())
                except EarlierLetterWaits:
                    done.waiting.append(letter.id)
                else:
                    (done.replayed if had_effect else done.failed).append(letter.id)
    return done


def _chosen(letters: Sequence[DeadLetter], reason: str) -> list[DeadLetter]:
    """Those of this reason, and behind them those of the same key that have no fault of their own."""
    named = {letter.id for letter in letters if reason in letter.reason}
    keys = {(letter.topic, letter.key) for letter in letters if letter.id in named}
    return [
        letter
        for letter in letters
        if letter.id in named or (letter.reason.startswith(BEHIND) and (letter.topic, letter.key) in keys)
    ]


async def _dismiss(service: str, folder: Path, letter: UUID, why: str) -> None:
    async with _letters(service, folder) as letters:
        await letters.dismiss(letter, _who(), why)


@asynccontextmanager
async def _letters(name: str, folder: Path) -> AsyncIterator[DeadLetters]:
    settings, service = settings_of(folder, name, "database"), service_named(name)
    async with connected(name, settings) as database:
        try:
            yield DeadLetters(Processor(database, name, service.views, service.reactions))
        except Refused as refused:
            raise Cannot(f"{refused.explanation()} {refused.remedy}") from refused


def _payload(content: Content) -> dict[str, Any]:
    """The record's value as JSON where it is that, else as text, else in hexadecimal digits."""
    try:
        return {"value": orjson.loads(content.value)}
    except orjson.JSONDecodeError:
        pass
    try:
        return {"value_text": content.value.decode()}
    except UnicodeDecodeError:
        return {"value_hex": content.value.hex()}


def _who() -> str:
    """Who decides; a container's user often has a number and no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
