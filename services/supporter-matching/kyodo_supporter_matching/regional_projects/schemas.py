"""Guidelines, consultations and projects by region as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.texts import Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.regional_projects.values import ConsultationStatus, ProjectStatus, Words


class ReasonIn(Body):
    """Why a project is stopped."""

    reason_ja: Line = Field(description="Write no names.")


class QuestionIn(Body):
    """What a municipality asks about its project."""

    subject_ja: Line
    question_ja: Words


class AnswerIn(Body):
    """What Tokyo answers."""

    answer_ja: Words


class OutcomeIn(Body):
    """What came of a consultation."""

    outcome_ja: Line = Field(description="Write no names.")


class GuidelineOut(Resource):
    """A guideline document in the edition that holds."""

    guideline_id: str
    title_ja: str = Field(title="ガイドライン")
    edition: str = Field(title="版")
    published_on: date = Field(title="公表日")
    url: str = Field(title="所在")


class ConsultationOut(Resource):
    """A consultation."""

    consultation_id: str
    municipality: str = Field(title="団体コード")
    subject_ja: str = Field(title="件名")
    question_ja: str = Field(title="相談内容")
    status: ConsultationStatus = Field(title="状態")
    outcome_ja: str | None = Field(title="結果")
    asked_at: datetime = Field(title="相談日時")


class AnswerRow(Answer):
    """One answer of Tokyo's."""

    number: int = Field(title="番号")
    answer_ja: str = Field(title="回答")
    answered_at: datetime = Field(title="回答日時")


class ProjectOut(Resource):
    """A project by region."""

    project_id: str
    municipality: str = Field(title="団体コード")
    title_ja: str = Field(title="事業名")
    goal_ja: str = Field(title="目標")
    target_group_ja: str = Field(title="対象者")
    measures: list[str] = Field(title="取組")
    planned_sessions: int = Field(title="予定回数")
    starts_on: date = Field(title="開始日")
    ends_on: date = Field(title="終了日")
    status: ProjectStatus = Field(title="状態")
    reason_ja: str | None = Field(title="中止の理由")


class ResultRow(Answer):
    """What came of a project in half a fiscal year."""

    fiscal_year: FiscalYear = Field(title="年度")
    half: int = Field(title="半期")
    sessions: int = Field(title="開催回数")
    people: int = Field(title="支援人数")
    what_worked_ja: str = Field(title="効果のあったこと")
    reported_at: datetime = Field(title="報告日時")


class SumRow(Answer):
    """What the projects came to together in half a fiscal year."""

    fiscal_year: FiscalYear = Field(title="年度")
    half: int = Field(title="半期")
    projects: int = Field(title="事業数")
    sessions: int = Field(title="開催回数")
    people: int = Field(title="支援人数")
