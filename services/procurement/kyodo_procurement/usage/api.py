"""Metered use over HTTP: reported in batches, read as sums."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_procurement.projects.model import Project
from kyodo_procurement.usage import views
from kyodo_procurement.usage.model import CATEGORY, MAX_BATCH, UsageRecord, used

router = Router(prefix="/v1", tags=["usage"])

reporters = role(Role.SUPPLIER, Role.OPERATOR, Role.SECRETARIAT)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OPERATOR, Role.OFFICER, Role.APPROVER)


class UsageBatchIn(Body):
    """Records of one project."""

    project_id: Id
    records: Annotated[list[UsageRecord], Field(min_length=1, max_length=MAX_BATCH)]


class UsageBatchOut(Answer):
    """What became of a batch, in records."""

    received: int
    recorded: int = Field(description="Records that were new.")
    duplicates: int = Field(description="Records that were known already, and had no effect.")


class UsageRow(Answer):
    """A municipality's use of one meter in one month."""

    municipality: str = Field(title="団体コード")
    project_id: str
    month: Month = Field(title="利用月")
    meter: str = Field(title="利用計測項目")
    quantity: int = Field(title="数量")
    records: int = Field(title="記録件数")


@router.post("/usage-batches", allow=reporters, raises=[NotFound], acts_for_all=True)
async def report_usage(body: UsageBatchIn, commands: Commands) -> UsageBatchOut:
    """Report what the meters of a project's service counted. Repeating records is harmless."""
    await commands.read(Project, body.project_id)
    recorded = await commands.record_each(CATEGORY, (used(body.project_id, record) for record in body.records))
    received = len(body.records)
    return UsageBatchOut(received=received, recorded=len(recorded), duplicates=received - len(recorded))


@router.get("/usage", allow=readers)
async def list_usage(
    reader: Reader, page: PageQuery, project_id: Id | None = None, month: Month | None = None
) -> Page[UsageRow]:
    """Sums by municipality, project, month and meter: all of them for Tokyo, your own for a municipality."""
    return await reader.page(UsageRow, views.usage_by(project_id, month), page, by=list(views.usage_month.primary_key))
