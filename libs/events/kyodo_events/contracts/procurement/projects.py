"""Projects as they leave procurement: what is worked on, at which stage, and who takes part."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.procurement.themes import Decision
from kyodo_events.event import Event, JsonObject, Topic, registry
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Line, Text
from kyodo_events.values.value import Value

PROJECTS = Topic("kyodo.procurement.projects.v1")


class Stage(StrEnum):
    """How far a project has come."""

    RESEARCH = "research"  # 調査・研究
    TRIAL = "trial"  # 試行導入
    FULL = "full"  # 本格導入

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"research": "調査・研究", "trial": "試行導入", "full": "本格導入"}[self.value]


class Requirement(StrEnum):
    """What moving to a stage takes; each may be waived by a decision on record."""

    SKIPPED_STAGE = "skipped_stage"  # one stage after the other
    RECOMMENDED_APPROACH = "recommended_approach"
    TWO_PARTICIPANTS = "two_participants"
    TRIAL_EVALUATION = "trial_evaluation"
    COST_VERIFICATION = "cost_verification"
    TERMS_IN_FORCE = "terms_in_force"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "skipped_stage": "段階を順に進むこと",
            "recommended_approach": "推奨する進め方",
            "two_participants": "2団体以上の参加",
            "trial_evaluation": "試行の評価",
            "cost_verification": "有効な費用検証",
            "terms_in_force": "発効した費用負担条件",
        }[self.value]


class Waiver(Value):
    """A requirement that a project need not meet: why, and by which decision."""

    requirement: Requirement
    reason: str
    decision: Decision


Figure = Annotated[int, Field(strict=True, ge=-1_000_000_000_000, le=1_000_000_000_000)] | Line
"""What an indicator aimed at or reached: a whole number, or a text where no number says it."""


class Kpi(Value):
    """An indicator (KPI) of a trial: what it aimed at, what it reached, and whether that met the aim."""

    name_ja: Line
    target: Figure
    reached: Figure
    met: bool


class TrialEvaluation(Value):
    """What a trial showed, indicator by indicator, and what follows from it."""

    kpis: Annotated[tuple[Kpi, ...], Field(min_length=1, max_length=50)]
    conclusion_ja: Annotated[Text, Field(min_length=1)]


class StageGrounds(Value):
    """What a project's move to a stage rested on; null for what that stage does not ask for, or what was waived."""

    recommended_approach: Annotated[
        str | None, Field(description="Title of the approach that the theme's working group recommended.")
    ] = None
    participants: Annotated[
        tuple[MunicipalityCode, ...], Field(description="Who took part at that moment, or was to from a later month.")
    ] = ()
    evaluation: TrialEvaluation | None = None
    verification_id: Annotated[str | None, Field(description="Id of the cost verification.")] = None
    terms_id: Annotated[str | None, Field(description="Id of the burden terms in force.")] = None
    waivers: Annotated[tuple[Waiver, ...], Field(description="What was waived instead of being met.")] = ()

    @property
    def waived(self) -> tuple[Requirement, ...]:
        """The requirements that were waived."""
        return tuple(waiver.requirement for waiver in self.waivers)


class ProjectStarted(
    Event,
    type="kyodo.procurement.project-started",
    topic=PROJECTS,
    words="協働事業「{name_ja}」を{stage}の段階で開始した",
):
    """A selected theme is worked on as a project (協働事業)."""

    name_ja: str
    theme_id: str
    stage: Stage


class ProjectStageReached(
    Event,
    type="kyodo.procurement.project-stage-reached",
    topic=PROJECTS,
    words="{stage}の段階に進んだ（免除した要件：{grounds.waived}）",
):
    """The project moved on to a later stage, on these grounds."""

    stage: Stage
    grounds: StageGrounds


class ProjectSuspended(
    Event, type="kyodo.procurement.project-suspended", topic=PROJECTS, words="一時中断した：{reason}"
):
    """Work on the project rests; its stage, participations and burden terms stay as they are."""

    reason: str


class ProjectResumed(Event, type="kyodo.procurement.project-resumed", topic=PROJECTS, words="同じ段階で再開した"):
    """Work goes on at the stage at which it was suspended."""


class ProjectConcluded(
    Event, type="kyodo.procurement.project-concluded", topic=PROJECTS, words="協働事業を終了した：{reason}"
):
    """Work is over for good. Participations end by notice of each participant, not by this."""

    reason: str


class ParticipantJoined(
    Event,
    type="kyodo.procurement.participant-joined",
    version=2,
    topic=PROJECTS,
    words="{municipality}が{from_month}から参加する",
):
    """A municipality takes part in the project from a month on. The stream is the project.

    `from_day` is the first day, where it is not the month's first: terms that charge by day count from it.
    """

    municipality: MunicipalityCode
    from_month: Month
    from_day: Day | None = None


class ParticipantLeft(
    Event,
    type="kyodo.procurement.participant-left",
    version=2,
    topic=PROJECTS,
    words="{municipality}の参加が{last_month}をもって終わる",
):
    """A municipality's participation ends with a month, that month included. The stream is the project.

    `last_day` is the last day, where it is not the month's last: terms that charge by day count to it.
    """

    municipality: MunicipalityCode
    last_month: Month
    last_day: Day | None = None


@registry.upcasts(ParticipantJoined, from_version=1)
@registry.upcasts(ParticipantLeft, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """Version 1 knew whole months only."""
    return data
