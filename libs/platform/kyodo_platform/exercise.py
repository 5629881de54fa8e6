"""The exercise clock: in an installation for exercises a request may say at which moment it happens.

A joint purchase takes months: deadlines, standstill and fiscal years pass in it. A rehearsal of it takes seconds only
where the moment comes with the request. In any other installation the header means nothing
(docs/decisions/0013-an-exercise-clock.md).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import Request

from kyodo_events.values.fiscal import EARLIEST, LATEST
from kyodo_platform.problem_refusals import BadExerciseTime

if TYPE_CHECKING:
    from kyodo_platform.runtime import Runtime

HEADER = "Kyodo-Exercise-Time"


def stated_moment(request: Request, runtime: Runtime) -> datetime | None:
    """The moment the caller states, in UTC; None where it states none, or this is no installation for exercises.

    Raises BadExerciseTime.
    """
    given = request.headers.get(HEADER)
    if given is None or not runtime.settings.exercise:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise BadExerciseTime(given=given) from error
    if moment.utcoffset() is None or not EARLIEST < moment.year < LATEST:
        raise BadExerciseTime(given=given)
    return moment.astimezone(UTC)
