"""The scenario on the stack of docker-compose.yml, with tokens of its Keycloak."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx

from kyodo_local.compose.stack import Addresses, running
from kyodo_local.demo.client import Unexpected
from kyodo_local.demo.play import LedgerLate, play
from kyodo_local.demo.report import print_result
from kyodo_local.keycloak.tokens import KeycloakTokens
from kyodo_local.processes import CannotStart
from kyodo_local.run import out, until_stopped

STATE = Path(".kyodo/stack")


def run_stack(folder: Path, *, once: bool) -> int:
    """Run the stack, play the scenario and go on until somebody stops it; with `once`, end after the scenario.

    Answers with the exit status: 1 where something could not start or the scenario is not right.
    """
    try:
        return asyncio.run(until_stopped(_session(folder.absolute(), once=once)))
    except (CannotStart, Unexpected, LedgerLate, httpx.HTTPError) as error:
        out.print(str(error), style="red", markup=False, highlight=False)
        return 1


async def _session(folder: Path, *, once: bool) -> int:
    started = time.monotonic()

    def tell(step: str) -> None:
        out.print(f"[dim]{time.monotonic() - started:6.1f} s[/dim]  {step}", highlight=False)

    async with running(folder, tell) as stack:
        tell(f"everything answers; the services on {stack.edge}")
        secret, password = stack.secret("exercise_client_secret"), stack.secret("exercise_password")
        async with KeycloakTokens.at(
            f"{stack.edge}/identity", stack.keycloak, secret=secret, password=password
        ) as tokens:
            result = await play(stack.edge, tokens, folder, out)
        print_result(result, out)
        tell("the scenario is played")
        if not once:
            _where_to_look(stack, folder)
            await asyncio.Event().wait()
    return 0 if result.correct else 1


def _where_to_look(stack: Addresses, folder: Path) -> None:
    lines = {
        "Services": f"{stack.edge}/procurement/docs, and so for the other four",
        "Prometheus": stack.prometheus,
        "Keycloak": f"{stack.keycloak} (admin; password in {stack.secrets}/keycloak_admin_password)",
        "Logs": f"{folder}/logs",
        "Stop": "Ctrl-C",
    }
    for name, words in lines.items():
        out.print(f"{name:<14} {words}", markup=False, highlight=False)
