"""Usage in quarantine: its project has terms in force, but none of them, in any year, names its meter.

It is rated by itself as soon as terms name the meter; until then the secretariat may dismiss it. A dismissal says
that nobody need look at it any more. It is no waiver: what a municipality owes follows from the consented terms and
the records alone, so terms that come later charge dismissed usage like any other, and a record that is wrong is
cancelled where it was made. It covers the records that were there; with the next one the cell is open again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_cost_ledger.usage.model import Outcome, Rating
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line


class State(StrEnum):
    """What became of something quarantined."""

    OPEN = "open"
    DISMISSED = "dismissed"
    RELEASED = "released"  # it has had its effect: a letter was replayed, usage was rated


STATES_JA = {State.OPEN: "未処理", State.DISMISSED: "処理済み（除外）", State.RELEASED: "解除"}


class UsageDismissed(
    Event,
    type="kyodo.cost-ledger.usage-dismissed",
    words="隔離中の{municipality}の{month}の利用を確認済みとした",
):
    """The secretariat decided that this usage in quarantine needs nobody's attention; `records` are those it saw."""

    municipality: MunicipalityCode
    project_id: str
    meter: str
    month: Month
    records: Annotated[int, Field(ge=1)]
    reason: Line


class UsageNotQuarantined(Refused):
    status, type = 409, "usage-not-quarantined"
    title = "This usage is not in quarantine"
    detail = "The usage is {outcome}."
    remedy = "Nothing needs to be done: look at its charges or at the usage that waits."


class UsageAlreadyDismissed(Refused):
    status, type = 409, "usage-already-dismissed"
    title = "This usage is dismissed already"
    detail = "All {records} records of it were dismissed before."
    remedy = "Nothing is left to do; the next record opens it again."


class MeterStillUnknown(Refused):
    status, type = 409, "meter-still-unknown"
    title = "No terms name this meter yet"
    detail = "None of the burden terms of project {project_id} names the meter {meter}."
    remedy = "Agree on terms that name it: the usage is then rated by itself. Or have the operator cancel its records."


@dataclass(frozen=True, slots=True)
class CellKey:
    """Which usage: a municipality's, of one meter of a project in one month."""

    municipality: str
    project_id: str
    meter: str
    month: Month

    @property
    def stream(self) -> str:
        """The stream of its decisions."""
        return f"{self.municipality}/{self.project_id}/{self.meter}/{self.month}"


@dataclass(frozen=True)
class QuarantinedUsage(Aggregate, category="quarantined-usage"):
    """The decisions about one cell of usage; `dismissed` is the number of records that the last one covered."""

    dismissed: int = 0

    def dismiss(self, key: CellKey, records: int, outcome: Outcome, reason: str) -> Events:
        """Take the records that are there off the list of what wants a decision."""
        require(outcome is Outcome.QUARANTINED, UsageNotQuarantined(outcome=outcome.value))
        require(self.dismissed != records, UsageAlreadyDismissed(records=records))
        yield UsageDismissed(
            municipality=key.municipality,
            project_id=key.project_id,
            meter=key.meter,
            month=key.month,
            records=records,
            reason=reason,
        )

    @evolve
    def usage_dismissed(self, event: UsageDismissed) -> Self:
        return replace(self, dismissed=event.records)


def require_released(rating: Rating, key: CellKey) -> None:
    """Usage leaves quarantine when its reason is gone. Raises MeterStillUnknown."""
    still = MeterStillUnknown(project_id=key.project_id, meter=key.meter)
    require(rating.outcome is not Outcome.QUARANTINED, still)
