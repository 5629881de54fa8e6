"""What a what-if takes and answers."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from kyodo_cost_ledger.exact import two_decimals
from kyodo_cost_ledger.parties import PartyRow
from kyodo_cost_ledger.whatif.changes import Changes
from kyodo_cost_ledger.whatif.model import Yen
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, by_code
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Answer, Page


class UsageOf(StrEnum):
    """Which real usage is priced."""

    LAST_YEAR = "last_year"  # the fiscal year before, month by month
    THIS_YEAR = "this_year"  # the same fiscal year, as far as it is known


class WhatIfIn(Changes):
    """A project's fiscal year, and what would be different in it."""

    project_id: Id
    fiscal_year: FiscalYear
    usage_of: UsageOf = UsageOf.LAST_YEAR

    @model_validator(mode="after")
    def _of_one_year(self) -> Self:
        if self.terms is not None and self.terms.fiscal_year != self.fiscal_year:
            raise ValueError("the terms are of another fiscal year")
        return self


class Columns(Answer):
    """Whole yen; what is private to others is null."""

    base: int = Field(title="基本的な経費（試算）")
    base_now: int = Field(title="基本的な経費（現行）", description="The same months under the facts as they stand.")
    base_change: int = Field(title="基本的な経費の増減")
    usage: int | None = Field(
        title="個別サービスの経費（試算）", description="The real usage at the prices asked about."
    )
    usage_now: int | None = Field(title="個別サービスの経費（現行）")
    total: int | None = Field(title="計（試算）")
    total_now: int | None = Field(title="計（現行）")
    change: int | None = Field(title="現行との増減")
    last_year: int | None = Field(title="前年度負担額", description="What the books charge for the year before.")
    change_from_last_year: int | None = Field(title="前年度との増減")


class WhatIfRow(Columns, PartyRow):
    """One of the 62, or Tokyo."""

    concerned: bool = Field(title="対象", description="Takes part in the year, or is charged; others show zeros.")
    per_resident: str | None = Field(
        title="人口1人当たり（円）",
        description="`total` by the census of 2020, with two decimals, exactly rounded; null for Tokyo.",
        pattern=r"^-?[0-9]+\.[0-9]{2}$",
    )


class WhatIf(Page[WhatIfRow]):
    """All 62 side by side and Tokyo, in the order of their codes, always on one page."""

    project_id: str
    fiscal_year: FiscalYear
    since: Month = Field(description="First month that is counted; the last one is March.")
    usage_of: UsageOf
    sum: Columns = Field(
        description="Of all parties. To a municipality `usage` is null where the sum could tell another's usage: "
        "fewer than three take part, or the request changes membership or has prices with steps."
    )


class Preview(WhatIf):
    """What proposed terms would cost: those concerned, for the months in which the terms would apply."""

    terms_id: str
    terms_version: int
    terms_hash: str = Field(description="Of the text that was computed: the one to consent to.")
    effective_from: Month


class Charged(Answer):
    """What the books charge a party for a fiscal year."""

    municipality: str
    base: int
    usage: int


def columns(then: Yen, now: Yen, last_year: int | None, *, usage_known: bool) -> Columns:
    """The columns of one party, or of all; without those that are private to it."""
    whole = usage_known
    return Columns(
        base=then.base,
        base_now=now.base,
        base_change=then.base - now.base,
        usage=then.usage if whole else None,
        usage_now=now.usage if whole else None,
        total=then.total if whole else None,
        total_now=now.total if whole else None,
        change=then.total - now.total if whole else None,
        last_year=last_year,
        change_from_last_year=then.total - last_year if whole and last_year is not None else None,
    )


def row(party: str, shown: Columns, *, takes_part: bool) -> WhatIfRow:
    """One party's row."""
    people = None if party == TOKYO else by_code(party).population
    per_resident = None if people is None or shown.total is None else two_decimals(shown.total, people)
    charged = any((shown.base, shown.base_now, shown.usage, shown.usage_now, shown.last_year))
    return WhatIfRow(
        municipality=party, concerned=takes_part or charged, per_resident=per_resident, **shown.model_dump()
    )


def concerned(rows: Iterable[WhatIfRow]) -> list[WhatIfRow]:
    """The rows of those whom it concerns."""
    return [row for row in rows if row.concerned]
