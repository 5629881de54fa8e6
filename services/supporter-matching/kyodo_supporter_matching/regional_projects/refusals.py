"""Why something may not happen to guidelines, consultations and projects by region."""

from __future__ import annotations

from kyodo_events.errors import Refused
from kyodo_supporter_matching.regional_projects.values import MOST_ANSWERS


class PublishedLater(Refused):
    status, type = 422, "guideline-publication-impossible"
    title = "The day of publication does not fit (公表日が正しくない)"
    detail = "It is {published_on}; it lies from {earliest} to {today}."
    remedy = "Register what is published, on its day; a new edition is no older than the one before."


class ConsultationOver(Refused):
    status, type = 409, "regional-consultation-closed"
    title = "The consultation is closed (相談は終了済み)"
    remedy = "Ask anew."


class NothingAnswered(Refused):
    status, type = 409, "regional-consultation-not-answered"
    title = "The consultation has no answer yet (未回答の相談)"
    remedy = "Answer it first; then close it with its outcome."


class ConsultationFull(Refused):
    status, type = 409, "regional-consultation-full"
    title = "The consultation has all the answers that it can hold"
    detail = f"It holds {MOST_ANSWERS} answers."
    remedy = "Close it; the municipality asks anew."


class PeriodReversed(Refused):
    status, type = 422, "regional-project-period-reversed"
    title = "The project would end before it starts (期間が逆)"
    detail = "It starts on {starts_on} and ends on {ends_on}."
    remedy = "Let it end on the day on which it starts, or later."


class ProjectInAnotherStatus(Refused):
    status, type = 409, "regional-project-in-another-status"
    title = "The project does not stand where this needs it (事業の状態が異なる)"
    detail = "The project is '{status}'; this needs {needed}."
    remedy = "Read the project; where it is over, propose another one."


class NothingReported(Refused):
    status, type = 409, "regional-project-without-results"
    title = "A project is completed with results (実績が未報告)"
    remedy = "Report the sessions held and the people reached first; where nothing was done, stop the project."


class ResultOutsidePeriod(Refused):
    status, type = 422, "regional-result-outside-period"
    title = "The project has no results in this half year (対象外の半期)"
    detail = "The half year runs from {first} to {last}, the project from {starts_on} to {ends_on}; today is {today}."
    remedy = "Report half years that have begun and in which the project runs."
