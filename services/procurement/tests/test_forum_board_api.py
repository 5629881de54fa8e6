"""The forum's board over HTTP: what stands where, and how it moves by itself."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.procurement.sample_projects import Projects
from tests.support.running import running


@pytest_asyncio.fixture
async def procurement(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Projects]:
    """The service, and those who use it."""
    async with running(databases, settings_for, "procurement") as service:
        yield Projects(service, as_)


Standing = dict[tuple[str, str], tuple[list[str], list[str]]]


async def board(procurement: Projects, query: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    """The cells in their order, by group and stage."""
    cells = (await procurement.get(f"/v1/forum-board?{query}"))["items"]
    return {(cell["group"], cell["stage"]): cell for cell in cells}


async def standing(procurement: Projects) -> Standing:
    """The themes and projects by name, of the cells that are not empty."""
    cells = await board(procurement)
    for cell in cells.values():
        assert (cell["theme_count"], cell["project_count"]) == (len(cell["themes"]), len(cell["projects"]))
    return {
        place: ([*cell["themes"].values()], [*cell["projects"].values()])
        for place, cell in cells.items()
        if cell["themes"] or cell["projects"]
    }


async def test_an_empty_board_has_the_four_groups_at_three_stages(procurement: Projects) -> None:
    cells = await board(procurement)
    groups = ["existing_services", "joint_procurement", "joint_development", "other"]
    assert list(cells) == [(group, stage) for group in groups for stage in ("research", "trial", "full")]
    labels = [cell["group_ja"] for cell in cells.values()][::3]
    assert labels == ["既存サービス", "共同調達", "共同開発・運用", "その他"]
    assert [cell["stage_ja"] for cell in cells.values()][:3] == ["調査・研究", "試行導入", "本格導入"]


async def test_a_theme_gives_way_to_its_project_and_that_moves_on(procurement: Projects) -> None:
    theme = await procurement.theme(group="joint_procurement", stage="full", name_ja="チャット")
    await procurement.theme(needs=1, group="new_ideas", stage="trial", name_ja="共同研究")
    idea: Standing = {("new_ideas", "trial"): (["共同研究"], [])}
    assert await standing(procurement) == {("joint_procurement", "full"): (["チャット"], [])} | idea

    project = await procurement.start(theme, name_ja="共同チャット")
    assert await standing(procurement) == {("joint_procurement", "research"): ([], ["共同チャット"])} | idea
    waiver = {"reason": "先行して試す", "decision": await procurement.decision()}
    for requirement in ("recommended_approach", "two_participants"):
        await procurement.ok("POST", f"{project}/waivers", waiver | {"requirement": requirement})
    await procurement.ok("PUT", f"{project}/stage", {"stage": "trial"})
    await procurement.ok("PUT", f"{project}/suspension", {"reason": "予算"})
    assert await standing(procurement) == {("joint_procurement", "trial"): ([], ["共同チャット"])} | idea
    await procurement.ok("PUT", f"{project}/conclusion", {"reason": "見送り"})
    assert await standing(procurement) == idea


async def test_two_projects_of_a_theme_both_stand_on_the_board(procurement: Projects) -> None:
    theme = await procurement.theme()
    await procurement.start(theme, name_ja="第一期")
    await procurement.start(theme, "full", "第二期")
    group = "existing_services"
    assert await standing(procurement) == {(group, "research"): ([], ["第一期"]), (group, "full"): ([], ["第二期"])}


async def test_a_group_that_is_not_the_forums_comes_last_under_its_code(procurement: Projects) -> None:
    await procurement.theme(needs=1, group="a_new_group", stage="trial")
    place, cell = list((await board(procurement)).items())[-1]
    assert (place, cell["group_ja"]) == (("a_new_group", "trial"), "a_new_group")


async def test_the_board_is_filtered_paged_and_given_as_csv(procurement: Projects) -> None:
    theme = await procurement.theme(name_ja="電子申請")
    await procurement.start(theme, name_ja="共同電子申請")
    assert list(await board(procurement, "group=other&stage=trial")) == [("other", "trial")]
    assert len(await board(procurement, "stage=full")) == 4
    seen, page = [], await procurement.get("/v1/forum-board?limit=5")
    while page["next"]:
        seen += page["items"]
        page = await procurement.get(f"/v1/forum-board?limit=5&cursor={page['next']}")
    assert [*seen, *page["items"]] == list((await board(procurement)).values())
    sheet = await procurement.service.client.get("/v1/forum-board", headers={"Accept": "text/csv"})
    head, row, *_ = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert head == ["group", "区分", "stage", "段階", "テーマ数", "協働事業数", "テーマ", "協働事業"]
    assert row == ["existing_services", "既存サービス", "research", "調査・研究", "0", "1", "", "共同電子申請"]


async def test_a_theme_that_is_shelved_no_longer_stands_on_the_board(procurement: Projects) -> None:
    theme = await procurement.theme(needs=1, group="other")
    await procurement.ok("PUT", f"/v1/themes/{theme}/shelving", {"reason": "見送り"})
    assert await standing(procurement) == {}
