"""How a project moves on: from research (調査・研究) to trial (試行導入) to full introduction (本格導入).

Pure, like a model; apart from `model.py`, because cost verifications and burden terms look at a project themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.projects import ProjectStageReached, Requirement, Stage, StageGrounds
from kyodo_events.errors import require
from kyodo_events.values.fiscal import Month
from kyodo_procurement.projects.model import REQUIREMENTS, STAGES, Project
from kyodo_procurement.projects.refusals import RequirementsNotMet, StageNotAhead
from kyodo_procurement.terms.model import Proposal, TermsStatus
from kyodo_procurement.verifications.model import CostVerification
from kyodo_procurement.working_groups.model import WorkingGroup

PARTICIPANTS_FOR_TRIAL = 2


@dataclass(frozen=True)
class Evidence:
    """What a move to a stage may rest on, beside the project itself; `needs` is the theme's live needs now.

    None stands for what there is not, or was not named.
    """

    group: WorkingGroup | None
    needs: int
    verification: CostVerification | None
    terms: Proposal | None
    today: date


def reach(project: Project, stage: Stage, evidence: Evidence) -> Events:
    """The secretariat moves the project on; each requirement on the way is met or waived.

    Skipping the trial spares its evaluation, since there is none, and nothing else: the requirements of a stage that
    is skipped still hold. The stage at which the project stands again changes nothing.
    """
    project.require_active()
    if stage is project.stage:
        return
    here, there = STAGES.index(project.stage), STAGES.index(stage)
    require(there > here, StageNotAhead(stage=project.stage, asked=stage))
    needed = [requirement for passed in STAGES[here + 1 : there + 1] for requirement in REQUIREMENTS[passed]]
    if there > here + 1:
        needed = [Requirement.SKIPPED_STAGE, *(one for one in needed if one is not Requirement.TRIAL_EVALUATION)]
    found = {PROOFS[one].field: PROOFS[one].find(project, evidence) for one in needed}
    lacking = [one for one in needed if not found[PROOFS[one].field]]
    missing = [one for one in lacking if one not in project.waived]
    why = "; ".join(f"{one} ({PROOFS[one].lacking})" for one in missing)
    require(not missing, RequirementsNotMet(stage=stage, missing=missing, why=why))
    proven = {field: proof for field, proof in found.items() if proof}
    grounds = StageGrounds(**proven, waivers=tuple(project.waived[one] for one in lacking))
    yield ProjectStageReached(stage=stage, grounds=grounds)


def _approach(project: Project, evidence: Evidence) -> str | None:
    recommended = evidence.group.recommended if evidence.group else None
    return recommended.matter.title_ja if recommended else None  # its full text stays among governments


def _participants(project: Project, evidence: Evidence) -> tuple[str, ...]:
    signed = project.taking_part_from(Month.containing(evidence.today))
    return signed if len(signed) >= PARTICIPANTS_FOR_TRIAL else ()


def _verification(project: Project, evidence: Evidence) -> str | None:
    named = evidence.verification
    live = named and named.theme_id == project.theme_id and named.is_live(evidence.today, evidence.needs)
    return named.id if named and live else None


def _terms(project: Project, evidence: Evidence) -> str | None:
    named = evidence.terms
    in_force = named and named.project_id == project.id and named.status is TermsStatus.IN_FORCE
    return named.id if named and in_force else None


@dataclass(frozen=True)
class Proof:
    """What meets a requirement: where the grounds state it, how it is found, and what to say where it is not."""

    field: str
    find: Callable[[Project, Evidence], Any]
    lacking: str


PROOFS: Mapping[Requirement, Proof] = {
    Requirement.SKIPPED_STAGE: Proof("", lambda *_: None, "a stage before it is skipped, which takes a waiver"),
    Requirement.RECOMMENDED_APPROACH: Proof(
        "recommended_approach", _approach, "the theme's working group has recommended none"
    ),
    Requirement.TWO_PARTICIPANTS: Proof(
        "participants", _participants, "fewer than two municipalities have signed to take part"
    ),
    Requirement.TRIAL_EVALUATION: Proof(
        "evaluation", lambda project, _: project.evaluation, "the trial was not evaluated"
    ),
    Requirement.COST_VERIFICATION: Proof(
        "verification_id", _verification, "no live cost verification of the project's theme was named"
    ),
    Requirement.TERMS_IN_FORCE: Proof("terms_id", _terms, "no burden terms in force of the project were named"),
}
