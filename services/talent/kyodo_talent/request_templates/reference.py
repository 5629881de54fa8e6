"""The templates as they stand in `templates.json`: reference data in our own words, versioned with the package.

A change of a text is a new version of the file. Requests copy what they take, so no request changes with it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pydantic import Field

from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Code, Line, Text
from kyodo_events.values.value import Value
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.values import MAX_MONTHS, RequestKind, RequestMode, Urgency, Wanted
from kyodo_talent.schedules.values import HalfDays


class Template(Value):
    """A need as many municipalities have it; who sends it changes what is different at home."""

    code: Code
    when_ja: Line
    questions_ja: tuple[Line, ...]
    kind: RequestKind
    persona: Persona | None
    title_ja: Line
    need_ja: Text
    reason_ja: Text
    half_days_per_month: HalfDays
    months: int = Field(ge=1, le=MAX_MONTHS)
    mode: RequestMode
    matter: Code

    def wanted_from(self, first: Month) -> Wanted:
        """A request in the template's words that begins in this month, free and of normal urgency."""
        last = first
        for _ in range(self.months - 1):
            last = last.next()
        said = self.model_dump(exclude={"code", "when_ja", "questions_ja", "months"})
        return Wanted(**said, urgency=Urgency.NORMAL, from_month=first, until_month=last)


class Templates(Value):
    """All of a version."""

    version: Line
    templates: tuple[Template, ...]


@cache
def templates() -> Templates:
    """The templates of this release."""
    text = files(__package__).joinpath("templates.json").read_text(encoding="utf-8")
    return Templates.model_validate_json(text)
