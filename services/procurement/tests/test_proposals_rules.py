"""Proposals: what their lead, their endorsers and the secretariat may do, and when."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_procurement.proposals.events import (
    EndorsementWithdrawn,
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
from kyodo_procurement.proposals.model import MunicipalProposal, ProposalStatus
from kyodo_procurement.proposals.refusals import (
    NotReturned,
    NotTheLead,
    NotUnderReview,
    OtherRevision,
    OwnProposal,
    ProposalClosed,
)

MUSASHINO, CHIYODA, OKUTAMA = "132039", "131016", "133086"
TEXT: dict[str, Any] = {
    "title_ja": "図書館システム",
    "purpose_ja": "費用の抑制",
    "group": "new",
    "stage": Stage.RESEARCH,
}
OTHER_TEXT = TEXT | {"stage": Stage.TRIAL}

made = ProposalMade(municipality=MUSASHINO, **TEXT)
returned = ProposalReturned(reason="対象業務の明確化")
resubmitted = ProposalResubmitted(municipality=MUSASHINO)
declined = ProposalDeclined(reason="重複")
withdrawn = ProposalWithdrawn(municipality=MUSASHINO)
accepted = ProposalAccepted(theme_id="theme")
merged = ProposalMerged(into="other", into_title_ja="別の提案")

CLOSED = [(declined, "declined"), (withdrawn, "withdrawn"), (accepted, "accepted"), (merged, "merged")]


def endorsed(municipality: str, revision: int = 1, by: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> Event:
    return ProposalEndorsed(
        municipality=municipality, revision=revision, endorsed_by=by or (municipality,), to_be_confirmed_by=left
    )


def revised(revision: int, *to_be_confirmed_by: str, **text: Any) -> Event:
    return ProposalRevised(
        municipality=MUSASHINO, revision=revision, to_be_confirmed_by=to_be_confirmed_by, **OTHER_TEXT | text
    )


def proposed(*further: Event) -> Given[MunicipalProposal]:
    return given(MunicipalProposal).that(made, *further)


def test_a_municipality_proposes_and_leads() -> None:
    proposal = given(MunicipalProposal).when(lambda proposal: proposal.propose(MUSASHINO, *TEXT.values())).then(made)
    assert (proposal.lead, proposal.revision, proposal.status) == (MUSASHINO, 1, ProposalStatus.PROPOSED)


def test_another_municipality_endorses_the_text_that_stands() -> None:
    proposal = proposed().when(lambda proposal: proposal.endorse(CHIYODA, 1)).then(endorsed(CHIYODA))
    assert (proposal.endorsed_by, proposal.endorsements) == ((CHIYODA,), 1)
    proposed(endorsed(CHIYODA)).when(lambda proposal: proposal.endorse(CHIYODA, 1)).then()
    proposed(revised(2)).when(lambda proposal: proposal.endorse(CHIYODA, 1)).refuses(OtherRevision(revision=2))
    proposed().when(lambda proposal: proposal.endorse(CHIYODA, 2)).refuses(OtherRevision(revision=1))


def test_a_lead_does_not_endorse_its_own_proposal() -> None:
    proposed().when(lambda proposal: proposal.endorse(MUSASHINO, 1)).refuses(OwnProposal(municipality=MUSASHINO))


def test_an_edit_makes_every_endorsement_stale_until_it_is_confirmed() -> None:
    both = (endorsed(OKUTAMA), endorsed(CHIYODA, by=(CHIYODA, OKUTAMA)))
    edited = proposed(*both).when(lambda proposal: proposal.revise(MUSASHINO, *OTHER_TEXT.values()))
    proposal = edited.then(revised(2, CHIYODA, OKUTAMA))
    assert (proposal.endorsed_by, proposal.to_be_confirmed_by, proposal.endorsements) == ((), (CHIYODA, OKUTAMA), 0)
    proposal = (
        proposed(*both, *edited.events)
        .when(lambda proposal: proposal.endorse(OKUTAMA, 2))
        .then(endorsed(OKUTAMA, 2, left=(CHIYODA,)))
    )
    assert (proposal.endorsed_by, proposal.to_be_confirmed_by) == ((OKUTAMA,), (CHIYODA,))


def test_the_same_text_again_changes_nothing() -> None:
    proposed(endorsed(CHIYODA)).when(lambda proposal: proposal.revise(MUSASHINO, *TEXT.values())).then()


def test_an_endorsement_is_withdrawn_also_a_stale_one() -> None:
    gone = EndorsementWithdrawn(municipality=CHIYODA, endorsed_by=(), to_be_confirmed_by=())
    stale = proposed(endorsed(CHIYODA), revised(2, CHIYODA))
    stale.when(lambda proposal: proposal.withdraw_endorsement(CHIYODA)).then(gone)
    stale.that(gone).when(lambda proposal: proposal.withdraw_endorsement(CHIYODA)).then()


def test_the_secretariat_accepts() -> None:
    proposal = proposed().when(lambda proposal: proposal.accept("theme")).then(accepted)
    assert (proposal.status, proposal.theme_id) == (ProposalStatus.ACCEPTED, "theme")


def test_a_returned_proposal_is_revised_and_resubmitted() -> None:
    proposal = proposed().when(lambda proposal: proposal.send_back(returned.reason)).then(returned)
    assert (proposal.status, proposal.reason) == (ProposalStatus.RETURNED, returned.reason)
    proposed(returned).when(lambda proposal: proposal.revise(MUSASHINO, *OTHER_TEXT.values())).then(revised(2))
    proposal = proposed(returned).when(lambda proposal: proposal.resubmit(MUSASHINO)).then(resubmitted)
    assert (proposal.status, proposal.reason) == (ProposalStatus.PROPOSED, None)


def test_what_waits_for_its_lead_is_neither_accepted_nor_returned_again() -> None:
    refusal = NotUnderReview(status=ProposalStatus.RETURNED)
    proposed(returned).when(lambda proposal: proposal.accept("theme")).refuses(refusal)
    proposed(returned).when(lambda proposal: proposal.send_back("理由")).refuses(refusal)


def test_only_a_returned_proposal_is_resubmitted() -> None:
    for past in ([], [returned, resubmitted]):
        proposed(*past).when(lambda proposal: proposal.resubmit(MUSASHINO)).refuses(
            NotReturned(status=ProposalStatus.PROPOSED)
        )


@pytest.mark.parametrize("past", [[], [returned]])
def test_a_proposal_is_declined_or_withdrawn(past: list[Event]) -> None:
    proposed(*past).when(lambda proposal: proposal.decline(declined.reason)).then(declined)
    proposed(*past).when(lambda proposal: proposal.withdraw(MUSASHINO)).then(withdrawn)


DECISIONS_OF_THE_LEAD: dict[str, Any] = {
    "revise": lambda proposal, who: proposal.revise(who, *OTHER_TEXT.values()),
    "resubmit": lambda proposal, who: proposal.resubmit(who),
    "withdraw": lambda proposal, who: proposal.withdraw(who),
    "request_merge": lambda proposal, who: proposal.request_merge(who, MunicipalProposal(id="other"), "other"),
    "withdraw_merge_request": lambda proposal, who: proposal.withdraw_merge_request(who),
    "agree_to_merge": lambda proposal, who: proposal.agree_to_merge(who, MunicipalProposal(id="other")),
}


@pytest.mark.parametrize("decision", DECISIONS_OF_THE_LEAD)
def test_nobody_but_the_lead_decides_for_it(decision: str) -> None:
    decide = DECISIONS_OF_THE_LEAD[decision]
    proposed(returned).when(lambda proposal: decide(proposal, CHIYODA)).refuses(NotTheLead(lead=MUSASHINO))


@pytest.mark.parametrize(("end", "status"), CLOSED)
def test_nothing_happens_to_a_closed_proposal(end: Event, status: str) -> None:
    closed = proposed(endorsed(CHIYODA), end)
    decisions = [
        *(lambda proposal, decide=decide: decide(proposal, MUSASHINO) for decide in DECISIONS_OF_THE_LEAD.values()),
        lambda proposal: proposal.endorse(OKUTAMA, 1),
        lambda proposal: proposal.withdraw_endorsement(CHIYODA),
        lambda proposal: proposal.accept("theme"),
        lambda proposal: proposal.send_back("理由"),
        lambda proposal: proposal.decline("理由"),
    ]
    for decide in decisions:
        closed.when(decide).refuses(ProposalClosed(status=ProposalStatus(status)))


@given_any(st.lists(st.sampled_from([CHIYODA, OKUTAMA, "131024", "edit"]), max_size=25))
def test_an_endorsement_never_counts_for_a_text_that_was_not_endorsed(steps: list[str]) -> None:
    """Endorsers endorse, and endorse again what they endorsed; the lead edits in between."""
    proposal, since_the_edit, before = proposed(), set[str](), set[str]()
    for number, step in enumerate(steps):
        if step == "edit":
            text = TEXT | {"title_ja": f"第{number}案"}
            proposal = proposal.that(*proposal.state.revise(MUSASHINO, *text.values()))
            before, since_the_edit = before | since_the_edit, set()
        else:
            proposal = proposal.that(*proposal.state.endorse(step, proposal.state.revision))
            since_the_edit.add(step)
        assert proposal.state.endorsed_by == tuple(sorted(since_the_edit))
        assert proposal.state.to_be_confirmed_by == tuple(sorted(before - since_the_edit))
