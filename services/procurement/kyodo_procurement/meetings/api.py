"""The forum's meetings over HTTP: kept by the secretariat, read by everybody."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.values.texts import Day, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.documents import Number
from kyodo_procurement.meetings import views
from kyodo_procurement.meetings.events import Assembly
from kyodo_procurement.meetings.model import (
    AlreadyRecorded,
    AlreadySuperseded,
    CorrectionNeedsReason,
    Meeting,
    MeetingNotHeld,
    NotARecordingDay,
    NotConfirmed,
    NotLater,
)
from kyodo_procurement.meetings.schemas import (
    AgendaIn,
    ConfirmationIn,
    ConfirmationRow,
    MaterialIn,
    MeetingIn,
    MeetingOut,
    MinutesIn,
    MinutesRow,
    ReasonIn,
    RecordIn,
    SupersedingIn,
)

router = Router(prefix="/v1/meetings", tags=["meetings"])

MeetingSort = Annotated[Sort, sort_by(views.meeting.c.held_on, views.meeting.c.title_ja, unique=[views.meeting.c.id])]
ConfirmationSort = Annotated[
    Sort,
    sort_by(views.meeting.c.held_on, unique=[views.confirmation.c.meeting_id, views.confirmation.c.number]),
]


@router.post("", allow=secretariat)
async def convene_meeting(body: MeetingIn, commands: Commands) -> MeetingOut:
    """Call the forum together, or put a meeting of the past on record."""
    meeting = await commands.create(Meeting, lambda meeting: meeting.convene(body.title_ja, body.held_on, body.place))
    return MeetingOut.of(meeting)


@router.put("/{meeting_id}/agenda", allow=secretariat)
async def set_agenda(meeting_id: Id, body: AgendaIn, commands: Commands) -> MeetingOut:
    """State the agenda, in place of any before."""
    meeting = await commands.on(Meeting, meeting_id, lambda meeting: meeting.set_agenda(body.items))
    return MeetingOut.of(meeting)


@router.post("/{meeting_id}/materials", allow=secretariat)
async def add_material(meeting_id: Id, body: MaterialIn, commands: Commands) -> MeetingOut:
    """Lay a document before the meeting, under the next number."""
    meeting = await commands.on(
        Meeting, meeting_id, lambda meeting: meeting.add_material(body.title_ja, body.sha256, body.link)
    )
    return MeetingOut.of(meeting)


@router.put("/{meeting_id}/materials/{material}/withdrawal", allow=secretariat)
async def withdraw_material(meeting_id: Id, material: Number, body: ReasonIn, commands: Commands) -> MeetingOut:
    """Take a document back; it stays on record with the reason."""
    meeting = await commands.on(Meeting, meeting_id, lambda meeting: meeting.withdraw_material(material, body.reason))
    return MeetingOut.of(meeting)


@router.put("/{meeting_id}/minutes", allow=secretariat, raises=[MeetingNotHeld, CorrectionNeedsReason])
async def record_minutes(meeting_id: Id, body: MinutesIn, commands: Commands) -> MeetingOut:
    """Record the minutes, or correct them with a reason; every text is kept."""
    meeting = await commands.on(
        Meeting, meeting_id, lambda meeting: meeting.record_minutes(body.text, body.reason, commands.today)
    )
    return MeetingOut.of(meeting)


@router.post("/{meeting_id}/confirmations", allow=secretariat, raises=[MeetingNotHeld])
async def enter_confirmation(meeting_id: Id, body: ConfirmationIn, commands: Commands) -> MeetingOut:
    """Enter what the meeting confirmed, under the next number; from now on it can be cited."""
    meeting = await commands.on(Meeting, meeting_id, lambda meeting: meeting.confirm(body.text_ja, commands.today))
    return MeetingOut.of(meeting)


@router.put(
    "/{meeting_id}/confirmations/{confirmation}/records/{assembly}",
    allow=secretariat,
    raises=[AlreadyRecorded, NotARecordingDay],
)
async def record_confirmation(
    meeting_id: Id, confirmation: Number, assembly: Assembly, body: RecordIn, commands: Commands
) -> MeetingOut:
    """Put on record that an assembly of mayors recorded the confirmation."""
    meeting = await commands.on(
        Meeting,
        meeting_id,
        lambda meeting: meeting.record_confirmation(confirmation, assembly, body.recorded_on, commands.today),
    )
    return MeetingOut.of(meeting)


@router.put(
    "/{meeting_id}/confirmations/{confirmation}/superseding",
    allow=secretariat,
    raises=[NotConfirmed, NotLater, AlreadySuperseded],
)
async def supersede_confirmation(
    meeting_id: Id, confirmation: Number, body: SupersedingIn, commands: Commands
) -> MeetingOut:
    """Let a later confirmation count instead; what cited this one before stays as it is."""
    later = await commands.read(Meeting, body.by.meeting_id)
    meeting = await commands.on(
        Meeting,
        meeting_id,
        lambda meeting: meeting.supersede(confirmation, later, body.by.confirmation, body.reason),
    )
    return MeetingOut.of(meeting)


@router.get("", allow=public)
async def list_meetings(
    reader: Reader, page: PageQuery, sort: MeetingSort, held_from: Day | None = None, held_until: Day | None = None
) -> Page[MeetingOut]:
    """The meetings of a period, or all, the one entered first on top."""
    return await reader.page(MeetingOut, views.meetings_by(held_from, held_until), page, by=sort)


@router.get("/confirmations", allow=public)
async def list_confirmations(
    reader: Reader,
    page: PageQuery,
    sort: ConfirmationSort,
    citable: bool | None = None,
    assembly: Assembly | None = None,
) -> Page[ConfirmationRow]:
    """The confirmations of all meetings: all, those that may be cited, those that an assembly recorded."""
    return await reader.page(ConfirmationRow, views.confirmations_by(citable, assembly), page, by=sort)


@router.get("/{meeting_id}", allow=public)
async def read_meeting(meeting_id: Id, reader: Reader) -> MeetingOut:
    """One meeting."""
    return await reader.one(MeetingOut, views.meeting_of(meeting_id), what="meeting", id=meeting_id)


@router.get("/{meeting_id}/minutes", allow=public)
async def list_minutes(meeting_id: Id, reader: Reader, page: PageQuery) -> Page[MinutesRow]:
    """Every text the minutes ever had, the first one first."""
    await reader.one(MeetingOut, views.meeting_of(meeting_id), what="meeting", id=meeting_id)
    return await reader.page(MinutesRow, views.minutes_of(meeting_id), page, by=[views.minutes.c.meeting_version])


@router.get("/{meeting_id}/history", allow=public)
async def read_history(meeting_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a meeting."""
    return await reader.history(Meeting, meeting_id, page)
