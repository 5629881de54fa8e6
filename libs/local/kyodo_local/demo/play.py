"""The scenario, step by step, through the public API with the right tokens. Nothing writes to a table.

Each command states the moment at which it happens (`calendar.py`): a year passes in a minute.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kyodo_local.demo import plan
from kyodo_local.demo.academy import check_academy, tell_precedents, train_officials
from kyodo_local.demo.budgets import load_budgets
from kyodo_local.demo.client import Client
from kyodo_local.demo.fiscal_year import keep_the_books
from kyodo_local.demo.projects import agree, join_late, start_projects
from kyodo_local.demo.purchase import buy
from kyodo_local.demo.purchase_plan import purchase
from kyodo_local.demo.result import Result, Told, check
from kyodo_local.demo.services import offer, report
from kyodo_local.demo.supporters import check_supporters, help_with_smartphones
from kyodo_local.demo.survey import forum, select, survey
from kyodo_local.demo.talent import check_talent, share_experts
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.tokens import Tokens
from kyodo_local.demo.who import SECRETARIAT

CAUGHT_UP_WITHIN = 60.0  # seconds until the ledger has everything


class LedgerLate(RuntimeError):
    """The ledger did not come to the planned sum in time; the message says how far it came."""


async def play(url: str, tokens: Tokens, folder: Path, out: Console) -> Result:
    """Play the scenario, check its result and leave it in the folder.

    Played before, it only repeats what has no second effect.
    """
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with Client.of(url, tokens) as client:
        with Progress(*columns, console=out) as bar:
            told = await tell(Telling(client, bar))
        out.print("  the ledger catches up …", highlight=False)
        await caught_up(client, told)
        with Progress(*columns, console=out) as bar:
            telling = Telling(client, bar)
            kept = [*await keep_the_books(telling), *await load_budgets(telling)]
            kept += await check_talent(telling, told.shared)
            kept += await check_supporters(telling, told.supported)
            kept += await check_academy(telling, told.trained)
        result = await check(client, told, kept)
    result.save(folder)
    return result


async def tell(telling: Telling) -> Told:
    """From the survey of needs to the delivery of what was bought together."""
    themes = plan.themes()
    theme_ids = await survey(telling, themes)
    decision = await forum(telling)
    await select(telling, themes, theme_ids, decision)
    projects = plan.projects(themes)
    project_ids = await start_projects(telling, projects, theme_ids, decision)
    terms = await agree(telling, projects, project_ids)
    offerings = await offer(telling, projects, project_ids)
    usage = list(plan.usage(projects))
    became = await report(telling, usage, offerings)
    shared = await share_experts(telling, project_ids[plan.EXPERTS])
    await join_late(telling, project_ids)
    pcs = purchase(themes, plan.PCS)
    bought = await buy(telling, pcs, project_ids[plan.PCS])
    experts = next(project for project in projects if project.theme_ja == plan.EXPERTS)
    supported = await help_with_smartphones(telling, project_ids[plan.EXPERTS], experts.founders)
    trained = await train_officials(telling, project_ids[plan.EXPERTS], experts.founders)
    await tell_precedents(telling)
    return Told(
        themes=themes,
        projects=projects,
        usage=usage,
        became=became,
        terms=terms,
        purchase=pcs,
        bought=bought,
        shared=shared,
        supported=supported,
        trained=trained,
    )


async def caught_up(client: Client, told: Told) -> None:
    """Wait until the ledger has charged what the plan leads to. Raises LedgerLate with what it has."""
    wanted = sum(p.annual_amount for p in told.projects) + told.used
    found = None
    try:
        async with asyncio.timeout(CAUGHT_UP_WITHIN):
            while found != wanted:
                totals = await client.get("/cost-ledger/v1/totals", SECRETARIAT, until=plan.FISCAL_YEAR.month(12))
                found = totals["sum"]["total"]
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise LedgerLate(f"the ledger came to {found} yen, not {wanted}, within {CAUGHT_UP_WITHIN:.0f} s") from None
