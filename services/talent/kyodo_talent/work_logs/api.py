"""Work logs over HTTP: written and submitted by the expert, approved where the work was done, adjusted by both."""

from __future__ import annotations

from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Identity, Role
from kyodo_platform.identity.policies import approver_of, officer_of, person_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.work_logs.model import WorkedMonth, WorkLog, log_id, worked_month_id
from kyodo_talent.work_logs.refusals import (
    ApproverNeeded,
    HalfDayTaken,
    HalfDayTwice,
    LogAtAnotherStep,
    LogOutsideAssignment,
    NoAdjustmentProposed,
    NothingLogged,
)
from kyodo_talent.work_logs.schemas import AdjustmentIn, AgreementIn, ReturnIn, WorkLogIn, WorkLogOut
from kyodo_talent.work_logs.values import LogStatus, Side
from kyodo_talent.work_logs.views import log_of, logs, work_log

router = Router(prefix="/v1/work-logs", tags=["work logs"])
writing = Router(prefix="/v1/experts/{expert_id}/work-logs", tags=["work logs"])

the_expert = person_of("expert_id", Role.EXPERT)
of_municipality = officer_of("municipality") | approver_of("municipality")
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.EXPERT)


@writing.put(
    "",
    allow=the_expert,
    acts_for_all=True,
    raises=[LogOutsideAssignment, HalfDayTwice, HalfDayTaken, LogAtAnotherStep],
)
async def write_log(expert_id: Id, body: WorkLogIn, commands: Commands, reader: Reader) -> WorkLogOut:
    """Write down what you worked for a municipality in a month, in place of what you had written."""
    assignment = await commands.read(Assignment, body.assignment_id)
    require(assignment.expert_id == expert_id, NotFound(what="assignment", id=body.assignment_id))
    id_ = log_id(assignment.id, body.municipality, body.month)
    await commands.on_or_new(
        WorkLog,
        id_,
        lambda log: log.write(assignment, body.municipality, body.month, body.entries, commands.today),
    )
    month = worked_month_id(expert_id, body.month)
    if commands.has_recorded:  # as it is written, its half-days are booked; meanwhile others may be written
        await commands.on_or_new(WorkedMonth, month, lambda worked: worked.book(id_, body.entries))
    return await _shown(reader, id_)


@router.put(
    "/{log_id}/submission/{expert_id}", allow=the_expert, acts_for_all=True, raises=[LogAtAnotherStep, NothingLogged]
)
async def submit_log(log_id: Id, expert_id: Id, commands: Commands, reader: Reader) -> WorkLogOut:
    """Ask the municipality to approve."""
    await commands.on(WorkLog, log_id, lambda log: log.submit(expert_id))
    return await _shown(reader, log_id)


@router.put("/{log_id}/approval/{municipality}", allow=of_municipality, raises=[LogAtAnotherStep, ApproverNeeded])
async def approve_log(log_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader) -> WorkLogOut:
    """Approve the work for your own municipality: the ledger charges it by the project's burden terms."""
    by_approver = _is_approver(commands.identity)
    await commands.on(WorkLog, log_id, lambda log: log.approve(municipality, by_approver=by_approver))
    return await _shown(reader, log_id)


@router.put("/{log_id}/return/{municipality}", allow=of_municipality, raises=[LogAtAnotherStep])
async def return_log(
    log_id: Id, municipality: MunicipalityCode, body: ReturnIn, commands: Commands, reader: Reader
) -> WorkLogOut:
    """Send the log back to the expert, with what is to be corrected."""
    await commands.on(WorkLog, log_id, lambda log: log.return_(municipality, body.reason_ja))
    return await _shown(reader, log_id)


@router.put("/{log_id}/lock", allow=secretariat, raises=[LogAtAnotherStep])
async def lock_log(log_id: Id, commands: Commands, reader: Reader) -> WorkLogOut:
    """Close an approved log, once its month is accounted for."""
    await commands.on(WorkLog, log_id, lambda log: log.lock())
    return await _shown(reader, log_id)


@router.put("/{log_id}/adjustment/experts/{expert_id}", allow=the_expert, acts_for_all=True, raises=[LogAtAnotherStep])
async def propose_as_expert(
    log_id: Id, expert_id: Id, body: AdjustmentIn, commands: Commands, reader: Reader
) -> WorkLogOut:
    """Propose other half-days, as the expert; the municipality is to agree."""
    await commands.on(WorkLog, log_id, lambda log: log.propose(Side.EXPERT, expert_id, body.half_days, body.reason_ja))
    return await _shown(reader, log_id)


@router.put(
    "/{log_id}/adjustment/municipalities/{municipality}",
    allow=of_municipality,
    raises=[LogAtAnotherStep, ApproverNeeded],
)
async def propose_as_municipality(
    log_id: Id, municipality: MunicipalityCode, body: AdjustmentIn, commands: Commands, reader: Reader
) -> WorkLogOut:
    """Propose other half-days, as the municipality; the expert is to agree."""
    side, by_approver = Side.MUNICIPALITY, _is_approver(commands.identity)
    await commands.on(
        WorkLog,
        log_id,
        lambda log: log.propose(side, municipality, body.half_days, body.reason_ja, by_approver=by_approver),
    )
    return await _shown(reader, log_id)


@router.put(
    "/{log_id}/adjustment-agreement/experts/{expert_id}",
    allow=the_expert,
    acts_for_all=True,
    raises=[LogAtAnotherStep, NoAdjustmentProposed],
)
async def agree_as_expert(
    log_id: Id, expert_id: Id, body: AgreementIn, commands: Commands, reader: Reader
) -> WorkLogOut:
    """Agree to what the municipality proposed: the ledger charges the difference."""
    await commands.on(WorkLog, log_id, lambda log: log.agree(Side.EXPERT, expert_id, body.half_days))
    return await _shown(reader, log_id)


@router.put(
    "/{log_id}/adjustment-agreement/municipalities/{municipality}",
    allow=of_municipality,
    raises=[LogAtAnotherStep, NoAdjustmentProposed, ApproverNeeded],
)
async def agree_as_municipality(
    log_id: Id, municipality: MunicipalityCode, body: AgreementIn, commands: Commands, reader: Reader
) -> WorkLogOut:
    """Agree to what the expert proposed: the ledger charges the difference."""
    side, by_approver = Side.MUNICIPALITY, _is_approver(commands.identity)
    await commands.on(
        WorkLog, log_id, lambda log: log.agree(side, municipality, body.half_days, by_approver=by_approver)
    )
    return await _shown(reader, log_id)


@router.get("", allow=readers)
async def list_logs(
    reader: Reader,
    page: PageQuery,
    month: Month | None = None,
    assignment_id: Id | None = None,
    expert_id: Id | None = None,
    status: LogStatus | None = None,
) -> Page[WorkLogOut]:
    """Work logs: all for the secretariat, its own for a municipality, the own for an expert."""
    by = [work_log.c.month, work_log.c.municipality, work_log.c.log_id]
    return await reader.page(WorkLogOut, logs(month, assignment_id, expert_id, status), page, by=by)


@router.get("/{log_id}", allow=readers)
async def read_log(log_id: Id, reader: Reader) -> WorkLogOut:
    """One work log, for its municipality, its expert, the secretariat and auditors."""
    return await _shown(reader, log_id)


@router.get("/{log_id}/history", allow=readers)
async def log_history(log_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a log, in words."""
    await _shown(reader, log_id)
    return await reader.history(WorkLog, log_id, page)


def _is_approver(caller: Identity) -> bool:
    return Role.APPROVER in caller.roles


async def _shown(reader: ReadSession, id_: str) -> WorkLogOut:
    return await reader.one(WorkLogOut, log_of(id_), what="work log", id=id_)
