"""What happens to an assignment besides what is published.

What a municipality or an expert does names nobody else's figures. `missing` are the parties who have not agreed yet:
`expert`, `home`, and the codes of municipalities.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.talent_assignments import AssignmentLine, EngagementForm
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_talent.assignments.forms import Instructor

EXPERT, HOME = "expert", "home"

Missing = Annotated[tuple[str, ...], Field(description="Who has not agreed yet.")]


class DeclineReason(StrEnum):
    """Why an assignment does not come about."""

    NO_TIME = "no_time"
    CONDITIONS = "conditions"
    OTHER_SOLUTION = "other_solution"
    HOME_REFUSED = "home_refused"
    NEED_GONE = "need_gone"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _DECLINE_JA[self.value]


_DECLINE_JA = {
    "no_time": "日程が合わない",
    "conditions": "条件が合わない",
    "other_solution": "別の方法で対応する",
    "home_refused": "所属組織の同意が得られない",
    "need_gone": "需要がなくなった",
    "other": "その他",
}


class TerminationReason(StrEnum):
    """Why an assignment ends before its time."""

    GOAL_MET = "goal_met"
    BUDGET_ENDED = "budget_ended"
    EXPERT_UNAVAILABLE = "expert_unavailable"
    MUNICIPALITY_WITHDREW = "municipality_withdrew"
    MUTUAL_AGREEMENT = "mutual_agreement"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _TERMINATION_JA[self.value]


_TERMINATION_JA = {
    "goal_met": "目標を達成した",
    "budget_ended": "予算がなくなった",
    "expert_unavailable": "専門人材が続けられない",
    "municipality_withdrew": "受入団体の都合",
    "mutual_agreement": "双方の合意",
    "other": "その他",
}


class AssignmentProposed(
    Event, type="kyodo.talent.assignment-proposed", words="{from_day}から{until_day}までの{form}を提案した"
):
    """The secretariat proposes that the expert work for these municipalities."""

    expert_id: Id
    project_id: Id
    request_id: Id | None
    form: EngagementForm
    instructed_by: Instructor
    instructed_by_ja: Line
    from_day: Day
    until_day: Day
    lines: tuple[AssignmentLine, ...]


class AssignmentChecklistTicked(Event, type="kyodo.talent.assignment-checklist-ticked", words="確認項目を更新した"):
    """Items of the form's checklist are settled."""

    items: tuple[Code, ...]
    open: Annotated[tuple[Code, ...], Field(description="What is still to be settled after this.")]


class AssignmentHeld(Event, type="kyodo.talent.assignment-held", words="専門人材の枠を{held_until}まで仮押さえした"):
    """The time is held to the end of a day, to be agreed on until then; once that has passed, all are asked anew."""

    held_until: Day
    missing: Missing


class AssignmentExpertAgreed(Event, type="kyodo.talent.assignment-expert-agreed", words="専門人材が承諾した"):
    """The expert agreed."""

    missing: Missing


class AssignmentHomeAgreed(Event, type="kyodo.talent.assignment-home-agreed", words="所属組織の同意を確認した"):
    """The home organisation agreed, as a document says, or need not, for a reason."""

    reference: Line | None
    not_needed_ja: Line | None
    missing: Missing


class AssignmentMunicipalityAgreed(
    Event, type="kyodo.talent.assignment-municipality-agreed", words="{municipality}が受入れを承認した"
):
    """A receiving municipality's approver agreed."""

    municipality: MunicipalityCode
    missing: Missing


class AssignmentDeclined(Event, type="kyodo.talent.assignment-declined", words="成立しなかった（{reason}）"):
    """Somebody whose agreement it needs does not agree. The municipality is named where it was one."""

    municipality: MunicipalityCode | None
    reason: DeclineReason


class AssignmentStarted(Event, type="kyodo.talent.assignment-started", words="{day}に業務を開始した"):
    """The expert works for the municipalities, or does so again."""

    day: Day


class AssignmentPaused(Event, type="kyodo.talent.assignment-paused", words="{day}から業務を休止した"):
    """The expert does not work for now; the time stays promised."""

    day: Day
