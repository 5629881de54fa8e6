"""The five services, by name."""

from __future__ import annotations

from importlib import import_module

from kyodo_platform.service import Service

NAMES = ("procurement", "talent", "supporter-matching", "academy", "cost-ledger")
SAMPLE = "sample"  # tests/support/sample: what the platform is tested with


def service(name: str) -> Service:
    """The service of that name."""
    module = "tests.support.sample.app" if name == SAMPLE else f"kyodo_{name.replace('-', '_')}.app"
    found: Service = import_module(module).service
    return found
