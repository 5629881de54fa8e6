"""What governments see of proposals. Nothing of them is private to one municipality."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.proposals.events import (
    EndorsementWithdrawn,
    MergeRequested,
    MergeRequestWithdrawn,
    ProposalAbsorbed,
    ProposalAccepted,
    ProposalDeclined,
    ProposalEndorsed,
    ProposalMade,
    ProposalMerged,
    ProposalResubmitted,
    ProposalReturned,
    ProposalRevised,
    ProposalWithdrawn,
)
from kyodo_procurement.proposals.model import ProposalStatus
from kyodo_procurement.tables import metadata

proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("lead", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("purpose_ja", sa.Text, nullable=False),
    sa.Column("group", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("endorsed_by", JSONB, nullable=False),
    sa.Column("to_be_confirmed_by", JSONB, nullable=False),
    sa.Column("endorsements", sa.Integer, nullable=False),
    sa.Column("merge_request", JSONB),
    sa.Column("merged_from", JSONB, nullable=False),
    sa.Column("merged_into", sa.Text),
    sa.Column("theme_id", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)

proposals = View("proposals", proposal)


@proposals.on(ProposalMade)
def _(rows: Batch[ProposalMade]) -> RowWrite:
    return upsert(
        proposal,
        [
            {
                "id": r.stream,
                "lead": r.event.municipality,
                "title_ja": r.event.title_ja,
                "purpose_ja": r.event.purpose_ja,
                "group": r.event.group,
                "stage": r.event.stage,
                "revision": 1,
                "status": ProposalStatus.PROPOSED,
                "endorsed_by": [],
                "to_be_confirmed_by": [],
                "endorsements": 0,
                "merged_from": [],
                "version": r.version,
            }
            for r in rows
        ],
    )


@proposals.on(ProposalRevised)
def _(rows: Batch[ProposalRevised]) -> RowChange:
    return change(
        proposal,
        [
            {
                "id": r.stream,
                "title_ja": r.event.title_ja,
                "purpose_ja": r.event.purpose_ja,
                "group": r.event.group,
                "stage": r.event.stage,
                "revision": r.event.revision,
                **_endorsements((), r.event.to_be_confirmed_by),
                "merge_request": None,
                "version": r.version,
            }
            for r in rows
        ],
    )


@proposals.on(ProposalEndorsed, EndorsementWithdrawn)
def _(rows: Batch[ProposalEndorsed | EndorsementWithdrawn]) -> RowChange:
    return change(
        proposal,
        [
            {
                "id": r.stream,
                **_endorsements(r.event.endorsed_by, r.event.to_be_confirmed_by),
                "version": r.version,
            }
            for r in rows
        ],
    )


@proposals.on(ProposalReturned)
def _(rows: Batch[ProposalReturned]) -> RowChange:
    returned = {"status": ProposalStatus.RETURNED}
    return change(
        proposal, [{"id": r.stream, **returned, "reason": r.event.reason, "version": r.version} for r in rows]
    )


@proposals.on(ProposalResubmitted)
def _(rows: Batch[ProposalResubmitted]) -> RowChange:
    return _moved(rows, status=ProposalStatus.PROPOSED, reason=None)


@proposals.on(ProposalDeclined)
def _(rows: Batch[ProposalDeclined]) -> RowChange:
    declined = {"status": ProposalStatus.DECLINED, "merge_request": None}
    return change(
        proposal, [{"id": r.stream, **declined, "reason": r.event.reason, "version": r.version} for r in rows]
    )


@proposals.on(ProposalWithdrawn)
def _(rows: Batch[ProposalWithdrawn]) -> RowChange:
    return _moved(rows, status=ProposalStatus.WITHDRAWN, merge_request=None)


@proposals.on(ProposalAccepted)
def _(rows: Batch[ProposalAccepted]) -> RowChange:
    accepted = {"status": ProposalStatus.ACCEPTED, "merge_request": None}
    return change(
        proposal, [{"id": r.stream, **accepted, "theme_id": r.event.theme_id, "version": r.version} for r in rows]
    )


@proposals.on(MergeRequested)
def _(rows: Batch[MergeRequested]) -> RowChange:
    requests = [
        {"id": r.stream, "merge_request": r.event.request.model_dump(mode="json"), "version": r.version} for r in rows
    ]
    return change(proposal, requests)


@proposals.on(MergeRequestWithdrawn)
def _(rows: Batch[MergeRequestWithdrawn]) -> RowChange:
    return _moved(rows, merge_request=None)


@proposals.on(ProposalAbsorbed)
def _(rows: Batch[ProposalAbsorbed]) -> RowChange:
    return change(
        proposal,
        [
            {
                "id": r.stream,
                "revision": r.event.revision,
                **_endorsements((), r.event.to_be_confirmed_by),
                "merge_request": None,
                "merged_from": r.event.merged_from,
                "version": r.version,
            }
            for r in rows
        ],
    )


@proposals.on(ProposalMerged)
def _(rows: Batch[ProposalMerged]) -> RowChange:
    merged = {"status": ProposalStatus.MERGED, "merge_request": None}
    return change(
        proposal, [{"id": r.stream, **merged, "merged_into": r.event.into, "version": r.version} for r in rows]
    )


def _moved(rows: Batch[Any], **values: Any) -> RowChange:
    return change(proposal, [{"id": r.stream, **values, "version": r.version} for r in rows])


def _endorsements(endorsed_by: tuple[str, ...], to_be_confirmed_by: tuple[str, ...]) -> dict[str, Any]:
    return {
        "endorsed_by": endorsed_by,
        "to_be_confirmed_by": to_be_confirmed_by,
        "endorsements": len(endorsed_by),
    }


def proposals_by(
    *,
    status: ProposalStatus | None = None,
    lead: str | None = None,
    group: str | None = None,
    stage: Stage | None = None,
    to_be_confirmed_by: str | None = None,
) -> sa.Select[Any]:
    """The proposals that are all of this, or all."""
    wanted = {"status": status, "lead": lead, "group": group, "stage": stage}
    same = (proposal.c[name] == value for name, value in wanted.items() if value is not None)
    query = sa.select(proposal).where(*same)
    return query.where(proposal.c.to_be_confirmed_by.has_key(to_be_confirmed_by)) if to_be_confirmed_by else query


def proposal_of(proposal_id: str) -> sa.Select[Any]:
    """One proposal."""
    return sa.select(proposal).where(proposal.c.id == proposal_id)
