"""What the exports add to the world: nothing of their own, they show what the other slices left, whole."""

from __future__ import annotations

from tests.support.building import Building


async def add(world: Building) -> None:
    """Name the parameters that lead to something: the world's services were used in fiscal year 2024."""
    world.paths.setdefault("fiscal_year", ["2024"])
