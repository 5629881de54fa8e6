"""What happens to questionnaires."""

from __future__ import annotations

from datetime import date

from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_procurement.questionnaires.form import Form, Replies


class QuestionnaireDrafted(
    Event, type="kyodo.procurement.questionnaire-drafted", words="アンケート「{title_ja}」を作成した"
):
    """The secretariat put a questionnaire together, for these municipalities, perhaps for a meeting of the forum."""

    title_ja: str
    meeting_id: str | None
    audience: tuple[MunicipalityCode, ...]
    form: Form


class QuestionnaireFormRevised(
    Event, type="kyodo.procurement.questionnaire-form-revised", words="設問を第{form_version}版に改めた：{reason}"
):
    """The form changed; answers to an earlier version count no longer, until they are given to this one."""

    form: Form
    form_version: int
    reason: str


class QuestionnaireOpened(
    Event, type="kyodo.procurement.questionnaire-opened", words="回答期限を{deadline}として回答の受付を始めた"
):
    """Answers are taken until the end of the deadline's day in Tokyo."""

    deadline: date


class QuestionnaireAnswered(Event, type="kyodo.procurement.questionnaire-answered", words="{municipality}が回答した"):
    """A municipality answered a version of the form, or answered anew."""

    municipality: MunicipalityCode
    form_version: int
    replies: Replies


class QuestionnaireAnswerWithdrawn(
    Event, type="kyodo.procurement.questionnaire-answer-withdrawn", words="{municipality}が回答を取り下げた"
):
    """A municipality took its answer back."""

    municipality: MunicipalityCode


class QuestionnaireClosed(
    Event,
    type="kyodo.procurement.questionnaire-closed",
    words="回答の受付を終えた（回答{answered}団体／対象{asked}団体）",
):
    """No more answers are taken; the result stands."""

    asked: int
    answered: int


class QuestionnaireReopened(
    Event, type="kyodo.procurement.questionnaire-reopened", words="{deadline}まで回答の受付を再開した：{reason}"
):
    """Answers are taken again."""

    deadline: date
    reason: str
