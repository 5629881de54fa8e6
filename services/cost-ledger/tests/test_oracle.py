"""Random years, told in any order and cut into any batches: the books say what an independent oracle says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from kyodo_cost_ledger.testing import PROJECT, Story, balances, learn, terms
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected
from kyodo_events.database import Database
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import municipalities
from tests.support.ledger_oracle import Lines, Year, charges

MONTHS = FiscalYear(2024).months()
CODES = [m.code for m in municipalities()]
FIGURES = {m.code: m.population for m in municipalities()}
PRICES = {"applications": 30, "seats": 400, "free_of_charge": 0}


def a_year(chance: Random) -> tuple[Story, Year]:
    """A story of joins, leaves, use, corrections and cancellations, and what it comes to by the oracle's facts."""
    annual, tokyo = chance.randrange(1, 10**10), Fraction(chance.randrange(0, 8), 7)
    equal = Fraction(chance.randrange(0, 11), 10)
    shares = {"equal": str(equal), "population": str(1 - equal)}
    story = Story().started()
    story.agreed(terms(annual, tokyo=str(tokyo), shares=shares, prices=PRICES))
    members: list[set[str]] = [set() for _ in MONTHS]
    codes = chance.sample(CODES, chance.randrange(1, 12))
    for code in codes:
        first = chance.choice([0, 0, 0, chance.randrange(12)])
        story.joined(code, month=MONTHS[first])
        last = chance.randrange(first, 12) if chance.random() < 0.3 else 11
        if last < 11:
            story.left(code, MONTHS[last])
        for index in range(first, last + 1):
            members[index].add(code)
    used: dict[tuple[str, str, int], int] = {}
    for number in range(chance.randrange(40)):
        _use(story, used, chance, chance.choice(codes), number)
    frozen = [frozenset(some) for some in members]
    facts = Year(f"{PROJECT}/1", annual, tokyo, equal, FIGURES, frozen, [str(m) for m in MONTHS], PRICES, used)
    return story, facts


def _use(story: Story, used: dict[tuple[str, str, int], int], chance: Random, code: str, number: int) -> None:
    """Something was used, and perhaps corrected or cancelled afterwards; what no terms price is used too."""
    index, meter = chance.randrange(12), chance.choice([*PRICES, "faxes"])
    day = MONTHS[index].first_day + timedelta(chance.randrange(28))
    quantity, final = chance.randrange(1, 10_000), chance.choice([None, 0, chance.randrange(1, 10_000)])
    story.used(code, quantity, day.isoformat(), meter)
    record: Any = story.told[-1].event
    same = {name: getattr(record, name) for name in ("project_id", "meter", "municipality", "used_on", "record")}
    if final == 0:
        story.tell(ServiceUseCancelled(**same, quantity_before=quantity, reason="取消"), f"{PROJECT}/late{number}")
    elif final is not None:
        correction = ServiceUseCorrected(**same, quantity_before=quantity, quantity=final, reason="訂正")
        story.tell(correction, f"{PROJECT}/late{number}")
    key = (code, meter, index)
    used[key] = used.get(key, 0) + (quantity if final is None else final)


async def told(ledger: Database, story: Story, chance: Random) -> None:
    """In any order, in batches of any size: as the consumer takes what Kafka brings, once each."""
    events = list(story.told)
    chance.shuffle(events)
    while events:
        batch = [events.pop() for _ in range(min(len(events), chance.randrange(1, 12)))]
        async with ledger.transaction() as tx:
            await learn(tx, batch)


def as_lines(books: dict[Any, int]) -> Lines:
    return {(cell.party, cell.book, cell.item, cell.month): amount for cell, amount in books.items()}


@pytest.mark.parametrize("seed", range(12))
async def test_the_books_say_what_the_oracle_says(ledger: Database, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a story, not a secret
    story, facts = a_year(chance)
    await told(ledger, story, chance)
    async with ledger.transaction(read_only=True) as tx:
        assert as_lines(await balances(tx)) == charges(facts)


# Planted: each is a mistake that looks right, patched into the ledger; the comparison has to notice it.


def ties_by_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last yen goes to the first municipality in the list."""
    monkeypatch.setattr("kyodo_events.values.apportionment.tie_break", lambda _, party: party)


def months_rounded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A twelfth of the year each month, rounded down, instead of steps between what is due."""
    monkeypatch.setattr(
        "kyodo_cost_ledger.base.division.due", lambda annual, first, through: annual // 12 * (through - first + 1)
    )


def the_last_month_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves no longer bears the month in which it still takes part."""
    monkeypatch.setattr("kyodo_cost_ledger.projects.views.Month.next", lambda self: self)


@pytest.mark.parametrize("plant", [ties_by_code, months_rounded_alone, the_last_month_is_free])
async def test_the_oracle_catches_a_planted_mistake(
    ledger: Database, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    chance = Random(7)  # noqa: S311
    story = (
        Story().started().agreed(terms(1_000_001, shares={"equal": "1"})).joined(*CODES[:7]).left(CODES[0], "2024-09")
    )
    members = [frozenset(CODES[:7]) if index < 6 else frozenset(CODES[1:7]) for index in range(12)]
    months = [str(month) for month in MONTHS]
    facts = Year(f"{PROJECT}/1", 1_000_001, Fraction(0), Fraction(1), FIGURES, members, months, PRICES, {})
    plant(monkeypatch)
    await told(ledger, story, chance)
    async with ledger.transaction(read_only=True) as tx:
        assert as_lines(await balances(tx)) != charges(facts)
