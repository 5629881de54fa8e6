"""Questionnaires as they come in and go out. Texts are plain in a body and in the answer to a GET, nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field

from kyodo_academy.questionnaires.model import Number, Questionnaire, QuestionnaireStatus
from kyodo_academy.questionnaires.values import (
    MOST_KEYS,
    SCALE,
    STANDARD,
    TREND_KEYS,
    Answers,
    Choices,
    OwnQuestions,
    Question,
    QuestionKind,
    Results,
    Scales,
    mean_hundredths,
)
from kyodo_events.secret_addresses import Token
from kyodo_events.values.municipalities import Party
from kyodo_events.values.small_counts import WHY_JA
from kyodo_events.values.texts import Code, Day, Id, Line, Text
from kyodo_platform.resources import Answer as AnswerBody
from kyodo_platform.resources import Body, Resource


class QuestionnaireIn(Body):
    """Until which day it is asked, and what besides the standard set."""

    until: Day
    own: OwnQuestions = OwnQuestions()


class AnswerIn(Body):
    """An answer, without a name. The ballot stands in the body, so that it is in no log of addresses."""

    session_id: Id
    ballot: Token
    number: Number
    scales: Scales = {}
    choices: Choices = {}
    texts: Annotated[dict[Code, Text], Field(max_length=MOST_KEYS)] = {}

    @property
    def answers(self) -> Answers:
        """What is counted."""
        return Answers(scales=self.scales, choices=self.choices)

    @property
    def written(self) -> dict[str, str]:
        """What is sealed: texts that say something."""
        return {key: text for key, text in self.texts.items() if text.strip()}


class AnswerTaken(AnswerBody):
    """Thanks; nothing else is known."""

    taken: bool = True
    thanks_ja: str = "ご回答ありがとうございました。期限までは同じ画面から回答を改められます。"


class ErasureIn(Body):
    """Why free text is erased."""

    reason_ja: Line


class TextsErased(Resource):
    """That the free text of an answer is gone for good."""

    answer_id: str
    erased: bool


class QuestionnaireRow(AnswerBody):
    """A row as it rests."""

    session_id: str
    host: str
    number: int
    until: date
    own: list[Question]
    status: QuestionnaireStatus
    results: Results | None
    version: int
    title_ja: str
    starts_at: datetime
    course_id: str


class QuestionnaireOut(Resource):
    """The questionnaire of a session."""

    session_id: str
    course_id: str
    title_ja: str = Field(title="研修名")
    starts_at: datetime = Field(title="研修の開始")
    host: Party = Field(title="主催団体コード")
    number: int = Field(title="版")
    until: date = Field(title="回答期限")
    status: QuestionnaireStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態")
    questions: list[Question] = Field(title="設問")

    @classmethod
    def of_row(cls, row: QuestionnaireRow) -> Self:
        """With the standard questions, which stand in no row."""
        asked = [*STANDARD, *row.own]
        return cls.of({**vars(row), "status_ja": row.status.label_ja, "questions": asked})


class BallotOut(AnswerBody):
    """What a learner needs to answer. Send the ballot with the answer, without an access token."""

    session_id: str
    number: int
    until: date
    questions: list[Question]
    ballot: Token
    answered: bool = Field(description="Whether an answer came with this ballot; another one changes it.")

    @classmethod
    def of_model(cls, one: Questionnaire, ballot: str, answered: bool) -> Self:
        """The ballot with what is asked now."""
        told = {"session_id": one.id, "number": one.number, "until": one.until, "questions": one.questions}
        return cls.of({**told, "ballot": ballot, "answered": answered})


class OpenRow(AnswerBody):
    """A questionnaire that waits for your answer."""

    session_id: str
    title_ja: str = Field(title="研修名")
    starts_at: datetime = Field(title="研修の開始")
    until: date = Field(title="回答期限")


class OptionResult(AnswerBody):
    """How often an option, or a score, was chosen."""

    key: str
    label_ja: str = Field(title="選択肢")
    answers: int | None = Field(title="回答数")


class QuestionResult(AnswerBody):
    """What was answered to one question. What fewer than five people said is hidden."""

    key: str
    kind: QuestionKind
    label_ja: str = Field(title="設問")
    answers: int | None = Field(title="回答数")
    mean_hundredths: int | None = Field(title="平均（100分の1）")
    counts: list[OptionResult] = Field(title="内訳")
    hidden_ja: str | None = Field(title="非表示の理由")


class ResultsOut(AnswerBody):
    """The results of a session's questionnaire."""

    session_id: str
    title_ja: str = Field(title="研修名")
    answers: int | None = Field(title="回答数")
    questions: list[QuestionResult] = Field(title="設問別")
    hidden_ja: str | None = Field(title="非表示の理由")

    @classmethod
    def told(cls, row: QuestionnaireRow, results: Results, asked: tuple[Question, ...]) -> Self:
        """What may be told, question by question."""
        return cls(
            session_id=row.session_id,
            title_ja=row.title_ja,
            answers=results.answers,
            questions=[_told(one, results) for one in asked if one.key in results.scales.keys() | results.choices],
            hidden_ja=WHY_JA if results.answers is None else None,
        )


class SealedRow(AnswerBody):
    """What was written freely, as it rests."""

    answer_id: str
    sealed: dict[str, str]


class TextRow(AnswerBody):
    """Something written freely. Who wrote it is not known."""

    answer_id: str
    texts: dict[str, str] = Field(title="自由記述", description="By the key of the question.")


class TrendSums(AnswerBody):
    """Sums of scores over the sessions of which they are told."""

    group: str = Field(title="区分コード")
    group_ja: str = Field(title="区分")
    sessions: int = Field(title="研修回数")
    satisfaction_answers: int = Field(title="満足度の回答数")
    satisfaction_total: int = Field(title="満足度の合計点")
    understanding_answers: int = Field(title="理解度の回答数")
    understanding_total: int = Field(title="理解度の合計点")
    usefulness_answers: int = Field(title="有用度の回答数")
    usefulness_total: int = Field(title="有用度の合計点")


class TrendRow(TrendSums):
    """How sessions of a programme, a course or a month were rated."""

    satisfaction_mean_hundredths: int | None = Field(title="満足度の平均（100分の1）")
    understanding_mean_hundredths: int | None = Field(title="理解度の平均（100分の1）")
    usefulness_mean_hundredths: int | None = Field(title="有用度の平均（100分の1）")

    @classmethod
    def of_sums(cls, sums: TrendSums) -> Self:
        """With the means that follow from the sums."""
        told = vars(sums)
        means = {
            f"{key}_mean_hundredths": mean_hundredths(told[f"{key}_total"], told[f"{key}_answers"])
            if told[f"{key}_answers"]
            else None
            for key in TREND_KEYS
        }
        return cls.of({**told, **means})


def _told(question: Question, results: Results) -> QuestionResult:
    heading: dict[str, Any] = {"key": question.key, "kind": question.kind, "label_ja": question.label_ja}
    if scale := results.scales.get(question.key):
        counts = [
            OptionResult(key=str(score), label_ja=str(score), answers=scale.counts[place] if scale.counts else None)
            for place, score in enumerate(SCALE)
        ]
        return QuestionResult(
            **heading,
            answers=scale.answers,
            mean_hundredths=scale.mean_hundredths,
            counts=counts,
            hidden_ja=WHY_JA if scale.counts is None else None,
        )
    choice = results.choices[question.key]
    options = [
        OptionResult(key=option.key, label_ja=option.label_ja, answers=choice.counts[option.key])
        for option in question.options
    ]
    hidden = choice.answers is None or None in choice.counts.values()
    return QuestionResult(
        **heading,
        answers=choice.answers,
        mean_hundredths=None,
        counts=options,
        hidden_ja=WHY_JA if hidden else None,
    )
