"""Reports of usage as operators send them: plain JSON, or a batch of CloudEvents.

A record that does not fit its description does not spoil its neighbours: only a body that is no JSON, or has not the
outer shape, is refused as a whole. The whole body is read in one go, and record by record only where that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.values.fiscal import TOKYO_TIME, tokyo_date
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Day, Id, Line
from kyodo_events.values.value import Value
from kyodo_platform.problem_refusals import BadRequestBody
from kyodo_platform.problems import Problem, problem_of_validation
from kyodo_platform.resources import Body
from kyodo_procurement.usage.model import RecordId, UniqueKey, UsageContent
from kyodo_procurement.usage.refusals import UnknownMediaType

MAX_RECORDS = 1_000
MAX_SHOWN = 100  # characters of an id that does not fit
JSON, CLOUDEVENTS_BATCH = "application/json", "application/cloudevents-batch+json"

M = TypeVar("M")

Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(2000, 4, 1, tzinfo=TOKYO_TIME),
        le=datetime(2100, 3, 31, 23, 59, 59, tzinfo=TOKYO_TIME),
        examples=["2024-04-10T09:00:00+09:00"],
    ),
]


class UsageRecordIn(Value):
    """One line of an operator's report."""

    record: RecordId
    meter: MeterCode
    municipality: MunicipalityCode
    quantity: Quantity
    used_on: Day
    unique_key: UniqueKey | None = None


class UsageReportIn(Body):
    """Records of one offering, as plain JSON."""

    offering_id: Id
    records: Annotated[list[UsageRecordIn], Field(min_length=1, max_length=MAX_RECORDS)]


class UsageData(Value):
    """What a CloudEvent says about one record."""

    offering_id: Id
    meter: MeterCode
    quantity: Quantity
    used_on: Day | None = Field(default=None, description="The day of use; without it, the day of `time` in Tokyo.")
    unique_key: UniqueKey | None = None


class UsageEvent(BaseModel):
    """One record as a CloudEvent 1.0; attributes that are not listed here are taken and left aside."""

    specversion: Literal["1.0"]
    id: RecordId
    source: Line
    type: Literal["kyodo.usage.v1"]
    subject: MunicipalityCode = Field(description="The municipality that used the service.")
    time: Moment
    data: UsageData


class Reported(NamedTuple):
    """A record that fits its description, from either format."""

    offering_id: str
    record: str
    meter: str
    municipality: str
    quantity: int
    used_on: date
    unique_key: str | None

    @property
    def content(self) -> UsageContent:
        """What it says, apart from its identity."""
        return UsageContent(
            meter=self.meter,
            municipality=self.municipality,
            quantity=self.quantity,
            used_on=self.used_on,
            unique_key=self.unique_key,
        )


@dataclass(frozen=True, slots=True)
class Unfit:
    """A record that does not fit its description, with its id as far as it can be told."""

    record: str | None
    problem: Problem


class _Outer(Body):
    offering_id: Id
    records: Annotated[list[Any], Field(min_length=1, max_length=MAX_RECORDS)]


_PLAIN, _OUTER, _RECORD = TypeAdapter(UsageReportIn), TypeAdapter(_Outer), TypeAdapter(UsageRecordIn)
_EVENTS = TypeAdapter(Annotated[list[UsageEvent], Field(min_length=1, max_length=MAX_RECORDS)])
_LIST = TypeAdapter(Annotated[list[Any], Field(min_length=1, max_length=MAX_RECORDS)])
_EVENT = TypeAdapter(UsageEvent)


def read_report(content_type: str, body: bytes) -> Sequence[Reported | Unfit]:
    """The records of a body, in their order.

    Raises UnknownMediaType (415) for another format, BadRequestBody (400) for what is no JSON, and
    RequestValidationError (422) for a body without the outer shape.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == JSON:
        return _plain(body)
    if media_type == CLOUDEVENTS_BATCH:
        return _cloudevents(body)
    raise UnknownMediaType


def _plain(body: bytes) -> Sequence[Reported | Unfit]:
    try:
        report = _PLAIN.validate_json(body)
    except ValidationError:
        document = _json(body)
        outer = _fitting(_OUTER, document)
        of_record = partial(_of_record, outer.offering_id)
        return [
            _one(_RECORD, of_record, item, "record", ("records", place), document)
            for place, item in enumerate(outer.records)
        ]
    return [_of_record(report.offering_id, record) for record in report.records]


def _cloudevents(body: bytes) -> Sequence[Reported | Unfit]:
    try:
        events = _EVENTS.validate_json(body)
    except ValidationError:
        document = _json(body)
        items = _fitting(_LIST, document)
        return [_one(_EVENT, _of_event, item, "id", (place,), document) for place, item in enumerate(items)]
    return [_of_event(event) for event in events]


def _of_record(offering_id: str, record: UsageRecordIn) -> Reported:
    return Reported(
        offering_id,
        record.record,
        record.meter,
        record.municipality,
        record.quantity,
        record.used_on,
        record.unique_key,
    )


def _of_event(event: UsageEvent) -> Reported:
    data = event.data
    used_on = data.used_on or tokyo_date(event.time)
    return Reported(data.offering_id, event.id, data.meter, event.subject, data.quantity, used_on, data.unique_key)


def _one(
    adapter: TypeAdapter[M],
    convert: Callable[[M], Reported],
    item: Any,
    id_field: str,
    place: tuple[int | str, ...],
    document: Any,
) -> Reported | Unfit:
    """One record, or what is wrong with it and where in the body."""
    try:
        return convert(adapter.validate_python(item))
    except ValidationError as error:
        given = item.get(id_field) if isinstance(item, dict) else None
        record = given[:MAX_SHOWN] if isinstance(given, str) else None
        return Unfit(record, problem_of_validation(_placed(error, place, document)))


def _fitting(adapter: TypeAdapter[M], document: Any) -> M:
    try:
        return adapter.validate_python(document)
    except ValidationError as error:
        raise _placed(error, (), document) from error


def _placed(error: ValidationError, place: tuple[int | str, ...], document: Any) -> RequestValidationError:
    entries = error.errors(include_url=False)
    return RequestValidationError([{**e, "loc": ("body", *place, *e["loc"])} for e in entries], body=document)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequestBody from error
