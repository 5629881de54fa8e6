"""Burden terms: one text, consented to by everybody it would charge."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.canonical import content_hash
from kyodo_events.contracts.burden_terms import BaseComponent, BaseTerms, BurdenTerms, Driver, MeterPrice
from kyodo_events.contracts.procurement import (
    BurdenTermsEnteredIntoForce,
    ParticipantJoined,
    ParticipantLeft,
    ProjectStarted,
    Stage,
)
from kyodo_events.testing import given
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.projects.model import BurdenTermsNumbered, Project
from kyodo_procurement.terms.model import (
    BurdenTermsConsented,
    BurdenTermsProposed,
    BurdenTermsWithdrawn,
    ConsentNotNeeded,
    NobodyTakesPart,
    OtherTerms,
    Proposal,
    ProposalNotOpen,
    TermsStatus,
)

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
APRIL = Month("2024-04")

terms = BurdenTerms(
    fiscal_year=FiscalYear(2024),
    effective_from=APRIL,
    base=BaseTerms(
        annual_amount=120_000_000,
        tokyo_share=Fraction(1, 2),
        components=(
            BaseComponent(driver=Driver.EQUAL, share=Fraction(1, 5)),
            BaseComponent(driver=Driver.POPULATION, share=Fraction(4, 5)),
        ),
    ),
    usage=(MeterPrice(meter="applications", label_ja="電子申請", unit_ja="件", unit_price=30),),
)
HASH = content_hash(terms)

started = ProjectStarted(name_ja="共同電子申請システム", theme_id="t", stage=Stage.FULL)
numbered = BurdenTermsNumbered(number=1)


def proposed(*needed: str) -> BurdenTermsProposed:
    return BurdenTermsProposed(project_id="p", terms_version=1, terms=terms, terms_hash=HASH, needed=needed)


def consented(municipality: str) -> BurdenTermsConsented:
    return BurdenTermsConsented(municipality=municipality, terms_hash=HASH)


def in_force(*needed: str) -> BurdenTermsEnteredIntoForce:
    return BurdenTermsEnteredIntoForce(
        project_id="p", terms_version=1, terms=terms, terms_hash=HASH, consented_by=needed
    )


def joined(municipality: str, from_month: str = "2024-04") -> ParticipantJoined:
    return ParticipantJoined(municipality=municipality, from_month=Month(from_month))


def test_terms_are_put_to_all_that_they_would_charge() -> None:
    """Musashino joins later but is known already; Okutama left before the terms begin."""
    project = Project(id="p").fold(
        [
            started,
            joined(MUSASHINO, "2024-10"),
            joined(CHIYODA, "2023-04"),
            joined(OKUTAMA, "2023-04"),
            ParticipantLeft(municipality=OKUTAMA, last_month=Month("2024-03")),
            numbered,
        ]
    )
    given(Proposal).when(lambda proposal: proposal.propose(project, terms)).then(proposed(CHIYODA, MUSASHINO))


def test_terms_need_somebody_to_consent() -> None:
    project = Project(id="p").fold([started, numbered])
    given(Proposal).when(lambda proposal: proposal.propose(project, terms)).refuses(NobodyTakesPart(month=APRIL))


def test_a_consent_that_is_not_the_last_one() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO))
        .when(lambda proposal: proposal.consent(MUSASHINO, HASH))
        .then(consented(MUSASHINO))
    )
    assert (proposal.status, proposal.missing) == (TermsStatus.PROPOSED, (CHIYODA,))


def test_with_the_last_consent_the_terms_are_in_force() -> None:
    proposal = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO), consented(MUSASHINO))
        .when(lambda proposal: proposal.consent(CHIYODA, HASH))
        .then(consented(CHIYODA), in_force(CHIYODA, MUSASHINO))
    )
    assert (proposal.status, proposal.missing) == (TermsStatus.IN_FORCE, ())


def test_a_consent_given_twice_changes_nothing() -> None:
    given(Proposal).that(proposed(CHIYODA, MUSASHINO), consented(CHIYODA)).when(
        lambda proposal: proposal.consent(CHIYODA, HASH)
    ).then()
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.consent(CHIYODA, HASH)
    ).then()


def test_consent_is_to_exactly_this_text() -> None:
    other = content_hash(terms.model_copy(update={"base": None}))
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.consent(CHIYODA, other)).refuses(
        OtherTerms(terms_hash=HASH)
    )


def test_whoever_does_not_take_part_is_not_asked() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.consent(OKUTAMA, HASH)).refuses(
        ConsentNotNeeded(municipality=OKUTAMA)
    )


def test_a_withdrawn_proposal_takes_no_consent() -> None:
    given(Proposal).that(proposed(CHIYODA), BurdenTermsWithdrawn()).when(
        lambda proposal: proposal.consent(CHIYODA, HASH)
    ).refuses(ProposalNotOpen(status=TermsStatus.WITHDRAWN))


def test_a_proposal_is_withdrawn_once() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.withdraw()).then(BurdenTermsWithdrawn())
    given(Proposal).that(proposed(CHIYODA), BurdenTermsWithdrawn()).when(lambda proposal: proposal.withdraw()).then()


def test_terms_in_force_are_not_withdrawn() -> None:
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.withdraw()
    ).refuses(ProposalNotOpen(status=TermsStatus.IN_FORCE))


def test_the_hash_says_the_same_however_the_shares_are_written() -> None:
    written = terms.model_dump(mode="json")
    written["base"]["tokyo_share"] = "30/60"
    assert content_hash(BurdenTerms.model_validate(written)) == HASH


codes = [municipality.code for municipality in municipalities()]


@given_any(st.data())
def test_terms_enter_into_force_exactly_when_every_needed_participant_consented(data: st.DataObject) -> None:
    needed = tuple(sorted(data.draw(st.sets(st.sampled_from(codes), min_size=1, max_size=6))))
    consents = data.draw(st.lists(st.sampled_from(needed), max_size=12))
    proposal = Proposal(id="test").fold([proposed(*needed)])
    consented_so_far: set[str] = set()
    for municipality in consents:
        events = list(proposal.consent(municipality, HASH))
        last = consented_so_far != set(needed) and consented_so_far | {municipality} == set(needed)
        consented_so_far.add(municipality)
        assert (in_force(*needed) in events) is last
        proposal = proposal.fold(events)
        assert (proposal.status is TermsStatus.IN_FORCE) is (consented_so_far == set(needed))
        assert set(proposal.missing) == set(needed) - consented_so_far


@pytest.mark.parametrize("share", ["0.5", 0.5])
def test_a_share_that_is_not_exact_is_no_part_of_terms(share: object) -> None:
    written = terms.model_dump(mode="json")
    written["base"]["tokyo_share"] = share
    with pytest.raises(ValueError, match="exact"):
        BurdenTerms.model_validate(written)
