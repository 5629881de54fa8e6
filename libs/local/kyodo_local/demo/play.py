"""The scenario, step by step, through the public API with the right tokens. Nothing writes to a table."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from kyodo_local.demo import plan
from kyodo_local.demo.client import Client, Json
from kyodo_local.demo.plan import Project, Theme, Usage
from kyodo_local.demo.result import Result, check
from kyodo_local.state import State
from kyodo_platform.identity.model import Role

CAUGHT_UP_WITHIN = 60.0  # seconds until the ledger has everything
SURVEY_DAYS = 30


class LedgerLate(RuntimeError):
    """The ledger did not come to the planned sum in time; the message says how far it came."""


async def play(url: str, state: State, out: Console) -> Result:
    """Play the scenario and check its result. Played before, it only repeats what has no second effect."""
    story = Story(state.folder)
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with Client.of(url, state.issuer()) as client:
        with Progress(*columns, console=out) as bar:
            scenario = Scenario(client, story, bar)
            themes = await scenario.survey()
            projects = await scenario.start_projects(themes)
            await scenario.report_usage(projects)
            await scenario.late_join(projects)
            await scenario.first_of_the_other_services()
        out.print("  the ledger catches up …", highlight=False)
        await caught_up(client, story)
        await close_first_month(client)
        result = await check(client, story.projects, story.usage)
    result.save(state.folder)
    return result


class Story:
    """The plan, and the one date of it that depends on the day on which it was played first."""

    def __init__(self, folder: Path) -> None:
        begun = folder / "scenario-begun.json"
        if not begun.exists():
            begun.write_text(json.dumps({"deadline": (date.today() + timedelta(days=SURVEY_DAYS)).isoformat()}))  # noqa: DTZ011 - any near day will do
        self.deadline: str = json.loads(begun.read_text())["deadline"]
        self.themes = plan.themes()
        self.projects = plan.projects(self.themes)
        self.usage = list(plan.usage(self.projects))


class Scenario:
    """The steps, each with its progress."""

    def __init__(self, client: Client, story: Story, bar: Progress) -> None:
        self._client, self._story, self._bar = client, story, bar

    async def survey(self) -> dict[str, str]:
        """All themes are surveyed, and selected where two or more need them; answers with their ids by name."""
        themes = self._story.themes
        task = self._bar.add_task("survey: answers of 62 municipalities", total=sum(len(t.answers) for t in themes))
        ids = await asyncio.gather(*(self._one_theme(number, theme, task) for number, theme in enumerate(themes)))
        return dict(zip((theme.name_ja for theme in themes), ids, strict=True))

    async def _one_theme(self, number: int, theme: Theme, task: TaskID) -> str:
        do, key = self._client.do, f"theme-{number}"
        body = {"name_ja": theme.name_ja, "kind": theme.kind, "group": theme.group, "stage": theme.stage}
        id_ = str((await do("POST", "/procurement/v1/themes", body, Role.SECRETARIAT, key=key))["id"])
        path = f"/procurement/v1/themes/{id_}"
        await do("PUT", f"{path}/survey", {"deadline": self._story.deadline}, Role.SECRETARIAT, key=f"{key}-open")
        for answer in theme.answers:
            at = f"{path}/answers/{answer.municipality}"
            await do("PUT", at, answer.body, Role.OFFICER, answer.municipality, key=f"{key}-{answer.municipality}")
            self._bar.advance(task)
        await do("PUT", f"{path}/survey/closing", {}, Role.SECRETARIAT, key=f"{key}-close")
        refused = None if len(theme.needed_by) >= plan.NEEDS_FOR_SELECTION else "/problems/too-few-needs"
        decision = {"decision": plan.DECISION}
        await do("PUT", f"{path}/selection", decision, Role.SECRETARIAT, key=f"{key}-select", refused_as=refused)
        return id_

    async def start_projects(self, theme_ids: dict[str, str]) -> dict[str, str]:
        """Projects on selected themes, and their terms with the consent of all; answers with their ids by name."""
        projects = self._story.projects
        task = self._bar.add_task(
            "projects: consents to the burden terms", total=sum(len(p.founders) for p in projects)
        )
        ids = [await self._one_project(project, theme_ids[project.theme_ja], task) for project in projects]
        return dict(zip((project.name_ja for project in projects), ids, strict=True))

    async def _one_project(self, project: Project, theme_id: str, task: TaskID) -> str:
        do, key = self._client.do, f"project-{project.meter}"
        body: Json = {"theme_id": theme_id, "name_ja": project.name_ja, "stage": project.stage}
        body["participants"] = {code: project.joined[code] for code in project.founders}
        id_ = str((await do("POST", "/procurement/v1/projects", body, Role.SECRETARIAT, key=key))["id"])
        proposal = {"project_id": id_, "terms": project.terms.model_dump(mode="json")}
        terms = await do("POST", "/procurement/v1/burden-terms", proposal, Role.SECRETARIAT, key=f"{key}-terms")
        for code in project.founders:
            at, consent = (
                f"/procurement/v1/burden-terms/{terms['id']}/consents/{code}",
                {"terms_hash": terms["terms_hash"]},
            )
            await do("PUT", at, consent, Role.APPROVER, code, key=f"{key}-consent-{code}")
            self._bar.advance(task)
        return id_

    async def report_usage(self, project_ids: dict[str, str]) -> None:
        """The operators report three months of use, a batch a project and month."""
        batches: dict[tuple[str, str], list[Usage]] = defaultdict(list)
        for used in self._story.usage:
            batches[used.project_ja, used.used_on.isoformat()[:7]].append(used)
        task = self._bar.add_task("usage: metered records of three months", total=len(self._story.usage))
        for (project, month), records in batches.items():
            body = {"project_id": project_ids[project], "records": [used.body for used in records]}
            key = f"usage-{records[0].meter}-{month}"
            await self._client.do("POST", "/procurement/v1/usage-batches", body, Role.SUPPLIER, key=key)
            self._bar.advance(task, len(records))

    async def late_join(self, project_ids: dict[str, str]) -> None:
        """The smallest municipality joins in October, by its approver."""
        project = project_ids[self._story.projects[0].name_ja]
        at = f"/procurement/v1/projects/{project}/participants/{plan.LATE_JOINER}"
        body = {"from_month": plan.LATE_JOIN}
        await self._client.do("PUT", at, body, Role.APPROVER, plan.LATE_JOINER, key="late-join")

    async def first_of_the_other_services(self) -> None:
        """An expert, a supporter and a course: the first of what later scenarios tell more about."""
        do = self._client.do
        expert = {"personas": ["project_manager"], "half_days_per_month": 4}
        await do("POST", "/talent/v1/experts", expert, Role.SECRETARIAT, key="expert")
        supporter = {"home_municipality": "132012", "languages": ["ja"], "sessions_per_month": 4}
        await do("POST", "/supporter-matching/v1/supporters", supporter, Role.SECRETARIAT, key="supporter")
        course = {
            "title_ja": "コア人材育成に向けた勉強会",
            "programme": "core_talent_study",
            "starts_on": self._story.deadline,
            "seats": 60,
        }
        await do("POST", "/academy/v1/courses", course, Role.SECRETARIAT, key="course")


async def caught_up(client: Client, story: Story) -> None:
    """Wait until the ledger has charged what the plan leads to. Raises LedgerLate with what it has."""
    wanted = _expected_sum(story.projects, story.usage)
    found = None
    try:
        async with asyncio.timeout(CAUGHT_UP_WITHIN):
            while found != wanted:
                totals = await client.get("/cost-ledger/v1/totals", Role.SECRETARIAT, until=plan.FISCAL_YEAR.month(12))
                found = totals["sum"]["total"]
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise LedgerLate(f"the ledger came to {found} yen, not {wanted}, within {CAUGHT_UP_WITHIN:.0f} s") from None


async def close_first_month(client: Client) -> None:
    """The secretariat closes April: the statements are final."""
    body = {"month": plan.CLOSED_MONTH}
    await client.do("POST", "/cost-ledger/v1/closings", body, Role.SECRETARIAT, key="closing")


def _expected_sum(projects: Iterable[Project], usage: Iterable[Usage]) -> int:
    return sum(p.annual_amount for p in projects) + sum(used.amount for used in usage)
