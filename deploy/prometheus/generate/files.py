"""The rules as the files that Prometheus reads."""

from __future__ import annotations

from typing import Any, Final

import yaml

from deploy.prometheus.generate import alerts, recording
from deploy.prometheus.generate.model import FOLDER, causes, objectives

RULES: Final = FOLDER / "rules"
HEADER: Final = "# Made by `python -m deploy.prometheus.generate` of slo.yaml and causes.yaml; `make test` compares.\n"


def generated() -> dict[str, str]:
    """The text of each file by its name."""
    found = objectives()
    return {
        "recording.yml": _text(recording.groups(found)),
        "alerts.yml": _text(alerts.groups(found, causes())),
    }


class _Plain(yaml.SafeDumper):
    """Writes as people do: texts of several lines as such, and what occurs twice twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Plain.add_representer(str, _as_block)


def _text(groups: list[dict[str, Any]]) -> str:
    return HEADER + yaml.dump({"groups": groups}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
