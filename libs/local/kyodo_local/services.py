"""The five services, in the order in which people meet them. Each is imported when asked for: that takes seconds."""

from __future__ import annotations

from importlib import import_module

import typer

from kyodo_platform.service import Service

NAMES = ("procurement", "talent", "supporter-matching", "academy", "cost-ledger")


def service_named(name: str) -> Service:
    """The service of that name. Raises LookupError that lists the names."""
    if name not in NAMES:
        raise LookupError(f"there is no service '{name}'; it is one of {', '.join(NAMES)}")
    service: Service = import_module(f"kyodo_{name.replace('-', '_')}.app").service
    return service


def all_services() -> list[Service]:
    """All five."""
    return [service_named(name) for name in NAMES]


def known_service(name: str) -> str:
    """The name, if it is a service's; for arguments of the command line. Raises BadParameter."""
    if name not in NAMES:
        raise typer.BadParameter(f"there is no service '{name}'; it is one of {', '.join(NAMES)}")
    return name
