"""Why something may not happen in a subsidy programme."""

from __future__ import annotations

from kyodo_events.errors import Refused


class NoSubsidyRule(Refused):
    status, type = 409, "no-subsidy-rule"
    title = "The budget line subsidises nothing"
    detail = "Line {line} of fiscal year {fiscal_year} has no ratio, cap and number of awards."
    remedy = "Name a line that was entered with a subsidy rule."


class ProgrammeAlreadyOpened(Refused):
    status, type = 409, "subsidy-programme-already-opened"
    title = "The programme is open already"
    detail = "The programme {programme} was opened before."
    remedy = "Nothing needs to be done."


class ApplicationsClosed(Refused):
    status, type = 409, "applications-closed"
    title = "Applications are closed"
    detail = "Applications were taken until the end of {until}, Tokyo time."
    remedy = "Ask the secretariat about the next fiscal year."


class NothingApplied(Refused):
    status, type = 409, "nothing-applied"
    title = "There is no application to decide on"
    detail = "The application of {municipality} is {status}."
    remedy = "An application is awarded or declined while it is applied; an award is changed when a change was asked."


class NotAwarded(Refused):
    status, type = 409, "subsidy-not-awarded"
    title = "There is no award to settle"
    detail = "The application of {municipality} is {status}."
    remedy = "An award is settled once."


class AlreadySettled(Refused):
    status, type = 409, "subsidy-already-settled"
    title = "The subsidy is settled"
    detail = "The subsidy of {municipality} was settled; nothing about it changes any more."
    remedy = "Apply in the next fiscal year."


class AwardsExhausted(Refused):
    status, type = 409, "awards-exhausted"
    title = "All awards of the year are made"
    detail = "The programme makes {limit} new awards a year, and {made} stand."
    remedy = "An award may be made again when a municipality withdraws."


class NothingToAward(Refused):
    status, type = 409, "nothing-to-award"
    title = "The award would be 0 yen"
    detail = "The ratio of {planned_cost} yen comes to less than one yen."
    remedy = "Apply with the eligible cost in yen, not in thousand yen."
