"""Why something may not happen to a theme."""

from __future__ import annotations

from kyodo_events.errors import Refused

NEEDS_FOR_SELECTION = 2  # forum rule of 2023-02-14: taken up where two or more municipalities need it


class SurveyAlreadyOpened(Refused):
    status, type = 409, "survey-already-opened"
    title = "The survey was opened before"
    detail = "The theme is {status}; only a drafted theme is put to the survey."
    remedy = "Reopen the survey, or draft a new theme to ask again."


class SurveyNotOpen(Refused):
    status, type = 409, "survey-not-open"
    title = "The survey is not open"
    detail = "The theme is {status}; answers are taken while it is surveying."
    remedy = "Ask the secretariat when the survey opens, or opens again. A need may be withdrawn afterwards too."


class SurveyNotOver(Refused):
    status, type = 409, "survey-not-over"
    title = "The survey cannot be reopened now"
    detail = "The theme is {status}; a survey is reopened after it ended, and never after a selection."
    remedy = "Close the survey first; after a selection, draft a new theme to ask again."


class DeadlinePassed(Refused):
    status, type = 409, "deadline-passed"
    title = "The deadline has passed"
    detail = "The deadline is the end of {deadline}, Tokyo time."
    remedy = "Name a later day, or ask the secretariat about a late answer."


class NotSelectable(Refused):
    status, type = 409, "theme-not-selectable"
    title = "The theme cannot be selected now"
    detail = "The theme is {status}; it is selected once, after its survey was closed."
    remedy = "Close the survey first; a shelved theme is selected again with a reason."


class NotShelved(Refused):
    status, type = 409, "theme-not-shelved"
    title = "The theme was not shelved"
    detail = "The theme is {status}; only a shelved theme is selected again."
    remedy = "Select the theme, where its survey is over."


class NothingToShelve(Refused):
    status, type = 409, "theme-not-to-be-shelved"
    title = "The theme cannot be shelved now"
    detail = "The theme is {status}; a theme is shelved after its survey, or after its selection."
    remedy = "Close the survey first."


class TooFewNeeds(Refused):
    status, type = 409, "too-few-needs"
    title = "Too few municipalities need the theme"
    detail = f"{{live}} municipalities need it now; joint work takes {NEEDS_FOR_SELECTION}."
    remedy = "Wait until another municipality states its need in a survey."


class NotFlagged(Refused):
    status, type = 409, "theme-not-flagged"
    title = "The theme carries no flag"
    detail = f"It is flagged when, after its selection, fewer than {NEEDS_FOR_SELECTION} municipalities need it."
    remedy = "Nothing is to be done."


class NotMergeable(Refused):
    status, type = 409, "theme-not-mergeable"
    title = "The theme cannot be merged"
    detail = "The theme is {status}; a theme is merged once, and never after a selection."
    remedy = "Merge the other theme into this one, if that one was not selected."


class NotAMergeTarget(Refused):
    status, type = 409, "not-a-merge-target"
    title = "The theme cannot take another one in"
    detail = "It is {status}, or the theme itself."
    remedy = "Name another theme, one that was neither shelved nor merged."
