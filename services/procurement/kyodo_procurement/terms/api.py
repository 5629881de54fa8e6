"""Burden terms over HTTP: proposed by Tokyo, objected or consented to by each participant's approver.

What every participant would pay is shown by the cost ledger before anybody consents: it learns of each text and
computes it as it would charge it (`GET /v1/burden-terms/{terms_id}/preview` there).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import approver_of, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.policies import governments
from kyodo_procurement.projects.model import Project
from kyodo_procurement.terms import views
from kyodo_procurement.terms.facts import (
    ConsentNotNeeded,
    NobodyTakesPart,
    ObjectionNotStanding,
    OtherTerms,
    ProposalNotOpen,
    ReachesBack,
)
from kyodo_procurement.terms.model import Proposal, TermsStatus

MOST_VERSIONS = 1_000  # of one project's terms

router = Router(prefix="/v1/burden-terms", tags=["burden terms"])

TermsSort = Annotated[
    Sort,
    sort_by(views.burden_terms.c.effective_from, views.burden_terms.c.terms_version, unique=[views.burden_terms.c.id]),
]


class ProposalIn(Body):
    """Terms to be put to the participants of a project."""

    project_id: Id
    terms: BurdenTerms


class RevisionIn(Body):
    """Another text for a proposal that is not in force yet."""

    terms: BurdenTerms
    reason: Line = Field(description="Why, for those whose consent no longer counts.")


class ConsentIn(Body):
    """What is consented to: exactly the text with this hash."""

    terms_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="The `terms_hash` of the proposal.")]
    to_the_past: bool = Field(default=False, description="Also to what they change for months that have passed.")


class ObjectionIn(Body):
    """Why a municipality does not consent, and what it would consent to instead."""

    reason: Line
    counter_proposal: BurdenTerms | None = None


class TermsOut(Resource):
    """A text of burden terms, who consented to it, whose consent is missing, and who objects."""

    id: str
    project_id: str
    terms_version: int = Field(title="版", description="Counts the proposals of the project, from 1.")
    status: TermsStatus = Field(title="状態")
    terms: BurdenTerms = Field(title="費用負担条件")
    terms_hash: str = Field(description="SHA-256 of the canonical JSON of the terms.")
    reaches_back: bool = Field(title="遡及適用", description="They apply to months before they came into force.")
    superseded_from: Month | None = Field(title="後の版の適用開始月")
    consented: list[str] = Field(title="同意済団体")
    missing: list[str] = Field(title="未同意団体")
    objecting: list[str] = Field(title="異議のある団体")


class TermsRead(TermsOut):
    """The same, with those that joined later."""

    acceded: list[str] = Field(
        title="加入により従う団体", description="Bound by joining, without a consent of their own."
    )


class ObjectionRow(Answer):
    """An objection that stands."""

    terms_id: str
    municipality: str = Field(title="団体コード")
    reason: str = Field(title="理由")
    counter_proposal: BurdenTerms | None = Field(title="対案")
    raised_at: datetime = Field(title="申立日時")


@router.post("", allow=secretariat, raises=[NotFound, NobodyTakesPart])
async def propose_terms(body: ProposalIn, commands: Commands) -> TermsOut:
    """Put terms to every municipality with a vote that takes part in their first month or later."""
    project = await commands.on(Project, body.project_id, lambda project: project.number_terms())
    terms = await commands.create(Proposal, lambda terms: terms.propose(project, body.terms, commands.today))
    return TermsOut.of(terms)


@router.put("/{terms_id}/text", allow=secretariat, raises=[NobodyTakesPart, ProposalNotOpen])
async def revise_terms(terms_id: Id, body: RevisionIn, commands: Commands) -> TermsOut:
    """Change the text before it is in force; consents and objections to the text before it no longer count."""
    project = await _project_of(terms_id, commands)
    terms = await commands.on(
        Proposal, terms_id, lambda terms: terms.revise(project, body.terms, body.reason, commands.today)
    )
    return TermsOut.of(terms)


@router.put(
    "/{terms_id}/consents/{municipality}",
    allow=approver_of("municipality"),
    raises=[ConsentNotNeeded, OtherTerms, ProposalNotOpen, ReachesBack],
)
async def consent(
    terms_id: Id, municipality: MunicipalityCode, body: ConsentIn, commands: Commands, reader: Reader
) -> TermsOut:
    """Consent to exactly this text; with the last consent the terms are in force."""
    project = await _project_of(terms_id, commands)
    terms = await commands.on(
        Proposal,
        terms_id,
        lambda terms: terms.consent(municipality, body.terms_hash, project, commands.today, past=body.to_the_past),
    )
    if terms.status is TermsStatus.IN_FORCE:
        await _supersede_earlier(terms, commands, reader)
    return TermsOut.of(terms)


@router.put(
    "/{terms_id}/objections/{municipality}",
    allow=approver_of("municipality"),
    raises=[ConsentNotNeeded, ProposalNotOpen],
)
async def object_to(terms_id: Id, municipality: MunicipalityCode, body: ObjectionIn, commands: Commands) -> TermsOut:
    """Object to the text, with a counter-proposal or without; takes your consent to it back."""
    terms = await commands.on(
        Proposal, terms_id, lambda terms: terms.object(municipality, body.reason, body.counter_proposal)
    )
    return TermsOut.of(terms)


@router.delete(
    "/{terms_id}/objections/{municipality}",
    allow=approver_of("municipality"),
    raises=[ObjectionNotStanding, ProposalNotOpen],
)
async def withdraw_objection(terms_id: Id, municipality: MunicipalityCode, commands: Commands) -> TermsOut:
    """Object no longer. To consent is another step."""
    terms = await commands.on(Proposal, terms_id, lambda terms: terms.withdraw_objection(municipality))
    return TermsOut.of(terms)


@router.delete("/{terms_id}", allow=secretariat, raises=[ProposalNotOpen])
async def withdraw_terms(terms_id: Id, commands: Commands) -> TermsOut:
    """Take a proposal back before it is in force."""
    terms = await commands.on(Proposal, terms_id, lambda terms: terms.withdraw())
    return TermsOut.of(terms)


@router.get("", allow=governments)
async def list_terms(
    reader: Reader, page: PageQuery, sort: TermsSort, project_id: Id | None = None, status: TermsStatus | None = None
) -> Page[TermsRead]:
    """The terms of a project, or of all, the oldest first."""
    return await reader.page(TermsRead, views.terms_by(project_id, status), page, by=sort)


@router.get("/{terms_id}", allow=governments)
async def read_terms(terms_id: Id, reader: Reader) -> TermsRead:
    """One text of burden terms, with the consents given and missing."""
    return await reader.one(TermsRead, views.terms_of(terms_id), what="burden terms", id=terms_id)


@router.get("/{terms_id}/objections", allow=governments)
async def list_objections(terms_id: Id, reader: Reader, page: PageQuery) -> Page[ObjectionRow]:
    """The objections that stand, each with its counter-proposal."""
    return await reader.page(ObjectionRow, views.objections_to(terms_id), page, by=[views.objection.c.municipality])


@router.get("/{terms_id}/history", allow=governments)
async def history_of_terms(terms_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to the terms."""
    return await reader.history(Proposal, terms_id, page)


async def _project_of(terms_id: str, commands: Commands) -> Project:
    """The project of the terms, as it stands: who has a vote, and whom they would charge."""
    terms = await commands.read(Proposal, terms_id)
    return await commands.read(Project, terms.project_id)


async def _supersede_earlier(later: Proposal, commands: Commands, reader: Reader) -> None:
    earlier = await reader.tx.rows(views.earlier_in_force(later.project_id, later.terms_version).limit(MOST_VERSIONS))
    for row in earlier:
        await commands.on(Proposal, row["id"], lambda terms: terms.give_way(later))
