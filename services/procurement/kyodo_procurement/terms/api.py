"""Burden terms over HTTP: proposed by Tokyo, consented to by each participant's approver."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, role, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_procurement.projects.model import Project
from kyodo_procurement.terms import views
from kyodo_procurement.terms.model import (
    ConsentNotNeeded,
    NobodyTakesPart,
    OtherTerms,
    Proposal,
    ProposalNotOpen,
    TermsStatus,
)

router = Router(prefix="/v1/burden-terms", tags=["burden terms"])

governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class ProposalIn(Body):
    """Terms to be put to the participants of a project."""

    project_id: Id
    terms: BurdenTerms


class ConsentIn(Body):
    """What is consented to: exactly the text with this hash."""

    terms_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="The `terms_hash` of the proposal.")]


class TermsOut(Resource):
    """A text of burden terms, who consented to it and whose consent is missing."""

    id: str
    project_id: str
    terms_version: int = Field(title="版", description="Counts the proposals of the project, from 1.")
    status: TermsStatus = Field(title="状態")
    terms: BurdenTerms = Field(title="費用負担条件")
    terms_hash: str = Field(description="SHA-256 of the canonical JSON of the terms.")
    consented: list[str] = Field(title="同意済団体")
    missing: list[str] = Field(title="未同意団体")


@router.post("", allow=secretariat, raises=[NotFound, NobodyTakesPart])
async def propose_terms(body: ProposalIn, commands: Commands) -> TermsOut:
    """Put terms to every municipality that takes part in their first month or later."""
    project = await commands.on(Project, body.project_id, lambda project: project.number_terms())
    terms = await commands.create(Proposal, lambda proposal: proposal.propose(project, body.terms))
    return TermsOut.of(terms)


@router.put(
    "/{terms_id}/consents/{municipality}",
    allow=approver_of("municipality"),
    raises=[ConsentNotNeeded, OtherTerms, ProposalNotOpen],
)
async def consent(terms_id: Id, municipality: MunicipalityCode, body: ConsentIn, commands: Commands) -> TermsOut:
    """Consent to exactly this text; with the last consent the terms are in force."""
    terms = await commands.on(Proposal, terms_id, lambda terms: terms.consent(municipality, body.terms_hash))
    return TermsOut.of(terms)


@router.delete("/{terms_id}", allow=secretariat, raises=[ProposalNotOpen])
async def withdraw_terms(terms_id: Id, commands: Commands) -> TermsOut:
    """Take a proposal back before it is in force."""
    terms = await commands.on(Proposal, terms_id, lambda terms: terms.withdraw())
    return TermsOut.of(terms)


@router.get("", allow=governments)
async def list_terms(reader: Reader, page: PageQuery, project_id: Id | None = None) -> Page[TermsOut]:
    """The terms of a project, or of all, the oldest first."""
    return await reader.page(TermsOut, views.terms_by(project_id), page, by=[views.burden_terms.c.id])


@router.get("/{terms_id}", allow=governments)
async def read_terms(terms_id: Id, reader: Reader) -> TermsOut:
    """One text of burden terms, with the consents given and missing."""
    return await reader.one(TermsOut, views.terms_of(terms_id), what="burden terms", id=terms_id)
