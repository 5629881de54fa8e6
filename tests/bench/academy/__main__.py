"""`make bench-academy`: enrolments beside a bare FastAPI, and the portal's search at three sizes.

`ARGS="enrolments 1000"` for some parts: `enrolments`, and sizes of the search.
"""

from __future__ import annotations

import asyncio
import json
import platform
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from kyodo_academy.app import service
from kyodo_local.postgres import EmbeddedPostgres
from kyodo_platform import logs
from kyodo_platform.app import create_app
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.process import settle_memory
from kyodo_platform.settings import Settings
from tests.bench.academy import enrolments
from tests.bench.academy.search import Answers, Measured, measure
from tests.bench.load import CONNECTIONS
from tests.bench.measure import Figure, Rate
from tests.support.databases import Databases

ENROLMENTS: Final = "enrolments"
OUTPUT = Path(".kyodo/bench")
SIZES = [1_000, 10_000, 100_000]
GOAL_MS = 100.0  # at the 95th percentile

console = Console()


async def main(parts: list[str]) -> int:
    """Print a table for each part, keep the figures, and leave with 1 where a goal of the search is missed."""
    kept: dict[str, Any] = {"machine": platform.platform(), "python": platform.python_version()}
    found = []
    with tempfile.TemporaryDirectory(prefix="kyodo-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        async with EmbeddedPostgres(folder / "pg", disposable=True) as postgres:
            databases = Databases(postgres.admin_url())
            if ENROLMENTS in parts:
                figures = await _enrolments(databases, folder)
                console.print(_rates(figures))
                kept[ENROLMENTS] = [asdict(one) | {"share": one.share} for one in figures]
            for size in (int(part) for part in parts if part != ENROLMENTS):
                console.print(f"[dim]search: {size:,} documents …[/dim]", highlight=False)
                found.append(await _search(databases, folder, size))
                console.print(_table(found[-1]))
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "academy.json").write_text(json.dumps({**kept, "search": [asdict(one) for one in found]}, indent=1))
    return int(any(answers.p95 > GOAL_MS for one in found for answers in one.kinds.values()))


async def _enrolments(databases: Databases, folder: Path) -> list[Figure]:
    issuer = LocalIssuer(folder / "issuer")
    async with databases.of(service.name, service.migrations) as database:
        url = database.app_url(databases.admin_url)
        variables = {f"KYODO_{name.upper()}": value for name, value in _settings(issuer, url).items()}
        variables["KAFKA_BOOTSTRAP"] = variables.pop("KYODO_KAFKA_BOOTSTRAP")
        return await enrolments.measure(url, variables, issuer, console)


async def _search(databases: Databases, folder: Path, size: int) -> Measured:
    issuer = LocalIssuer(folder / "issuer")
    async with databases.of(service.name, service.migrations) as database:
        url = database.app_url(databases.admin_url)
        app = create_app(service, Settings.for_service(service.name, **_settings(issuer, url)), messaging=False)
        async with app.router.lifespan_context(app):
            return await measure(size, database.owner_url(databases.admin_url), url, app)


def _settings(issuer: LocalIssuer, url: str) -> dict[str, str]:
    return {
        "database_url": url,
        "kafka_bootstrap": "127.0.0.1:9",
        "oidc_issuer": issuer.issuer,
        "oidc_audience": issuer.audience,
        "oidc_jwks_url": issuer.jwks_url,
        "cursor_secret": "placeholder-placeholder-placeholder",
        "personal_keys": "0123456789abcdef" * 4,
    }


def _rates(figures: list[Figure]) -> Table:
    table = Table("learners at", "enrolments a second", "p50 ms", "p99 ms", "share", "goal")
    table.title = f"{enrolments.LEARNERS} learners apply and are nominated, {CONNECTIONS} at a time"
    table.caption = "an enrolment is two requests; after each round the audit found nobody oversold and nobody lost"
    for one in figures:
        share = f"[{'green' if one.share >= one.goal else 'yellow'}]{one.share:.0%}[/]"
        table.add_row(one.name, *_medians(one.ours), share, f"{one.goal:.0%}")
        table.add_row(f"[dim]the same, {one.ceiling_name}[/dim]", *_medians(one.ceiling))
    return table


def _medians(rates: list[Rate]) -> list[str]:
    per_second = statistics.median(rate.per_second for rate in rates)
    percentiles = (statistics.median(getattr(rate, name) for rate in rates) for name in ("p50_ms", "p99_ms"))
    return [f"{per_second:,.0f}", *(f"{one:.1f}" for one in percentiles)]


def _table(one: Measured) -> Table:
    table = Table("question", "p50 ms", "p95 ms", "found on average", "something found", "shown holds it")
    table.title = (
        f"{one.documents:,} documents of {one.characters // one.documents} characters;"
        f" built in {one.build_seconds:.0f} s ({one.documents / one.build_seconds:,.0f} a second)"
    )
    table.caption = (
        f"texts {one.text_bytes / 1e6:,.0f} MB; entries {one.entry_bytes / 1e6:,.0f} MB,"
        f" vectors {one.chunk_bytes / 1e6:,.0f} MB, index {one.index_bytes / 1e6:,.0f} MB;"
        f" goal: p95 under {GOAL_MS:.0f} ms"
    )
    for kind, answers in one.kinds.items():
        table.add_row(kind, *_cells(answers))
    if one.ceiling:
        table.add_row("[dim]20 rows by their keys[/dim]", *_cells(one.ceiling)[:2])
    return table


def _cells(answers: Answers) -> list[str]:
    met = "green" if answers.p95 <= GOAL_MS else "yellow"
    figures = [f"{answers.p50:.1f}", f"[{met}]{answers.p95:.1f}[/{met}]", f"{answers.hits:,.0f}"]
    return [*figures, f"{answers.recall:.0%}", f"{answers.precision:.0%}"]


if __name__ == "__main__":
    settle_memory()
    logs.configure(level="WARNING")
    sys.exit(asyncio.run(main(sys.argv[1:] or [ENROLMENTS, *map(str, SIZES)])))
