"""Why something may not happen to a budget."""

from __future__ import annotations

from kyodo_events.errors import Refused


class BudgetAlreadyEntered(Refused):
    status, type = 409, "budget-already-entered"
    title = "The fiscal year has a budget"
    detail = "The initial budget of fiscal year {fiscal_year} was entered before."
    remedy = "Change it by a supplementary budget or a transfer."


class NoSuchBudgetLine(Refused):
    status, type = 404, "no-such-budget-line"
    title = "There is no such budget line"
    detail = "The budget has no line {line}."
    remedy = "List the lines of the budget."


class LineExhausted(Refused):
    status, type = 409, "budget-line-exhausted"
    title = "The budget line does not hold that much"
    detail = "Line {line} has {remaining} yen left that are neither spent nor committed; {wanted} yen were asked for."
    remedy = "Move an amount there first: by a supplementary budget, or by a transfer from a line of the same group."


class NotInOneGroup(Refused):
    status, type = 409, "not-in-one-group"
    title = "The lines are not of one group"
    detail = "Line {from_line} and line {to_line} are of different groups, or the same line."
    remedy = "Between groups an amount is moved by a supplementary budget."


class TooManyLines(Refused):
    status, type = 409, "too-many-budget-lines"
    title = "The budget would have too many lines"
    detail = "A budget has at most {most} lines."
    remedy = "Sum up small programmes in one line."


class ReferenceTaken(Refused):
    status, type = 409, "reference-taken"
    title = "The reference is taken"
    detail = "Line {line} has an entry '{reference}' already."
    remedy = "Repeat a request with its Idempotency-Key; give another entry another reference."


class NoSuchReference(Refused):
    status, type = 404, "no-such-reference"
    title = "There is no such entry"
    detail = "Line {line} has no entry '{reference}' of that kind."
    remedy = "List the entries of the line."


class MoreThanCommitted(Refused):
    status, type = 409, "more-than-committed"
    title = "The commitment does not reach that far"
    detail = "Of commitment '{reference}' {open} yen are open; {wanted} yen were asked for."
    remedy = "Make a further commitment for what goes beyond it."


class MoreThanSpent(Refused):
    status, type = 409, "more-than-spent"
    title = "More than was spent cannot come back"
    detail = "Of spending '{reference}' {left} yen have not come back yet; {wanted} yen were named."
    remedy = "Name what really came back."


class NotInFiscalYear(Refused):
    status, type = 409, "not-in-fiscal-year"
    title = "The day does not belong to this budget"
    detail = "{day} does not lie between {first} and {last}."
    remedy = "Commitments are made by 31 March; spending may follow in the settlement period, up to 31 May."


class DayNotReached(Refused):
    status, type = 409, "day-not-reached"
    title = "That day has not come"
    detail = "{day} lies after {today}."
    remedy = "Enter what has happened; what is planned is not in the books."


class ProjectLinkedElsewhere(Refused):
    status, type = 409, "project-linked-elsewhere"
    title = "The project is linked to another line"
    detail = "Tokyo's share of the project counts on line {line} already."
    remedy = "Unlink it there first: a yen is spent on one line."
