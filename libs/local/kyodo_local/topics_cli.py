"""`kyodo topics`: what stands in Kafka beside what is declared, and the one brought to the other."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import asdict
from typing import NamedTuple

import typer
from aiokafka.errors import BrokerResponseError, IncompatibleBrokerVersion
from rich.table import Table

from kyodo_events.event import Topic
from kyodo_events.kafka import TROUBLE
from kyodo_events.topic_differences import TopicDifference, differences
from kyodo_events.topic_differences import apply as apply_declared
from kyodo_local.answers import STATE, AsJson, ServiceNames, StateFolder, answer, out, services_named
from kyodo_local.exit_codes import Exit
from kyodo_local.state import State
from kyodo_platform.configuration import BadConfiguration, setting
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings

app = typer.Typer(help="The topics of all services in Kafka, dead letters among them.", no_args_is_help=True)

WORDS = {
    "missing": "does not exist",
    "partitions": "has {found} partitions, declared are {declared}",
    "retention": "keeps records for {found} ms, declared are {declared} (-1: for ever)",
    "unknown": "is declared by no service",
}


class Cluster(NamedTuple):
    """The topics that belong on one broker: usually all of them on the same."""

    setting: str
    settings: Settings
    topics: list[Topic]
    prefixes: list[str]


@app.command()
def diff(services: ServiceNames = None, as_json: AsJson = False, state: StateFolder = STATE) -> None:
    """Compare the topics in Kafka with those that are declared. Exit code 1 where they differ."""
    found = [one for cluster in _clusters(services, state) for one in _compared(cluster)]
    answer(as_json, {"differences": _rows(found)}, lambda: _tell(found))
    raise typer.Exit(Exit.FOUND if found else Exit.FINE)


@app.command("apply")
def apply_(services: ServiceNames = None, as_json: AsJson = False, state: StateFolder = STATE) -> None:
    """Create missing topics, add partitions, set retention. Never takes partitions away and never deletes."""
    found = [one for cluster in _clusters(services, state) for one in _applied(cluster)]
    done = [one for one in found if not one.stays]
    left = [one for one in found if one.stays]

    def in_words() -> None:
        for one in done:
            out.print(f"done: {one.topic} {_words(one)}")
        out.print(f"{len(done)} differences cured, {len(left)} left as they are")
        if left:
            _tell(left)

    answer(as_json, {"applied": _rows(done), "left": _rows(left)}, in_words)


def _clusters(names: list[str] | None, folder: StateFolder) -> Iterator[Cluster]:
    """The chosen services' topics by broker; a topic that no service declares is unknown among all their names."""
    chosen = services_named(names)
    of_broker: dict[str, list[tuple[Service, Settings]]] = defaultdict(list)
    for service in chosen:
        settings = State(folder).settings_for(service.name)
        of_broker[settings.kafka_bootstrap].append((service, settings))
    for users in of_broker.values():
        first, settings = users[0]
        prefixes = ["kyodo."] if len(users) == len(services_named(None)) else [f"kyodo.{s.name}." for s, _ in users]
        topics = [topic for service, _ in users for topic in service.published]
        yield Cluster(setting("kafka_bootstrap", first.name), settings, topics, prefixes)


def _compared(cluster: Cluster) -> list[TopicDifference]:
    return _asked(cluster, differences(cluster.settings.kafka_bootstrap, cluster.topics, cluster.prefixes))


def _applied(cluster: Cluster) -> list[TopicDifference]:
    bootstrap, replication = cluster.settings.kafka_bootstrap, cluster.settings.kafka_replication
    return _asked(cluster, apply_declared(bootstrap, cluster.topics, cluster.prefixes, replication=replication))


def _asked(cluster: Cluster, asking: Coroutine[None, None, list[TopicDifference]]) -> list[TopicDifference]:
    """What a cluster answers. Raises BadConfiguration where it does not, and BadParameter for what it refuses."""
    try:
        return asyncio.run(asking)
    except BrokerResponseError as refused:
        raise typer.BadParameter(f"the broker refuses: {refused}") from refused
    except IncompatibleBrokerVersion as unable:
        raise typer.BadParameter(f"the broker cannot do this: {unable}") from unable
    except TROUBLE as error:
        raise BadConfiguration(cluster.setting, f"no broker answers at {cluster.settings.kafka_bootstrap}") from error


def _rows(found: Sequence[TopicDifference]) -> list[dict[str, object]]:
    return [asdict(one) for one in found]


def _words(one: TopicDifference) -> str:
    return WORDS[one.kind].format(found=one.found, declared=one.declared)


def _tell(found: Sequence[TopicDifference]) -> None:
    table = Table("topic", "difference")
    for one in found:
        table.add_row(one.topic, _words(one))
    out.print(table if found else "the topics are as declared")
