"""Closed months and the statements they lead to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import Month
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode

STATEMENTS = Topic("kyodo.cost-ledger.statements.v1")


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
    topic=STATEMENTS,
    key="municipality",
    words="{municipality}に{month}の負担金通知書を発行した",
):
    """What a municipality owes for a closed month (負担金通知書); the hash covers every line."""

    month: Month
    municipality: MunicipalityCode
    base: Yen
    usage: Yen
    total: Yen
    lines_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
