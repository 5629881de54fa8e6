"""`make bench-talent`: a plan at once and its bound, for a year of Tokyo's size and for ten times that."""

from __future__ import annotations

import json
import multiprocessing
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.talent.measure import measure

OUTPUT = Path(".kyodo/bench")
SIZES = {"40 experts × 150 requests × 12 months": (40, 150, 0.05), "ten times that": (400, 1_500, 0.5)}
BOUND_SECONDS, SHARE = 1.0, 0.95


def main() -> int:
    """Print a table, keep the figures, and leave with 1 where a goal is missed."""
    console = Console()
    table = Table("figure", "measured", "goal", title="matching: one round")
    found: dict[str, Any] = {"python": platform.python_version()}
    missed = False
    for name, (experts, requests, goal) in SIZES.items():
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
            one = process.submit(measure, experts, requests).result()
        found[name] = asdict(one)
        missed |= one.greedy > goal or one.bound > BOUND_SECONDS or one.share < SHARE
        table.add_section()
        table.add_row(f"[bold]{name}[/bold]")
        table.add_row("plan at once", f"{one.greedy * 1000:.0f} ms", f"{goal * 1000:.0f} ms")
        table.add_row("its bound", f"{one.bound * 1000:.0f} ms", f"{BOUND_SECONDS * 1000:.0f} ms")
        table.add_row("served of the bound, weighted by urgency", f"{one.share:.1%}", f"{SHARE:.0%}")
        table.add_row("half-days served of those asked for", f"{one.served:,} of {one.asked:,}")
        table.add_row("municipalities with an expert of those asking", f"{one.municipalities} of {one.asking}")
        table.add_row("peak memory", f"{one.memory:.0f} MB")
    console.print(table)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "talent.json").write_text(json.dumps(found, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
