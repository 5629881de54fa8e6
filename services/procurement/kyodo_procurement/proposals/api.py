"""Proposals of municipalities over HTTP, among governments; what is accepted is public as a theme."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.errors import NotFound
from kyodo_events.event import new_id
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.proposals import views
from kyodo_procurement.proposals.model import MunicipalProposal, ProposalStatus
from kyodo_procurement.proposals.refusals import (
    NoMergeRequest,
    NotForMerging,
    NotOneOfTheTwo,
    NotReturned,
    NotTheLead,
    NotUnderReview,
    OtherRevision,
    OwnProposal,
    ProposalClosed,
)
from kyodo_procurement.proposals.schemas import (
    EndorsementIn,
    MergeConsentIn,
    MergeRequestIn,
    ProposalIn,
    ProposalOut,
)
from kyodo_procurement.themes.events import ThemeKind
from kyodo_procurement.themes.model import Theme
from kyodo_procurement.themes.schemas import ReasonIn

router = Router(prefix="/v1/proposals", tags=["proposals"])

governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
led = [NotTheLead, ProposalClosed]

ProposalSort = Annotated[
    Sort,
    sort_by(
        views.proposal.c.title_ja,
        views.proposal.c.lead,
        views.proposal.c.endorsements,
        unique=[views.proposal.c.id],
    ),
]


@router.post("", allow=role(Role.OFFICER))
async def propose(body: ProposalIn, commands: Commands) -> ProposalOut:
    """Propose joint work for your own municipality, which leads the proposal."""
    lead = own_municipality(commands.identity)
    proposal = await commands.create(
        MunicipalProposal,
        lambda proposal: proposal.propose(lead, body.title_ja, body.purpose_ja, body.group, body.stage),
    )
    return ProposalOut.of(proposal)


@router.put("/{proposal_id}/text/{municipality}", allow=officer_of("municipality"), raises=led)
async def revise_proposal(
    proposal_id: Id, municipality: MunicipalityCode, body: ProposalIn, commands: Commands
) -> ProposalOut:
    """Change the text, as the lead; whoever endorsed it is to confirm that."""
    proposal = await commands.on(
        MunicipalProposal,
        proposal_id,
        lambda proposal: proposal.revise(municipality, body.title_ja, body.purpose_ja, body.group, body.stage),
    )
    return ProposalOut.of(proposal)


@router.put("/{proposal_id}/resubmission/{municipality}", allow=officer_of("municipality"), raises=[*led, NotReturned])
async def resubmit_proposal(proposal_id: Id, municipality: MunicipalityCode, commands: Commands) -> ProposalOut:
    """Put a returned proposal before the secretariat again, as the lead."""
    proposal = await commands.on(MunicipalProposal, proposal_id, lambda proposal: proposal.resubmit(municipality))
    return ProposalOut.of(proposal)


@router.put("/{proposal_id}/withdrawal/{municipality}", allow=officer_of("municipality"), raises=led)
async def withdraw_proposal(proposal_id: Id, municipality: MunicipalityCode, commands: Commands) -> ProposalOut:
    """Take the proposal back, as the lead."""
    proposal = await commands.on(MunicipalProposal, proposal_id, lambda proposal: proposal.withdraw(municipality))
    return ProposalOut.of(proposal)


@router.put(
    "/{proposal_id}/endorsements/{municipality}",
    allow=officer_of("municipality"),
    raises=[ProposalClosed, OwnProposal, OtherRevision],
)
async def endorse_proposal(
    proposal_id: Id, municipality: MunicipalityCode, body: EndorsementIn, commands: Commands
) -> ProposalOut:
    """Endorse exactly this revision for your own municipality, or confirm an endorsement of an earlier one."""
    proposal = await commands.on(
        MunicipalProposal, proposal_id, lambda proposal: proposal.endorse(municipality, body.revision)
    )
    return ProposalOut.of(proposal)


@router.delete("/{proposal_id}/endorsements/{municipality}", allow=officer_of("municipality"), raises=[ProposalClosed])
async def withdraw_endorsement(proposal_id: Id, municipality: MunicipalityCode, commands: Commands) -> ProposalOut:
    """Take your own municipality's endorsement back."""
    proposal = await commands.on(
        MunicipalProposal, proposal_id, lambda proposal: proposal.withdraw_endorsement(municipality)
    )
    return ProposalOut.of(proposal)


@router.put(
    "/{proposal_id}/merge-request/{municipality}",
    allow=officer_of("municipality"),
    raises=[*led, NotFound, NotForMerging, NotOneOfTheTwo],
)
async def request_merge(
    proposal_id: Id, municipality: MunicipalityCode, body: MergeRequestIn, commands: Commands
) -> ProposalOut:
    """Ask another proposal's lead to merge the two, as the lead; for both texts as they stand now."""
    other = await commands.read(MunicipalProposal, body.other)
    proposal = await commands.on(
        MunicipalProposal, proposal_id, lambda proposal: proposal.request_merge(municipality, other, body.survivor)
    )
    return ProposalOut.of(proposal)


@router.delete("/{proposal_id}/merge-request/{municipality}", allow=officer_of("municipality"), raises=led)
async def withdraw_merge_request(proposal_id: Id, municipality: MunicipalityCode, commands: Commands) -> ProposalOut:
    """No longer ask for a merger, as the lead."""
    proposal = await commands.on(
        MunicipalProposal, proposal_id, lambda proposal: proposal.withdraw_merge_request(municipality)
    )
    return ProposalOut.of(proposal)


@router.put(
    "/{proposal_id}/merge-consent/{municipality}",
    allow=officer_of("municipality"),
    raises=[*led, NotFound, NoMergeRequest],
)
async def agree_to_merge(
    proposal_id: Id, municipality: MunicipalityCode, body: MergeConsentIn, commands: Commands
) -> ProposalOut:
    """Agree, as the lead that was asked: the two proposals are merged as the request says."""
    asker = await commands.read(MunicipalProposal, body.asker)
    agreed = await commands.on(
        MunicipalProposal, proposal_id, lambda proposal: proposal.agree_to_merge(municipality, asker)
    )
    await commands.on(
        MunicipalProposal, asker.id, lambda proposal: proposal.merge_as_agreed(agreed, asker.merge_request)
    )
    return ProposalOut.of(agreed)


@router.put("/{proposal_id}/acceptance", allow=secretariat, raises=[ProposalClosed, NotUnderReview])
async def accept_proposal(proposal_id: Id, commands: Commands) -> ProposalOut:
    """Take the proposal up: it goes on as a theme, drafted by its lead."""
    theme_id = new_id()  # before the theme begins, because its text is that of the proposal as accepted
    accepted = await commands.on(MunicipalProposal, proposal_id, lambda proposal: proposal.accept(theme_id))
    await commands.create(
        Theme,
        lambda theme: theme.draft(
            accepted.title_ja,
            ThemeKind.MUNICIPAL_PROPOSAL,
            accepted.group,
            accepted.stage,
            accepted.lead,
            accepted.id,
        ),
        id=theme_id,
    )
    return ProposalOut.of(accepted)


@router.put("/{proposal_id}/return", allow=secretariat, raises=[ProposalClosed, NotUnderReview])
async def return_proposal(proposal_id: Id, body: ReasonIn, commands: Commands) -> ProposalOut:
    """Ask the lead for another text, with the reason."""
    proposal = await commands.on(MunicipalProposal, proposal_id, lambda proposal: proposal.send_back(body.reason))
    return ProposalOut.of(proposal)


@router.put("/{proposal_id}/declining", allow=secretariat, raises=[ProposalClosed])
async def decline_proposal(proposal_id: Id, body: ReasonIn, commands: Commands) -> ProposalOut:
    """Not take the proposal up, with the reason."""
    proposal = await commands.on(MunicipalProposal, proposal_id, lambda proposal: proposal.decline(body.reason))
    return ProposalOut.of(proposal)


@router.get("", allow=governments)
async def list_proposals(
    reader: Reader,
    page: PageQuery,
    sort: ProposalSort,
    status: ProposalStatus | None = None,
    lead: MunicipalityCode | None = None,
    group: Code | None = None,
    stage: Stage | None = None,
    to_be_confirmed_by: MunicipalityCode | None = None,
) -> Page[ProposalOut]:
    """The proposals that are all of this, the oldest first."""
    query = views.proposals_by(
        status=status, lead=lead, group=group, stage=stage, to_be_confirmed_by=to_be_confirmed_by
    )
    return await reader.page(ProposalOut, query, page, by=sort)


@router.get("/{proposal_id}", allow=governments)
async def read_proposal(proposal_id: Id, reader: Reader) -> ProposalOut:
    """One proposal."""
    return await reader.one(ProposalOut, views.proposal_of(proposal_id), what="proposal", id=proposal_id)


@router.get("/{proposal_id}/history", allow=governments)
async def read_history(proposal_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a proposal."""
    return await reader.history(MunicipalProposal, proposal_id, page)
