"""What all `kyodo` commands have in common: quiet libraries, and one line instead of a traceback."""

from __future__ import annotations

import logging
from typing import Any

import click
from typer.core import TyperGroup

from kyodo_local.answers import err
from kyodo_local.exit_codes import Exit
from kyodo_platform import logs
from kyodo_platform.configuration import BadConfiguration


class Commands(TyperGroup):
    """The commands; a bad configuration ends each of them with one line that names the setting."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What goes wrong is told by the command itself, so nothing else logs to the terminal."""
        logs.configure(level="CRITICAL", json=False)
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        try:
            return super().invoke(ctx)
        except BadConfiguration as wrong:
            err.print(f"kyodo: {wrong}")
            ctx.exit(Exit.CONFIGURATION)
