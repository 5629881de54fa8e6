"""Surveys of participation as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from pydantic import Field

from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import COUNT
from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.participation_surveys.model import ParticipationSurvey, SurveyStatus
from kyodo_supporter_matching.participation_surveys.values import PROGRAMMES_JA, PlannedSessions, Programme
from kyodo_supporter_matching.sessions.values import KINDS_JA, SessionKind


class OpeningIn(Body):
    """Until when answers are taken."""

    deadline: Day = Field(description="Last day on which answers are taken, Tokyo time.")


class ReopeningIn(OpeningIn):
    """Until when answers are taken again, and why."""

    reason_ja: Line


class SurveyOut(Resource):
    """The survey of a fiscal year."""

    fiscal_year: FiscalYear = Field(title="年度")
    status: SurveyStatus = Field(title="状態")
    deadline: date = Field(title="回答期限")
    answered: int = Field(title="回答団体数")


class ReminderRow(Answer):
    """A reminder, and to whom it went."""

    reminder: int = Field(title="記録番号")
    day: date = Field(title="督促日")
    unanswered: list[str] = Field(title="未回答団体")


class UnansweredRow(Answer):
    """A municipality whose answer is still to come."""

    municipality: str = Field(title="団体コード")
    name_ja: str = Field(title="団体名")


class AnswerRow(Answer):
    """A municipality's live answer."""

    municipality: str = Field(title="団体コード")
    fiscal_year: FiscalYear = Field(title="年度")
    programmes: list[Programme] = Field(title="参加事業")
    supporters_in_own_classes: bool = Field(title="自主教室でのサポーター活用")
    section_ja: str = Field(title="担当課")
    section_phone: str = Field(title="担当課電話")
    remarks_ja: str = Field(title="備考")
    planned: PlannedSessions = Field(title="開催予定回数")
    answered_at: datetime = Field(title="回答日時")

    def cells(self) -> dict[str, str]:
        """As a row of the sheet."""
        takes_part = {one.value: "参加" if one in self.programmes else "不参加" for one in Programme}
        sessions = {f"sessions_{kind.value}": str(self.planned.of(kind)) for kind in SessionKind}
        own = "活用する" if self.supporters_in_own_classes else "活用しない"
        about = {"section": self.section_ja, "phone": self.section_phone, "remarks": self.remarks_ja}
        return {**takes_part, "own_classes": own, **sessions, **about}


SHEET_JA: dict[str, str] = {
    **{one.value: label for one, label in PROGRAMMES_JA.items()},
    "own_classes": "自主教室でのサポーター活用",
    **{f"sessions_{kind.value}": f"{label}（回）" for kind, label in KINDS_JA.items()},
    "section": "担当課",
    "phone": "担当課電話",
    "remarks": "備考",
}


class PlannedRow(Answer):
    """The sessions of a kind that a municipality plans."""

    municipality: str = Field(title="団体コード")
    fiscal_year: FiscalYear = Field(title="年度")
    kind: SessionKind = Field(title="種別")
    sessions: int = Field(title="予定回数")


class ProgrammeTotal(Answer):
    """How many municipalities take part in a programme."""

    code: Programme
    label_ja: str
    municipalities: int


class KindTotal(Answer):
    """The sessions of a kind that are planned, and by how many municipalities."""

    code: SessionKind
    label_ja: str
    sessions: int
    municipalities: int


class TotalRow(Answer):
    """One line of the totals, of a programme or of a kind; a programme has no sessions of its own."""

    code: str = Field(title="コード")
    label_ja: str = Field(title="項目")
    municipalities: int = Field(title="団体数")
    sessions: int | None = Field(default=None, title="予定回数")


class ResultsOut(Answer):
    """The result that planning goes by."""

    fiscal_year: FiscalYear
    status: SurveyStatus
    answered: int
    response_rate: str = Field(description="Exact: '38/62'.")
    supporters_in_own_classes: int = Field(description="Municipalities that will use supporters for own classes.")
    programmes: list[ProgrammeTotal]
    kinds: list[KindTotal]

    @classmethod
    def from_survey(cls, survey: ParticipationSurvey) -> Self:
        """What the live answers say together."""
        planned: dict[Any, list[int]] = {kind: survey.planning(kind) for kind in SessionKind}
        return cls(
            fiscal_year=survey.fiscal_year,
            status=survey.status,
            answered=survey.answered,
            response_rate=f"{survey.answered}/{COUNT}",
            supporters_in_own_classes=sum(one.supporters_in_own_classes for one in survey.answers.values()),
            programmes=[
                ProgrammeTotal(code=one, label_ja=one.label_ja, municipalities=survey.taking_part(one))
                for one in Programme
            ],
            kinds=[
                KindTotal(code=kind, label_ja=kind.label_ja, sessions=sum(some), municipalities=len(some))
                for kind, some in planned.items()
            ],
        )
