"""Two proposals become one, and only as both leads want it."""

from __future__ import annotations

import pytest

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_procurement.proposals.events import (
    MergeRequest,
    MergeRequested,
    MergeRequestWithdrawn,
    ProposalAbsorbed,
    ProposalEndorsed,
    ProposalMade,
    ProposalMerged,
    ProposalReturned,
    ProposalRevised,
    ProposalWithdrawn,
)
from kyodo_procurement.proposals.model import MunicipalProposal, ProposalStatus
from kyodo_procurement.proposals.refusals import NoMergeRequest, NotForMerging, NotOneOfTheTwo

MUSASHINO, CHIYODA, OKUTAMA, CHUO = "132039", "131016", "133086", "131024"
Proposed = Given[MunicipalProposal]


def made(lead: str, title_ja: str) -> ProposalMade:
    return ProposalMade(municipality=lead, title_ja=title_ja, purpose_ja="x", group="g", stage=Stage.RESEARCH)


def endorsed(municipality: str) -> ProposalEndorsed:
    return ProposalEndorsed(municipality=municipality, revision=1, endorsed_by=(municipality,), to_be_confirmed_by=())


def revised(lead: str) -> ProposalRevised:
    return ProposalRevised(
        municipality=lead,
        title_ja="改",
        purpose_ja="x",
        group="g",
        stage=Stage.RESEARCH,
        revision=2,
        to_be_confirmed_by=(),
    )


def requested(survivor: str) -> MergeRequested:
    request = MergeRequest(other="b", survivor=survivor, revision=1, other_revision=1)
    return MergeRequested(municipality=MUSASHINO, request=request, other_title_ja="B")


asker = given(MunicipalProposal, "a").that(made(MUSASHINO, "A"), endorsed(OKUTAMA))
asked = given(MunicipalProposal, "b").that(made(CHIYODA, "B"), endorsed(CHUO))


def ask(proposal: MunicipalProposal, other: Proposed = asked, survivor: str = "a") -> Events:
    return proposal.request_merge(MUSASHINO, other.state, survivor)


@pytest.mark.parametrize("survivor", ["a", "b"])
def test_a_lead_asks_for_a_merger_of_both_texts_as_they_stand(survivor: str) -> None:
    asker.when(lambda proposal: ask(proposal, survivor=survivor)).then(requested(survivor))
    asker.that(requested(survivor)).when(lambda proposal: ask(proposal, survivor=survivor)).then()


def test_what_is_asked_must_be_possible() -> None:
    asker.when(lambda proposal: ask(proposal, survivor="c")).refuses(NotOneOfTheTwo())
    asker.when(lambda proposal: ask(proposal, asker)).refuses(NotForMerging(status=ProposalStatus.PROPOSED))
    gone = asked.that(ProposalWithdrawn(municipality=CHIYODA))
    asker.when(lambda proposal: ask(proposal, gone)).refuses(NotForMerging(status=ProposalStatus.WITHDRAWN))


def test_the_asked_proposal_goes_on_in_the_askers() -> None:
    asking = asker.that(requested("a"))
    agreed = asked.when(lambda proposal: proposal.agree_to_merge(CHIYODA, asking.state)).then(
        ProposalMerged(into="a", into_title_ja="A")
    )
    assert (agreed.status, agreed.merged_into) == (ProposalStatus.MERGED, "a")
    proposal = asking.when(lambda proposal: proposal.merge_as_agreed(agreed, asking.state.merge_request)).then(
        ProposalAbsorbed(
            proposal_id="b",
            title_ja="B",
            revision=2,
            to_be_confirmed_by=tuple(sorted((CHIYODA, CHUO, OKUTAMA))),
            merged_from=("b",),
        )
    )
    assert (proposal.endorsed_by, proposal.endorsements) == ((), 0)
    assert proposal.to_be_confirmed_by == tuple(sorted((CHIYODA, CHUO, OKUTAMA)))
    assert (proposal.title_ja, proposal.lead, proposal.merge_request) == ("A", MUSASHINO, None)


def test_the_asker_goes_on_in_the_one_it_asked() -> None:
    asking = asker.that(requested("b"))
    agreed = asked.when(lambda proposal: proposal.agree_to_merge(CHIYODA, asking.state)).then(
        ProposalAbsorbed(
            proposal_id="a",
            title_ja="A",
            revision=2,
            to_be_confirmed_by=tuple(sorted((MUSASHINO, CHUO, OKUTAMA))),
            merged_from=("a",),
        )
    )
    proposal = asking.when(lambda proposal: proposal.merge_as_agreed(agreed, asking.state.merge_request)).then(
        ProposalMerged(into="b", into_title_ja="B")
    )
    assert (proposal.status, proposal.merged_into) == (ProposalStatus.MERGED, "b")


def test_a_lead_that_endorsed_the_other_proposal_does_not_endorse_its_own() -> None:
    endorsed_by_the_asker = asked.that(endorsed(MUSASHINO))
    asking = asker.that(requested("a"))
    agreed = endorsed_by_the_asker.state.fold(endorsed_by_the_asker.state.agree_to_merge(CHIYODA, asking.state))
    proposal = asking.state.fold(asking.state.merge_as_agreed(agreed, asking.state.merge_request))
    assert MUSASHINO not in proposal.to_be_confirmed_by


@pytest.mark.parametrize(
    ("of_asker", "of_asked"),
    [
        ([], []),
        ([requested("a"), MergeRequestWithdrawn(municipality=MUSASHINO)], []),
        ([requested("a"), revised(MUSASHINO)], []),
        ([requested("a")], [revised(CHIYODA)]),
        ([requested("a"), ProposalWithdrawn(municipality=MUSASHINO)], []),
    ],
    ids=["never asked", "no longer asked", "the asker's text changed", "the own text changed", "withdrawn"],
)
def test_without_a_standing_request_there_is_nothing_to_agree_to(of_asker: list[Event], of_asked: list[Event]) -> None:
    asking = asker.that(*of_asker).state
    asked.that(*of_asked).when(lambda proposal: proposal.agree_to_merge(CHIYODA, asking)).refuses(
        NoMergeRequest(proposal_id="a")
    )


def test_a_request_to_somebody_else_is_not_agreed_to() -> None:
    third = given(MunicipalProposal, "c").that(made(CHUO, "C"))
    asking = asker.that(requested("a")).state
    third.when(lambda proposal: proposal.agree_to_merge(CHUO, asking)).refuses(NoMergeRequest(proposal_id="a"))


def test_what_changed_while_the_other_lead_agreed_is_not_merged() -> None:
    asking = asker.that(requested("a"))
    agreed = asked.state.fold(asked.state.agree_to_merge(CHIYODA, asking.state))
    request = asking.state.merge_request
    asking.that(revised(MUSASHINO)).when(lambda proposal: proposal.merge_as_agreed(agreed, request)).refuses(
        NoMergeRequest(proposal_id="a")
    )


def test_a_request_is_taken_back_once() -> None:
    gone = MergeRequestWithdrawn(municipality=MUSASHINO)
    asker.that(requested("a")).when(lambda proposal: proposal.withdraw_merge_request(MUSASHINO)).then(gone)
    asker.when(lambda proposal: proposal.withdraw_merge_request(MUSASHINO)).then()


def test_returned_proposals_are_merged_too() -> None:
    asking = asker.that(ProposalReturned(reason="x"), requested("a"))
    asked.that(ProposalReturned(reason="x")).when(lambda proposal: proposal.agree_to_merge(CHIYODA, asking.state)).then(
        ProposalMerged(into="a", into_title_ja="A")
    )
