"""What projects are asked and answered in."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.contracts.procurement.projects import Requirement, Stage, StageGrounds, TrialEvaluation, Waiver
from kyodo_events.contracts.procurement.themes import DecisionReference
from kyodo_events.values.texts import Id, Line
from kyodo_platform.resources import Body, Resource
from kyodo_procurement.projects.model import ProjectStatus


class SkippingIn(Body):
    """Why a project starts at a later stage, and by which decision."""

    reason: Line
    decision: DecisionReference


class ProjectIn(Body):
    """A project to be started on a selected theme."""

    theme_id: Id
    name_ja: Line
    stage: Stage = Field(
        default=Stage.RESEARCH,
        description="A later one than research only for what ran before the forum took it up, with a waiver.",
    )
    waiver: SkippingIn | None = Field(
        default=None, description="Needed, and allowed, for a start at a later stage than research."
    )


class StageIn(Body):
    """The stage that is reached, and what it rests on beside the project itself."""

    stage: Stage
    verification_id: Id | None = Field(
        default=None, description="A live cost verification of the project's theme, for full introduction."
    )
    terms_id: Id | None = Field(
        default=None, description="Burden terms of the project that are in force, for full introduction."
    )


class WaiverIn(Body):
    """A requirement that need not be met: why, and by which decision."""

    requirement: Requirement
    reason: Line
    decision: DecisionReference


class ReasonIn(Body):
    """Why; everybody may read it."""

    reason: Line


class ProjectOut(Resource):
    """A project as everybody may see it."""

    id: str
    name_ja: str = Field(title="協働事業")
    theme_id: str
    stage: Stage = Field(title="段階")
    status: ProjectStatus = Field(title="状態")
    reason: str | None = Field(title="中断・終了の理由", description="Why it is suspended or concluded.")


class ProjectDetail(ProjectOut):
    """A project with all that its stage rests on."""

    evaluation: TrialEvaluation | None = Field(description="What its trial showed.")
    grounds: StageGrounds | None = Field(description="What its last move to a stage rested on; null since its start.")
    waivers: list[Waiver] = Field(description="What was waived, whether it has been made use of or not.")
