"""Rules as code: the files are what is generated, and each alert fires for its trouble and is silent otherwise.

The troubles are made up in deploy/prometheus/tests, for Prometheus' own unit tests. That every rule has a value on the
running stack is seen by the scenario.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from deploy.prometheus.generate.files import RULES, generated
from deploy.prometheus.generate.model import Objective, Ratio, causes, objectives
from deploy.prometheus.generate.recording import WINDOWS
from tests.support.outside import outside, path_of
from tests.support.services import NAMES, service

TESTS = RULES.parent / "tests"
OPERATIONS = RULES.parents[2] / "docs" / "operations.md"
CASES = sorted(TESTS.glob("*.yml"))
ASKED = re.compile(r'ALERTS\{alertname="(\w+)",alertstate="firing",severity="(\w+)"\}')
METRIC = re.compile(r"\bkyodo_\w+")
SUFFIXES = ("", "_total", "_count", "_sum", "_bucket")


def rules() -> list[dict[str, Any]]:
    """All rules as they are committed."""
    documents = (yaml.safe_load(path.read_text("utf-8")) for path in sorted(RULES.glob("*.yml")))
    return [rule for document in documents for group in document["groups"] for rule in group["rules"]]


def alerts() -> set[tuple[str, str]]:
    """Every alert by name and severity."""
    return {(rule["alert"], rule["labels"]["severity"]) for rule in rules() if "alert" in rule}


def looks() -> dict[tuple[str, str], set[bool]]:
    """For each alert what cases expect: that it fires (True), that it is silent (False), or both."""
    found = defaultdict(set)
    for path in CASES:
        for case in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            for look in case.get("promql_expr_test", []):
                asked = ASKED.fullmatch(look["expr"])
                assert asked, f"{path.name}: {look['expr']} is not asked as all others are"
                found[asked[1], asked[2]].add(bool(look["exp_samples"]))
    return found


def promtool(*arguments: str | Path) -> str:
    """What it prints; fails with that where it finds something wrong."""
    program = path_of("promtool")
    assert program is not None
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", generated())
def test_the_file_is_what_is_generated(name: str) -> None:
    assert (RULES / name).read_text("utf-8") == generated()[name], "run python -m deploy.prometheus.generate"


def test_no_other_file_is_read() -> None:
    assert {path.name for path in RULES.iterdir()} == set(generated())


def test_every_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    found = looks()
    assert {alert for alert in alerts() if found[alert] != {True, False}} == set()
    assert found.keys() - alerts() == set(), "cases of alerts that there are no more"


@outside("promtool")
def test_prometheus_reads_the_rules() -> None:
    promtool("check", "rules", *sorted(RULES.glob("*.yml")))


@outside("promtool")
@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_alerts_fire_when_they_must_and_only_then(cases: Path) -> None:
    promtool("test", "rules", cases)


def test_every_metric_in_the_rules_is_one_of_the_code() -> None:
    for name in NAMES:
        service(name)  # whose modules make their metrics
    exposed = {family.name for family in REGISTRY.collect()}
    known = {name + suffix for name in exposed for suffix in SUFFIXES}
    asked = {metric for rule in rules() for metric in METRIC.findall(rule["expr"])}
    assert asked - known == set()
    assert METRIC.findall("sum(kyodo_parkd) > 0")[0] not in known


def test_every_alert_tells_what_where_and_what_to_do() -> None:
    said = [rule["annotations"] for rule in rules() if "alert" in rule]
    members = {"summary", "summary_ja", "description", "runbook_url"}
    assert all(one.keys() == members and all(one.values()) for one in said)


def test_services_are_those_that_there_are() -> None:
    assert tuple(objectives().services) == NAMES
    (down,) = [one for one in causes() if one.alert == "ServiceDown"]
    assert all(f'service="{name}"' in down.condition(objectives().services) for name in NAMES)


def test_every_window_of_an_alert_is_recorded() -> None:
    asked = {window for rule in rules() for window in re.findall(r"ratio_rate(\w+)\{", rule["expr"])}
    assert asked == set(WINDOWS)


def test_the_documented_objectives_are_those_of_the_file() -> None:
    rows = re.findall(r"^\| (.+?): .+ \| ([\d.]+) % \|$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    assert rows == [(f"{one.title} {one.title_ja}", f"{one.objective:g}") for one in objectives().objectives]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"good": 'a_bucket{le="0.3"}'}, r"0\.3 is no bucket"),
        ({"good": "a", "bad": "b"}, "either good events or bad"),
        ({}, "either good events or bad"),
        ({"bad": "b", "least_requests": 0}, "greater than or equal to 1"),
        ({"bad": "b", "totl": "c"}, "Extra inputs"),
    ],
)
def test_a_mistake_in_an_objective_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Ratio.model_validate({"total": "t", "least_requests": 1, **wrong})


def test_an_objective_leaves_a_budget() -> None:
    some = objectives().objectives[0].model_dump(by_alias=True, exclude_none=True)
    with pytest.raises(ValueError, match="less than 100"):
        Objective.model_validate({**some, "objective": 100})
    assert Objective.model_validate({**some, "objective": 99.9}).budget == 0.001
