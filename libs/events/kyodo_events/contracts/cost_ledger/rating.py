"""Rating runs: what a year's charges were computed from, and what they came to, as digests."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Yen
from kyodo_events.values.value import Value

RATING = Topic("kyodo.cost-ledger.rating.v1", partitions=1)

Count = Annotated[int, Field(strict=True, ge=0)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of canonical JSON")]


class ProjectRated(Value):
    """One project's part of a run."""

    project_id: str
    cells: Count
    base: Yen
    usage: Yen
    input_digest: Digest
    output_digest: Digest


class RatingRunRecorded(
    Event,
    type="kyodo.cost-ledger.rating-run-recorded",
    topic=RATING,
    words="{fiscal_year}年度の負担額を{occurred_before}より前の利用について計算し、{cells}件の結果のハッシュ値を記録した",
):
    """A fiscal year was computed from the facts up to the cutoffs; published, so that the digests stand elsewhere too.

    Facts count that had arrived by the number `arrivals` or, of the ledger's own, by the position `positions`, and were
    recorded before `recorded_before`: usage of days before `occurred_before`, base charges of months begun by then.
    """

    fiscal_year: FiscalYear
    occurred_before: date  # of the last year that can be named, the day after it
    recorded_before: AwareDatetime
    arrivals: Count
    positions: Count
    input_digest: Digest
    output_digest: Digest
    cells: Count
    base: Yen
    usage: Yen
    projects: tuple[ProjectRated, ...]
