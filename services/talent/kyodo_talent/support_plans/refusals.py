"""Why a step of a plan is refused."""

from __future__ import annotations

from kyodo_events.errors import Refused


class NoHandsOnSupport(Refused):
    status, type = 409, "no-hands-on-support"
    title = "The assignment is no hands-on support, or it is over (伴走型支援ではない)"
    detail = "Its form is '{form}', and it is '{status}'."
    remedy = "Plan for an assignment of the form 'hands_on' that has not ended."


class VisitOutsideAssignment(Refused):
    status, type = 422, "visit-outside-assignment"
    title = "On this day there was no visit of the assignment's"
    detail = "{why}"
    remedy = "Record visits once they have taken place, on days on which the assignment was active."


class ActionOverdueFromTheStart(Refused):
    status, type = 422, "action-due-in-the-past"
    title = "The action would be due before it is proposed"
    detail = "It is due on {due}, and today is {today}."
    remedy = "Name today or a later day."


class PlanFull(Refused):
    status, type = 409, "support-plan-full"
    title = "The plan has all the actions that it can hold"
    detail = "A plan holds {most} actions."
    remedy = "What goes beyond it is a project of its own: request it as one."


class ActionInAnotherState(Refused):
    status, type = 409, "action-in-another-state"
    title = "The action does not stand where this needs it"
    detail = "The action is '{state}', and can become '{wanted}' no more or not yet."
    remedy = "Read the action; where it is over, propose another one."


class OtherSideDecides(Refused):
    status, type = 409, "other-side-decides"
    title = "This is for the other side to say"
    detail = "That the action is '{wanted}' is said by the {decides}."
    remedy = (
        "Ask the other side: who did not propose an action agrees to it, its owner does it, the other one lets it go."
    )
