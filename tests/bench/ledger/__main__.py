"""`make bench-ledger`: all figures, or `python -m tests.bench.ledger intake rebuild growth rating` for some of them.

`--ten-million` adds 10⁷ events to the growth, which takes a quarter of an hour and 15 GB.
"""

from __future__ import annotations

import asyncio
import json
import logging
import platform
import statistics
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from kyodo_cost_ledger.app import service
from kyodo_local.apache_kafka import ApacheKafka
from kyodo_local.postgres import EmbeddedPostgres
from kyodo_platform.process import settle_memory
from tests.bench.ledger import intake, rating, rebuild, world
from tests.bench.ledger.measure import Cost
from tests.support.databases import Databases

OUTPUT = Path(".kyodo/bench")
ROUNDS = 3
INTAKE, MILLION, TEN_MILLION = 300_000, 1_000_000, 10_000_000
GROWTH = (100_000, MILLION)
GOALS = {
    "share": 0.5,  # of what aiokafka and asyncpg do without any logic
    "intake": 30_000.0,
    "rebuild": 70_000.0,
    "rating": 1.0,  # seconds
}

console = Console()


class Bench:
    """The servers, and what was measured on them."""

    def __init__(self, kafka: ApacheKafka, postgres: EmbeddedPostgres) -> None:
        self._kafka = kafka
        self._databases = Databases(postgres.admin_url())
        self._server = psutil.Process(postgres.pid)
        self.table = Table("figure", "events", "seconds", "per second", "CPU µs/event: client", "server", "goal")
        self.found: dict[str, Any] = {}

    async def intake(self) -> None:
        """Topic to committed charges, and the ceiling, in turn, after one round that is not counted."""
        await self._fill(INTAKE)
        ours: list[Cost] = []
        bare: list[Cost] = []
        for number in range(ROUNDS + 1):
            console.print(f"[dim]intake: {f'round {number} of {ROUNDS}' if number else 'warm-up'}[/dim]")
            mine, _ = await self._take(INTAKE, rebuilding=False)
            async with self._databases.of("kernel", None) as fresh:
                url = fresh.owner_url(self._databases.admin_url)
                theirs = await intake.ceiling(url, self._kafka.bootstrap, INTAKE, self._server)
            if number:
                ours.append(mine)
                bare.append(theirs)
        share = statistics.median(o.per_second / b.per_second for o, b in zip(ours, bare, strict=True))
        mine, theirs = _median(ours), _median(bare)
        self._row("topic to charges", mine, mine.per_second >= GOALS["intake"], f"{GOALS['intake']:,.0f}/s")
        self._row(
            "ceiling: consume, INSERT", theirs, share >= GOALS["share"], f"share {share:.0%} of {GOALS['share']:.0%}"
        )
        self.found["intake"] = {"ours": [asdict(o) for o in ours], "ceiling": [asdict(b) for b in bare], "share": share}

    async def growth(self, sizes: tuple[int, ...], *, rebuilding: bool) -> None:
        """The same at several sizes; the projection of a million events is rebuilt."""
        for size in sizes:
            console.print(f"[dim]{size:,} events[/dim]")
            await self._fill(size)
            taken, rebuilt = await self._take(size, rebuilding=rebuilding and size == MILLION)
            self._row("topic to charges", taken)
            self.found.setdefault("growth", []).append(asdict(taken))
            if rebuilt is not None:
                self._row("rebuild", rebuilt, rebuilt.per_second >= GOALS["rebuild"], f"{GOALS['rebuild']:,.0f}/s")
                self.found["rebuild"] = asdict(rebuilt)

    async def rating(self) -> None:
        """A full year of 62 municipalities in 50 projects."""
        async with self._databases.of(service.name, service.migrations) as fresh:
            rated = await rating.full_year(fresh.app_url(self._databases.admin_url))
        per_second = f"{rated.targets / rated.seconds:,.0f}"
        goal = _colour(f"{GOALS['rating']:.0f} s", met=rated.seconds < GOALS["rating"])
        self.table.add_row(
            "rating a year", f"{rated.targets:,} amounts", f"{rated.seconds:.2f}", per_second, "", "", goal
        )
        self.found["rating"] = asdict(rated)

    async def _fill(self, size: int) -> None:
        await self._kafka.restart(empty=True)
        await world.fill(self._kafka.bootstrap, size)

    async def _take(self, size: int, *, rebuilding: bool) -> tuple[Cost, Cost | None]:
        admin = self._databases.admin_url
        async with self._databases.of(service.name, service.migrations) as fresh:
            taken = await intake.ledger(fresh.app_url(admin), self._kafka.bootstrap, size, self._server)
            rebuilt = await rebuild.whole(fresh.owner_url(admin), size, self._server) if rebuilding else None
        return taken, rebuilt

    def _row(self, name: str, cost: Cost, met: bool = True, goal: str = "") -> None:
        times = f"{cost.seconds:.1f}", f"{cost.per_second:,.0f}"
        cpu = (f"{seconds / cost.operations * 1e6:.1f}" for seconds in (cost.client_cpu, cost.server_cpu))
        self.table.add_row(name, f"{cost.operations:,}", *times, *cpu, _colour(goal, met=met))


def _colour(text: str, *, met: bool) -> str:
    return f"[{'green' if met else 'yellow'}]{text}[/]" if text else ""


def _median(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]


async def main(arguments: list[str]) -> None:
    """Measure on a disposable PostgreSQL (no fsync: we measure code, not disks) and an Apache Kafka of our own."""
    names = [name for name in arguments if not name.startswith("--")] or ["intake", "rebuild", "growth", "rating"]
    sizes = GROWTH if "growth" in names else (MILLION,) if "rebuild" in names else ()
    if "--ten-million" in arguments:
        sizes = (*sizes, TEN_MILLION)
    with tempfile.TemporaryDirectory(prefix="kyodo-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        async with (
            EmbeddedPostgres(folder / "pg", disposable=True) as postgres,
            ApacheKafka(folder / "kafka") as kafka,
        ):
            bench = Bench(kafka, postgres)
            if "intake" in names:
                await bench.intake()
            await bench.growth(sizes, rebuilding="rebuild" in names)
            if "rating" in names:
                await bench.rating()
    console.print(bench.table)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = OUTPUT / f"ledger-{now:%Y%m%dT%H%M%SZ}.json"
    content = {"at": now.isoformat(), "machine": platform.platform(), "python": platform.python_version()}
    path.write_text(json.dumps(content | {"goals": GOALS} | bench.found, indent=1))
    console.print(f"written to {path}", highlight=False)


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # a topic that was just made has no leader for a moment, and the clients say so
    settle_memory()  # as every service process does; the ceiling has it as well
    asyncio.run(main(sys.argv[1:]))
