"""What happens to a plan of hands-on support. None of it leaves the service."""

from __future__ import annotations

from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line
from kyodo_talent.experts.parts import Mode
from kyodo_talent.support_plans.values import ActionNumber, Findings, Goals
from kyodo_talent.work_logs.values import Side


class _OfMunicipality(Event):
    """Something about one municipality's plan."""

    municipality: MunicipalityCode


class SupportPlanBegun(_OfMunicipality, type="kyodo.talent.support-plan-begun", words="伴走型支援の計画を作成した"):
    """The plan of an assignment for one of its municipalities."""

    assignment_id: Id
    expert_id: Id


class SupportGoalsProposed(
    _OfMunicipality, type="kyodo.talent.support-goals-proposed", words="{by}が支援の目標を提案した"
):
    """One side proposes goals, in place of any that were proposed before; those agreed on stand until then."""

    by: Side
    goals: Goals


class SupportGoalsAgreed(_OfMunicipality, type="kyodo.talent.support-goals-agreed", words="支援の目標に合意した"):
    """The other side named the same goals: they are the plan's."""

    goals: Goals


class SupportGoalsDropped(
    _OfMunicipality, type="kyodo.talent.support-goals-dropped", words="支援の目標の見直しを取りやめた"
):
    """One side stands by the goals as agreed: the proposal is off the table."""


class SupportVisitRecorded(
    _OfMunicipality, type="kyodo.talent.support-visit-recorded", words="{day}の訪問を記録・修正した"
):
    """The expert wrote down a day's visit and what was found, in place of what was written about that day."""

    expert_id: Id
    day: Day
    mode: Mode
    findings: Findings


class SupportActionProposed(
    _OfMunicipality, type="kyodo.talent.support-action-proposed", words="{by}が取組{number}を提案した"
):
    """One side proposes that one of them does something by a day."""

    expert_id: Id
    number: ActionNumber
    by: Side
    owner: Side
    action_ja: Line
    due: Day


class SupportActionAgreed(_OfMunicipality, type="kyodo.talent.support-action-agreed", words="取組{number}に合意した"):
    """The other side agreed: its owner is to do it."""

    number: ActionNumber


class SupportActionDone(_OfMunicipality, type="kyodo.talent.support-action-done", words="取組{number}を完了した"):
    """Its owner did it."""

    number: ActionNumber


class SupportActionDropped(
    _OfMunicipality, type="kyodo.talent.support-action-dropped", words="取組{number}を取りやめた"
):
    """It is not to be done."""

    number: ActionNumber
    by: Side
    reason_ja: Line
