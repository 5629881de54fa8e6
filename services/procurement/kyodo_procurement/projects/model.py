"""A project (協働事業): a selected theme being worked on, with the municipalities that take part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement import ParticipantJoined, ParticipantLeft, ProjectStarted, Stage
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_procurement.themes.model import Theme, ThemeStatus


class BurdenTermsNumbered(Event, type="kyodo.procurement.burden-terms-numbered"):
    """The next proposal of burden terms for this project got its number.

    Recorded on the project's stream, in the transaction of the proposal: proposals cannot get the same number,
    and a municipality that joins at the same moment is either asked for its consent or accedes, never neither.
    """

    number: int


class ThemeNotSelected(Refused):
    status, type = 409, "theme-not-selected"
    title = "The theme was not selected"
    detail = "The theme is {status}; a project works on a selected theme."
    remedy = "Select the theme first."


class AlreadyTakesPart(Refused):
    status, type = 409, "already-takes-part"
    title = "The municipality takes part already"
    detail = "Its participation from {from_month} does not end before {asked}."
    remedy = "Have its leaving recorded first, then name a month after its last one."


class DoesNotTakePart(Refused):
    status, type = 409, "does-not-take-part"
    title = "The municipality does not take part, or has left already"
    remedy = "Look at the list of participants."


class LeavesBeforeJoining(Refused):
    status, type = 409, "leaves-before-joining"
    title = "The last month lies before the first"
    detail = "The municipality takes part from {from_month}; its last month cannot be {last_month}."
    remedy = "Name the first month or a later one."


@dataclass(frozen=True)
class Period:
    """A municipality's participation (参加); its last month, when there is one, is included."""

    from_month: Month
    last_month: Month | None = None


@dataclass(frozen=True)
class Project(Aggregate, category="project"):
    """The project with the latest period of participation of each municipality that ever took part."""

    name_ja: str = ""
    theme_id: str = ""
    stage: Stage | None = None
    participants: Mapping[str, Period] = field(default_factory=dict)
    terms_numbered: int = 0

    def taking_part_from(self, month: Month) -> tuple[str, ...]:
        """The municipalities that take part in this month or a later one, in the order of their codes."""
        return tuple(
            sorted(
                code
                for code, period in self.participants.items()
                if period.last_month is None or period.last_month >= month
            )
        )

    # decisions

    def start(self, theme: Theme, name_ja: str, stage: Stage, participants: Mapping[str, Month]) -> Events:
        """The secretariat begins the work on a selected theme, with those that take part from the beginning."""
        require(theme.status is ThemeStatus.SELECTED, ThemeNotSelected(status=theme.status))
        yield ProjectStarted(name_ja=name_ja, theme_id=theme.id, stage=stage)
        for municipality in sorted(participants):
            yield ParticipantJoined(municipality=municipality, from_month=participants[municipality])

    def join(self, municipality: str, from_month: Month) -> Events:
        """A municipality takes part from a month on; one that left may come back after its last month.

        Joining is by the municipality's approver, or by the secretariat upon application, and accedes to the
        burden terms in force: the ledger charges by them from that month on, without a consent of its own.
        """
        latest = self.participants.get(municipality)
        if latest == Period(from_month):
            return
        if latest is not None:
            left_before = latest.last_month is not None and latest.last_month < from_month
            require(left_before, AlreadyTakesPart(from_month=latest.from_month, asked=from_month))
        yield ParticipantJoined(municipality=municipality, from_month=from_month)

    def leave(self, municipality: str, last_month: Month) -> Events:
        """A municipality's participation ends with a month, that month included."""
        latest = self.participants.get(municipality)
        if latest is None or latest.last_month not in (None, last_month):
            raise DoesNotTakePart
        joined = latest.from_month
        require(last_month >= joined, LeavesBeforeJoining(from_month=joined, last_month=last_month))
        if latest.last_month is None:
            yield ParticipantLeft(municipality=municipality, last_month=last_month)

    def number_terms(self) -> Events:
        """The next proposal of burden terms gets its number."""
        yield BurdenTermsNumbered(number=self.terms_numbered + 1)

    # what events did

    @evolve
    def started(self, event: ProjectStarted) -> Self:
        return replace(self, name_ja=event.name_ja, theme_id=event.theme_id, stage=event.stage)

    @evolve
    def participant_joined(self, event: ParticipantJoined) -> Self:
        return replace(self, participants={**self.participants, event.municipality: Period(event.from_month)})

    @evolve
    def participant_left(self, event: ParticipantLeft) -> Self:
        ended = replace(self.participants[event.municipality], last_month=event.last_month)
        return replace(self, participants={**self.participants, event.municipality: ended})

    @evolve
    def terms_were_numbered(self, event: BurdenTermsNumbered) -> Self:
        return replace(self, terms_numbered=event.number)
