"""The forum's board over HTTP."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.values.texts import Code
from kyodo_platform.identity.policies import public
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_procurement.board import views

router = Router(prefix="/v1/forum-board", tags=["forum board"])


class BoardCell(Answer):
    """What stands at one stage in one group of themes."""

    group: str
    group_ja: str = Field(title="区分", description="The code again, for a group that is not one of the forum's four.")
    stage: Stage
    stage_ja: str = Field(title="段階")
    theme_count: int = Field(title="テーマ数")
    project_count: int = Field(title="協働事業数")
    themes: dict[str, str] = Field(title="テーマ", description="Names by id of themes without a project, still on.")
    projects: dict[str, str] = Field(title="協働事業", description="Names by id of projects that are not concluded.")


@router.get("", allow=public)
async def read_board(
    reader: Reader, page: PageQuery, group: Code | None = None, stage: Stage | None = None
) -> Page[BoardCell]:
    """Group × stage: themes at the stage that is wanted, projects at the stage that they have reached."""
    return await reader.page(BoardCell, views.board(group, stage), page, by=views.BY)
