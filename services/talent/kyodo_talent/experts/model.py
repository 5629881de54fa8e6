"""An expert: an outside professional whose time the municipalities share (外部人材の共同利用).

Three axes that say nothing of each other: whether the secretariat vouches (qualification), whether the expert takes
new work (availability), and what the expert works on (engagement, which follows from the assignments). An expert who
is qualified and takes no work is not "inactive", and one at work may have a qualification that ran out.

Only what a match needs is kept, under a pseudonym made by us: no name, no address. The expert's time is decided on a
stream of its own (see schedules).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.errors import require
from kyodo_events.values.municipalities import Area
from kyodo_events.values.skills import SkillRef
from kyodo_talent.experts import skillset
from kyodo_talent.experts.events import (
    AlreadyRemoved,
    AvailabilityChanged,
    ConditionsStated,
    DayImpossible,
    ExpertErased,
    ExpertIsErased,
    ExpertQualified,
    ExpertRemoved,
    ExpertScreened,
    NotScreened,
    NotToBeScreened,
    PauseWithoutEnd,
    QualificationRenewed,
    SkillEvidenced,
    SkillsClaimed,
    SkillVerified,
)
from kyodo_talent.experts.parts import (
    Availability,
    Conditions,
    EvidenceKind,
    Language,
    Mode,
    Qualification,
    RemovalReason,
)
from kyodo_talent.experts.skillset import Claims, Skills
from kyodo_talent.reference.personas import Persona

LONGEST = timedelta(days=5 * 366)  # for a qualification, a verified level, a pause: beyond it the year is mistyped

# Of whoever was registered before conditions were asked for, and of whoever states none.
UNSTATED = Conditions(personas=(), languages=(Language.JA,), modes=(Mode.REMOTE,), areas=tuple(Area))


@dataclass(frozen=True)
class Expert(Aggregate, category="expert"):
    """An expert as matched."""

    conditions: Conditions = UNSTATED
    skills: Skills = ()
    qualification: Qualification = Qualification.REGISTERED
    valid_until: date | None = None
    availability: Availability = Availability.OPEN
    paused_until: date | None = None
    erased: bool = False

    @property
    def pseudonym(self) -> str:
        """What the expert is called everywhere: it says nothing of the person."""
        return f"expert-{self.id}"

    @property
    def personas(self) -> tuple[Persona, ...]:
        """What the expert can be."""
        return self.conditions.personas

    def qualification_on(self, today: date) -> Qualification:
        """How far the secretariat vouches today."""
        ran_out = self.valid_until is not None and self.valid_until < today
        return (
            Qualification.EXPIRED if ran_out and self.qualification is Qualification.QUALIFIED else self.qualification
        )

    def availability_on(self, today: date) -> Availability:
        """Whether the expert takes new work today: a pause that is over is none."""
        is_over = self.paused_until is not None and self.paused_until < today
        return Availability.OPEN if is_over else self.availability

    def is_available(self, today: date) -> bool:
        """Whether new work may be proposed to the expert."""
        return (
            self.qualification_on(today) is Qualification.QUALIFIED
            and self.availability_on(today) is Availability.OPEN
            and not self.erased
        )

    # decisions

    def register(
        self,
        personas: Collection[Persona],
        half_days_per_month: int,
        conditions: Conditions | None = None,
        claims: Claims = (),
    ) -> Events:
        """Take the expert up, with what is known of skills and conditions; personas are kept once each, in order."""
        yield ExpertRegistered(
            pseudonym=self.pseudonym,
            personas=tuple(persona for persona in Persona if persona in personas),
            half_days_per_month=half_days_per_month,
        )
        if conditions is not None:
            yield ConditionsStated(conditions=conditions.in_order())
        if claims:
            yield SkillsClaimed(skills=skillset.claimed((), claims))

    def state_conditions(self, conditions: Conditions) -> Events:
        """Say what may be asked for."""
        self._require_here()
        if conditions.in_order() != self.conditions:
            yield ConditionsStated(conditions=conditions.in_order())

    def claim_skills(self, claims: Claims) -> Events:
        """Say which skills there are; what is not named is claimed no longer."""
        self._require_here()
        skills = skillset.claimed(self.skills, claims)
        if skills != self.skills:
            yield SkillsClaimed(skills=skills)

    def show_evidence(self, skill: SkillRef, level: int, kind: EvidenceKind) -> Events:
        """Record what was shown for a skill."""
        self._require_here()
        skills = skillset.evidenced(self.skills, skill, level)
        yield SkillEvidenced(skill=skill, level=level, kind=kind, skills=skills)

    def verify_skill(self, skill: SkillRef, level: int, expires_on: date, today: date) -> Events:
        """The secretariat holds the level for true, up to and with a day."""
        self._require_here()
        _require_to_come(expires_on, today)
        skills = skillset.verified(self.skills, skill, level, expires_on)
        if skills != self.skills:
            yield SkillVerified(skill=skill, level=level, expires_on=expires_on, skills=skills)

    def screen(self) -> Events:
        """Record that the expert was screened; also one who was removed and comes back."""
        self._require_here()
        open_to_it = self.qualification in (Qualification.REGISTERED, Qualification.REMOVED)
        require(open_to_it, NotToBeScreened(qualification=self.qualification))
        yield ExpertScreened()

    def qualify(self, valid_until: date, today: date) -> Events:
        """Vouch for the expert up to and with a day, for the first time or anew."""
        self._require_here()
        _require_to_come(valid_until, today)
        if self.qualification is Qualification.SCREENED:
            yield ExpertQualified(valid_until=valid_until)
            return
        is_renewal = self.qualification is Qualification.QUALIFIED
        require(is_renewal, NotScreened(qualification=self.qualification))
        if valid_until != self.valid_until:
            yield QualificationRenewed(valid_until=valid_until)

    def remove(self, reason: RemovalReason) -> Events:
        """Take the expert off the list."""
        self._require_here()
        require(self.qualification is not Qualification.REMOVED, AlreadyRemoved())
        yield ExpertRemoved(reason=reason)

    def set_availability(self, availability: Availability, paused_until: date | None, today: date) -> Events:
        """Take new work, pause up to and with a day, or take none any more."""
        self._require_here()
        has_end = paused_until is not None
        fits = has_end == (availability is Availability.PAUSED)
        require(fits, PauseWithoutEnd(availability=availability, paused_until=paused_until or "none"))
        if paused_until is not None:
            _require_to_come(paused_until, today)
        if (availability, paused_until) != (self.availability, self.paused_until):
            yield AvailabilityChanged(availability=availability, paused_until=paused_until)

    def erase(self) -> Events:
        """Note that the person's data are gone: nothing can be proposed to the expert any more."""
        if not self.erased:
            yield ExpertErased()

    def _require_here(self) -> None:
        require(not self.erased, ExpertIsErased())

    # what events did

    @evolve
    def registered(self, event: ExpertRegistered) -> Self:
        conditions = self.conditions.model_copy(update={"personas": tuple(map(Persona, event.personas))})
        return replace(self, conditions=conditions)

    @evolve
    def conditions_stated(self, event: ConditionsStated) -> Self:
        return replace(self, conditions=event.conditions)

    @evolve
    def skills_claimed(self, event: SkillsClaimed) -> Self:
        return replace(self, skills=event.skills)

    @evolve
    def skill_evidenced(self, event: SkillEvidenced) -> Self:
        return replace(self, skills=event.skills)

    @evolve
    def skill_verified(self, event: SkillVerified) -> Self:
        return replace(self, skills=event.skills)

    @evolve
    def screened(self, event: ExpertScreened) -> Self:
        return replace(self, qualification=Qualification.SCREENED, valid_until=None)

    @evolve
    def qualified(self, event: ExpertQualified) -> Self:
        return replace(self, qualification=Qualification.QUALIFIED, valid_until=event.valid_until)

    @evolve
    def renewed(self, event: QualificationRenewed) -> Self:
        return replace(self, valid_until=event.valid_until)

    @evolve
    def removed(self, event: ExpertRemoved) -> Self:
        return replace(self, qualification=Qualification.REMOVED, valid_until=None)

    @evolve
    def availability_changed(self, event: AvailabilityChanged) -> Self:
        return replace(self, availability=event.availability, paused_until=event.paused_until)

    @evolve
    def erasure(self, event: ExpertErased) -> Self:
        return replace(
            self,
            erased=True,
            skills=(),
            qualification=Qualification.REMOVED,
            valid_until=None,
            availability=Availability.CLOSED,
            paused_until=None,
        )


def _require_to_come(day: date, today: date) -> None:
    require(today < day <= today + LONGEST, DayImpossible(day=day, latest=today + LONGEST))
