"""Activity reports over HTTP: filed by the municipality or the host, read by the municipality and Tokyo."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.reports.model import Activity, AgeBand, Question, Report
from kyodo_supporter_matching.reports.views import activity_report
from kyodo_supporter_matching.sessions.events import SessionNotOpen
from kyodo_supporter_matching.sessions.model import Session

router = Router(prefix="/v1/activity-reports", tags=["reports"])
filing = Router(prefix="/v1/municipalities/{municipality}/sessions/{session_id}/report", tags=["reports"])
hosting = Router(prefix="/v1/hosts/{host_id}/sessions/{session_id}/report", tags=["reports"])

governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class ReportIn(Body):
    """What happened at the session, in numbers."""

    activity: Activity


class ReportFiled(Resource):
    """That a report was filed."""

    session_id: str
    municipality: MunicipalityCode
    visitors_in_all: int
    people_supported: int


class ReportOut(Resource):
    """What happened at a session."""

    session_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    visitors: dict[AgeBand, int] = Field(title="年代別来場者数")
    questions: dict[Question, int] = Field(title="相談内容別件数")
    visitors_in_all: int = Field(title="来場者数")
    people_supported: int = Field(title="支援人数")
    minutes: int | None = Field(title="実施時間（分）", description="Null where it lasted as long as planned.")
    problems_ja: str = Field(title="課題")
    reported_at: datetime = Field(title="報告日時")


@filing.put("", allow=officer_of("municipality"), raises=[SessionNotOpen])
async def file_report(
    municipality: MunicipalityCode, session_id: Id, body: ReportIn, commands: Commands
) -> ReportFiled:
    """Report what happened at a session that was held; again, to correct it."""
    return await _filed(commands, (await commands.read(Session, session_id)).of(municipality), body.activity)


@hosting.put("", allow=person_of("host_id", Role.HOST), raises=[SessionNotOpen], acts_for_all=True)
async def file_report_as_host(host_id: Id, session_id: Id, body: ReportIn, commands: Commands) -> ReportFiled:
    """Report what happened at a session that you saw to."""
    return await _filed(commands, (await commands.read(Session, session_id)).seen_to_by(host_id), body.activity)


@router.get("", allow=governments)
async def list_reports(reader: Reader, page: PageQuery) -> Page[ReportOut]:
    """The reports of your municipality, or all."""
    by = [activity_report.c.municipality, activity_report.c.session_id]
    return await reader.page(ReportOut, activity_report.select(), page, by=by)


@router.get("/{session_id}", allow=governments)
async def read_report(session_id: Id, reader: Reader) -> ReportOut:
    """The report of one session."""
    query = activity_report.select().where(activity_report.c.session_id == session_id)
    return await reader.one(ReportOut, query, what="activity report", id=session_id)


async def _filed(commands: CommandBus, session: Session, activity: Activity) -> ReportFiled:
    """The report is what the caller changes; the session follows."""
    filed = await commands.on_or_new(Report, session.id, lambda one: one.file(session.municipality, activity))
    await commands.on(Session, session.id, lambda one: one.report(session.municipality))
    return ReportFiled(
        version=filed.version,
        session_id=session.id,
        municipality=session.municipality,
        visitors_in_all=activity.visitors_in_all,
        people_supported=activity.people_supported,
    )
