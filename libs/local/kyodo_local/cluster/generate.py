"""The generated manifests: which file holds what, as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kyodo_local.cluster.databases import databases
from kyodo_local.cluster.kafka import topics, users
from kyodo_local.services import all_services, service_named

SCALED = "cost-ledger"
"""The service whose consumers are scaled by their lag."""
RULES = Path("deploy/prometheus/rules")
HEADER = "# Made by `kyodo cluster generate`; `make test` compares.\n"

Object = dict[str, Any]


def manifests(rules: Path = RULES) -> dict[str, str]:
    """The text of each generated file, by its path below deploy/k8s/components.

    `rules` is the folder of Prometheus' rule files, which become one PrometheusRule.
    """
    return {
        "strimzi/topics.yaml": _text(topics(all_services())),
        "strimzi/users.yaml": _text(users(all_services(), service_named(SCALED))),
        "cloudnative-pg/databases.yaml": _text(databases(all_services())),
        "monitoring/rules.yaml": _text([_rules(rules)]),
    }


def stale(folder: Path, rules: Path = RULES) -> list[str]:
    """The files in the folder that are not what the code says."""
    made = manifests(rules)
    return [path for path, text in made.items() if not (folder / path).exists() or (folder / path).read_text() != text]


def as_yaml(objects: list[Object]) -> str:
    """The objects as a stream of YAML documents, in the order in which people write manifests."""
    return yaml.dump_all(objects, sort_keys=False, allow_unicode=True, width=120, Dumper=_Plain)


def _text(objects: list[Object]) -> str:
    return HEADER + as_yaml(objects)


def _rules(folder: Path) -> Object:
    """The groups of all rule files, in the order of the files' names."""
    groups = [group for path in sorted(folder.glob("*.yml")) for group in yaml.safe_load(path.read_text())["groups"]]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "kyodo"},
        "spec": {"groups": groups},
    }


class _Plain(yaml.SafeDumper):
    """Writes an object out wherever it occurs: references are hard to read."""

    def ignore_aliases(self, data: object) -> bool:
        return True
