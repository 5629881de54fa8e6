"""A supporter: a volunteer who helps people with their smartphones (TOKYOスマホサポーター).

    candidate → registered → active ⇄ resting → suspended → withdrawn

A candidate who finished the training is registered; a registered supporter with insurance and declaration becomes
active, and only then can be matched. A certificate that ran out makes `expired` of whatever the status was: that
follows from the day. Only what a match needs is kept, under a pseudonym made by us: no name, no address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.errors import require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_supporter_matching.supporters.events import (
    CertificateMissing,
    ConditionsStated,
    DeclarationsMade,
    DeclarationsMissing,
    GuardianConsented,
    GuardianConsentMissing,
    InsuranceOver,
    SupporterActivated,
    SupporterApplied,
    SupporterErased,
    SupporterGraded,
    SupporterIsErased,
    SupporterReinstated,
    SupporterRested,
    SupporterResumed,
    SupporterSuspended,
    SupporterWithdrew,
    WrongStatus,
)
from kyodo_supporter_matching.supporters.parts import (
    Conditions,
    Grade,
    Language,
    Status,
    SupporterKind,
    SuspensionReason,
)

LONGEST: Final = timedelta(days=5 * 366)  # for an insurance: beyond it the year is mistyped
UNSTATED: Final = Conditions(languages=(Language.JAPANESE,), sessions_per_month=1)
AT_WORK: Final = (Status.REGISTERED, Status.ACTIVE, Status.RESTING)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A supporter who was registered elsewhere. `guardian` says when a minor's guardian signed, and on which paper."""

    home: MunicipalityCode
    kind: SupporterKind
    minor: bool
    conditions: Conditions
    grade: Grade
    guardian: tuple[date, str] | None
    insured_until: date
    declared_on: date


@dataclass(frozen=True)
class Supporter(Aggregate, category="supporter"):
    """A supporter as matched."""

    home_municipality: MunicipalityCode = ""
    kind: SupporterKind = SupporterKind.WORKING
    minor: bool = False
    guardian_consented: bool = False
    conditions: Conditions = UNSTATED
    insured_until: date | None = None
    declared_on: date | None = None
    grade: Grade = Grade.NEWCOMER
    status: Status = Status.CANDIDATE
    erased: bool = False

    @property
    def pseudonym(self) -> str:
        """What the supporter is called everywhere: it says nothing of the person."""
        return f"supporter-{self.id}"

    def can_help_on(self, day: date) -> bool:
        """Whether the supporter may be sent to a session of a day, as far as status and insurance go."""
        insured = self.insured_until is not None and self.insured_until >= day
        return self.status is Status.ACTIVE and insured and not self.erased

    # decisions

    def apply(self, home: MunicipalityCode, kind: SupporterKind, conditions: Conditions, *, minor: bool) -> Events:
        """Begin as a candidate."""
        yield SupporterApplied(pseudonym=self.pseudonym, home_municipality=home, kind=kind, minor=minor)
        yield ConditionsStated(conditions=conditions.in_order())

    def enrol(self, enrolment: Enrolment, today: date) -> Events:
        """Take over somebody who was registered elsewhere and can be matched at once."""
        guardian, conditions = enrolment.guardian, enrolment.conditions.in_order()
        require(guardian is not None or not enrolment.minor, GuardianConsentMissing())
        yield from self.apply(enrolment.home, enrolment.kind, conditions, minor=enrolment.minor)
        if guardian is not None:
            yield from self.record_guardian(*guardian, today)
        yield from self.declare(enrolment.insured_until, enrolment.declared_on, today)
        if enrolment.grade is not self.grade:
            yield SupporterGraded(grade=enrolment.grade)
        yield SupporterRegistered(
            pseudonym=self.pseudonym,
            home_municipality=enrolment.home,
            languages=conditions.languages,
            sessions_per_month=conditions.sessions_per_month,
        )
        yield SupporterActivated()

    def record_guardian(self, given_on: date, reference: str, today: date) -> Events:
        """Note that a minor's guardian agreed."""
        self.require_here()
        require(given_on <= today, InsuranceOver())
        yield GuardianConsented(given_on=given_on, reference=reference)

    def state_conditions(self, conditions: Conditions) -> Events:
        """Say what may be asked for."""
        self.require_here()
        if conditions.in_order() != self.conditions:
            yield ConditionsStated(conditions=conditions.in_order())

    def declare(self, insured_until: date, declared_on: date, today: date) -> Events:
        """Note insurance and background declaration."""
        self.require_here()
        require(today <= insured_until <= today + LONGEST and declared_on <= today, InsuranceOver())
        if (insured_until, declared_on) != (self.insured_until, self.declared_on):
            yield DeclarationsMade(insured_until=insured_until, declared_on=declared_on)

    def grade_as(self, grade: Grade) -> Events:
        """Say how much the supporter has done."""
        self.require_here()
        if grade is not self.grade:
            yield SupporterGraded(grade=grade)

    def register(self, *, certified: bool) -> Events:
        """Take the candidate up among the supporters."""
        self.require_here()
        if self.status is not Status.CANDIDATE:
            return
        require(certified, CertificateMissing())
        require(self.guardian_consented or not self.minor, GuardianConsentMissing())
        yield SupporterRegistered(
            pseudonym=self.pseudonym,
            home_municipality=self.home_municipality,
            languages=self.conditions.languages,
            sessions_per_month=self.conditions.sessions_per_month,
        )

    def activate(self, today: date) -> Events:
        """Let the supporter be matched."""
        self._require_status(Status.REGISTERED, Status.ACTIVE)
        insured = self.insured_until is not None and self.insured_until >= today
        require(insured and self.declared_on is not None, DeclarationsMissing())
        if self.status is Status.REGISTERED:
            yield SupporterActivated()

    def rest(self) -> Events:
        """Take a break."""
        self._require_status(Status.ACTIVE, Status.RESTING)
        if self.status is Status.ACTIVE:
            yield SupporterRested()

    def resume(self) -> Events:
        """End the break."""
        self._require_status(Status.ACTIVE, Status.RESTING)
        if self.status is Status.RESTING:
            yield SupporterResumed()

    def suspend(self, reason: SuspensionReason) -> Events:
        """Stop the supporter from being matched."""
        self._require_status(*AT_WORK, Status.SUSPENDED)
        if self.status is not Status.SUSPENDED:
            yield SupporterSuspended(reason=reason)

    def reinstate(self) -> Events:
        """Lift the suspension; the supporter rests until resuming by own wish."""
        self._require_status(Status.SUSPENDED, Status.RESTING)
        if self.status is Status.SUSPENDED:
            yield SupporterReinstated()

    def withdraw(self) -> Events:
        """Leave the scheme."""
        if self.status is not Status.WITHDRAWN:
            yield SupporterWithdrew()

    def erase(self) -> Events:
        """Note that the person's key is gone; who is erased has left."""
        if not self.erased:
            yield from self.withdraw()
            yield SupporterErased()

    def require_here(self) -> None:
        """Raises SupporterIsErased or WrongStatus for somebody who has left."""
        require(not self.erased, SupporterIsErased())
        require(self.status is not Status.WITHDRAWN, WrongStatus(current=self.status.value, needed="one who is here"))

    def _require_status(self, *needed: Status) -> None:
        self.require_here()
        names = " or ".join(one.value for one in needed)
        require(self.status in needed, WrongStatus(current=self.status.value, needed=names))

    # what events did

    @evolve
    def applied(self, event: SupporterApplied) -> Self:
        return replace(self, home_municipality=event.home_municipality, kind=event.kind, minor=event.minor)

    @evolve
    def guardian_agreed(self, event: GuardianConsented) -> Self:
        return replace(self, guardian_consented=True)

    @evolve
    def conditions_changed(self, event: ConditionsStated) -> Self:
        return replace(self, conditions=event.conditions)

    @evolve
    def declared(self, event: DeclarationsMade) -> Self:
        return replace(self, insured_until=event.insured_until, declared_on=event.declared_on)

    @evolve
    def graded(self, event: SupporterGraded) -> Self:
        return replace(self, grade=event.grade)

    @evolve
    def registered(self, event: SupporterRegistered) -> Self:
        languages = tuple(Language(language) for language in event.languages)
        asked = {"languages": languages, "sessions_per_month": event.sessions_per_month}
        conditions = self.conditions.model_copy(update=asked)
        return replace(self, home_municipality=event.home_municipality, conditions=conditions, status=Status.REGISTERED)

    @evolve
    def activated(self, event: SupporterActivated) -> Self:
        return replace(self, status=Status.ACTIVE)

    @evolve
    def rested(self, event: SupporterRested) -> Self:
        return replace(self, status=Status.RESTING)

    @evolve
    def resumed(self, event: SupporterResumed) -> Self:
        return replace(self, status=Status.ACTIVE)

    @evolve
    def suspended(self, event: SupporterSuspended) -> Self:
        return replace(self, status=Status.SUSPENDED)

    @evolve
    def reinstated(self, event: SupporterReinstated) -> Self:
        return replace(self, status=Status.RESTING)

    @evolve
    def withdrew(self, event: SupporterWithdrew) -> Self:
        return replace(self, status=Status.WITHDRAWN)

    @evolve
    def was_erased(self, event: SupporterErased) -> Self:
        return replace(self, erased=True)
