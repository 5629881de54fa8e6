"""Why something may not happen to a project."""

from __future__ import annotations

from kyodo_events.errors import Refused


class ThemeNotSelected(Refused):
    status, type = 409, "theme-not-selected"
    title = "The theme was not selected"
    detail = "The theme is {status}; a project works on a selected theme."
    remedy = "Select the theme first."


class ProjectNotActive(Refused):
    status, type = 409, "project-not-active"
    title = "The project is not active"
    detail = "The project is {status}."
    remedy = "Resume it first. What was concluded stays so; start a new project on the theme."


class StageNotAhead(Refused):
    status, type = 409, "stage-not-ahead"
    title = "The stage does not lie ahead of the project"
    detail = "The project stands at {stage}; it only moves on, and {asked} is not a later stage."
    remedy = "Name a later stage, suspend the project, or conclude it."


class RequirementsNotMet(Refused):
    status, type = 409, "requirements-not-met"
    title = "The stage takes what is not there"
    detail = "For the stage {stage} there is still missing: {why}."
    remedy = "Meet the requirements, or have the decision that waives them put on record as a waiver."


class NothingToWaive(Refused):
    status, type = 409, "nothing-to-waive"
    title = "The requirement does not lie ahead of the project"
    detail = "At the stage {stage}, nothing ahead asks for {requirement}."
    remedy = "Look at which requirements the stages ahead have."


class NoTrialToEvaluate(Refused):
    status, type = 409, "no-trial-to-evaluate"
    title = "The project is not on trial"
    detail = "The project stands at {stage}; a trial is evaluated while it runs."
    remedy = "Record the evaluation before the project moves on."
