"""Commitments over HTTP: private to each municipality, open to the secretariat and auditors."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import member_of, officer_of, role
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls import queries
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.positions import OwnPositionRow
from kyodo_procurement.calls.queries import Looking
from kyodo_procurement.calls.refusals import (
    CallNotOpen,
    CommitmentsEnded,
    JointQuantityTooLarge,
    NotAParticipant,
    TopUpOnlyAdds,
    UnknownItem,
)
from kyodo_procurement.calls.schemas import CallOut, CommitmentIn, CommitmentRow, OwnItemRow
from kyodo_procurement.calls.tables import call_item, commitment
from kyodo_procurement.projects.model import Project

router = Router(prefix="/v1/calls", tags=["calls"])

overseers = role(*sorted(queries.OVERSEERS))

CommitmentSort = Annotated[
    Sort,
    sort_by(commitment.c.item, commitment.c.firm, unique=[commitment.c.municipality, commitment.c.item]),
]


@router.put(
    "/{call_id}/commitments/{municipality}",
    allow=officer_of("municipality"),
    raises=[CallNotOpen, CommitmentsEnded, NotAParticipant, UnknownItem, JointQuantityTooLarge, TopUpOnlyAdds],
)
async def commit(call_id: Id, municipality: MunicipalityCode, body: CommitmentIn, commands: Commands) -> CallOut:
    """Commit to quantities, in place of all your municipality committed to before; in the top-up window only add."""
    published = await commands.read(Call, call_id)
    project = await commands.read(Project, published.project_id)
    call = await commands.on(
        Call, call_id, lambda call: call.commit(municipality, body.commitments, project, commands.today)
    )
    return CallOut.on(call, commands.today)


@router.delete(
    "/{call_id}/commitments/{municipality}",
    allow=officer_of("municipality"),
    raises=[CallNotOpen, CommitmentsEnded],
)
async def withdraw_commitment(call_id: Id, municipality: MunicipalityCode, commands: Commands) -> CallOut:
    """Buy nothing after all, until commitments end."""
    call = await commands.on(Call, call_id, lambda call: call.withdraw(municipality, commands.today))
    return CallOut.on(call, commands.today)


@router.get("/{call_id}/commitments", allow=overseers | role(Role.OFFICER, Role.APPROVER))
async def list_commitments(
    call_id: Id,
    reader: Reader,
    page: PageQuery,
    sort: CommitmentSort,
    municipality: MunicipalityCode | None = None,
    item: Code | None = None,
) -> Page[CommitmentRow]:
    """The commitments: all of them for secretariat and auditors, your own for a municipality."""
    return await reader.page(CommitmentRow, queries.commitments_to(call_id, municipality, item), page, by=sort)


@router.get("/{call_id}/commitments/{municipality}", allow=member_of("municipality") | overseers)
async def read_commitment(
    call_id: Id, municipality: MunicipalityCode, reader: Reader, page: PageQuery, sort: CommitmentSort
) -> Page[CommitmentRow]:
    """What one municipality committed to, item by item."""
    return await reader.page(CommitmentRow, queries.commitments_to(call_id, municipality), page, by=sort)


@router.get("/{call_id}/position/{municipality}", allow=member_of("municipality") | overseers)
async def read_own_position(
    call_id: Id, municipality: MunicipalityCode, reader: Reader, looking: Looking, page: PageQuery
) -> Page[OwnPositionRow]:
    """The position as one municipality sees it: what it pays now, and if it took the missing units itself."""
    await reader.one(CallOut, queries.call_of(call_id, looking), what="call", id=call_id)
    rows = await reader.page(OwnItemRow, queries.items_and_own(call_id, municipality), page, by=[call_item.c.item])
    return Page(items=[OwnPositionRow.by_expected_prices(row) for row in rows.items], next=rows.next)
