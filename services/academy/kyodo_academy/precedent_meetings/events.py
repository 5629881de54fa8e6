"""What happens to a meeting. Names of officials are sealed; who asks is a government, and told on purpose."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_academy.precedent_meetings.values import LongText, MeetingContent, QuestionNumber
from kyodo_academy.visibility import TokyosVisibility
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Id, Line, Text

Count = Annotated[int, Field(ge=0)]


class PrecedentMeetingPlanned(
    Event,
    type="kyodo.academy.precedent-meeting-planned",
    words="{content.with_ja}との意見交換「{content.title_ja}」を企画した",
):
    """A meeting is to take place."""

    content: MeetingContent


class PrecedentMeetingChanged(
    Event, type="kyodo.academy.precedent-meeting-changed", words="意見交換「{content.title_ja}」の内容を改めた"
):
    """The meeting is to be like this; `answered` are the questions with an answer, which are for the same people."""

    content: MeetingContent
    answered: tuple[QuestionNumber, ...] = ()


class PrecedentMeetingCancelled(
    Event, type="kyodo.academy.precedent-meeting-cancelled", words="意見交換を中止した（{reason_ja}）"
):
    """The meeting does not take place."""

    reason_ja: Line


class PrecedentMeetingOfficialRegistered(
    Event, type="kyodo.academy.precedent-meeting-official-registered", words="{municipality}の職員1名が参加登録した"
):
    """A government registered one of its officials; `registered` is how many of all are from now on.

    The registration's own key seals the official's name, so that erasing it erases nothing else.
    """

    municipality: Party
    registration_id: Id
    sealed: dict[Code, Sealed]
    registered: Count


class PrecedentMeetingRegistrationWithdrawn(
    Event,
    type="kyodo.academy.precedent-meeting-registration-withdrawn",
    words="{municipality}の職員1名の参加登録を取り消した",
):
    """The official does not take part. The key of the registration was erased in the same transaction."""

    municipality: Party
    registration_id: Id
    registered: Count


class PrecedentMeetingQuestionAsked(
    Event, type="kyodo.academy.precedent-meeting-question-asked", words="{municipality}が質問した"
):
    """A government asks the precedent municipality something, before the meeting or after it."""

    municipality: Party
    number: QuestionNumber
    question_ja: Annotated[Text, Field(min_length=1)]


class PrecedentMeetingQuestionAnswered(
    Event, type="kyodo.academy.precedent-meeting-question-answered", words="質問第{number}号に回答した"
):
    """The answer, as the secretariat received it; another one in place of one that stood there.

    It is for officials, and of them for those for whom the meeting is: `visibility` says it, `title_ja` is its own.
    """

    title_ja: Line
    visibility: TokyosVisibility
    number: QuestionNumber
    question_ja: Annotated[Text, Field(min_length=1)]
    answer_ja: Annotated[Text, Field(min_length=1)]


class PrecedentMeetingMinutesRecorded(
    Event, type="kyodo.academy.precedent-meeting-minutes-recorded", words="議事録を登録した"
):
    """The meeting was held; these are its minutes, in place of any before.

    They are for officials, and of them for those for whom the meeting is: `visibility` says it, `title_ja` is its own.
    """

    title_ja: Line
    visibility: TokyosVisibility
    minutes_ja: LongText
