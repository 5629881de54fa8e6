"""Quarantine over HTTP: one list, each thing with its content, and the two decisions: replay and dismiss."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kyodo_cost_ledger.charges.booking import Touched, book
from kyodo_cost_ledger.charges.journal import Cause
from kyodo_cost_ledger.charges.model import Book, Reason
from kyodo_cost_ledger.parties import overseers, readers, require_all_of_tokyo
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.quarantine import views
from kyodo_cost_ledger.quarantine.model import (
    CellKey,
    MeterStillUnknown,
    QuarantinedUsage,
    State,
    UsageAlreadyDismissed,
    UsageNotQuarantined,
    require_released,
)
from kyodo_cost_ledger.quarantine.schemas import DismissalIn, Gap, Kind, Letter, Quarantined, QuarantinedCell
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.aggregate import Events
from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.dead_letters import DeadLetters, EarlierLetterWaits, LetterSettled
from kyodo_events.errors import Forbidden, NotFound
from kyodo_events.gaps import offset_gap
from kyodo_events.processing import Processor
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.context import current
from kyodo_platform.identity.policies import member_of, secretariat
from kyodo_platform.resources import DryRun, Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["quarantine"])

LETTER = "/quarantine/letters/{letter_id}"
USAGE = "/quarantine/usage/{municipality}/{project_id}/{meter}/{month}"


@router.get("/quarantine", allow=readers)
async def list_quarantine(
    reader: Reader,
    page: PageQuery,
    state: Annotated[State, Query(description="What became of it.")] = State.OPEN,
    kind: Annotated[Kind | None, Query(description="Only usage, or only letters.")] = None,
    municipality: MunicipalityCode | None = None,
) -> Page[Quarantined]:
    """All that is in quarantine, usage of unknown meters and dead letters; a municipality's people see its own."""
    item = views.quarantined()
    wanted = {"state": state.value, "kind": kind.value if kind else None, "municipality": municipality}
    return await reader.page(Quarantined, views.only(item, wanted), page, by=[item.c.kind, item.c.id, item.c.source])


@router.get(LETTER, allow=readers)
async def read_letter(letter_id: Id, reader: Reader) -> Letter:
    """A dead letter with its content; to a municipality only where the content names it and nobody else."""
    return await _letter(reader, letter_id)


@router.post(
    f"{LETTER}/replay",
    allow=secretariat,
    acts_for_all=True,
    raises=[Forbidden, LetterSettled, EarlierLetterWaits],
    dependencies=[DryRun],
)
async def replay_letter(letter_id: Id, reader: Reader, commands: Commands) -> Letter:
    """Give the record its effect now. Where it fails again it stays open, with the new reason and one attempt more.

    Letters of one key are replayed in the order in which they came.
    """
    require_all_of_tokyo()
    await _expect_version(reader, letter_id)
    await _letters().replay_in(reader.tx, UUID(letter_id), commands.identity.subject)
    return await _letter(reader, letter_id)


@router.post(f"{LETTER}/dismissal", allow=secretariat, acts_for_all=True, raises=[Forbidden, LetterSettled])
async def dismiss_letter(letter_id: Id, body: DismissalIn, reader: Reader, commands: Commands) -> Letter:
    """Decide that the record shall never have an effect, even if it comes again; later ones of its key go on."""
    require_all_of_tokyo()
    await _expect_version(reader, letter_id)
    await _letters().dismiss_in(reader.tx, UUID(letter_id), commands.identity.subject, body.reason)
    return await _letter(reader, letter_id)


@router.get(USAGE, allow=member_of("municipality") | overseers)
async def read_usage(
    municipality: MunicipalityCode, project_id: Id, meter: MeterCode, month: Month, reader: Reader
) -> QuarantinedCell:
    """A cell of usage, how it was rated and what was decided about it; its records: `/v1/usage-records`."""
    return await _cell(reader, CellKey(municipality, project_id, meter, month))


@router.post(
    f"{USAGE}/replay",
    allow=secretariat,
    acts_for_all=True,
    raises=[Forbidden, MeterStillUnknown],
    dependencies=[DryRun],
)
async def rate_again(
    municipality: MunicipalityCode, project_id: Id, meter: MeterCode, month: Month, reader: Reader
) -> QuarantinedCell:
    """Rate the usage anew and book what it costs; refused while no terms name its meter."""
    require_all_of_tokyo()
    key = CellKey(municipality, project_id, meter, month)
    plain = (municipality, project_id, meter, month)
    found = await _cell(reader, key)
    current.get().expect_version(found.version)
    project = (await known_projects(reader.tx, [project_id]))[project_id]
    require_released(rate(project, UsageCell(*plain, found.quantity, found.records)), key)
    cause = Cause(await reader.tx.scalar(views.LAST_RECORD, *plain), Reason.USAGE)
    await book(reader.tx, Touched(set(), {project_id}, {plain}, {(project_id, Book.USAGE): cause}))
    return await _cell(reader, key)


@router.post(
    f"{USAGE}/dismissal",
    allow=secretariat,
    acts_for_all=True,
    raises=[Forbidden, UsageNotQuarantined, UsageAlreadyDismissed],
)
async def dismiss_usage(
    municipality: MunicipalityCode,
    project_id: Id,
    meter: MeterCode,
    month: Month,
    body: DismissalIn,
    reader: Reader,
    commands: Commands,
) -> QuarantinedCell:
    """Say that nobody need look at these records any more. Terms that name the meter later charge them all the same."""
    key = CellKey(municipality, project_id, meter, month)
    require_all_of_tokyo()
    found = await _cell(reader, key)
    current.get().expect_version(found.version)

    def dismiss(usage: QuarantinedUsage) -> Events:
        return usage.dismiss(key, found.records, found.outcome, body.reason)

    if found.version:
        await commands.on(QuarantinedUsage, key.stream, dismiss)
    else:
        await commands.create(QuarantinedUsage, dismiss, id=key.stream)
    return await _cell(reader, key)


@router.get("/gaps", allow=overseers)
async def list_gaps(reader: Reader, page: PageQuery) -> Page[Gap]:
    """Offsets that the consumer never saw, although later ones of the same partition came."""
    return await reader.page(Gap, views.gaps(), page, by=list(offset_gap.primary_key))


def _letters() -> DeadLetters:
    """The dead letters of this service's consumer: what the command line works with, in the request's transaction."""
    runtime = current.get().runtime
    service = runtime.service
    processor = Processor(runtime.database, service.name, service.views, service.reactions, runtime.wake_relay)
    return DeadLetters(processor)


async def _letter(reader: ReadSession, letter_id: str) -> Letter:
    row = await reader.tx.row(reader.own(views.letter(UUID(letter_id))))
    if row is None:
        raise NotFound(what="dead letter", id=letter_id)
    identity = current.get().identity
    return Letter.seen_by(identity.scope_municipality if identity else "", dict(row))


async def _expect_version(reader: ReadSession, letter_id: str) -> None:
    current.get().expect_version((await _letter(reader, letter_id)).version)


async def _cell(reader: ReadSession, key: CellKey) -> QuarantinedCell:
    return await reader.one(QuarantinedCell, views.cell(key), what="usage", id=key.stream)
