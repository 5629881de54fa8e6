"""What every step of the scenario has at hand: the public API, and a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.progress import Progress

from kyodo_local.demo.client import Client

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Telling:
    """The scenario being told."""

    client: Client
    bar: Progress

    def task(self, says: str, total: int) -> Advance:
        """A bar of its own; advance it by what is done."""
        task = self.bar.add_task(says, total=total)
        return lambda done: self.bar.advance(task, done)
