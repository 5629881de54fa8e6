"""What is answered about things in quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from kyodo_cost_ledger.parties import party_ja
from kyodo_cost_ledger.quarantine.letters import FAULTS_JA, Fault, concerns, content_of, fault_of
from kyodo_cost_ledger.quarantine.model import STATES_JA, State
from kyodo_cost_ledger.usage.model import REASONS_JA, Outcome, Reason
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line
from kyodo_platform.resources import Answer, Body, Resource


class Kind(StrEnum):
    """What is in quarantine."""

    USAGE = "usage"  # records that were taken, of a meter that no terms name
    LETTER = "letter"  # a record that could have no effect at all


class DismissalIn(Body):
    """Why nobody need look at it any more."""

    reason: Line


class Quarantined(Answer):
    """Something in quarantine: usage of an unknown meter, or a dead letter."""

    kind: Kind
    id: str = Field(description="Of usage its cell: municipality/project/meter/month.")
    path: str = Field(default="", description="Where it is read and decided on.")
    state: State
    state_ja: str = ""
    source: str = Field(description="The service that published it.")
    municipality: MunicipalityCode | None = Field(description="Null where a letter's key names none.")
    municipality_ja: str = ""
    records: int = Field(description="How many records it holds.")
    reason: str = Field(description="Why it is in quarantine; of a letter in full.")
    reason_ja: str = ""
    project_id: str | None = None
    meter: str | None = None
    month: Month | None = None
    record_key: str | None = Field(default=None, description="A letter's key in Kafka: letters of one stay in order.")
    event_id: UUID | None = None
    type: str | None = Field(default=None, description="A letter's event type, where it can be read.")
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    parked_at: datetime | None = None
    attempts: int | None = None

    def model_post_init(self, context: object) -> None:
        self.path = f"/v1/quarantine/{'usage' if self.kind is Kind.USAGE else 'letters'}/{self.id}"
        self.state_ja = STATES_JA[self.state]
        self.municipality_ja = party_ja(self.municipality) if self.municipality else ""
        self.reason_ja = (
            REASONS_JA[Reason(self.reason)] if self.kind is Kind.USAGE else FAULTS_JA[fault_of(self.reason)]
        )


class Letter(Resource):
    """A dead letter with its content. Its version is the number of attempts, and one more once it is settled."""

    id: UUID
    state: State
    state_ja: str
    source: str
    municipality: MunicipalityCode | None
    fault: Fault
    fault_ja: str
    reason: str
    topic: str
    partition: int
    offset: int
    record_key: str
    event_id: UUID | None
    type: str | None
    attempts: int
    parked_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    withheld: bool = Field(description="Whether headers and content are kept back, because others may be named there.")
    headers: dict[str, str] | None
    content: Any = Field(description="The record's value as JSON, or as text where it is none.")

    @classmethod
    def seen_by(cls, municipality: str | None, row: Mapping[str, Any]) -> Self:
        """The letter as its reader may see it; None sees all, a municipality what names it and nobody else."""
        content: Any = content_of(row["value"])
        withheld = municipality is not None and not concerns(content, municipality)
        state, fault = State(row["quarantine"]), fault_of(row["reason"])
        return cls(
            **{
                name: row[name]
                for name in cls.model_fields.keys() & set(row.keys())
                if name not in ("state", "headers")
            },
            state=state,
            state_ja=STATES_JA[state],
            fault=fault,
            fault_ja=FAULTS_JA[fault],
            offset=row["record_offset"],
            withheld=withheld,
            headers=row["headers"] if municipality is None else None,
            content=None if withheld else content,
            version=row["attempts"] + (state is not State.OPEN),
        )


class QuarantinedCell(Resource):
    """Usage of one meter of a project in a month, its place in quarantine, and what was decided about it."""

    municipality: MunicipalityCode
    municipality_ja: str = ""
    project_id: str
    meter: str
    month: Month
    quantity: int
    records: int
    outcome: Outcome
    reason: Reason | None
    reason_ja: str | None = None
    state: State = Field(description="'released' once it is charged, free or merely waits.")
    state_ja: str = ""
    dismissed_because: str | None
    dismissed_at: datetime | None
    dismissed_by: str | None

    def model_post_init(self, context: object) -> None:
        self.municipality_ja = party_ja(self.municipality)
        self.reason_ja = REASONS_JA[self.reason] if self.reason else None
        self.state_ja = STATES_JA[self.state]


class Gap(Answer):
    """Offsets of a partition that the consumer never saw, although later ones came."""

    consumer: str
    topic: str
    partition: int
    from_offset: int = Field(description="The first one that is missing.")
    to_offset: int = Field(description="The first one that was seen again.")
    found_at: datetime
