"""The five services, in the order in which people meet them."""

from __future__ import annotations

import typer

from kyodo_academy.app import service as academy
from kyodo_cost_ledger.app import service as cost_ledger
from kyodo_platform.service import Service
from kyodo_procurement.app import service as procurement
from kyodo_supporter_matching.app import service as supporter_matching
from kyodo_talent.app import service as talent

SERVICES: tuple[Service, ...] = (procurement, talent, supporter_matching, academy, cost_ledger)


def service_named(name: str) -> Service:
    """The service of that name. Raises LookupError that lists the names."""
    for service in SERVICES:
        if service.name == name:
            return service
    raise LookupError(f"there is no service '{name}'; it is one of {', '.join(s.name for s in SERVICES)}")


def known_service(name: str) -> str:
    """The name, if it is a service's; for arguments of the command line. Raises BadParameter."""
    try:
        return service_named(name).name
    except LookupError as error:
        raise typer.BadParameter(str(error)) from error
