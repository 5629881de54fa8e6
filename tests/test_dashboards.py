"""Dashboards as code: the files are what the code says, and say in both languages what they show.

That every query has a value is seen on the running scenario: tests/test_scenario.py.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from itertools import combinations
from typing import Any

import pytest

from deploy.grafana.generate import words
from deploy.grafana.generate.files import FOLDER, generated
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.quarantine.letters import Fault
from kyodo_cost_ledger.usage.model import Outcome, Reason
from kyodo_procurement.calls.state import CallPhase
from kyodo_procurement.themes.events import Need
from kyodo_procurement.themes.model import ThemeStatus
from tests.support import promql

BOARDS = {name: json.loads(text) for name, text in generated().items()}
JAPANESE = range(0x3000, 0xA000)


@pytest.mark.parametrize("name", BOARDS)
def test_the_file_is_what_is_generated(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == generated()[name], "run python -m deploy.grafana.generate"


def test_no_other_file_is_provisioned() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(BOARDS)


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_says_what_it_shows_in_both_languages(name: str) -> None:
    board = BOARDS[name]
    for text in (board["title"], board["description"], *(panel["title"] for panel in board["panels"])):
        assert in_both_languages(text), text
    drawn = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert all(in_both_languages(panel["description"]) for panel in drawn)
    assert all(panel["targets"] and panel["fieldConfig"]["defaults"]["unit"] for panel in drawn)


@pytest.mark.parametrize("name", BOARDS)
def test_panels_lie_beside_each_other(name: str) -> None:
    panels = BOARDS[name]["panels"]
    assert not [number for number, times in Counter(panel["id"] for panel in panels).items() if times > 1]
    places = [panel["gridPos"] for panel in panels]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert not [(one, other) for one, other in combinations(places, 2) if overlap(one, other)]


def test_yen_are_shown_to_the_last_one() -> None:
    """All digits and no fraction: abbreviated, an amount cannot be compared with a statement."""
    shown = [
        panel["fieldConfig"]["defaults"]
        for board in BOARDS.values()
        for panel in board["panels"]
        if "円）" in panel["title"]
    ]
    assert len(shown) > 5
    assert {(one["unit"], one["decimals"]) for one in shown} == {("locale", 0)}


def test_all_ask_the_data_source_that_is_provisioned() -> None:
    source = {"type": "prometheus", "uid": "prometheus"}
    panels = [panel for board in BOARDS.values() for panel in board["panels"] if panel["type"] != "row"]
    assert all(panel["datasource"] == source for panel in panels)
    assert all(target["datasource"] == source for panel in panels for target in panel["targets"])


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (words.BOOKS, [Book]),
        (words.OUTCOMES, [Outcome]),
        (words.REASONS, [Reason, Fault]),
        (words.THEMES, [ThemeStatus]),
        (words.ANSWERS, [Need]),
        (words.PHASES, [CallPhase]),
        (words.PROGRAMMES, [ProgrammeCode]),
    ],
)
def test_every_code_has_a_name(names: Mapping[str, str], codes: list[type[StrEnum]]) -> None:
    assert {code.value for kind in codes for code in kind} <= set(names)


@pytest.mark.parametrize(
    ("alert", "operands"),
    [
        ("a > 1", ["a{}"]),
        ("1 < a", ["a{}"]),
        ("(a / b > 0.1) and on (x) (c >= bool 2)", ["a{} / b{}", "c{}"]),
        ("rate(a[5m]) > 0 unless b", ["rate(a{}[5m])", "b{}"]),
        ('absent(up{job="x"}) or absent_over_time(a[1h])', ['up{job="x"}', "a{}"]),
        ("sum by (x) (a > 3)", ["sum by (x)(a{} > 3)"]),
    ],
)
def test_the_operands_of_an_alert_are_found(alert: str, operands: list[str]) -> None:
    assert promql.operands_of(alert) == operands


@pytest.mark.parametrize(
    ("query", "metrics"),
    [
        ("topk(3, a) + -b offset 5m", {"a", "b"}),
        ("quantile_over_time(0.9, max_over_time(a[5m])[1h:1m]) > scalar(b)", {"a", "b"}),
        ('label_replace({__name__="a"}, "x", "$1", "y", "(.*)") or (b and c)', {"a", "b", "c"}),
    ],
)
def test_the_metrics_of_a_query_are_found(query: str, metrics: set[str]) -> None:
    assert promql.metrics_of(query) == metrics


def in_both_languages(text: str) -> bool:
    """Whether there are letters of both."""
    return any(letter.isascii() and letter.isalpha() for letter in text) and any(ord(one) in JAPANESE for one in text)


def overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two places of the grid have a field in common."""
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    return not beside and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"]
