"""What comes in and goes out about questionnaires."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from kyodo_events.values.municipalities import COUNT, MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.questionnaires.form import Form, QuestionKind, Replies
from kyodo_procurement.questionnaires.model import QuestionnaireStatus


class QuestionnaireIn(Body):
    """A questionnaire to be put together."""

    title_ja: Line
    meeting_id: Id | None = Field(default=None, description="The forum's meeting that it belongs to, if any.")
    audience: Annotated[
        list[MunicipalityCode] | None, Field(min_length=1, max_length=COUNT, description="Null: all 62.")
    ] = None
    form: Form


class FormIn(Body):
    """Another form. Answers to the one before count no longer."""

    form: Form
    reason: Line


class OpeningIn(Body):
    """Until when answers are taken."""

    deadline: Day = Field(description="Last day on which answers are taken, Tokyo time.")


class ReopeningIn(OpeningIn):
    """Until when answers are taken again, and why."""

    reason: Line


class AnswerIn(Body):
    """What a municipality replies to the form that it read."""

    form_version: Annotated[int, Field(ge=1, le=10_000)]
    replies: Replies


class QuestionnaireOut(Resource):
    """A questionnaire as everybody may see it."""

    id: str
    title_ja: str = Field(title="アンケート")
    meeting_id: str | None
    audience: list[str] = Field(title="対象団体")
    form: Form = Field(title="設問")
    form_version: int = Field(title="設問の版")
    status: QuestionnaireStatus = Field(title="状態")
    deadline: date | None = Field(title="回答期限")


class AnswerRow(Answer):
    """A municipality's live answer."""

    questionnaire_id: str
    municipality: str = Field(title="団体コード")
    form_version: int = Field(title="設問の版")
    replies: dict[str, Any] = Field(title="回答")
    answered_at: datetime = Field(title="回答日時")


class ChoiceOut(Answer):
    """How many chose an option."""

    code: str
    label_ja: str
    chosen: int


class QuestionResultOut(Answer):
    """What was replied to one question, in sum; texts are counted, not shown."""

    code: str
    text_ja: str
    kind: QuestionKind
    replied: int
    choices: list[ChoiceOut]
    total: int | None
    least: int | None
    most: int | None
    earliest: date | None
    latest: date | None


class ResultOut(Answer):
    """The result: how many answered, who is still to, and the sums by question."""

    questionnaire_id: str
    form_version: int
    asked: int
    answered: int
    response_rate: str = Field(description="Exact: '38/62'.")
    unanswered: list[str] = Field(description="Codes of those whose answer is still to come.")
    questions: list[QuestionResultOut]
