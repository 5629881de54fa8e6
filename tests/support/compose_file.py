"""docker-compose.yml as the tests look at it: whole, and service by service."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from kyodo_local.compose.document import EXERCISE, FILE, Container, containers, one_shots, read

ROOT = Path(__file__).parents[2]
CHECKS = ROOT / "deploy" / "checks"

Json = dict[str, Any]


@cache
def document() -> Json:
    """The file for production, with the defaults of its variables."""
    return read(FILE, given={})


@cache
def exercise() -> Json:
    """The same with the file for exercises laid over it."""
    return read(FILE, EXERCISE, given={})


def services() -> dict[str, Json]:
    """What the file says of each service, by name."""
    found: dict[str, Json] = document()["services"]
    return found


def parsed() -> dict[str, Container]:
    """The services as `kyodo stack` reads them."""
    return {one.name: one for one in containers(document())}


def jobs() -> set[str]:
    """The names of those that do something once and end."""
    return one_shots(parsed().values())


def of_kyodo() -> list[str]:
    """The names of those that run our image."""
    return [name for name, said in services().items() if said["image"].startswith("kyodo:")]
