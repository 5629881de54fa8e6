"""What an expert is registered and described with, and how one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from kyodo_events.values.municipalities import Area
from kyodo_events.values.skills import KnownSkill, SkillRef, label_of
from kyodo_events.values.texts import Day
from kyodo_platform.resources import Answer, Body, Resource, labelled
from kyodo_talent.experts.model import UNSTATED, Expert
from kyodo_talent.experts.parts import (
    AREAS_JA,
    LANGUAGES_JA,
    MODES_JA,
    Availability,
    Conditions,
    Engagement,
    EvidenceKind,
    HalfDays,
    Language,
    Level,
    Mode,
    Qualification,
    RemovalReason,
)
from kyodo_talent.experts.skillset import Claims
from kyodo_talent.reference.personas import PERSONAS_JA, Persona

MOST_SKILLS = 40

Personas = Annotated[list[Persona], Field(min_length=1, max_length=len(Persona))]
Languages = Annotated[list[Language], Field(min_length=1, max_length=len(Language))]
Modes = Annotated[list[Mode], Field(min_length=1, max_length=len(Mode))]
Areas = Annotated[list[Area], Field(min_length=1, max_length=len(Area))]


class ClaimIn(KnownSkill):
    """A skill and the level that the expert claims."""

    level: Level

    @property
    def ref(self) -> SkillRef:
        """The skill alone."""
        return SkillRef(scheme=self.scheme, version=self.version, code=self.code)


def _each_once(claims: list[ClaimIn]) -> list[ClaimIn]:
    if len({claim.key for claim in claims}) < len(claims):
        raise ValueError("a skill is claimed twice: give each once, with the level that is meant")
    return claims


ClaimList = Annotated[list[ClaimIn], Field(max_length=MOST_SKILLS), AfterValidator(_each_once)]


class ConditionsIn(Body):
    """What may be asked of the expert: personas, languages, modes and areas."""

    personas: Personas
    languages: Languages = list(UNSTATED.languages)
    modes: Modes = list(UNSTATED.modes)
    areas: Areas = list(UNSTATED.areas)

    @property
    def conditions(self) -> Conditions:
        """The same as one value."""
        return Conditions(
            personas=tuple(self.personas),
            languages=tuple(self.languages),
            modes=tuple(self.modes),
            areas=tuple(self.areas),
        )


class ExpertIn(ConditionsIn):
    """A new expert. The pseudonym is made here; send nothing that names the person."""

    half_days_per_month: HalfDays
    skills: ClaimList = []

    @property
    def stated(self) -> Conditions | None:
        """The conditions, where they say more than the personas."""
        stated = self.model_fields_set & {"languages", "modes", "areas"}
        return self.conditions if stated else None


class SkillsIn(Body):
    """All skills that the expert claims; what is left out is claimed no longer."""

    skills: ClaimList

    @property
    def claims(self) -> Claims:
        """As the expert takes them."""
        return claims_of(self.skills)


class EvidenceIn(ClaimIn):
    """What was shown for a skill, and the level that it shows."""

    kind: EvidenceKind


class VerificationIn(ClaimIn):
    """The level that the secretariat holds for true, up to and with a day."""

    expires_on: Day


class QualificationIn(Body):
    """Up to and with which day the secretariat vouches."""

    valid_until: Day


class RemovalIn(Body):
    """Why the expert is taken off the list."""

    reason: RemovalReason


class AvailabilityIn(Body):
    """Whether the expert takes new work; with 'paused' the last day of the pause."""

    availability: Availability
    paused_until: Day | None = None


class SkillOut(Answer):
    """A skill of an expert, with its levels as far as they came."""

    scheme: str
    version: str
    code: str
    label_ja: str = ""
    claimed: int
    evidenced: int | None
    verified: int | None
    expires_on: date | None = Field(description="The last day on which the verified level counts.")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.label_ja = label_of(self.scheme, self.version, self.code)


class ExpertOut(Resource):
    """One expert, under a pseudonym, as it stands today."""

    id: str
    pseudonym: str = Field(title="仮名")
    personas: Annotated[dict[Persona, str], labelled(PERSONAS_JA)] = Field(
        title="人材像", description="What the expert can be: code and Japanese label."
    )
    qualification: Qualification = Field(title="認定状態")
    qualification_ja: str = Field(title="認定", default="")
    valid_until: date | None = Field(title="認定期限", description="The last day of the qualification.")
    availability: Availability = Field(title="受付状態")
    availability_ja: str = Field(title="受付", default="")
    paused_until: date | None = Field(title="休止期限", description="The last day of the pause.")
    available: bool = Field(title="提案可", description="Whether new work may be proposed today.")
    engagement: Engagement = Field(title="従事状態", description="What the expert's assignments say.")
    engagement_ja: str = Field(title="従事", default="")
    skills: list[SkillOut] = Field(title="スキル")
    languages: Annotated[dict[Language, str], labelled(LANGUAGES_JA)] = Field(title="言語")
    modes: Annotated[dict[Mode, str], labelled(MODES_JA)] = Field(title="働き方")
    areas: Annotated[dict[Area, str], labelled(AREAS_JA)] = Field(title="地域")
    half_days_per_month: int = Field(title="月あたり半日数")
    registered_at: datetime = Field(title="登録日時")
    erased: bool = Field(title="削除済", description="Whether the person's data were erased on request.")

    @classmethod
    def of_new(cls, expert: Expert, half_days_per_month: int, now: datetime) -> Self:
        """The answer about an expert registered at this moment, of whom nothing but that is known to be read."""
        return cls.of(
            {
                **vars(expert),
                **expert.conditions.model_dump(),
                "pseudonym": expert.pseudonym,
                "available": False,
                "engagement": Engagement.FREE,
                "half_days_per_month": half_days_per_month,
                "registered_at": now,
            }
        )

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.qualification_ja = "削除済" if self.erased else self.qualification.label_ja
        self.availability_ja = self.availability.label_ja
        self.engagement_ja = self.engagement.label_ja


def claims_of(claims: Sequence[ClaimIn]) -> Claims:
    """Claims as the expert takes them."""
    return [(claim.ref, claim.level) for claim in claims]
