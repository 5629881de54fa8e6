"""Attendance by list over HTTP: the host's own list of enrolments, or the file that an online meeting left."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import Field

from kyodo_academy.attendances.api import hosts
from kyodo_academy.attendances.matching import matched
from kyodo_academy.attendances.meeting_files import MOST_BYTES, MeetingFileTooLarge, NotAMeetingFile, stays_in
from kyodo_academy.attendances.recording import AttendancesRefused, Entry, own_session_begun, record_entries
from kyodo_academy.enrolments.model import Enrolment, Step
from kyodo_academy.profiles.mail import folded_mail
from kyodo_academy.profiles.model import Profile
from kyodo_academy.sessions.events import SessionNotOpen
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.errors import require
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.personal import PersonalData, Persons
from kyodo_platform.resources import Answer, Body, DryRun, Reader
from kyodo_platform.routing import Router

MOST: Final = 2_000
CSV_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary", "maxLength": MOST_BYTES}}},
    }
}

router = Router(prefix="/v1/sessions/{session_id}", tags=["attendances"])


class AttendanceRowIn(Body):
    """One enrolment: which part of the session was attended, 0 for an absence; a reason where it is a correction."""

    enrolment_id: Id
    percent: Annotated[int, Field(strict=True, ge=0, le=100)] = 100
    reason_ja: Line | None = None


class AttendancesIn(Body):
    """The host's list."""

    attendances: Annotated[tuple[AttendanceRowIn, ...], Field(min_length=1, max_length=MOST)]


class RecordedOut(Answer):
    """A seat at the session, under which attendance is recorded, and what is recorded there."""

    enrolment_id: str
    municipality: Party = Field(title="所属団体コード")
    percent: int | None = Field(title="出席率", description="0 for an absence; null where nothing is recorded.")


class RosterOut(Answer):
    """All seats of a session."""

    seats: list[RecordedOut]


class AttendancesOut(Answer):
    """What came of the list."""

    attended: int = Field(title="出席", description="New, or corrected.")
    absent: int = Field(title="欠席", description="New, or corrected.")
    unchanged: int = Field(title="変更なし", description="Recorded like that before.")


class MatchOut(Answer):
    """One enrolment that the file tells of: in which rows, and for how long it was there within the session's time."""

    enrolment_id: str
    municipality: Party = Field(title="所属団体コード")
    rows: list[int] = Field(title="行", description="Lines of the file, the first is 1.")
    minutes: int = Field(title="出席分数")
    percent: int = Field(title="出席率")


class AmbiguousOut(Answer):
    """Rows whose address several enrolments have: record these by hand."""

    rows: list[int] = Field(title="行")
    enrolment_ids: list[str]


class ImportOut(AttendancesOut):
    """How the file and the session's seats fit, in lines of the file: it repeats nothing of what stands there."""

    matched: list[MatchOut] = Field(title="照合できた方")
    ambiguous: list[AmbiguousOut] = Field(title="複数の受講者に当たる行")
    unknown: list[int] = Field(title="受講者でない行", description="Guests, speakers, or people without an address.")
    outside: list[int] = Field(title="時間外のみの行", description="They were there before or after the session only.")
    missing: list[str] = Field(title="記録のない受講者", description="Enrolments with a seat of which nothing is told.")


@router.get("/attendances", allow=hosts)
async def list_attendances(session_id: Id, commands: Commands) -> RosterOut:
    """The seats of a session that you host, for the list: each with whose official has it, and nobody's name."""
    session = (await commands.read(TrainingSession, session_id)).hosted_by(party_of(commands.identity))
    enrolments = await commands.read_each(Enrolment, list(session.seated))
    seats = [
        RecordedOut(enrolment_id=id_, municipality=session.seated[id_], percent=_recorded(one))
        for id_, one in sorted(enrolments.items())
    ]
    return RosterOut(seats=seats)


@router.post("/attendances", allow=hosts, raises=[SessionNotOpen, AttendancesRefused])
async def record_attendances(session_id: Id, body: AttendancesIn, commands: Commands, reader: Reader) -> AttendancesOut:
    """Record up to 2,000 attendances and absences of a session that has begun, all or none."""
    session = await own_session_begun(commands, session_id)
    entries = [
        Entry(f"#/attendances/{number}", row.enrolment_id, row.percent, row.reason_ja)
        for number, row in enumerate(body.attendances)
    ]
    counted = await record_entries(commands, reader.tx, session, entries)
    return AttendancesOut(**_counts(counted, len(entries)))


@router.post(
    "/attendance-imports",
    allow=hosts,
    raises=[SessionNotOpen, NotAMeetingFile, MeetingFileTooLarge, AttendancesRefused],
    dependencies=[DryRun],
    openapi_extra=CSV_BODY,
)
async def import_attendances(
    session_id: Id,
    request: Request,
    commands: Commands,
    reader: Reader,
    persons: Persons,
    reason_ja: Line | None = None,
) -> ImportOut:
    """Record who was at an online session by the list of participants that Teams, Zoom, Webex or Meet gives as CSV.

    The body is the file. With `dry_run=true` it is shown how people are matched, by mail address. Then the matched are
    recorded, all or none. Nobody is recorded as absent by a file: `missing` says who is left for the list. Nothing of
    the file is kept.
    """
    session = await own_session_begun(commands, session_id)
    content = await request.body()
    require(len(content) <= MOST_BYTES, MeetingFileTooLarge(size=len(content), most=MOST_BYTES))
    plan = session.planned
    found = matched(stays_in(content, plan.starts_at), await _mails(commands, persons, session), plan)
    entries = [Entry(f"line {one.rows[0]}", one.enrolment_id, one.percent, reason_ja) for one in found.people]
    counted = await record_entries(commands, reader.tx, session, entries)
    people = [{**vars(one), "municipality": session.seated[one.enrolment_id]} for one in found.people]
    return ImportOut.of({**vars(found), "matched": people, **_counts(counted, len(entries))})


async def _mails(commands: CommandBus, persons: PersonalData, session: TrainingSession) -> dict[str, str | None]:
    """The mail address of each enrolment with a seat, as it is compared; none where it is not known or was erased."""
    enrolments = await commands.read_each(Enrolment, list(session.seated))
    profiles = await commands.read_each(Profile, [one.learner_id for one in enrolments.values()])
    rows = [(one.learner_id, _only_mail(profiles[one.learner_id])) for one in enrolments.values()]
    opened = zip(enrolments, await persons.open_each(rows), strict=True)
    return {id_: folded_mail(texts["email"]) if texts and "email" in texts else None for id_, texts in opened}


def _recorded(one: Enrolment) -> int | None:
    return one.percent if one.step in (Step.ATTENDED, Step.ABSENT) else None


def _only_mail(profile: Profile) -> dict[str, str]:
    return {field: text for field, text in profile.sealed.items() if field == "email"}


def _counts(counted: dict[Step, int], all_: int) -> dict[str, int]:
    attended, absent = counted.get(Step.ATTENDED, 0), counted.get(Step.ABSENT, 0)
    return {"attended": attended, "absent": absent, "unchanged": all_ - attended - absent}
