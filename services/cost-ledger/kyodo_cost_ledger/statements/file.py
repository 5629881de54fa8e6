"""A statement as a file: all that is needed to read it, to compute it again and to prove it, without asking anybody."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from kyodo_events.contracts.cost_ledger.statements import Hash, Period, Salt, StatementId, StatementKind
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day
from kyodo_events.values.value import Value

MAX_LINES = 20_000

Whole = Annotated[int, Field(strict=True)]
Exact = Whole | Annotated[str, Field(pattern="^[0-9]+/[1-9][0-9]*$", examples=["31/61"])]
"""A whole number, or the exact part of one as text."""


class FigureOut(Value):
    """The published figure a base line rests on."""

    label_ja: str
    figure: Exact = Field(description="The municipality's own.")
    total: Exact = Field(description="All participants' together.")
    unit_ja: str
    reference: str = Field(description="The date or period it stands for.")
    source_ja: str


class FileLine(Value):
    """One line of a statement."""

    line: Whole
    project_id: str
    project_ja: str | None
    book: Literal["base", "usage"]
    item: str
    item_ja: str
    month: Month
    last_month: Month = Field(description="Later than `month` where the line is about a run of months.")
    carried: bool = Field(strict=True, description="Whether it corrects a month before the statement's period.")
    reason_ja: str | None = Field(description="Why a correction came.")
    quantity: Whole | None
    unit_ja: str | None
    unit_price: Whole | None = Field(description="Null where there is no single one, such as with tiers.")
    basis: FigureOut | None
    forecast: bool = Field(strict=True, description="Whether the amount is forecast, not booked.")
    amount: Yen


class FileHeading(Value):
    """What stands above the lines, and what the lines sum to."""

    statement_id: StatementId
    municipality: MunicipalityCode
    kind: StatementKind
    fiscal_year: FiscalYear
    period: Period | None
    number: str
    issued_on: Day
    due_on: Day | None
    base: Yen
    usage: Yen
    carried: Yen
    forecast: Yen
    total: Yen
    lines: Whole


class ProjectSubtotal(Value):
    """What one project comes to."""

    project_id: str
    project_ja: str | None
    base: Yen
    usage: Yen
    total: Yen


class SealProof(Value):
    """What the seal of the statement's period covers."""

    period: Period
    previous_seal: Hash | None = Field(description="Seal of the period before; null for the first one.")
    statement_hashes: Annotated[tuple[Hash, ...], Field(max_length=1_000)] = Field(
        description="Hashes of all statements of the period, in ascending order."
    )
    seal: Hash


class StatementFile(Value):
    """A statement with its proof; `kyodo verify FILE` checks it."""

    format: Literal["kyodo-statement/1"]
    heading: FileHeading
    municipality_ja: str
    salt: Salt
    projects: tuple[ProjectSubtotal, ...]
    lines: Annotated[tuple[FileLine, ...], Field(max_length=MAX_LINES)]
    lines_hash: Hash
    statement_hash: Hash
    sealed: SealProof | None = Field(description="Null until the period is sealed.")

    def carried_lines(self) -> tuple[FileLine, ...]:
        return tuple(line for line in self.lines if line.carried)

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """A file's text. Raises pydantic's ValidationError where it is no statement file."""
        return cls.model_validate_json(text)
