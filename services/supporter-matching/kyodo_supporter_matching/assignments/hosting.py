"""What the host of a session sees of its supporters and records: who comes, under pseudonyms, and who came."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from kyodo_events.errors import NotFound, require
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of
from kyodo_platform.resources import Answer, Page, PageQuery, Reader, labelled
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments import recording
from kyodo_supporter_matching.assignments.events import NotOffered
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.assignments.schemas import AssignmentOut, AttendanceIn
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.assignments.views import assignment, coming_to
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.supporters.parts import SKILLS_JA, Grade

router = Router(prefix="/v1/hosts/{host_id}/sessions/{session_id}/assignments", tags=["assignments"])

the_host = person_of("host_id", Role.HOST)


class ComingOut(Answer):
    """Somebody who comes to a session, as far as its host needs to know: a pseudonym, and what can be asked."""

    assignment_id: str
    pseudonym: str = Field(title="仮名")
    line: int = Field(title="募集内訳")
    status: AssignmentStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    skills: Annotated[dict[str, str], labelled(SKILLS_JA)] = Field(
        title="対応できること", description="What the seat asks for; code and Japanese label."
    )
    grade: Grade = Field(title="経験区分コード")
    grade_ja: str = Field(title="経験区分", default="")
    minutes: int | None = Field(title="活動時間（分）")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja, self.grade_ja = self.status.label_ja, self.grade.label_ja


@router.get("", allow=the_host, acts_for_all=True)
async def list_coming(
    host_id: Id, session_id: Id, commands: Commands, reader: Reader, page: PageQuery
) -> Page[ComingOut]:
    """Who comes to a session that you see to, and afterwards who came; whoever was only asked is not told."""
    (await commands.read(Session, session_id)).seen_to_by(host_id)
    return await reader.page(ComingOut, coming_to(session_id), page, by=[assignment.c.assignment_id])


@router.put("/{assignment_id}/attendance", allow=the_host, raises=[NotOffered], acts_for_all=True)
async def record_attendance_as_host(
    host_id: Id, session_id: Id, assignment_id: Id, body: AttendanceIn, commands: Commands
) -> AssignmentOut:
    """Record for how long the supporter helped at a session that you see to."""
    one = await seen_to(commands, host_id, session_id, assignment_id)
    return AssignmentOut.at(commands.now, await recording.attend(commands, one, body.minutes))


@router.put("/{assignment_id}/no-show", allow=the_host, raises=[NotOffered], acts_for_all=True)
async def record_no_show_as_host(host_id: Id, session_id: Id, assignment_id: Id, commands: Commands) -> AssignmentOut:
    """Record that the supporter did not come to a session that you see to, and had not said so."""
    one = await seen_to(commands, host_id, session_id, assignment_id)
    return AssignmentOut.at(commands.now, await recording.miss(commands, one))


async def seen_to(commands: CommandBus, host_id: str, session_id: str, assignment_id: str) -> Assignment:
    """An assignment of a session that the host sees to. Raises NotFound for any other."""
    (await commands.read(Session, session_id)).seen_to_by(host_id)
    one = await commands.read(Assignment, assignment_id)
    require(one.session_id == session_id, NotFound(what="assignment", id=assignment_id))
    return one
