"""The academy with the private data of two municipalities in it, slice by slice.

A slice's module adds its own part, on top of what the slices before it left.
"""

from __future__ import annotations

from importlib import import_module

from tests.support.building import Building

SLICES: list[str] = [
    "courses",
    "training",
    "completion",
    "materials",
    "precedents",
    "precedent_meetings",
    "threads",
    "directory",
    "seminars",
    "e_learning",
    "kpi",
    "training_requests",
]
"""In the order in which they build on one another."""


async def build(world: Building) -> None:
    """Add what every slice has to show."""
    for name in SLICES:
        await import_module(f"{__name__}.{name}").add(world)
