"""The five services, by name."""

from __future__ import annotations

from importlib import import_module

from kyodo_platform.service import Service

NAMES = ("procurement", "talent", "supporter-matching", "academy", "cost-ledger")


def service(name: str) -> Service:
    """The service of that name."""
    found: Service = import_module(f"kyodo_{name.replace('-', '_')}.app").service
    return found
