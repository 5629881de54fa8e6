"""`kyodo run`: the embedded stack, the scenario, and then serving until somebody stops it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from kyodo_local.demo.client import Unexpected
from kyodo_local.demo.play import LedgerLate, play
from kyodo_local.demo.report import print_result
from kyodo_local.demo.tokens import LocalTokens
from kyodo_local.exit_codes import Exit
from kyodo_local.processes import CannotStart
from kyodo_local.stack import embedded
from kyodo_local.state import State
from kyodo_platform import logs

out = Console()


def run_forever(folder: Path, *, port: int, demo: bool, stay: bool) -> int:
    """Run the stack; answers with the exit code: FINE after a stop asked for, CANNOT where something did not start."""
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    with (folder / "logs" / "services.log").open("a") as log:
        logs.configure(stream=log)
        try:
            return asyncio.run(until_stopped(_work(folder, port=port, demo=demo, stay=stay)))
        except (CannotStart, Unexpected, LedgerLate) as error:
            out.print(f"[red]{error}[/red]", highlight=False)
            return Exit.CANNOT


async def until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """The exit status of the work, or 0 once somebody has asked it to stop by Ctrl-C or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    working = asyncio.create_task(work)
    asked = asyncio.create_task(stopped.wait())
    await asyncio.wait([working, asked], return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        out.print("\nstopping …")
        working.cancel()
    asked.cancel()
    (result,) = await asyncio.gather(working, return_exceptions=True)
    if isinstance(result, asyncio.CancelledError):
        return 0
    if isinstance(result, BaseException):
        raise result
    return result


async def _work(folder: Path, *, port: int, demo: bool, stay: bool) -> int:
    started = time.monotonic()

    def tell(step: str) -> None:
        out.print(f"[dim]{time.monotonic() - started:5.1f} s[/dim]  {step} …", highlight=False)

    async with embedded(folder, tell, port=port) as url:
        out.print(f"[dim]{time.monotonic() - started:5.1f} s[/dim]  services answer on {url}", highlight=False)
        correct = True
        if demo:
            result = await play(url, LocalTokens(State(folder).issuer()), folder, out)
            print_result(result, out)
            correct = result.correct
        _where_to_look(url, folder)
        if stay:
            await asyncio.Event().wait()
    return 0 if correct else 1


def _where_to_look(url: str, folder: Path) -> None:
    elsewhere = "" if folder == Path(".kyodo") else f" --state {folder}"
    out.print(f"\nLook at        {url}/", highlight=False)
    out.print(f"Get a token    .venv/bin/kyodo token --role officer --municipality 131016{elsewhere}", highlight=False)
    out.print(f"Log            {folder}/logs/services.log", highlight=False)
    out.print("Stop           Ctrl-C", highlight=False)
