"""One stored example of every version of every event ever written still reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from kyodo_cost_ledger.app import service
from kyodo_events.event import registry

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))


def test_every_event_has_an_example() -> None:
    written = {f"{event.event_type}.v{event.event_version}" for event in registry.types(f"kyodo.{service.name}.")}
    assert written <= {example.stem for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_reads(example: Path) -> None:
    name, _, version = example.stem.rpartition(".v")
    assert registry.read(name, int(version), example.read_bytes()).event_type == name
