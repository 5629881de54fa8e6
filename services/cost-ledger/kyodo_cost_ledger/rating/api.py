"""Rating runs over HTTP: make one, read what it came to, have it computed again and compared."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Self

from fastapi import Query, Response
from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from kyodo_cost_ledger.parties import overseers, require_all_of_tokyo
from kyodo_cost_ledger.rating.facts import settle
from kyodo_cost_ledger.rating.model import (
    COLUMNS,
    Cutoffs,
    Difference,
    OccurredOutsideYear,
    RatingRun,
    RecordedInFuture,
    differences,
    occurred_in,
)
from kyodo_cost_ledger.rating.runs import digests, parts
from kyodo_cost_ledger.rating.views import rating_run, runs_made
from kyodo_events.canonical import canonical_json
from kyodo_events.contracts.cost_ledger.rating import ProjectRated
from kyodo_events.database import Database
from kyodo_events.errors import Forbidden
from kyodo_events.values.fiscal import EARLIEST, LATEST, FiscalYear
from kyodo_events.values.texts import Day, Id
from kyodo_platform.commands import Commands
from kyodo_platform.context import current
from kyodo_platform.csv_answers import csv_response
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/rating-runs", tags=["rating runs"])

LABELS = dict(
    zip(COLUMNS, ("事業", "会計", "区分", "月", "団体", "金額", "結果", "理由", "数量", "記録数"), strict=True)
)
ROWS: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
OUTPUT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The rows; `Content-Digest` is their SHA-256",
        "content": {"application/json": {"schema": ROWS}, "text/csv": {"schema": {"type": "string"}}},
    }
}


def _of_this_ledger(moment: datetime) -> datetime:
    if EARLIEST <= moment.year <= LATEST:
        return moment
    raise PydanticCustomError("moment", "Give a moment from the year 2000 to 2099.")


class RatingRunIn(Body):
    """The year and the cutoffs; the whole year as it is known now, where none are named."""

    fiscal_year: FiscalYear
    occurred_before: Day | None = Field(default=None, description="Usage before this day, base cost of months begun.")
    recorded_before: Annotated[AwareDatetime, AfterValidator(_of_this_ledger)] | None = Field(
        default=None, description="Facts that the ledger recorded before this moment; now, where left out."
    )


class RatingRunOut(Resource):
    """A run: its cutoffs, and the digests and sums of what it came to."""

    run_id: str
    fiscal_year: FiscalYear
    occurred_before: date
    recorded_before: datetime
    arrivals: int = Field(description="The last arrival from other services that existed then.")
    positions: int = Field(description="The last of the ledger's own events that existed then.")
    input_digest: str = Field(description="SHA-256 of the facts, as canonical JSON.")
    output_digest: str = Field(description="SHA-256 of the rows: of the JSON that `/output` answers.")
    cells: int
    base: int = Field(description="Whole yen, Tokyo's share included.")
    usage: int = Field(description="Whole yen.")
    recorded_at: datetime


class RatingRunWhole(RatingRunOut):
    """A run with its parts by project."""

    projects: list[ProjectRated]


class Repetition(Answer):
    """A project of which the repetition came to something else."""

    project_id: str
    same_facts: bool = Field(description="Whether the facts are the same, so that the calculation differs.")
    recorded: ProjectRated | None
    repeated: ProjectRated | None

    @classmethod
    def of(cls, found: Difference) -> Self:
        before, now = found.recorded, found.repeated
        same = before is not None and now is not None and before.input_digest == now.input_digest
        return cls(project_id=found.project_id, same_facts=same, recorded=before, repeated=now)


class Verification(Answer):
    """What came of computing a run again, from the facts and by the code of today."""

    run_id: str
    equal: bool = Field(description="Whether facts and result are the same to the byte.")
    input_digest: str
    output_digest: str
    differences: list[Repetition] = Field(description="The projects that differ.")


@router.post("", allow=overseers, acts_for_all=True, raises=[Forbidden, RecordedInFuture, OccurredOutsideYear])
async def run(body: RatingRunIn, reader: Reader, commands: Commands) -> RatingRunWhole:
    """Compute a year's charges from the facts up to the cutoffs, and record the digests of facts and result.

    It books nothing: it proves what follows from which facts, and that it does so again.
    """
    require_all_of_tokyo()
    occurred_before = occurred_in(body.fiscal_year, body.occurred_before)
    moment, arrivals, positions = await settle(_database(), body.recorded_before)
    found = await digests(_database(), Cutoffs(body.fiscal_year, occurred_before, moment, arrivals, positions))
    made = await commands.create(RatingRun, lambda run: run.record(found))
    return await _run(reader, made.id)


@router.get("", allow=overseers)
async def list_runs(reader: Reader, page: PageQuery) -> Page[RatingRunOut]:
    """The runs that were made, in their order."""
    return await reader.page(RatingRunOut, runs_made(), page, by=[rating_run.c.run_id])


@router.get("/{run_id}", allow=overseers)
async def read_run(run_id: Id, reader: Reader) -> RatingRunWhole:
    """One run, with its parts by project."""
    return await _run(reader, run_id)


@router.get("/{run_id}/output", allow=overseers, raises=[Forbidden], response_class=Response, responses=OUTPUT)
async def read_output(
    run_id: Id,
    reader: Reader,
    project_id: Annotated[Id | None, Query(description="Only this project's rows.")] = None,
) -> Response:
    """What the run came to, computed again: canonical JSON whose SHA-256 is the run's digest; CSV for a spreadsheet."""
    require_all_of_tokyo()
    cutoffs = _cutoffs(await _run(reader, run_id))
    rows = [row async for part in parts(_database(), cutoffs, project_id) for row in part.rows]
    if current.get().wants_csv:
        return csv_response(rows, LABELS, filename=f"rating-{run_id}.csv")
    text = canonical_json(list(rows))
    return Response(text, media_type="application/json", headers=_digest(text))


@router.get("/{run_id}/verification", allow=overseers, raises=[Forbidden])
async def verify(run_id: Id, reader: Reader) -> Verification:
    """Compute the run again and compare, project by project: the facts, and what follows from them."""
    require_all_of_tokyo()
    recorded = await _run(reader, run_id)
    repeated = await digests(_database(), _cutoffs(recorded))
    both = ("input_digest", "output_digest")
    return Verification(
        run_id=run_id,
        equal=all(getattr(recorded, name) == getattr(repeated, name) for name in both),
        **{name: getattr(repeated, name) for name in both},
        differences=[Repetition.of(found) for found in differences(recorded.projects, repeated.projects)],
    )


async def _run(reader: ReadSession, run_id: str) -> RatingRunWhole:
    return await reader.one(RatingRunWhole, runs_made(run_id), what="rating run", id=run_id)


def _database() -> Database:
    """Runs read in transactions of their own: they lay temporary tables over the live ones."""
    return current.get().runtime.database


def _cutoffs(run: RatingRunOut) -> Cutoffs:
    return Cutoffs(run.fiscal_year, run.occurred_before, run.recorded_before, run.arrivals, run.positions)


def _digest(text: bytes) -> dict[str, str]:
    """The header of RFC 9530."""
    return {"Content-Digest": f"sha-256=:{b64encode(sha256(text).digest()).decode()}:"}
