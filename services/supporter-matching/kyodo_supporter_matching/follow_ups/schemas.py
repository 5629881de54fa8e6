"""Follow-ups as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from pydantic import Field

from kyodo_events.secret_addresses import Token
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_events.values.small_counts import WHY_JA
from kyodo_platform.resources import Answer as AnswerBody
from kyodo_platform.resources import Body, Resource
from kyodo_supporter_matching.follow_ups.model import Answer, days_of
from kyodo_supporter_matching.follow_ups.outcomes import Outcome
from kyodo_supporter_matching.sessions.values import SessionKind


class LinkOut(Resource):
    """That a session has a link. The token itself is shown once, in the head of the answer that issued it."""

    session_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    issued_at: datetime = Field(title="発行日時")
    from_day: date = Field(title="回答開始日")
    until_day: date = Field(title="回答終了日")

    @classmethod
    def of_row(cls, row: Any) -> Self:
        """With the days on which visitors are asked, which follow from the session's."""
        from_day, until_day = days_of(row["ends_at"])
        return cls.of({**row, "from_day": from_day, "until_day": until_day})


class Choice(AnswerBody):
    """One of the answers, as visitors read it."""

    answer: Answer
    label_ja: str
    label_en: str


class QuestionOut(AnswerBody):
    """What a visitor who follows the link is asked."""

    question_ja: str = "教わったことを、まだ使っていますか。"
    question_en: str = "Do you still use what you learnt?"
    municipality_ja: str
    title_ja: str = Field(description="The session's.")
    held_on: date
    from_day: date
    until_day: date
    is_open: bool = Field(description="Whether answers are taken today.")
    choices: list[Choice]

    @classmethod
    def of_row(cls, row: Any, today: date) -> Self:
        """The question about a session, and whether it is asked today."""
        from_day, until_day = days_of(row["ends_at"])
        return cls(
            municipality_ja=by_code(row["municipality"]).name_ja,
            title_ja=row["title_ja"],
            held_on=tokyo_date(row["starts_at"]),
            from_day=from_day,
            until_day=until_day,
            is_open=from_day <= today <= until_day,
            choices=[Choice(answer=one, label_ja=one.label_ja, label_en=one.label_en) for one in Answer],
        )


class AnswerIn(Body):
    """One tap. The token stands in the body, so that it is in no log of addresses."""

    token: Token
    answer: Answer


class AnswerTaken(AnswerBody):
    """Thanks; nothing else is known."""

    taken: bool = True
    thanks_ja: str = "ご回答ありがとうございました。"


class OutcomeRow(AnswerBody):
    """How many of those who answered still use what they learnt. Figures about few are hidden."""

    municipality: MunicipalityCode | None = Field(title="団体コード", description="Null: the sum of what is shown.")
    municipality_ja: str = Field(title="団体")
    kind: SessionKind | None = Field(title="種別コード", description="Null: all kinds.")
    kind_ja: str = Field(title="種別")
    answers: int | None = Field(title="回答数")
    still_using: int | None = Field(title="使っている人数")
    still_using_percent: int | None = Field(title="使っている割合（%）")
    daily: int | None = Field(title="毎日使っている")
    sometimes: int | None = Field(title="ときどき使っている")
    helped_again: int | None = Field(title="また教わりながら使っている")
    stopped: int | None = Field(title="使わなくなった")
    hidden_ja: str | None = Field(title="非表示の理由")

    @classmethod
    def of_outcome(cls, one: Outcome) -> Self:
        """The row of a cell."""
        counts = {answer.value: None if one.answers is None else one.answers[answer] for answer in Answer}
        number = None if one.answers is None else sum(one.answers.values())
        still = None if one.answers is None else sum(n for answer, n in one.answers.items() if answer.still_uses)
        return cls(
            municipality=one.municipality,
            municipality_ja=by_code(one.municipality).name_ja if one.municipality else "表示分の計",
            kind=one.kind,
            kind_ja=one.kind.label_ja if one.kind else "すべて",
            answers=number,
            still_using=still,
            still_using_percent=still * 100 // number if still is not None and number else None,
            **counts,
            hidden_ja=WHY_JA if number is None else None,
        )
