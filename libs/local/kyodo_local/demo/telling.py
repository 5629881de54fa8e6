"""What every step of the scenario has at hand: the public API, and a bar that shows how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from rich.progress import Progress

from kyodo_local.demo.client import CONNECTIONS, Client

T = TypeVar("T")
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

    async def together(self, steps: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
        """Take many steps at the same time, as many as the client has connections; answers in their order."""
        turns = asyncio.Semaphore(CONNECTIONS)

        async def in_turn(step: Coroutine[Any, Any, T]) -> T:
            async with turns:
                return await step

        return await asyncio.gather(*(in_turn(step) for step in steps))
