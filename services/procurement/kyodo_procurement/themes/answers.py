"""The live answers of a survey, by municipality: what they say and what changes them."""

from __future__ import annotations

from collections.abc import Mapping

from kyodo_procurement.themes.events import Need, SurveyAnswer

Answers = Mapping[str, SurveyAnswer]


def saying(need: Need, answers: Answers) -> tuple[str, ...]:
    """The municipalities that say this, in the order of their codes."""
    return tuple(sorted(code for code, answer in answers.items() if answer.need is need))


def without(answers: Answers, municipality: str) -> Answers:
    """The answers after this municipality took its own back."""
    return {code: answer for code, answer in answers.items() if code != municipality}


def counted(answers: Answers) -> dict[str, int]:
    """How many need it, are interested, and answered at all; the fields of a CountedEvent."""
    counts = {"needs": Need.NEED, "interests": Need.INTEREST}
    return {name: len(saying(need, answers)) for name, need in counts.items()} | {"answered": len(answers)}


def gives_up(before: SurveyAnswer | None, answer: SurveyAnswer) -> bool:
    """Whether an answer takes a need back, or repeats the one that stands."""
    return before is not None and (before == answer or (before.need is Need.NEED and answer.need is not Need.NEED))
