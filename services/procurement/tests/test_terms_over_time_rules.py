"""Burden terms over time: reaching back, withdrawn, superseded."""

from __future__ import annotations

import pytest

from kyodo_events.contracts.procurement.terms import (
    BurdenTermsSuperseded,
)
from kyodo_events.testing import given
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_procurement.terms.facts import (
    BurdenTermsWithdrawn,
    ProposalNotOpen,
    ReachesBack,
)
from kyodo_procurement.terms.model import Proposal, TermsStatus
from tests.support.procurement.sample_terms import (
    AFTERWARDS,
    AOGASHIMA,
    APRIL,
    BEFORE,
    CHIYODA,
    HASH,
    MUSASHINO,
    OCTOBER,
    consented,
    from_october,
    in_force,
    joined,
    project_of,
    proposed,
    reached_back,
    terms,
    two,
)

# reaching back


def test_terms_do_not_reach_back_unsaid() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(
        lambda proposal: proposal.consent(CHIYODA, HASH, two, AFTERWARDS, past=False)
    ).refuses(ReachesBack(month=APRIL))


def test_when_the_first_month_passed_meanwhile_everybody_affected_is_asked_anew() -> None:
    """Musashino consented before April; the associate was not asked at all."""
    project = project_of(joined(CHIYODA), joined(MUSASHINO), joined(AOGASHIMA, kind="associate"))
    everybody = (CHIYODA, MUSASHINO, AOGASHIMA)
    late = (
        given(Proposal)
        .that(proposed(CHIYODA, MUSASHINO), consented(MUSASHINO))
        .when(lambda proposal: proposal.consent(CHIYODA, HASH, project, AFTERWARDS, past=True))
        .then(reached_back(*everybody), consented(CHIYODA))
    )
    assert late.missing == (MUSASHINO, AOGASHIMA)
    proposal = given(Proposal).that(
        proposed(CHIYODA, MUSASHINO), reached_back(*everybody), consented(CHIYODA), consented(AOGASHIMA)
    )
    proposal.when(lambda proposal: proposal.consent(MUSASHINO, HASH, project, AFTERWARDS, past=True)).then(
        consented(MUSASHINO), in_force(*everybody)
    )


def test_whoever_joined_meanwhile_is_asked_too_and_other_consents_stand() -> None:
    project = project_of(joined(CHIYODA), joined(MUSASHINO))
    given(Proposal).that(proposed(CHIYODA), reached_back(CHIYODA), consented(CHIYODA)).when(
        lambda proposal: proposal.consent(MUSASHINO, HASH, project, AFTERWARDS, past=True)
    ).then(
        reached_back(CHIYODA, MUSASHINO, kept=(CHIYODA,)),
        consented(MUSASHINO),
        in_force(CHIYODA, MUSASHINO),
    )


# withdrawn, superseded


def test_a_withdrawn_proposal_takes_no_consent() -> None:
    given(Proposal).that(proposed(CHIYODA), BurdenTermsWithdrawn()).when(
        lambda proposal: proposal.consent(CHIYODA, HASH, two, BEFORE, past=False)
    ).refuses(ProposalNotOpen(status=TermsStatus.WITHDRAWN))


def test_a_proposal_is_withdrawn_once() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.withdraw()).then(BurdenTermsWithdrawn())
    given(Proposal).that(proposed(CHIYODA), BurdenTermsWithdrawn()).when(lambda proposal: proposal.withdraw()).then()


def test_terms_in_force_are_not_withdrawn() -> None:
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.withdraw()
    ).refuses(ProposalNotOpen(status=TermsStatus.IN_FORCE))


later = Proposal(id="later").fold([proposed(CHIYODA, text=from_october, number=2)])
superseded = BurdenTermsSuperseded(project_id="p", by_terms_id="later", by_version=2, from_month=OCTOBER)


def test_later_terms_supersede_those_in_force_from_their_first_month() -> None:
    standing = given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA))
    proposal = standing.when(lambda proposal: proposal.give_way(later)).then(superseded)
    assert (proposal.status, proposal.superseded_from) == (TermsStatus.SUPERSEDED, OCTOBER)


@pytest.mark.parametrize(
    "other",
    [
        Proposal(id="next-year").fold(
            [
                proposed(
                    CHIYODA,
                    text=terms.model_copy(update={"fiscal_year": FiscalYear(2025), "effective_from": Month("2025-04")}),
                    number=2,
                )
            ]
        ),
        Proposal(id="earlier").fold([proposed(CHIYODA, text=from_october, number=1)]),
    ],
    ids=["another year", "not later"],
)
def test_what_does_not_supersede(other: Proposal) -> None:
    given(Proposal).that(proposed(CHIYODA), consented(CHIYODA), in_force(CHIYODA)).when(
        lambda proposal: proposal.give_way(other)
    ).then()


def test_what_never_applied_is_not_superseded() -> None:
    given(Proposal).that(proposed(CHIYODA)).when(lambda proposal: proposal.give_way(later)).then()
    given(Proposal).that(proposed(CHIYODA), BurdenTermsWithdrawn()).when(
        lambda proposal: proposal.give_way(later)
    ).then()
