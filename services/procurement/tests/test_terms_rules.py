"""Burden terms: one text, consented to by everybody it would charge."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.canonical import content_hash
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.projects import ParticipantLeft
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.terms.facts import (
    ConsentNotNeeded,
    NobodyTakesPart,
    ObjectionNotStanding,
    OtherTerms,
    ProposalNotOpen,
    TermsObjectionWithdrawn,
)
from kyodo_procurement.terms.model import Objection, Proposal, TermsStatus
from tests.support.procurement.sample_terms import (
    AFTERWARDS,
    AOGASHIMA,
    APRIL,
    BEFORE,
    CHIYODA,
    HASH,
    MUSASHINO,
    OKUTAMA,
    cheaper,
    consented,
    in_force,
    joined,
    objected,
    project_of,
    proposed,
    reached_back,
    revised,
    terms,
    two,
)

# proposed


def test_terms_are_put_to_all_that_have_a_vote_while_they_apply() -> None:
    """Musashino joins later but is known already; Okutama left before the terms begin; an associate has no vote."""
    left: list[Event] = [ParticipantLeft(municipality=OKUTAMA, last_month=Month("2024-03"))]
    project = project_of(
        joined(MUSASHINO, "2024-10"),
        joined(CHIYODA, "2023-04"),
        joined(OKUTAMA, "2023-04"),
        left,
        joined(AOGASHIMA, kind="associate"),
    )
    given(Proposal).when(lambda proposal: proposal.propose(project, terms, BEFORE)).then(proposed(CHIYODA, MUSASHINO))


def test_terms_need_somebody_to_consent() -> None:
    given(Proposal).when(lambda proposal: proposal.propose(project_of(), terms, BEFORE)).refuses(
        NobodyTakesPart(month=APRIL)
    )


def test_terms_for_months_that_passed_are_put_to_everybody_they_charge() -> None:
    left: list[Event] = [ParticipantLeft(municipality=OKUTAMA, last_month=APRIL)]
    project = project_of(joined(CHIYODA), joined(OKUTAMA), left, joined(AOGASHIMA, kind="associate"))
    everybody = (CHIYODA, OKUTAMA, AOGASHIMA)
    given(Proposal).when(lambda proposal: proposal.propose(project, terms, AFTERWARDS)).then(
        proposed(*everybody), reached_back(*everybody)
    )


# consented


def test_a_consent_that_is_not_the_last_one() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO))
        .when(lambda proposal: proposal.consent(MUSASHINO, HASH, two, BEFORE, past=False))
        .then(consented(MUSASHINO))
    )
    assert (proposal.status, proposal.missing) == (TermsStatus.PROPOSED, (CHIYODA,))


def test_with_the_last_consent_the_terms_are_in_force() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO), consented(MUSASHINO))
        .when(lambda proposal: proposal.consent(CHIYODA, HASH, two, BEFORE, past=False))
        .then(consented(CHIYODA), in_force(CHIYODA, MUSASHINO))
    )
    assert (proposal.status, proposal.missing) == (TermsStatus.IN_FORCE, ())


@pytest.mark.parametrize("today", [BEFORE, AFTERWARDS])
def test_a_consent_given_twice_changes_nothing(today: date) -> None:
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.consent(CHIYODA, HASH, two, today, past=False)
    ).then()


def test_consent_is_to_exactly_this_text() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(
        lambda proposal: proposal.consent(CHIYODA, content_hash(cheaper), two, BEFORE, past=False)
    ).refuses(OtherTerms(terms_hash=HASH))


def test_whoever_does_not_take_part_is_not_asked() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(
        lambda proposal: proposal.consent(OKUTAMA, HASH, two, BEFORE, past=False)
    ).refuses(ConsentNotNeeded(municipality=OKUTAMA))


# revised


def test_a_revision_makes_earlier_consents_and_objections_stale() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO), consented(CHIYODA), objected(MUSASHINO))
        .when(lambda proposal: proposal.revise(two, cheaper, "減額", BEFORE))
        .then(revised(CHIYODA, MUSASHINO))
    )
    assert (proposal.consented, proposal.objecting, proposal.missing) == ((), (), (CHIYODA, MUSASHINO))
    with pytest.raises(OtherTerms):
        list(proposal.consent(CHIYODA, HASH, two, BEFORE, past=False))


def test_the_same_text_again_is_no_revision() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.revise(two, terms, "同じ", BEFORE)).then()


def test_terms_in_force_are_not_revised() -> None:
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.revise(two, cheaper, "減額", BEFORE)
    ).refuses(ProposalNotOpen(status=TermsStatus.IN_FORCE))


# objected


def test_an_objection_takes_the_consent_back() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO), consented(CHIYODA))
        .when(lambda proposal: proposal.object(CHIYODA, "高い", cheaper))
        .then(objected(CHIYODA))
    )
    assert (proposal.missing, proposal.objections) == ((CHIYODA, MUSASHINO), {CHIYODA: Objection("高い", cheaper)})


def test_an_objection_raised_twice_changes_nothing() -> None:
    given(Proposal).that(proposed(CHIYODA), objected(CHIYODA)).when(
        lambda proposal: proposal.object(CHIYODA, "高い", cheaper)
    ).then()


def test_a_consent_ends_the_objection() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO), objected(CHIYODA))
        .when(lambda proposal: proposal.consent(CHIYODA, HASH, two, BEFORE, past=False))
        .then(consented(CHIYODA))
    )
    assert proposal.objecting == ()


def test_an_objection_is_taken_back_without_a_consent() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA), objected(CHIYODA))
        .when(lambda proposal: proposal.withdraw_objection(CHIYODA))
        .then(TermsObjectionWithdrawn(municipality=CHIYODA))
    )
    assert (proposal.objecting, proposal.missing) == ((), (CHIYODA,))
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.withdraw_objection(CHIYODA)).refuses(
        ObjectionNotStanding(municipality=CHIYODA)
    )


def test_only_those_asked_object_and_only_to_what_is_open() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.object(OKUTAMA, "高い", None)).refuses(
        ConsentNotNeeded(municipality=OKUTAMA)
    )
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.object(CHIYODA, "高い", None)
    ).refuses(ProposalNotOpen(status=TermsStatus.IN_FORCE))


# the text


def test_the_hash_says_the_same_however_the_shares_are_written() -> None:
    written = terms.model_dump(mode="json")
    written["base"]["tokyo_share"] = "30/60"
    assert content_hash(BurdenTerms.model_validate(written)) == HASH


codes = [municipality.code for municipality in municipalities()]


@given_any(st.data())
def test_terms_enter_into_force_exactly_when_every_needed_participant_consented(data: st.DataObject) -> None:
    needed = tuple(sorted(data.draw(st.sets(st.sampled_from(codes), min_size=1, max_size=6))))
    steps = data.draw(st.lists(st.tuples(st.sampled_from(needed), st.sampled_from(["consent", "object"])), max_size=16))
    proposal = Proposal(id="test").fold([proposed(*needed)])
    standing: set[str] = set()
    for municipality, step in steps:
        if proposal.status is TermsStatus.IN_FORCE:
            break
        if step == "object":
            proposal = proposal.fold(list(proposal.object(municipality, "高い", None)))
            standing.discard(municipality)
        else:
            proposal = proposal.fold(list(proposal.consent(municipality, HASH, two, BEFORE, past=False)))
            standing.add(municipality)
        assert (proposal.status is TermsStatus.IN_FORCE) is (standing == set(needed))
        assert set(proposal.missing) == set(needed) - standing


@given_any(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64))
def test_no_other_hash_is_ever_consented_to(other: str) -> None:
    proposal = Proposal(id="test").fold([proposed(CHIYODA)])
    if other != HASH:
        with pytest.raises(OtherTerms):
            list(proposal.consent(CHIYODA, other, two, BEFORE, past=True))


@pytest.mark.parametrize("share", ["0.5", 0.5])
def test_a_share_that_is_not_exact_is_no_part_of_terms(share: object) -> None:
    written = terms.model_dump(mode="json")
    written["base"]["tokyo_share"] = share
    with pytest.raises(ValueError, match="exact"):
        BurdenTerms.model_validate(written)
