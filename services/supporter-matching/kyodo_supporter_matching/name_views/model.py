"""A look at a supporter's name: for the municipality or the host of a session, who must know whom to expect.

From the acceptance until a week after the session, for half an hour at a time, and each look is on record for the
supporter. Nothing here holds the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from kyodo_events.aggregate import Aggregate, Events
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_supporter_matching.assignments.model import PROMISED, Assignment
from kyodo_supporter_matching.assignments.values import AssignmentStatus

OPEN_FOR: Final = timedelta(minutes=30)
AFTERWARDS: Final = timedelta(days=7)
COMES: Final = (*PROMISED, AssignmentStatus.ATTENDED)


class NameViewed(Event, type="kyodo.supporter-matching.name-viewed", words="サポーターの氏名を閲覧した"):
    """Somebody opened the name of a supporter who comes; `host_id` is null where the municipality did."""

    municipality: MunicipalityCode
    supporter_id: Id
    assignment_id: Id
    host_id: Id | None
    open_until: Annotated[AwareDatetime, Field(description="Until then it can be read.")]


class NameNotForYou(Refused):
    status, type = 409, "name-closed"
    title = "The name is not shown at this time (氏名を閲覧できる期間外)"
    detail = "A supporter's name is shown from the acceptance until a week after the session."
    remedy = "Use the pseudonym."


class LookFirst(Refused):
    status, type = 409, "name-not-opened"
    title = "The look is not on record (閲覧の記録なし)"
    detail = "A name is read within half an hour after a look was recorded, which the supporter sees."
    remedy = "Record the look first, by a POST to name-views of the same assignment."


@dataclass(frozen=True)
class NameView(Aggregate, category="name-view"):
    """One look. A stream of its own: looking never waits for a change."""

    def begin(self, one: Assignment, host_id: str | None, now: datetime) -> Events:
        """Open the name for a while."""
        require_named(one, now)
        yield NameViewed(
            municipality=one.municipality,
            supporter_id=one.supporter_id,
            assignment_id=one.id,
            host_id=host_id,
            open_until=now + OPEN_FOR,
        )


def require_named(one: Assignment, now: datetime) -> None:
    """Raises NameNotForYou where a supporter is not expected, or is not any more."""
    require(one.step in COMES and now <= one.ends_at + AFTERWARDS, NameNotForYou())
