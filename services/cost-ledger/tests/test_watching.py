"""What the ledger notices of itself when somebody has the database in hand: a broken seal, a posting out of balance."""

from __future__ import annotations

from kyodo_cost_ledger.periods.watching import SealWatch, measure_imbalance, watch_seals
from tests.support.books_desk import CHIYODA, CHUO, Desk

SEALED = ("2024-04", "2024-05", "2024-06")
_CHANGE = "UPDATE posting_line SET amount = amount + {yen} WHERE party = '{party}' AND period = '{period}'"


async def measured(desk: Desk, name: str) -> float:
    """A figure, as it is scraped."""
    text = (await desk.service.client.get("/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))


async def turns(desk: Desk, watch: SealWatch, count: int = 1) -> list[bool]:
    """What the watch says of the chain, turn by turn."""
    said = []
    for _ in range(count):
        async with desk.database.transaction(read_only=True) as tx:
            await watch(tx)
        said.append(bool(await measured(desk, "kyodo_ledger_seal_chain_broken")))
    return said


async def tamper(desk: Desk, yen: int, period: str = "2024-05", party: str = CHUO) -> None:
    """Rewrite the lines of a period, past all guards."""
    change = _CHANGE.format(yen=yen, party=party, period=period)
    await desk.service.as_admin("ALTER TABLE posting_line DISABLE TRIGGER ALL", change)


async def test_a_broken_seal_is_found_in_its_turn_and_stays_until_it_holds(desk: Desk) -> None:
    watch = SealWatch()
    assert await turns(desk, watch) == [False]  # nothing is sealed
    await desk.close(*SEALED)
    await desk.seal(*SEALED)
    assert await turns(desk, watch, 4) == [False] * 4
    await tamper(desk, -1)
    assert await turns(desk, watch, 4) == [True] * 4  # the fourth turn was April again
    await tamper(desk, 1)
    assert await turns(desk, watch, 4) == [False] * 4


async def test_a_seal_that_was_removed_is_missed_by_the_next(desk: Desk) -> None:
    await desk.close(*SEALED)
    await desk.seal(*SEALED)
    await desk.service.as_admin("DELETE FROM sealed_period WHERE period = '2024-05'")
    assert await turns(desk, SealWatch(), 3) == [False, True, True]
    await desk.service.as_admin("DELETE FROM sealed_period WHERE period = '2024-04'")
    assert await turns(desk, SealWatch()) == [True]


async def test_who_verified_the_whole_chain_sends_the_watch_to_the_break(desk: Desk) -> None:
    await desk.close(*SEALED)
    await desk.seal(*SEALED)
    await tamper(desk, -1, "2024-06")
    assert not (await desk.get("/v1/seals/verification"))["intact"]
    assert await turns(desk, watch_seals) == [True]
    await tamper(desk, 1, "2024-06")
    assert await turns(desk, watch_seals) == [False]


async def test_one_turn_looks_at_one_seal(desk: Desk) -> None:
    """However long the chain is: three questions, of which two are of one period's lines."""
    await desk.close(*SEALED)
    await desk.seal(*SEALED)
    asked = []
    async with desk.database.transaction(read_only=True) as tx:
        rows = tx.rows

        async def counted(query: str, *args: object) -> object:
            asked.append(args)
            return await rows(query, *args)

        tx.rows = counted  # type: ignore[method-assign, assignment]
        await SealWatch()(tx)
    assert asked == [("2024-04",), ("2024-04",)]


async def test_a_posting_out_of_balance_is_measured_and_another_does_not_hide_it(desk: Desk) -> None:
    async def sums() -> float:
        async with desk.database.transaction(read_only=True) as tx:
            await measure_imbalance(tx)
        return await measured(desk, "kyodo_ledger_imbalance")

    assert await sums() == 0
    await desk.close("2024-04")
    await tamper(desk, 3, "2024-05", CHUO)
    found = await sums()
    assert found > 0
    await tamper(desk, -3, "2024-05", CHUO)
    assert await sums() == 0
    item = "AND book = 'usage'"
    await desk.service.as_admin(f"{_CHANGE.format(yen=5, party=CHIYODA, period='2024-04')} {item}")
    base = "AND book = 'base' AND item = 'equal'"
    await desk.service.as_admin(f"{_CHANGE.format(yen=-5, party=CHIYODA, period='2024-04')} {base}")
    assert await sums() == 10
