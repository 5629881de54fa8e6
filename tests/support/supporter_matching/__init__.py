"""Supporter matching with the private data of two municipalities in it, slice by slice.

A slice's module adds its own part, on top of what the slices before it left.
"""

from __future__ import annotations

from importlib import import_module

from tests.support.building import Building

SLICES: list[str] = [
    "supporters",
    "programmes",
    "trainees",
    "courses",
    "venues",
    "devices",
    "participation_surveys",
    "regional_projects",
    "activity",
    "hosts",
    "sessions",
    "seats",
    "name_views",
    "feeds",
    "hours_certificates",
    "rounds",
    "reports",
    "held_sessions",
    "incidents",
    "feedback",
    "follow_ups",
]
"""In the order in which they build on one another."""


async def build(world: Building) -> None:
    """Add what every slice has to show."""
    for name in SLICES:
        await import_module(f"{__name__}.{name}").add(world)
