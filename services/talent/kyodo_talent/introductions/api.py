"""Introduction cases over HTTP, as the secretariat and the readers see them; the parties' steps are in steps_api.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query

from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_talent.assignments.facts import available_expert
from kyodo_talent.assignments.refusals import ExpertNotAvailable
from kyodo_talent.consents.facts import require_consent
from kyodo_talent.consents.model import NoConsent, Purpose
from kyodo_talent.introductions.model import (
    CaseAtAnotherStage,
    FollowUpNotDue,
    Introduction,
    ReasonDoesNotFit,
    case_id,
)
from kyodo_talent.introductions.schemas import (
    CaseIn,
    CaseOut,
    EndIn,
    FollowUpAfter,
    FollowUpIn,
    FollowUpOut,
    SnapshotOut,
)
from kyodo_talent.introductions.values import Stage
from kyodo_talent.introductions.views import case_of, cases, follow_up, follow_ups_of, introduction
from kyodo_talent.profiles.views import open_look, profile_of
from kyodo_talent.requests.model import Request
from kyodo_talent.requests.values import RequestKind

router = Router(prefix="/v1/introductions", tags=["introductions"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.EXPERT)
lookers = role(Role.SECRETARIAT, Role.OFFICER, Role.APPROVER, Role.EXPERT)
by = [introduction.c.municipality, introduction.c.case_id]


class RequestNotForIntroduction(Refused):
    status, type = 409, "request-not-for-introduction"
    title = "Nobody is introduced for this request"
    detail = "The request is of the kind '{kind}' and in the state '{status}'."
    remedy = "Experts are introduced for open requests of the kind 'introduction'; triage settles the kind."


class SnapshotGone(Refused):
    status, type = 410, "snapshot-gone"
    title = "The profile is no longer shown"
    detail = "The profile was shown up to {until}, or the case has ended."
    remedy = "Ask the secretariat to introduce the expert anew."


class LookMissing(Refused):
    status, type = 409, "look-missing"
    title = "Say first that you look"
    detail = "Each look at an expert's profile is shown to the expert; none of yours lasts at this moment."
    remedy = "POST /v1/experts/{expert_id}/profile-views with the purpose 'introduction', then read again."


@router.post("", allow=secretariat, raises=[RequestNotForIntroduction, ExpertNotAvailable])
async def longlist_expert(body: CaseIn, commands: Commands, reader: Reader) -> CaseOut:
    """Put an expert on the long list of a municipality's request."""
    request = await commands.read(Request, body.request_id)
    wrong = RequestNotForIntroduction(kind=request.kind.value, status=request.status.value)
    require(request.is_open and request.kind is RequestKind.INTRODUCTION, wrong)
    expert = await available_expert(commands, body.expert_id)
    case = await commands.on_or_new(
        Introduction,
        case_id(request.id, expert.id),
        lambda case: case.longlist(request.id, request.municipality, expert.id),
    )
    return await shown(reader, case.id)


@router.put("/{case_id}/consent-request", allow=secretariat, raises=[CaseAtAnotherStage])
async def ask_consent(case_id: Id, commands: Commands, reader: Reader) -> CaseOut:
    """Note that the expert was asked."""
    await commands.on(Introduction, case_id, lambda case: case.ask_consent())
    return await shown(reader, case_id)


@router.put("/{case_id}/referral", allow=secretariat, raises=[CaseAtAnotherStage, NoConsent, PersonErased])
async def introduce_expert(case_id: Id, commands: Commands, reader: Reader) -> CaseOut:
    """Introduce the expert: the municipality may read the profile as it stands now, while the consent is in force."""
    case = await commands.read(Introduction, case_id)
    await require_consent(reader.tx, case.expert_id, case.municipality, Purpose.INTRODUCTION, commands.today)
    profile = await reader.tx.row(profile_of(case.expert_id))
    require(not (profile and profile["erased_at"]), PersonErased())
    snapshot = profile["sealed"] if profile else {}
    await commands.on(Introduction, case_id, lambda case: case.introduce(snapshot, commands.today))
    return await shown(reader, case_id)


@router.put("/{case_id}/non-referral", allow=secretariat, raises=[CaseAtAnotherStage, ReasonDoesNotFit])
async def do_not_refer(case_id: Id, body: EndIn, commands: Commands, reader: Reader) -> CaseOut:
    """Do not introduce the expert, for a reason."""
    await commands.on(Introduction, case_id, lambda case: case.end(Stage.NOT_REFERRED, body.reason))
    return await shown(reader, case_id)


@router.put(
    "/{case_id}/follow-ups/{months}", allow=secretariat, raises=[CaseAtAnotherStage, FollowUpNotDue, PersonErased]
)
async def record_follow_up(
    case_id: Id, months: FollowUpAfter, body: FollowUpIn, commands: Commands, reader: Reader, persons: Persons
) -> CaseOut:
    """Note how the engagement goes 3, 6 or 12 months after it began."""
    case = await commands.read(Introduction, case_id)
    sealed = await persons.seal(case.expert_id, {"notes_ja": body.notes_ja}) if body.notes_ja else {}
    await commands.on(
        Introduction,
        case_id,
        lambda case: case.follow_up(int(months), body.outcome, sealed.get("notes_ja"), commands.today),
    )
    return await shown(reader, case_id)


@router.get("", allow=readers)
async def list_cases(
    reader: Reader,
    page: PageQuery,
    request_id: Id | None = None,
    expert_id: Id | None = None,
    stage: Stage | None = None,
    follow_up_due_by: Annotated[
        date | None, Query(description="Cases whose next follow-up is due by this day.")
    ] = None,
) -> Page[CaseOut]:
    """Cases: all for the secretariat, its own for a municipality, the own for an expert."""
    return await reader.page(CaseOut, cases(request_id, expert_id, stage, follow_up_due_by), page, by=by)


@router.get("/{case_id}", allow=readers)
async def read_case(case_id: Id, reader: Reader) -> CaseOut:
    """One case, for its municipality, its expert, the secretariat and auditors."""
    return await shown(reader, case_id)


@router.get("/{case_id}/snapshot", allow=lookers, raises=[SnapshotGone, LookMissing, NoConsent])
async def read_snapshot(case_id: Id, commands: Commands, reader: Reader, persons: Persons) -> SnapshotOut:
    """The profile as it was introduced: for the expert, and for those whose look is on record, while consent lasts."""
    row = await reader.tx.row(reader.own(case_of(case_id)))
    if row is None:
        raise NotFound(what="introduction", id=case_id)
    until, caller = row["snapshot_until"], commands.identity
    require(until is not None and until >= commands.today and row["ended_at"] is None, SnapshotGone(until=until))
    if caller.person != row["expert_id"]:
        viewer = caller.municipality or TOKYO
        look = await reader.tx.row(open_look(row["expert_id"], viewer, commands.now))
        require(look is not None, LookMissing(expert_id=row["expert_id"]))
        await require_consent(reader.tx, row["expert_id"], row["municipality"], Purpose.INTRODUCTION, commands.today)
    profile = await persons.open(row["expert_id"], row["snapshot"])
    notes = {"notes_ja": row["interview_notes"]} if row["interview_notes"] else {}
    told = await persons.open(row["expert_id"], notes) if caller.person != row["expert_id"] else {}
    return SnapshotOut(
        case_id=case_id,
        until=until,
        erased=profile is None,
        profile=profile,
        interview_notes_ja=(told or {}).get("notes_ja"),
    )


@router.get("/{case_id}/follow-ups", allow=role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER))
async def list_follow_ups(case_id: Id, reader: Reader, page: PageQuery) -> Page[FollowUpOut]:
    """The follow-ups of a case."""
    await shown(reader, case_id)
    return await reader.page(FollowUpOut, follow_ups_of(case_id), page, by=[follow_up.c.months])


@router.get("/{case_id}/history", allow=readers)
async def case_history(case_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a case, in words."""
    await shown(reader, case_id)
    return await reader.history(Introduction, case_id, page)


async def shown(reader: ReadSession, case_id: str) -> CaseOut:
    """The case as the caller may see it. Raises NotFound."""
    return await reader.one(CaseOut, case_of(case_id), what="introduction", id=case_id)
