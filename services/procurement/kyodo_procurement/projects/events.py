"""What happens to a project inside this service; what leaves it stands in the contracts."""

from __future__ import annotations

from kyodo_events.contracts.procurement.projects import Requirement, TrialEvaluation
from kyodo_events.contracts.procurement.themes import Decision
from kyodo_events.event import Event


class BurdenTermsNumbered(
    Event, type="kyodo.procurement.burden-terms-numbered", words="費用負担条件の案に第{number}版の番号を付けた"
):
    """The next proposal of burden terms for this project got its number.

    Recorded on the project's stream, in the transaction of the proposal: proposals cannot get the same number,
    and a municipality that joins at the same moment is either asked for its consent or accedes, never neither.
    """

    number: int


class RequirementWaived(
    Event,
    type="kyodo.procurement.requirement-waived",
    words="要件「{requirement}」を免除した：{reason}（{decision.text_ja}）",
):
    """A requirement of a stage need not be met, by a decision of the forum."""

    requirement: Requirement
    reason: str
    decision: Decision


class TrialEvaluated(
    Event, type="kyodo.procurement.trial-evaluated", words="試行を評価した：{evaluation.conclusion_ja}"
):
    """What the trial showed, in place of any evaluation before."""

    evaluation: TrialEvaluation
