"""An id that comes again with other content is parked, and nothing else stops for it; the same is harmless (G4)."""

from __future__ import annotations

from uuid import UUID

import pytest

from kyodo_events import inbox
from kyodo_events.arrivals import OTHER_CONTENT
from kyodo_events.database import Database
from kyodo_events.dead_letters import DeadLetters
from tests.support.arriving import Hand, again, record, with_data

OTHERS = {
    "data": with_data(record(0), b'{"number": 99}', offset=5),
    "stream": again(record(0), 5, ce_subject=b"counter/another"),
    "subject": again(record(0), 5, ce_subject=b"another/s"),
    "source": again(record(0), 5, ce_source=b"/kyodo/elsewhere"),
}


@pytest.mark.parametrize("differs", OTHERS)
async def test_other_content_under_a_known_id_is_parked_with_its_reason(database: Database, differs: str) -> None:
    hand = Hand(database)
    await hand.over(record(0), record(1))
    taken = await hand.over(record(2), OTHERS[differs], record(3))
    assert (taken.effective, taken.duplicates, taken.parked) == (2, 0, 1)
    assert await hand.numbers() == [1, 2, 3, 4]
    (letter,) = await DeadLetters(hand.processor).list()
    assert (letter.reason, letter.event_id, letter.offset) == (OTHER_CONTENT, UUID(int=1), 5)


async def test_the_same_again_is_a_duplicate_however_it_is_written(database: Database) -> None:
    hand = Hand(database)
    first = record(0)
    await hand.over(first)
    taken = await hand.over(first, again(first, 1), with_data(first, b'{ "number" :1 }', offset=2))
    assert (taken.effective, taken.duplicates, taken.parked) == (0, 3, 0)
    assert await hand.numbers() == [1]


async def test_twice_in_one_batch_the_first_delivery_stands(database: Database) -> None:
    hand = Hand(database)
    first = record(0)
    taken = await hand.over(first, again(first, 1), with_data(first, b'{"number": 99}', offset=2))
    assert (taken.effective, taken.duplicates, taken.parked) == (1, 1, 1)
    assert await hand.numbers() == [1]


async def test_nothing_waits_behind_such_a_letter_and_it_is_parked_once(database: Database) -> None:
    hand, letters = Hand(database), DeadLetters(Hand(database).processor)
    other = with_data(record(0), b'{"number": 99}', offset=1)
    await hand.over(record(0), other)
    await hand.over(other, record(2), record(3))  # of the same key
    assert await hand.numbers() == [1, 3, 4]
    (letter,) = await letters.list()
    third = with_data(record(0), b'{"number": 100}', offset=4)
    await hand.over(third)
    assert len(await letters.list()) == 2  # a third content is not lost behind the second

    assert not await letters.replay(letter.id, by="operator")
    assert OTHER_CONTENT in (await letters.list())[0].reason
    await letters.dismiss(letter.id, by="operator", why="the first one is right")
    await hand.over(other, record(5))
    assert await hand.numbers() == [1, 3, 4, 6]
    assert len(await letters.list()) == 1


async def test_what_cannot_be_read_under_a_known_id_is_parked_too(database: Database) -> None:
    hand = Hand(database)
    await hand.over(record(0))
    taken = await hand.over(with_data(record(0), b'{"number": "one"}', offset=1), record(2))
    assert (taken.effective, taken.parked) == (1, 1)
    (letter,) = await DeadLetters(hand.processor).list()
    assert letter.reason.startswith(OTHER_CONTENT)
    assert "number" in letter.reason


async def test_what_was_dismissed_does_not_come_in_with_other_content(database: Database) -> None:
    hand = Hand(database)
    letters = DeadLetters(hand.processor)
    await hand.over(with_data(record(0), b'{"number": "one"}'))
    (letter,) = await letters.list()
    await letters.dismiss(letter.id, by="operator", why="nonsense")
    await hand.over(record(0), record(1))
    assert await hand.numbers() == [2]
    assert [letter.reason for letter in await letters.list()] == [OTHER_CONTENT]


@pytest.mark.parametrize(("any_order", "seen"), [(False, [1]), (True, [1, 3, 4])])
async def test_where_effects_come_in_any_order_nothing_waits_behind_what_cannot_be_read(
    database: Database, any_order: bool, seen: list[int]
) -> None:
    hand = Hand(database, any_order=any_order)
    await hand.over(record(0), with_data(record(1), b'{"number": "two"}'), record(2))
    await hand.over(record(3))
    assert await hand.numbers() == seen
    letters = DeadLetters(hand.processor)
    assert len(await letters.list()) == 4 - len(seen)
    async with database.transaction() as tx:
        await tx.run("UPDATE dead_letter SET value = '{\"number\": 2}' WHERE record_offset = 1")  # cured
    (first, *_) = await letters.list()
    assert await letters.replay(first.id, by="operator")
    assert 2 in await hand.numbers()


async def test_planted_bug_other_content_counted_as_a_duplicate_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_OTHER_CONTENT", inbox._OTHER_CONTENT + " AND false")
    hand = Hand(database)
    await hand.over(record(0))
    taken = await hand.over(OTHERS["data"])
    assert (taken.duplicates, taken.parked) == (1, 0)


async def test_odd_characters_and_places_reach_the_inbox_as_they_were(database: Database) -> None:
    hand = Hand(database)
    odd = "a\tb\\c\nd\re負担\\N"
    await hand.over(
        again(record(0), 0, ce_subject=f"counter/{odd}".encode(), ce_actor=b"back\\slash\ttab"),
        with_data(record(1), b'{\n\t"number":\r 2}'),
    )
    async with database.transaction() as tx:
        rows = await tx.rows("SELECT stream, actor, topic, partition, record_offset, data FROM inbox ORDER BY arrival")
    assert [(row["stream"], row["actor"], row["record_offset"]) for row in rows] == [
        (odd, "back\\slash\ttab", 0),
        ("s", "tester", 1),
    ]
    assert [row["data"] for row in rows] == [{"number": 1}, {"number": 2}]
    assert {(row["topic"], row["partition"]) for row in rows} == {("kyodo.testing.by-hand.v1", 0)}
