"""Adds up the metered use of each municipality: python consumer.py kafka.example.jp:9092 usage.db [topic]"""

import asyncio
import json
import sqlite3
import sys

from aiokafka import AIOKafkaConsumer

CHANGES = {  # what each event adds; the names are those in the header ce_type
    "kyodo.procurement.service-used.v1": lambda data: data["quantity"],
    "kyodo.procurement.service-use-corrected.v1": lambda data: data["quantity"] - data["quantity_before"],
    "kyodo.procurement.service-use-cancelled.v1": lambda data: -data["quantity_before"],
}


async def follow(bootstrap, database, topic="kyodo.procurement.usage.v1"):
    database.execute("CREATE TABLE IF NOT EXISTS seen (id PRIMARY KEY, set_aside)")  # aside: what is not known here yet
    database.execute("CREATE TABLE IF NOT EXISTS usage (city, meter, quantity, PRIMARY KEY (city, meter))")
    options = {"group_id": "city-usage", "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, **options) as consumer:
        while True:
            for partition, records in (await consumer.getmany(timeout_ms=1000)).items():  # each key's in their order
                with database:  # the effects and the ids, together or not at all
                    for record in records:
                        take(database, dict(record.headers), record.value)
                await consumer.commit({partition: records[-1].offset + 1})  # after the effect: at worst it comes again


def take(database, headers, body):
    change = CHANGES.get(headers["ce_type"].decode())
    seen = (headers["ce_id"].decode(), None if change else body)
    if database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", seen).rowcount and change:
        data = json.loads(body)
        database.execute(
            "INSERT INTO usage VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity",
            (data["municipality"], data["meter"], change(data)),
        )


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1], sqlite3.connect(sys.argv[2]), *sys.argv[3:]))
