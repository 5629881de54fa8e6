"""How commands answer: words and tables for people, or exactly one JSON document on standard output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from kyodo_local.services import all_services, known_service, service_named
from kyodo_platform.service import Service

out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

STATE = Path(".kyodo")
StateFolder = Annotated[Path, typer.Option("--state", help="State directory.", envvar="KYODO_STATE")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON document on standard output.")]
NAMES = "procurement, talent, supporter-matching, academy or cost-ledger."
ServiceName = Annotated[str, typer.Argument(help=NAMES, callback=known_service)]
ServiceNames = Annotated[list[str] | None, typer.Argument(help="Names of services; all five where none is given.")]


def services_named(names: list[str] | None) -> list[Service]:
    """The services of these names, all five for none. Raises BadParameter."""
    return [service_named(known_service(name)) for name in names] if names else all_services()


def answer(as_json: bool, document: Any, in_words: Callable[[], None]) -> None:
    """Print the document as JSON, or have it told in words."""
    if as_json:
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    else:
        in_words()
