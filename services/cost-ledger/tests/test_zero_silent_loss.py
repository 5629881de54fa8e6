"""Zero silent loss: every usage record that came is in exactly one outcome, whatever came and in whichever order."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from kyodo_cost_ledger.audit.views import findings
from kyodo_cost_ledger.testing import PROJECT, Story, terms
from kyodo_cost_ledger.usage.outcomes import (
    NOBODY,
    measure_reasons,
    measure_usage,
    uncharged,
    uncharged_by_reason,
    usage_counts,
)
from kyodo_events.arrivals import StoredRecord
from kyodo_events.contracts.procurement.usage import ServiceUseCorrected
from kyodo_events.database import Database
from kyodo_events.dead_letters import DeadLetters, EarlierLetterWaits
from kyodo_events.event import Event, Recorded
from kyodo_events.values.municipalities import municipalities
from tests.support.ledger.arriving import arrive, processor_of, record_of

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"
OTHER = "01941f29-7c00-7000-8000-00000000000b"
OUTCOMES = ("charged", "free", "waiting", "quarantined")
USAGE = ["kyodo.procurement.service-used", "kyodo.procurement.service-use-corrected"]

MEMBERS = [municipality.code for municipality in municipalities()][:7]
# Told by the events themselves, past all that is counted: what was taken, and what was parked and not replayed.
RECEIVED = """
SELECT source, municipality, sum(n)::bigint AS n FROM (
    SELECT source, data->>'municipality' AS municipality, count(*) AS n FROM inbox
    WHERE type = ANY($1::text[]) GROUP BY 1, 2
    UNION ALL
    SELECT 'procurement', CASE WHEN record_key = ANY($2::text[]) THEN record_key END, count(*) FROM dead_letter
    WHERE topic = 'kyodo.procurement.usage.v1' AND state <> 'replayed' GROUP BY 1, 2
) AS found GROUP BY 1, 2
"""
CODES = [municipality.code for municipality in municipalities()]


def history(chance: random.Random) -> list[StoredRecord]:
    """Rules and usage of two projects, priced, free, unpriced and unheard-of; broken records; deliveries repeated."""
    prices = {"applications": 30, "logins": 0}
    first = Story().started().joined(*MEMBERS).agreed(terms(None, prices=prices))
    if chance.random() < 0.5:
        first.agreed(terms(None, prices={**prices, "seats": 5}, effective_from="2024-09"))
    second = Story(OTHER)
    for _ in range(90):
        story, code = chance.choice([first, first, second]), chance.choice([*MEMBERS, MUSASHINO])
        meter = chance.choice(["applications", "logins", "seats", "unheard_of"])
        story.used(code, chance.randint(1, 50), f"2024-{chance.randint(4, 12):02d}-10", meter)
        if chance.random() < 0.3:
            used: Any = story.told[-1].event
            correction = used.model_dump(exclude={"quantity"}) | {"quantity_before": used.quantity, "quantity": 1}
            story.tell(ServiceUseCorrected(**correction, reason="訂正"), story.told[-1].stream)
    told: list[Recorded[Event]] = first.told + second.told
    records = [record_of(r) if chance.random() > 0.1 or not _is_usage(r) else broken(r, chance) for r in told]
    records += [record_of(r, value=_other_content(r)) for r in told if _is_usage(r) and chance.random() < 0.1]
    return chance.sample(records + chance.sample(records, 20), len(records) + 20)


def broken(told: Recorded[Event], chance: random.Random) -> StoredRecord:
    """Its record, spoilt in one of the ways that happen."""
    changes: list[dict[str, Any]] = [
        {"value": b'{"municipality": "131016"}'},
        {"value": b"\xff\x00 no JSON"},
        {"ce_subject": None},
        {"ce_type": None},
        {"ce_type": f"{told.event.event_type}.v99".encode()},
        {"key": b"999999", "value": b"{}"},
    ]
    return record_of(told, **chance.choice(changes))


def _other_content(told: Recorded[Event]) -> bytes:
    """The same event's id with another day: nobody knows which of the two is right."""
    event: Any = told.event
    return bytes(event.model_copy(update={"used_on": date(2024, 4, 1)}).model_dump_json().encode())


def _is_usage(told: Recorded[Event]) -> bool:
    return told.event.event_type in USAGE


async def take(ledger: Database, records: list[StoredRecord], chance: random.Random) -> None:
    """In batches of random sizes."""
    while records:
        size = chance.choice([1, 3, 10, 40])
        await arrive(ledger, records[:size])
        records = records[size:]


async def decide(ledger: Database, chance: random.Random) -> None:
    """A person dismisses some letters and replays others, in the order of their keys."""
    letters = DeadLetters(processor_of(ledger))
    for letter in await letters.list():
        if chance.random() < 0.5:
            await letters.dismiss(letter.id, "somebody", "tried")
        else:
            with suppress(EarlierLetterWaits):
                await letters.replay(letter.id, "somebody")


async def counted(ledger: Database) -> dict[tuple[str, str | None], Any]:
    """The four counts, by source and municipality."""
    async with ledger.transaction(read_only=True) as tx:
        return {(row["source"], row["municipality"]): row for row in await tx.rows(usage_counts())}


async def received(ledger: Database) -> dict[tuple[str, str | None], int]:
    """What came, by source and municipality."""
    async with ledger.transaction(read_only=True) as tx:
        return {(row[0], row[1]): row[2] for row in await tx.rows(RECEIVED, USAGE, CODES)}


@pytest.mark.parametrize("seed", range(10))
async def test_every_record_that_came_is_in_exactly_one_outcome(ledger: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    await take(ledger, history(chance), chance)
    if seed % 2:
        await decide(ledger, chance)
    counts, came = await counted(ledger), await received(ledger)
    assert {key: sum(row[name] for name in OUTCOMES) for key, row in counts.items()} == came
    assert all(row["received"] == sum(row[name] for name in OUTCOMES) for row in counts.values())
    ended = Counter({name: sum(row[name] for row in counts.values()) for name in OUTCOMES})
    assert all(ended[name] for name in OUTCOMES), "a history without one of the outcomes proves too little"
    async with ledger.transaction(read_only=True) as tx:
        charged = await tx.scalar(CHARGED_RECORDS, USAGE, MEMBERS)
        reasoned = await tx.rows(uncharged_by_reason())
    assert ended["charged"] == charged
    by_reason = Counter[str]()
    for row in reasoned:
        by_reason[row["outcome"]] += row["records"]
    assert by_reason == Counter({name: ended[name] for name in ("waiting", "quarantined")})
    dismissed = sum(row["records"] for row in reasoned if row["dismissed"])
    assert dismissed == sum(row["dismissed"] for row in counts.values())


# By the terms' own text: priced above zero in the year, the project started, the municipality a participant.
CHARGED_RECORDS = f"""
SELECT count(*) FROM inbox WHERE type = ANY($1::text[]) AND data->>'project_id' = '{PROJECT}'
AND data->>'municipality' = ANY($2::text[])
AND (data->>'meter' = 'applications' OR data->>'meter' = 'seats' AND data->>'used_on' >= '2024-09'
     AND EXISTS (SELECT FROM priced_meter WHERE meter = 'seats'))
"""


async def test_usage_leaves_quarantine_when_terms_name_its_meter(ledger: Database) -> None:
    story = Story().started().joined(CHIYODA).agreed(terms(None)).used(CHIYODA, 10, meter="seats")
    await arrive(ledger, story.told)
    assert (await counted(ledger))["procurement", CHIYODA]["quarantined"] == 1
    later = story.agreed(terms(None, prices={"applications": 30, "seats": 7}, effective_from="2024-05")).told[-1:]
    await arrive(ledger, later)  # named, though not for April: it waits now, as its price may come
    assert (await counted(ledger))["procurement", CHIYODA]["waiting"] == 1
    await arrive(ledger, story.agreed(terms(None, prices={"seats": 7})).told[-1:])
    row = (await counted(ledger))["procurement", CHIYODA]
    assert (row["charged"], row["waiting"], row["quarantined"]) == (1, 0, 0)


async def test_a_planted_loss_is_noticed(ledger: Database) -> None:
    """A record that is taken and lost from what is counted: the counts no longer come to what was received."""
    await arrive(ledger, Story().started().joined(CHIYODA).agreed(terms(None)).used(CHIYODA, 10).used(CHIYODA, 1).told)
    async with ledger.transaction() as tx:
        await tx.run("UPDATE usage_intake SET records = records - 1")
    counts = await counted(ledger)
    assert {key: row["received"] for key, row in counts.items()} != await received(ledger)


@pytest.mark.parametrize(
    "loss",
    [
        "UPDATE usage_intake SET records = records - 1 WHERE meter = 'seats'",
        "DELETE FROM uncharged_usage WHERE meter = 'seats'",  # would count as charged, at no yen
        "UPDATE uncharged_usage SET outcome = 'waiting' WHERE meter = 'seats'",
    ],
)
async def test_the_audit_finds_what_is_counted_wrongly(ledger: Database, loss: str) -> None:
    story = Story().started().joined(CHIYODA).agreed(terms(None)).used(CHIYODA, 10).used(CHIYODA, 1, meter="seats")
    await arrive(ledger, story.told)
    async with ledger.transaction() as tx:
        assert (await findings(tx)).consistent
    async with ledger.transaction() as tx:
        await tx.run(loss)
    async with ledger.transaction() as tx:
        assert (await findings(tx)).unaccounted == 1


async def test_the_counts_are_metrics_too(ledger: Database) -> None:
    story = Story().started().joined(CHIYODA).agreed(terms(None, prices={"applications": 30, "logins": 0}))
    story.used(CHIYODA, 1).used(CHIYODA, 1, meter="logins").used(CHIYODA, 1, meter="unheard_of").used(CHUO, 1)
    lost = record_of(Story().used(MUSASHINO, 1).told[0], key=b"nobody", value=b"")
    await arrive(ledger, [*map(record_of, story.told), lost])
    async with ledger.transaction(read_only=True) as tx:
        await measure_usage(tx)

    def shown(municipality: str) -> list[float | None]:
        labels = {"source": "procurement", "municipality": municipality}
        return [
            REGISTRY.get_sample_value("kyodo_ledger_usage_events", {**labels, "outcome": outcome})
            for outcome in OUTCOMES
        ]

    assert shown(CHIYODA) == [1, 1, 0, 1]
    assert shown(CHUO) == [0, 0, 1, 0]
    assert shown(NOBODY) == [0, 0, 0, 1]


async def test_what_has_no_charge_is_measured_by_its_reason(ledger: Database) -> None:
    story = Story().started().joined(CHIYODA).agreed(terms(None, prices={"applications": 30, "logins": 0}))
    story.used(CHIYODA, 1).used(CHIYODA, 1, meter="logins").used(CHIYODA, 1, meter="unheard_of").used(CHUO, 1)
    story.used(CHUO, 2, on="2024-05-10")
    unreadable = record_of(Story().used(MUSASHINO, 1).told[0], ce_subject=None)
    invalid = [record_of(Story().used(MUSASHINO, n).told[0], value=b"{}") for n in (1, 2)]
    await arrive(ledger, [*map(record_of, story.told), unreadable, *invalid])
    letters = DeadLetters(processor_of(ledger))
    (letter,) = [one for one in await letters.list() if "Undecodable" in one.reason]
    await letters.dismiss(letter.id, "somebody", "tried")
    async with ledger.transaction(read_only=True) as tx:
        await measure_reasons(tx)
    (gauge,) = uncharged.collect()
    assert {tuple(sample.labels.values()): sample.value for sample in gauge.samples} == {
        ("waiting", "not_a_participant", "open"): 2,
        ("quarantined", "unknown_meter", "open"): 1,
        ("quarantined", "invalid_data", "open"): 2,
        ("quarantined", "unreadable", "dismissed"): 1,
    }


async def test_the_counts_over_the_api(app_of: Any, as_: Any) -> None:
    app = await app_of("cost-ledger")
    story = Story().started().joined(CHIYODA).agreed(terms(None)).used(CHIYODA, 1).used(CHIYODA, 2, meter="seats")
    lost = record_of(Story().used(MUSASHINO, 1).told[0], key=b"nobody", value=b"")
    unread = record_of(Story().used(CHUO, 1).told[0], value=b"{}")
    await arrive(app.state.runtime.database, [*map(record_of, story.told), lost, unread])
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:

        async def seen(*who: str) -> dict[str | None, tuple[int, ...]]:
            answer = await client.get("/v1/usage-outcomes", headers=as_(*who))
            names = ("received", *OUTCOMES, "letters", "dismissed")
            return {row["municipality"]: tuple(row[name] for name in names) for row in answer.json()["items"]}

        assert await seen("secretariat") == {
            CHIYODA: (2, 1, 0, 0, 1, 0, 0),
            CHUO: (1, 0, 0, 0, 1, 1, 0),
            None: (1, 0, 0, 0, 1, 1, 0),
        }
        assert await seen("officer", CHUO) == {CHUO: (1, 0, 0, 0, 1, 1, 0)}
        assert await seen("officer", MUSASHINO) == {}
        only = {"reason": "not_a_participant"}
        waiting = await client.get("/v1/waiting-usage", params=only, headers=as_("secretariat"))
        assert waiting.json()["items"] == []
        cell = {"municipality": CHIYODA, "project_id": PROJECT, "meter": "seats", "month": "2024-04"}
        (record,) = (await client.get("/v1/usage-records", params=cell, headers=as_("auditor"))).json()["items"]
        assert (record["event_id"], record["quantity"]) == (str(story.told[-1].id), 2)
        assert (record["source"], record["type"]) == ("procurement", "kyodo.procurement.service-used")
        assert (record["topic"], record["partition"], record["offset"]) == ("kyodo.procurement.usage.v1", 0, 1)
        foreign = await client.get("/v1/usage-records", params=cell, headers=as_("officer", CHUO))
        assert foreign.json()["items"] == []
