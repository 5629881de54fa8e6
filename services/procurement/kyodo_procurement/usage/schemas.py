"""What usage is answered with, and the bodies of its corrections."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, TypeAdapter

from kyodo_events.contracts.procurement.services import Aggregation
from kyodo_events.values.fiscal import Month
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Line
from kyodo_platform.problems import Problem
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.usage.reports import CLOUDEVENTS_BATCH, JSON, MAX_RECORDS, UsageEvent, UsageReportIn


class Outcome(StrEnum):
    """What became of a reported record."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


class RecordResult(Answer):
    """What became of one record."""

    record: str | None = Field(default=None, description="The operator's id of it, as far as it could be read.")
    outcome: Outcome
    status: int = Field(description="As HTTP: 201 recorded, 200 known already, 409, 403, 404 or 422 otherwise.")
    id: str | None = Field(default=None, description="The record's id here, for its correction.")
    conflict_id: str | None = Field(default=None, description="The conflict under which the report was kept.")
    problem: Problem | None = Field(default=None, description="Why it was refused, and what to do.")


class UsageReportOut(Answer):
    """What became of a report, in records, with a result for each in the order given."""

    received: int
    recorded: int = Field(description="Records that were new.")
    duplicates: int = Field(description="Records that were known already, and had no effect.")
    conflicts: int = Field(description="Records that were known with other content; both were kept.")
    refused: int = Field(description="Records that were not taken.")
    results: list[RecordResult]


class UsageRow(Answer):
    """A municipality's use of one meter of an offering in one month."""

    municipality: str = Field(title="団体コード")
    project_id: str
    offering_id: str
    month: Month = Field(title="利用月")
    meter: str = Field(title="利用計測項目")
    meter_ja: str | None = Field(title="利用計測項目名")
    unit_ja: str | None = Field(title="単位")
    quantity: int = Field(title="数量", description="By the rule of the meter: sum, greatest, distinct or latest.")
    records: int = Field(title="記録件数")
    settled: bool = Field(title="確定", description="False for readings whose month was not closed yet.")


class UsageRecordOut(Resource):
    """A usage record as it stands after its corrections."""

    id: str
    offering_id: str
    record: str = Field(title="記録番号", description="The operator's own id.")
    municipality: str = Field(title="団体コード")
    meter: str = Field(title="利用計測項目")
    used_on: date = Field(title="利用日")
    quantity: int = Field(title="数量")
    aggregation: Aggregation | None = Field(
        title="集計方法", description="Of a reading; null where it counts by itself."
    )
    unique_key: str | None
    cancelled_at: datetime | None = Field(title="取消日時")
    reported_at: datetime = Field(title="報告日時")


class CorrectionIn(Body):
    """What a record should have said."""

    quantity: Quantity
    reason: Line


class CancellationIn(Body):
    """Why a record counts no longer."""

    reason: Line


def report_body() -> dict[str, Any]:
    """The OpenAPI request body of a report, in both formats. The endpoint reads it itself, record by record."""
    events = {"type": "array", "minItems": 1, "maxItems": MAX_RECORDS, "items": _schema(UsageEvent)}
    content = {JSON: {"schema": _schema(UsageReportIn)}, CLOUDEVENTS_BATCH: {"schema": events}}
    return {"requestBody": {"required": True, "content": content}}


def _schema(model: type[Any]) -> dict[str, Any]:
    """The schema with its parts in place: references would lead nowhere in a document that has not the model."""
    schema = TypeAdapter(model).json_schema()
    parts = schema.pop("$defs", {})

    def inlined(part: Any) -> Any:
        if isinstance(part, list):
            return [inlined(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return inlined(parts[part["$ref"].rpartition("/")[2]])
        return {name: inlined(value) for name, value in part.items()}

    inline: dict[str, Any] = inlined(schema)
    return inline
