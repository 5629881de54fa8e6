"""Feedback over HTTP: given by supporters, municipalities and hosts; read by the supporter, and otherwise in sums."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path

from kyodo_events.database import Row
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.fiscal import FiscalYear, tokyo_date
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role, secretariat
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.feedback.model import About, Feedback, FeedbackOver, NoHostToRate, NotAttended, told_from
from kyodo_supporter_matching.feedback.schemas import (
    SAID_BY,
    SAID_OF,
    FeedbackGiven,
    FeedbackRow,
    OwnFeedbackRow,
    SessionFeedbackIn,
    SessionFeedbackRow,
    SupporterFeedbackIn,
)
from kyodo_supporter_matching.feedback.sums import Said
from kyodo_supporter_matching.feedback.values import Rater, SessionTag
from kyodo_supporter_matching.feedback.views import feedback, feedback_of, sums_between
from kyodo_supporter_matching.sessions.model import Session

saying = Router(prefix="/v1/supporters/{supporter_id}", tags=["feedback"])
rating = Router(prefix="/v1/municipalities/{municipality}/assignments/{assignment_id}/feedback", tags=["feedback"])
hosting = Router(prefix="/v1/hosts/{host_id}/assignments/{assignment_id}/feedback", tags=["feedback"])
router = Router(prefix="/v1/session-feedback", tags=["feedback"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
TOO_EARLY_OR_LATE = [NotAttended, FeedbackOver]

Quarter = Annotated[int, Path(ge=1, le=4, description="Of the fiscal year: 1 is April to June.")]


class SumsNotYet(Refused):
    status, type = 409, "feedback-sums-not-yet"
    title = "The sums are not there yet (集計前)"
    detail = "Supporters may still speak about sessions of this quarter. The sums are told from {from_day} on."
    remedy = "Ask again on that day, or for an earlier quarter."


@saying.put(
    "/assignments/{assignment_id}/feedback",
    allow=the_supporter,
    raises=[*TOO_EARLY_OR_LATE, NoHostToRate, PersonErased],
    acts_for_all=True,
)
async def rate_session(
    supporter_id: Id, assignment_id: Id, body: SessionFeedbackIn, commands: Commands, persons: Persons
) -> FeedbackGiven:
    """Say how a session was at which you helped; again within two weeks, to say it otherwise."""
    about = await _about(commands, (await commands.read(Assignment, assignment_id)).by(supporter_id))
    sealed = await _sealed(persons, supporter_id, SAID_BY, body.comment_ja)
    given = await commands.on_or_new(
        Feedback, assignment_id, lambda one: one.rate_session(about, body.rating, sealed, commands.today)
    )
    return FeedbackGiven.of_session(given)


@rating.put("", allow=officer_of("municipality"), raises=[*TOO_EARLY_OR_LATE, PersonErased])
async def rate_supporter(
    municipality: MunicipalityCode,
    assignment_id: Id,
    body: SupporterFeedbackIn,
    commands: Commands,
    persons: Persons,
) -> FeedbackGiven:
    """Say how a supporter did at a session of your municipality; the supporter reads it."""
    about = await _about(commands, (await commands.read(Assignment, assignment_id)).of(municipality))
    return await _rated(commands, persons, assignment_id, about, Rater.MUNICIPALITY, body)


@hosting.put("", allow=person_of("host_id", Role.HOST), raises=[*TOO_EARLY_OR_LATE, PersonErased], acts_for_all=True)
async def rate_supporter_as_host(
    host_id: Id, assignment_id: Id, body: SupporterFeedbackIn, commands: Commands, persons: Persons
) -> FeedbackGiven:
    """Say how a supporter did at a session that you saw to; the supporter reads it."""
    assignment = await commands.read(Assignment, assignment_id)
    session = await commands.read(Session, assignment.session_id)
    require(session.host_id == host_id, NotFound(what="assignment", id=assignment_id))
    return await _rated(commands, persons, assignment_id, await _about(commands, assignment), Rater.HOST, body)


@saying.get("/feedback", allow=the_supporter | secretariat)
async def list_own_feedback(
    supporter_id: Id, reader: Reader, page: PageQuery, persons: Persons
) -> Page[OwnFeedbackRow]:
    """What the supporter said after each assignment, and what was said about the supporter."""
    found = await reader.page(FeedbackRow, feedback_of(supporter_id), page, by=[feedback.c.assignment_id])
    opened = await persons.open_each([(supporter_id, row.sealed) for row in found.items])
    rows = [OwnFeedbackRow.of_row(row, texts) for row, texts in zip(found.items, opened, strict=True)]
    return Page[OwnFeedbackRow](items=rows, next=found.next)


@router.get("/{fiscal_year}/{quarter}", allow=governments, raises=[SumsNotYet])
async def list_session_feedback(
    fiscal_year: FiscalYear, quarter: Quarter, commands: Commands, reader: Reader
) -> Page[SessionFeedbackRow]:
    """What supporters said of your municipality's sessions in a quarter, in sums; of all municipalities for Tokyo."""
    first, last = _days(fiscal_year, quarter)
    require(told_from(last) <= commands.today, SumsNotYet(from_day=told_from(last)))
    rows = await reader.tx.rows(reader.own(sums_between(first, last)))
    said = {row["municipality"]: _said(row) for row in rows}
    above = {None: Said.together(said.values())} if commands.identity.scope_municipality is None else {}
    return Page[SessionFeedbackRow](
        items=[SessionFeedbackRow.of_said(code, one) for code, one in [*above.items(), *said.items()]]
    )


async def _rated(
    commands: CommandBus, persons: PersonalData, assignment_id: str, about: About, by: Rater, body: SupporterFeedbackIn
) -> FeedbackGiven:
    sealed = await _sealed(persons, about.supporter_id, SAID_OF, body.comment_ja)
    given = await commands.on_or_new(
        Feedback, assignment_id, lambda one: one.rate_supporter(about, by, body.rating, sealed, commands.today)
    )
    return FeedbackGiven.of_supporter(given)


async def _about(commands: CommandBus, assignment: Assignment) -> About:
    session = await commands.read(Session, assignment.session_id)
    return About(
        municipality=assignment.municipality,
        supporter_id=assignment.supporter_id,
        session_id=assignment.session_id,
        held_on=tokyo_date(session.starts_at),
        status=assignment.status_at(commands.now).value,
        attended=assignment.step is AssignmentStatus.ATTENDED,
        hosted=session.host_id is not None,
    )


async def _sealed(persons: PersonalData, supporter_id: str, field: str, text: str) -> dict[str, str]:
    return await persons.seal(supporter_id, {field: text}) if text else {}


def _days(year: FiscalYear, quarter: int) -> tuple[date, date]:
    first = quarter * 3 - 2
    return year.month(first).first_day, year.month(first + 2).last_day


def _said(row: Row) -> Said:
    numbers = {name: int(row[name]) for name in Said.__dataclass_fields__ if name != "tags"}
    return Said(**numbers, tags={tag: int(row[f"tag_{tag.value}"]) for tag in SessionTag})
