"""A proposal of burden terms (費用負担条件): one text at a time, consented to by each participant it would charge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.terms import (
    BurdenTermsEnteredIntoForce,
    BurdenTermsProposed,
    BurdenTermsRevised,
    BurdenTermsSuperseded,
)
from kyodo_events.errors import require
from kyodo_events.values.fiscal import Month
from kyodo_procurement.projects.model import Project
from kyodo_procurement.terms.facts import (
    BurdenTermsConsented,
    BurdenTermsObjected,
    BurdenTermsReachedBack,
    BurdenTermsWithdrawn,
    ConsentNotNeeded,
    NobodyTakesPart,
    ObjectionNotStanding,
    OtherTerms,
    ProposalNotOpen,
    ReachesBack,
    TermsObjectionWithdrawn,
)


class TermsStatus(StrEnum):
    """How far a proposal has come."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Objection:
    """Why a municipality does not consent, and what it would consent to instead, where it says so."""

    reason: str
    counter_proposal: BurdenTerms | None


@dataclass(frozen=True)
class Proposal(Aggregate, category="burden-terms"):
    """Burden terms with their consents and objections. `today` is always the day in Tokyo.

    Consent is needed from every full participant in the terms' first month or later, as the project stands when the
    text is put to them. Whoever joins after that accedes by joining. Terms that come into force after their first
    month began reach back: they need everybody whom they charge for the past, associates and those who left
    included, and each must say that it consents to that.
    """

    status: TermsStatus = TermsStatus.PROPOSED
    project_id: str = ""
    terms_version: int = 0
    terms: BurdenTerms | None = None
    terms_hash: str = ""
    needed: tuple[str, ...] = ()
    consented: tuple[str, ...] = ()
    objections: Mapping[str, Objection] = field(default_factory=dict)
    reaches_back: bool = False
    superseded_from: Month | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Those whose consent is still to come."""
        return tuple(code for code in self.needed if code not in self.consented)

    @property
    def objecting(self) -> tuple[str, ...]:
        """Those whose objection to this text stands, in the order of their codes."""
        return tuple(sorted(self.objections))

    # decisions

    def propose(self, project: Project, terms: BurdenTerms, today: date) -> Events:
        """The secretariat puts terms to those they would charge, under the number the project gave last."""
        yield BurdenTermsProposed(
            project_id=project.id,
            terms_version=project.terms_numbered,
            terms=terms,
            terms_hash=content_hash(terms),
            needed=_asked(project, terms, today),
        )
        if _is_past(terms, today):
            yield BurdenTermsReachedBack(needed=_affected(project, terms), kept=())

    def revise(self, project: Project, terms: BurdenTerms, reason: str, today: date) -> Events:
        """The secretariat changes the text; consents and objections to the text before it no longer count."""
        require(self.status is TermsStatus.PROPOSED, ProposalNotOpen(status=self.status))
        if content_hash(terms) == self.terms_hash:
            return
        yield BurdenTermsRevised(
            project_id=self.project_id,
            terms_version=self.terms_version,
            terms=terms,
            terms_hash=content_hash(terms),
            needed=_asked(project, terms, today),
            reason=reason,
        )
        if _is_past(terms, today):
            yield BurdenTermsReachedBack(needed=_affected(project, terms), kept=())

    def consent(self, municipality: str, terms_hash: str, project: Project, today: date, *, past: bool) -> Events:
        """A municipality consents to exactly this text; with the last consent the terms are in force.

        `past` says that it consents to terms that reach back, which is asked for only where they do.
        """
        terms = self._text()
        back = self.status is TermsStatus.PROPOSED and _is_past(terms, today)
        needed = _affected(project, terms) if back else self.needed
        require(municipality in needed, ConsentNotNeeded(municipality=municipality))
        require(terms_hash == self.terms_hash, OtherTerms(terms_hash=self.terms_hash))
        before = tuple(code for code in self.consented if code in needed and (self.reaches_back or not back))
        if municipality in before:
            return
        require(self.status is TermsStatus.PROPOSED, ProposalNotOpen(status=self.status))
        require(past or not back, ReachesBack(month=terms.effective_from))
        if back and (not self.reaches_back or needed != self.needed):
            yield BurdenTermsReachedBack(needed=needed, kept=before)
        yield BurdenTermsConsented(municipality=municipality, terms_hash=terms_hash)
        consented = {*before, municipality}
        if consented.issuperset(needed):
            yield BurdenTermsEnteredIntoForce(
                project_id=self.project_id,
                terms_version=self.terms_version,
                terms=terms,
                terms_hash=self.terms_hash,
                consented_by=tuple(sorted(consented)),
            )

    def object(self, municipality: str, reason: str, counter_proposal: BurdenTerms | None) -> Events:
        """A municipality says why it does not consent; a consent it gave to this text is taken back by it."""
        require(self.status is TermsStatus.PROPOSED, ProposalNotOpen(status=self.status))
        require(municipality in self.needed, ConsentNotNeeded(municipality=municipality))
        if self.objections.get(municipality) != Objection(reason, counter_proposal):
            yield BurdenTermsObjected(
                municipality=municipality,
                terms_hash=self.terms_hash,
                reason=reason,
                counter_proposal=counter_proposal,
            )

    def withdraw_objection(self, municipality: str) -> Events:
        """A municipality no longer objects. Its consent is still to be given."""
        require(self.status is TermsStatus.PROPOSED, ProposalNotOpen(status=self.status))
        require(municipality in self.objections, ObjectionNotStanding(municipality=municipality))
        yield TermsObjectionWithdrawn(municipality=municipality)

    def withdraw(self) -> Events:
        """The secretariat takes the proposal back, as long as it is not in force."""
        open_ = self.status in (TermsStatus.PROPOSED, TermsStatus.WITHDRAWN)
        require(open_, ProposalNotOpen(status=self.status))
        if self.status is TermsStatus.PROPOSED:
            yield BurdenTermsWithdrawn()

    def give_way(self, later: Proposal) -> Events:
        """Later terms of the same fiscal year came into force: from their first month on these no longer apply."""
        others = later._text()
        applied = self.status in (TermsStatus.IN_FORCE, TermsStatus.SUPERSEDED)
        if not applied or later.terms_version <= self.terms_version:
            return
        if self._text().fiscal_year != others.fiscal_year:
            return
        if self.superseded_from is None or others.effective_from < self.superseded_from:
            yield BurdenTermsSuperseded(
                project_id=self.project_id,
                by_terms_id=later.id,
                by_version=later.terms_version,
                from_month=others.effective_from,
            )

    def _text(self) -> BurdenTerms:
        if self.terms is None:
            raise TypeError("terms that were never proposed have no text")
        return self.terms

    # what events did

    @evolve
    def proposed(self, event: BurdenTermsProposed) -> Self:
        return replace(self, **dict(event))

    @evolve
    def revised(self, event: BurdenTermsRevised) -> Self:
        fresh = replace(self, consented=(), objections={}, reaches_back=False)
        return replace(fresh, terms=event.terms, terms_hash=event.terms_hash, needed=event.needed)

    @evolve
    def reached_back(self, event: BurdenTermsReachedBack) -> Self:
        return replace(self, needed=event.needed, consented=event.kept, reaches_back=True)

    @evolve
    def consent_given(self, event: BurdenTermsConsented) -> Self:
        code = event.municipality
        consented = tuple(sorted((*self.consented, code)))
        return replace(self, consented=consented, objections=_without(self.objections, code))

    @evolve
    def objected(self, event: BurdenTermsObjected) -> Self:
        code, objection = event.municipality, Objection(event.reason, event.counter_proposal)
        consented = tuple(other for other in self.consented if other != code)
        return replace(self, consented=consented, objections={**self.objections, code: objection})

    @evolve
    def objection_withdrawn(self, event: TermsObjectionWithdrawn) -> Self:
        return replace(self, objections=_without(self.objections, event.municipality))

    @evolve
    def entered_into_force(self, event: BurdenTermsEnteredIntoForce) -> Self:
        return replace(self, status=TermsStatus.IN_FORCE)

    @evolve
    def superseded(self, event: BurdenTermsSuperseded) -> Self:
        return replace(self, status=TermsStatus.SUPERSEDED, superseded_from=event.from_month)

    @evolve
    def withdrawn(self, event: BurdenTermsWithdrawn) -> Self:
        return replace(self, status=TermsStatus.WITHDRAWN)


def _asked(project: Project, terms: BurdenTerms, today: date) -> tuple[str, ...]:
    """Who must consent: those with a vote or, to terms that reach back, all they charge. Raises NobodyTakesPart."""
    needed = _affected(project, terms) if _is_past(terms, today) else project.full_participants(terms.effective_from)
    require(len(needed) > 0, NobodyTakesPart(month=terms.effective_from))
    return needed


def _affected(project: Project, terms: BurdenTerms) -> tuple[str, ...]:
    return project.taking_part_from(terms.effective_from)


def _is_past(terms: BurdenTerms, today: date) -> bool:
    return terms.effective_from < Month.containing(today)


def _without(objections: Mapping[str, Objection], municipality: str) -> Mapping[str, Objection]:
    return {code: objection for code, objection in objections.items() if code != municipality}
