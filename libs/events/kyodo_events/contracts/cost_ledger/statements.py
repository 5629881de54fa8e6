"""Closed months, and the statements (負担金通知書) of every kind from their issue to their settlement."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, JsonObject, Topic, registry
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Line

STATEMENTS = Topic("kyodo.cost-ledger.statements.v1")

_MONTH = "2[01][0-9]{2}-(0[1-9]|1[0-2])"

StatementId = Annotated[
    str,
    Field(
        pattern=f"^({_MONTH}|20[0-9]{{2}}-(estimate|interim|final|settlement))$",
        description="Which statement of a municipality: a month, or a fiscal year with the kind of notice",
        examples=["2024-04", "2024-interim"],
    ),
]
"""A municipality has one statement of each kind for a period, so that these name it."""

Period = Annotated[
    str,
    Field(
        pattern=f"^{_MONTH}s?$",
        description="Accounting period: a month or, with an s, the settlement period (出納整理期間) after March",
        examples=["2024-04", "2025-03s"],
    ),
]

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 in lower-case hexadecimal")]
Salt = Annotated[
    str,
    Field(
        pattern="^([0-9a-f]{64})?$",
        description="Random text under the hash of the lines, because amounts alone could be guessed. Empty where the"
        " statement was issued before statements were salted: its hash then covers the amounts alone.",
    ),
]


class StatementKind(StrEnum):
    """What a statement says: what is owed for a period, or what is to be expected of a year."""

    MONTHLY = "monthly"  # a closed month
    ESTIMATE = "estimate"  # the next year, by 10 February
    INTERIM = "interim"  # by 5 November: April to September as booked, the rest forecast
    FINAL = "final"  # by 15 February: April to January as booked, the rest forecast
    SETTLEMENT = "settlement"  # what was booked in the settlement period after the year

    @property
    def payable(self) -> bool:
        """Whether it asks for money, or gives some back; the others say what to expect."""
        return self in (StatementKind.MONTHLY, StatementKind.SETTLEMENT)

    @property
    def label_ja(self) -> str:
        return _KINDS_JA[self]


_KINDS_JA = {
    StatementKind.MONTHLY: "月次",
    StatementKind.ESTIMATE: "概算",
    StatementKind.INTERIM: "中間",
    StatementKind.FINAL: "最終",
    StatementKind.SETTLEMENT: "精算",
}


class MonthClosed(
    Event,
    type="kyodo.cost-ledger.month-closed",
    topic=STATEMENTS,
    words="{month}を締め、負担金通知書{statements}件を確定した",
):
    """Tokyo's secretariat closed a month: its statements are final, later corrections go to a later month."""

    month: Month
    statements: Annotated[int, Field(ge=0, description="Number of statements issued.")]
    total: Yen


class StatementIssued(
    Event,
    type="kyodo.cost-ledger.statement-issued",
    version=2,
    topic=STATEMENTS,
    key="municipality",
    words="{municipality}に{kind}の負担金通知書（{number}）を発行した",
):
    """What a municipality owes for a period, or is to expect of a year (負担金通知書); the hash covers every line."""

    statement_id: StatementId
    municipality: MunicipalityCode
    kind: StatementKind
    fiscal_year: FiscalYear
    period: Period | None = Field(description="The accounting period it is sealed with; null for a mere notice.")
    number: Line = Field(description="発行番号", examples=["令和6年度-月次-04-0001"])
    issued_on: Day
    due_on: Day | None = Field(description="Last day of payment (納付期限); null where nothing is to be paid.")
    base: Yen
    usage: Yen
    carried: Yen = Field(description="Part of the total that corrects earlier months.")
    forecast: Yen = Field(description="Part of the total that is forecast, not booked.")
    total: Yen
    lines: Annotated[int, Field(ge=0, description="Number of lines.")]
    salt: Salt
    lines_hash: Hash
    statement_hash: Hash = Field(description="Covers all of the above except the salt, which is under `lines_hash`.")


@registry.upcasts(StatementIssued, from_version=1)
def _with_kind_number_and_dates(data: JsonObject) -> JsonObject:
    """Version 1 knew months alone. Its dates follow from the month, its hash covers the unsalted amounts."""
    month = Month(data["month"])
    after = month.next()
    return {
        "statement_id": month,
        "municipality": data["municipality"],
        "kind": StatementKind.MONTHLY.value,
        "fiscal_year": int(month.fiscal_year),
        "period": month,
        "number": f"{month}-{data['municipality']}",
        "issued_on": after.first_day.isoformat(),
        "due_on": (after.next().first_day - timedelta(days=1)).isoformat(),
        "base": data["base"],
        "usage": data["usage"],
        "carried": 0,
        "forecast": 0,
        "total": data["total"],
        "lines": 0,
        "salt": "",
        "lines_hash": data["lines_hash"],
        "statement_hash": data["lines_hash"],
    }


class StatementAcknowledged(
    Event,
    type="kyodo.cost-ledger.statement-acknowledged",
    topic=STATEMENTS,
    key="municipality",
    words="{municipality}が負担金通知書（{number}）を確認した",
):
    """The municipality has taken note of a statement."""

    statement_id: StatementId
    municipality: MunicipalityCode
    number: Line


class StatementSettled(
    Event,
    type="kyodo.cost-ledger.statement-settled",
    topic=STATEMENTS,
    key="municipality",
    words="{municipality}の負担金通知書（{number}）の消込を完了した",
):
    """Everything due was paid or refunded and the payments were checked (消込): nothing of it changes any more."""

    statement_id: StatementId
    municipality: MunicipalityCode
    number: Line
    total: Yen
