"""Rounds of ours and ceiling in turn, because machines drift; medians, a table, JSON."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROUNDS = 3

Run = Callable[[], Awaitable["Rate"]]


@dataclass(frozen=True, slots=True)
class Rate:
    """What one run did: operations, seconds, and percentiles of one operation where they were taken."""

    operations: int
    seconds: float
    p99_ms: float | None = None
    p50_ms: float | None = None

    @property
    def per_second(self) -> float:
        """Operations a second."""
        return self.operations / self.seconds


@dataclass(slots=True)
class Figure:
    """A figure beside its ceiling and its goal (both rates a second; the goal a share of the ceiling)."""

    name: str
    ceiling_name: str
    goal: float
    ours: list[Rate] = field(default_factory=list)
    ceiling: list[Rate] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Median of the rounds' shares: both sides of a round saw the same machine."""
        return statistics.median(o.per_second / c.per_second for o, c in zip(self.ours, self.ceiling, strict=True))


async def compare(name: str, ours: Run, ceiling_name: str, ceiling: Run, *, goal: float, console: Console) -> Figure:
    """Run both in turn, ROUNDS times after one round that is not counted."""
    figure = Figure(name, ceiling_name, goal)
    for number in range(ROUNDS + 1):
        console.print(
            f"[dim]{name}: {'warm-up' if not number else f'round {number} of {ROUNDS}'}[/dim]", highlight=False
        )
        mine, theirs = await ours(), await ceiling()
        if number:
            figure.ours.append(mine)
            figure.ceiling.append(theirs)
    return figure


def p99(seconds: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


class Clock:
    """Measures the block."""

    def __enter__(self) -> Clock:
        self._start = time.perf_counter()
        self.seconds = 0.0
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._start


def report(figures: list[Figure], folder: Path, console: Console) -> Path:
    """Print the table and write the JSON; answers with its path."""
    table = Table("figure", "per second", "p99 ms", "ceiling", "per second", "p99 ms", "share", "goal")
    for figure in figures:
        met = "green" if figure.share >= figure.goal else "yellow"
        table.add_row(
            figure.name,
            *_cells(figure.ours),
            figure.ceiling_name,
            *_cells(figure.ceiling),
            f"[{met}]{figure.share:.0%}[/{met}]",
            f"{figure.goal:.0%}",
        )
    console.print(table)
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    content = {"at": now.isoformat(), "machine": platform.platform(), "python": platform.python_version()}
    path.write_text(json.dumps(content | {"figures": [asdict(f) | {"share": f.share} for f in figures]}, indent=1))
    return path


def _cells(rates: list[Rate]) -> tuple[str, str]:
    tails = [rate.p99_ms for rate in rates if rate.p99_ms is not None]
    return f"{statistics.median(r.per_second for r in rates):,.0f}", f"{statistics.median(tails):.1f}" if tails else ""
