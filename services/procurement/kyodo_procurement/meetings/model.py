"""A meeting of the CIO forum (CIOフォーラム): agenda, materials, minutes, and what it confirmed (確認事項)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.themes import Decision, DecisionReference
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.value import Value
from kyodo_procurement.documents import text_hash
from kyodo_procurement.meetings.events import (
    AgendaSet,
    Assembly,
    ConfirmationEntered,
    ConfirmationRecorded,
    ConfirmationSuperseded,
    MaterialAdded,
    MaterialWithdrawn,
    MeetingConvened,
    MinutesCorrected,
    MinutesRecorded,
)

LONGEST_CITATION = 200  # characters: a citation stands where a Line does


class MeetingNotHeld(Refused):
    status, type = 409, "meeting-not-held"
    title = "The meeting was not held yet"
    detail = "It is held on {held_on}; what came of it is recorded from that day on."
    remedy = "Come back on the day of the meeting."


class CorrectionNeedsReason(Refused):
    status, type = 422, "correction-needs-reason"
    title = "Minutes are corrected with a reason"
    detail = "The meeting has minutes already, and this text differs from them."
    remedy = "Say in `reason` why the text changes."


class NotARecordingDay(Refused):
    status, type = 422, "not-a-recording-day"
    title = "The assembly cannot have recorded it on that day"
    detail = "{recorded_on} does not lie between the meeting on {held_on} and today, {today}."
    remedy = "Name the day on which the assembly recorded the confirmation."


class AlreadyRecorded(Refused):
    status, type = 409, "confirmation-already-recorded"
    title = "The assembly recorded it on another day"
    detail = "It is on record for {recorded_on}."
    remedy = "Nothing is to be done, unless that day is wrong: then supersede the confirmation."


class NotLater(Refused):
    status, type = 409, "not-a-later-confirmation"
    title = "The other confirmation is not a later one"
    detail = "A confirmation is superseded by one of a later meeting, or of a higher number in the same meeting."
    remedy = "Name the confirmation that was made afterwards."


class AlreadySuperseded(Refused):
    status, type = 409, "confirmation-superseded"
    title = "The confirmation was superseded before"
    detail = "Confirmation {confirmation} was superseded by {by}."
    remedy = "Supersede the later confirmation, if that one has changed."


class NotConfirmed(Refused):
    status, type = 409, "not-confirmed"
    title = "The meeting's record has no such confirmation to cite"
    detail = "Confirmation {confirmation} of {meeting}: {why}."
    remedy = "Cite a confirmation that stands in a meeting's record and was not superseded."


class Material(Value):
    """A document laid before a meeting; one that was withdrawn says why."""

    number: int
    title_ja: str
    sha256: str
    link: str
    withdrawn_because: str | None = None


class Confirmation(Value):
    """What a meeting confirmed, and the day on which each assembly recorded it. Its text never changes."""

    number: int
    text_ja: str
    special_wards: date | None = None
    cities: date | None = None
    towns_and_villages: date | None = None
    superseded_by: str | None = None


@dataclass(frozen=True)
class Meeting(Aggregate, category="meeting"):
    """A meeting with what was laid before it and what came of it. `today` is always the day in Tokyo."""

    title_ja: str = ""
    held_on: date = date.min
    place: str | None = None
    agenda: tuple[str, ...] = ()
    materials: Mapping[int, Material] = field(default_factory=dict)
    minutes_sha256: str | None = None
    confirmations: Mapping[int, Confirmation] = field(default_factory=dict)

    def confirmed(self, number: int) -> Decision:
        """A confirmation as a selection or a rule cites it. Raises NotConfirmed.

        It may be cited from the moment it stands in the meeting's record, also before an assembly recorded it:
        the assemblies meet later than work begins. Superseded, it may not be cited again.
        """
        confirmation = self.confirmations.get(number)
        if confirmation is None:
            raise NotConfirmed(confirmation=number, meeting=self.title_ja, why="it is not on record")
        if confirmation.superseded_by is not None:
            raise NotConfirmed(confirmation=number, meeting=self.title_ja, why="it was superseded")
        text = f"{self._name_of(number)}：{confirmation.text_ja}"
        if len(text) > LONGEST_CITATION:
            text = f"{text[: LONGEST_CITATION - 1]}…"
        return Decision(meeting_id=self.id, confirmation=number, text_ja=text)

    # decisions

    def convene(self, title_ja: str, held_on: date, place: str | None) -> Events:
        """The secretariat calls the forum together; past meetings may be entered too."""
        yield MeetingConvened(title_ja=title_ja, held_on=held_on, place=place)

    def set_agenda(self, items: Sequence[str]) -> Events:
        """The secretariat states the agenda, in place of any before."""
        if tuple(items) != self.agenda:
            yield AgendaSet(items=tuple(items))

    def add_material(self, title_ja: str, sha256: str, link: str) -> Events:
        """The secretariat lays a document before the meeting; the same document again changes nothing."""
        given = Material(number=0, title_ja=title_ja, sha256=sha256, link=link)
        if not any(given == material.model_copy(update={"number": 0}) for material in self.materials.values()):
            number = len(self.materials) + 1
            yield MaterialAdded(material=number, title_ja=title_ja, sha256=sha256, link=link)

    def withdraw_material(self, number: int, reason: str) -> Events:
        """The secretariat takes a document back. Raises NotFound."""
        require(number in self.materials, NotFound(what="material", id=number))
        if self.materials[number].withdrawn_because is None:
            yield MaterialWithdrawn(material=number, reason=reason)

    def record_minutes(self, text: str, reason: str | None, today: date) -> Events:
        """The secretariat records the minutes, or corrects them with a reason. The hash is made here."""
        require(self.held_on <= today, MeetingNotHeld(held_on=self.held_on))
        sha256 = text_hash(text)
        if sha256 == self.minutes_sha256:
            return
        if self.minutes_sha256 is None:
            yield MinutesRecorded(text=text, sha256=sha256)
            return
        if reason is None:
            raise CorrectionNeedsReason
        yield MinutesCorrected(text=text, sha256=sha256, reason=reason)

    def confirm(self, text_ja: str, today: date) -> Events:
        """The secretariat enters what the meeting confirmed, under the next number; the same text again is known."""
        require(self.held_on <= today, MeetingNotHeld(held_on=self.held_on))
        if not any(text_ja == confirmation.text_ja for confirmation in self.confirmations.values()):
            yield ConfirmationEntered(confirmation=len(self.confirmations) + 1, text_ja=text_ja)

    def record_confirmation(self, number: int, assembly: Assembly, recorded_on: date, today: date) -> Events:
        """An assembly of mayors recorded a confirmation, on a day between the meeting and today. Raises NotFound."""
        confirmation = self._confirmation(number)
        known: date | None = getattr(confirmation, assembly)
        if known == recorded_on:
            return
        require(known is None, AlreadyRecorded(recorded_on=known))
        day = NotARecordingDay(recorded_on=recorded_on, held_on=self.held_on, today=today)
        require(self.held_on <= recorded_on <= today, day)
        yield ConfirmationRecorded(confirmation=number, assembly=assembly, recorded_on=recorded_on)

    def supersede(self, number: int, later: Meeting, by_number: int, reason: str) -> Events:
        """A later confirmation takes the place of this one. Raises NotFound."""
        before = self._confirmation(number).superseded_by
        by_ja = later._name_of(by_number)
        if before == by_ja:
            return
        require(before is None, AlreadySuperseded(confirmation=number, by=before))
        later.confirmed(by_number)
        same = later.id == self.id
        require(by_number > number if same else later.held_on > self.held_on, NotLater())
        by = DecisionReference(meeting_id=later.id, confirmation=by_number)
        yield ConfirmationSuperseded(confirmation=number, by=by, by_ja=by_ja, reason=reason)

    def _confirmation(self, number: int) -> Confirmation:
        if number not in self.confirmations:
            raise NotFound(what="confirmation", id=number)
        return self.confirmations[number]

    def _name_of(self, number: int) -> str:
        return f"{self.title_ja}（{self.held_on}）確認事項{number}"

    # what events did

    @evolve
    def convened(self, event: MeetingConvened) -> Self:
        return replace(self, **dict(event))

    @evolve
    def agenda_set(self, event: AgendaSet) -> Self:
        return replace(self, agenda=event.items)

    @evolve
    def material_added(self, event: MaterialAdded) -> Self:
        material = Material(number=event.material, title_ja=event.title_ja, sha256=event.sha256, link=event.link)
        return replace(self, materials={**self.materials, event.material: material})

    @evolve
    def material_withdrawn(self, event: MaterialWithdrawn) -> Self:
        withdrawn = self.materials[event.material].model_copy(update={"withdrawn_because": event.reason})
        return replace(self, materials={**self.materials, event.material: withdrawn})

    @evolve
    def minutes_recorded(self, event: MinutesRecorded) -> Self:
        return replace(self, minutes_sha256=event.sha256)

    @evolve
    def minutes_corrected(self, event: MinutesCorrected) -> Self:
        return replace(self, minutes_sha256=event.sha256)

    @evolve
    def confirmation_entered(self, event: ConfirmationEntered) -> Self:
        confirmation = Confirmation(number=event.confirmation, text_ja=event.text_ja)
        return replace(self, confirmations={**self.confirmations, event.confirmation: confirmation})

    @evolve
    def confirmation_recorded(self, event: ConfirmationRecorded) -> Self:
        return self._changed(event.confirmation, {event.assembly.value: event.recorded_on})

    @evolve
    def confirmation_superseded(self, event: ConfirmationSuperseded) -> Self:
        return self._changed(event.confirmation, {"superseded_by": event.by_ja})

    def _changed(self, number: int, update: Mapping[str, object]) -> Self:
        changed = self.confirmations[number].model_copy(update=update)
        return replace(self, confirmations={**self.confirmations, number: changed})
