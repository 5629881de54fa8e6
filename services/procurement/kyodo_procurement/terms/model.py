"""A proposal of burden terms (費用負担条件): one text, consented to by each participant it would charge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement import BurdenTermsEnteredIntoForce
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_procurement.projects.model import Project


class TermsStatus(StrEnum):
    """How far a proposal has come."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class BurdenTermsProposed(Event, type="kyodo.procurement.burden-terms-proposed"):
    """The secretariat put exactly this text to those it would charge; each of them must consent to its hash."""

    project_id: str
    terms_version: int
    terms: BurdenTerms
    terms_hash: str
    needed: tuple[MunicipalityCode, ...]


class BurdenTermsConsented(Event, type="kyodo.procurement.burden-terms-consented"):
    """A municipality's approver consented to the text with this hash."""

    municipality: MunicipalityCode
    terms_hash: str


class BurdenTermsWithdrawn(Event, type="kyodo.procurement.burden-terms-withdrawn"):
    """The secretariat took the proposal back before it was in force."""


class NobodyTakesPart(Refused):
    status, type = 409, "nobody-takes-part"
    title = "Nobody takes part in the project"
    detail = "No municipality takes part in {month} or later, so that there is nobody to consent."
    remedy = "Have the participants join first."


class ProposalNotOpen(Refused):
    status, type = 409, "proposal-not-open"
    title = "The proposal is no longer open"
    detail = "The terms are {status}."
    remedy = "Look at the project's other burden terms, or propose new ones."


class ConsentNotNeeded(Refused):
    status, type = 409, "consent-not-needed"
    title = "The municipality's consent is not asked for"
    detail = "{municipality} did not take part when these terms were proposed."
    remedy = "Nothing is to be done: whoever joins later accedes to the terms in force."


class OtherTerms(Refused):
    status, type = 409, "other-terms"
    title = "The consent is to another text"
    detail = "The hash of these terms is {terms_hash}."
    remedy = "Read the terms again and consent to the hash they show, if they are what you mean."


@dataclass(frozen=True)
class Proposal(Aggregate, category="burden-terms"):
    """One text of burden terms with its consents. A changed text is a new proposal.

    Consent is needed from every municipality that takes part in the project in the terms' first month or later,
    as the project stands at the moment of the proposal. Whoever joins after that accedes by joining.
    """

    status: TermsStatus = TermsStatus.PROPOSED
    project_id: str = ""
    terms_version: int = 0
    terms: BurdenTerms | None = None
    terms_hash: str = ""
    needed: tuple[str, ...] = ()
    consented: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Those whose consent is still to come."""
        return tuple(code for code in self.needed if code not in self.consented)

    # decisions

    def propose(self, project: Project, terms: BurdenTerms) -> Events:
        """The secretariat puts terms to all that they would charge, under the number the project gave last."""
        needed = project.taking_part_from(terms.effective_from)
        require(len(needed) > 0, NobodyTakesPart(month=terms.effective_from))
        yield BurdenTermsProposed(
            project_id=project.id,
            terms_version=project.terms_numbered,
            terms=terms,
            terms_hash=content_hash(terms),
            needed=needed,
        )

    def consent(self, municipality: str, terms_hash: str) -> Events:
        """A municipality consents to exactly this text; with the last consent the terms are in force."""
        require(municipality in self.needed, ConsentNotNeeded(municipality=municipality))
        require(terms_hash == self.terms_hash, OtherTerms(terms_hash=self.terms_hash))
        if municipality in self.consented:
            return
        require(self.status is TermsStatus.PROPOSED, ProposalNotOpen(status=self.status))
        yield BurdenTermsConsented(municipality=municipality, terms_hash=terms_hash)
        if self.missing == (municipality,) and self.terms is not None:
            yield BurdenTermsEnteredIntoForce(
                project_id=self.project_id,
                terms_version=self.terms_version,
                terms=self.terms,
                terms_hash=self.terms_hash,
                consented_by=self.needed,
            )

    def withdraw(self) -> Events:
        """The secretariat takes the proposal back, as long as it is not in force."""
        require(self.status is not TermsStatus.IN_FORCE, ProposalNotOpen(status=self.status))
        if self.status is TermsStatus.PROPOSED:
            yield BurdenTermsWithdrawn()

    # what events did

    @evolve
    def proposed(self, event: BurdenTermsProposed) -> Self:
        return replace(self, **dict(event))

    @evolve
    def consent_given(self, event: BurdenTermsConsented) -> Self:
        return replace(self, consented=tuple(sorted((*self.consented, event.municipality))))

    @evolve
    def entered_into_force(self, event: BurdenTermsEnteredIntoForce) -> Self:
        return replace(self, status=TermsStatus.IN_FORCE)

    @evolve
    def withdrawn(self, event: BurdenTermsWithdrawn) -> Self:
        return replace(self, status=TermsStatus.WITHDRAWN)
