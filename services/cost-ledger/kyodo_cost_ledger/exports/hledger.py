"""The journal as text for hledger: every posting with its id, and what each municipality owes at each month's end.

An auditor checks it with a program that is not ours: `hledger check --strict` proves that every transaction sums to
zero, that no account or currency is mistyped, and that the lines come to the balances asserted. Those are summed by the
database from the whole journal, not by this writer from the lines it writes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kyodo_cost_ledger.accounts.views import BANK, PAYMENT
from kyodo_cost_ledger.charges.model import BOOKS_JA, PROJECT, Reason
from kyodo_cost_ledger.periods.calendar import is_settlement
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, UnknownMunicipality, by_code

Line = Mapping[str, Any]
Balances = Mapping[str, Mapping[str, int]]
"""Yen by accounting period and party."""

OWED, BORNE, COST, CASH, OTHER = "負担金", "東京都負担", "事業費", "預金", "その他"
CARRIED = "繰越:前年度以前"
BOUGHT_FORWARD = "前年度繰越"

REASONS_JA = {
    Reason.TERMS.value: "費用負担条件",
    Reason.PARTICIPATION.value: "参加",
    Reason.USAGE.value: "利用実績",
    Reason.DRIVERS.value: "基礎数値の公表",
    Reason.CORRECTION.value: "訂正",
    Reason.DISPUTE.value: "異議の解決",
    PAYMENT: "入金",
}


@dataclass(frozen=True)
class Journal:
    """What is to be written: the accounts it names, the balances it asserts, and whose lines it holds.

    `only` is the municipality of an export of its own: it does not see the other side of its lines, so the journal
    names that side by itself. `before` are the balances brought forward from the years before the one exported.
    """

    accounts: Sequence[Line]
    balances: Balances
    year: FiscalYear | None = None
    only: str | None = None
    before: Mapping[str, int] = field(default_factory=dict)

    async def text(self, lines: AsyncIterator[Line]) -> AsyncIterator[str]:
        """The journal piece by piece, a transaction at a time; the lines come by period and posting."""
        yield "".join(self._head())
        owed = Counter({party: amount for party, amount in self.before.items() if is_municipality(party)})
        period: str | None = None
        async for transaction in _transactions(lines):
            if period not in (None, transaction[0]["period"]):
                yield self._assertions(str(period), owed)
            period = transaction[0]["period"]
            yield "".join(self._transaction(transaction))
        if period is not None:
            yield self._assertions(period, owed)

    def _head(self) -> Iterator[str]:
        whose = by_code(self.only).name_ja if self.only else "全団体"
        when = f"{int(self.year)}年度" if self.year else "全期間"
        yield f"; 区市町村共同事業 費用負担台帳（{whose}、{when}）\n; 検査: hledger check --strict\n\n"
        yield "commodity 1000. JPY\n\n"
        for account in sorted(self._declared()):
            yield f"account {account}\n"
        yield "\n"
        if self.year and any(self.before.values()):
            yield f"{self.year.first_day} * 前年度繰越\n"
            for party, amount in sorted(self.before.items()):
                if amount:
                    yield _posting(_forward(party), amount)
            yield _posting(CARRIED, -sum(self.before.values())) + "\n"

    def _declared(self) -> set[str]:
        named = {account_of(line) for line in self.accounts}
        if self.only:
            named |= {counterpart_of(line) for line in self.accounts}
        parties = {line["party"] for line in self.accounts} | self.before.keys()
        named |= {_root(party) for party in parties if is_municipality(party)}
        brought = {_forward(party) for party, amount in self.before.items() if amount}
        return named | brought | ({CARRIED} if brought else set())

    def _transaction(self, lines: Sequence[Line]) -> Iterator[str]:
        first = lines[0]
        reason = REASONS_JA.get(first["reason"], first["reason"])
        settling = "（出納整理期間）" if is_settlement(first["period"]) else ""
        yield f"{_day(first['period'])} * ({first['posting_id']}) {reason}{settling}\n"
        yield f"    ; posted:{first['posted_at'].isoformat()}, cause:{first['cause']}\n"
        for line in lines:
            comment = f"id:{line['posting_id']}, item:{line['item']}, month:{line['month']}"
            yield _posting(account_of(line), line["amount"], comment)
        if self.only:
            others: Counter[str] = Counter()
            for line in lines:
                others[counterpart_of(line)] -= line["amount"]
            for account, amount in sorted(others.items()):
                yield _posting(account, amount, f"id:{first['posting_id']}")
        yield "\n"

    def _assertions(self, period: str, owed: Counter[str]) -> str:
        """What each municipality owes at the end of the period, from the balances of the database."""
        for party, amount in self.balances.get(period, {}).items():
            if is_municipality(party):
                owed[party] += amount
        settling = "（出納整理期間を含む）" if is_settlement(period) else ""
        held = "".join(f"    {_root(party)}  0 JPY =* {amount} JPY\n" for party, amount in sorted(owed.items()))
        return f"{_day(period)} * 残高の確認 {period[:7]}{settling}\n{held}\n" if held else ""


def account_of(line: Line) -> str:
    """The account of a line: who bears it, of which project, in which book, by which item."""
    party, project = line["party"], _project(line)
    what = f"{project}:{BOOKS_JA.get(line['book'], line['book'])}:{_clean(line['item_ja'])}"
    if party == BANK:
        return CASH
    if line["book"] == PAYMENT:
        return f"{_root(party)}:入金"
    return f"{_root(party)}:{what}"


def counterpart_of(line: Line) -> str:
    """The other side of a municipality's line: the cost of the project, or the bank."""
    return CASH if line["book"] == PAYMENT else account_of({**line, "party": PROJECT})


def is_municipality(party: str) -> bool:
    """Whether a party of the journal is one of the 62."""
    try:
        by_code(party)
    except UnknownMunicipality:
        return False
    return True


def before(year: FiscalYear, balances: Balances) -> dict[str, int]:
    """What municipalities owe and the bank holds from the periods before a fiscal year; costs are not carried."""
    brought: Counter[str] = Counter()
    for period, parties in balances.items():
        if period < year.month(1):
            for party, amount in parties.items():
                if party == BANK or is_municipality(party):
                    brought[party] += amount
    return dict(brought)


def by_period(rows: Iterable[Line]) -> Balances:
    """Rows of party, period and amount as balances."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["period"]][row["party"]] = row["amount"]
    return found


async def _transactions(lines: AsyncIterator[Line]) -> AsyncIterator[list[Line]]:
    """The lines of each posting and period: a posting that reaches into several periods balances in each."""
    some: list[Line] = []
    async for line in lines:
        if some and any(some[0][name] != line[name] for name in ("period", "posting_id")):
            yield some
            some = []
        some.append(line)
    if some:
        yield some


def _root(party: str) -> str:
    if party == TOKYO:
        return BORNE
    if party == PROJECT:
        return COST
    return f"{OWED}:{party} {by_code(party).name_ja}" if is_municipality(party) else f"{OTHER}:{_clean(party)}"


def _forward(party: str) -> str:
    return CASH if party == BANK else f"{_root(party)}:{BOUGHT_FORWARD}"


def _project(line: Line) -> str:
    """Name and the end of the id: two projects may have one name."""
    return f"{_clean(line['project_ja'] or '')} {line['project_id'][-8:]}".strip()


def _clean(text: str) -> str:
    """A part of an account's name: a colon would make a level, two spaces or a semicolon would end it."""
    return re.sub(r"\s+", " ", text).strip().replace(":", "：").replace(";", "；")


def _day(period: str) -> str:
    """The last day of the month: what is booked in the settlement period belongs to March, after all of March."""
    return Month(period[:7]).last_day.isoformat()


def _posting(account: str, amount: int, comment: str = "") -> str:
    return f"    {account}  {amount} JPY" + (f"  ; {comment}\n" if comment else "\n")
