"""Issuing notices: what each municipality is to expect of a year."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from kyodo_cost_ledger.parties import PartyRow
from kyodo_cost_ledger.statements.issuing import issue
from kyodo_cost_ledger.statements.notices import BasisMissing, NoticesIssuedBefore, due_by, is_late
from kyodo_cost_ledger.statements.notices_views import notice_drafts
from kyodo_events.contracts.cost_ledger.statements import StatementId, StatementKind
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import Answer, Body, DryRun, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/notices", tags=["statements"])


class NoticesIn(Body):
    """Which notices to issue. An estimate is about the year to come, which is named here."""

    kind: Literal[StatementKind.ESTIMATE, StatementKind.INTERIM, StatementKind.FINAL]
    fiscal_year: FiscalYear


class NoticeOut(PartyRow):
    """What one municipality is to expect."""

    statement_id: StatementId
    number: str
    base: int
    usage: int
    forecast: int = Field(description="Part of the total that is forecast, not booked.")
    total: int


class Notices(Answer):
    """The notices that were issued."""

    kind: StatementKind
    kind_ja: str
    fiscal_year: FiscalYear
    due_by: date | None = Field(description="The day by which they are due.")
    late: bool
    total: int
    statements: list[NoticeOut]


@router.post(
    "", allow=secretariat, acts_for_all=True, dependencies=[DryRun], raises=[BasisMissing, NoticesIssuedBefore]
)
async def issue_notices(body: NoticesIn, reader: Reader, commands: Commands) -> Notices:
    """Issue a notice to every municipality concerned: an estimate, an interim or a final one."""
    kind = StatementKind(body.kind)
    found = await notice_drafts(reader, kind, body.fiscal_year, commands.today)
    issued = await issue(reader.tx, commands, found)
    return Notices(
        kind=kind,
        kind_ja=kind.label_ja,
        fiscal_year=body.fiscal_year,
        due_by=due_by(kind, body.fiscal_year),
        late=is_late(kind, body.fiscal_year, commands.today),
        total=sum(statement.total for statement in issued),
        statements=[NoticeOut.of(statement) for statement in issued],
    )
