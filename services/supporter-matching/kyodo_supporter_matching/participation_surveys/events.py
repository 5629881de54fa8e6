"""What happens to a survey of participation."""

from __future__ import annotations

from datetime import date

from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_supporter_matching.participation_surveys.values import Participation

PREFIX = "kyodo.supporter-matching.participation"


class ParticipationSurveyOpened(
    Event, type=f"{PREFIX}-survey-opened", words="回答期限を{deadline}として参加意向調査を開始した"
):
    """All municipalities are asked about a fiscal year, until the end of the deadline's day in Tokyo."""

    fiscal_year: FiscalYear
    deadline: date


class ParticipationAnswered(Event, type=f"{PREFIX}-answered", words="{municipality}が回答した"):
    """A municipality answered, or answered anew; `answered` is how many have by now."""

    fiscal_year: FiscalYear
    municipality: MunicipalityCode
    participation: Participation
    answered: int


class ParticipationReminded(Event, type=f"{PREFIX}-reminded", words="未回答の団体に回答を促した（{day}）"):
    """Those who had not answered on this day were reminded."""

    day: date
    unanswered: tuple[MunicipalityCode, ...]


class ParticipationSurveyClosed(
    Event, type=f"{PREFIX}-survey-closed", words="参加意向調査を終えた（回答{answered}団体）"
):
    """No more answers are taken; the result stands."""

    answered: int


class ParticipationSurveyReopened(
    Event, type=f"{PREFIX}-survey-reopened", words="{deadline}まで回答の受付を再開した：{reason_ja}"
):
    """Answers are taken again."""

    deadline: date
    reason_ja: str
