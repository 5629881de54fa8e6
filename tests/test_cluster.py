"""deploy/k8s: what kustomize makes of each overlay fits its schemas and every rule; and every rule can fail.

Nothing here runs on a cluster. Schemas and rules are what can be known of manifests without one.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from kyodo_local.cli import app
from kyodo_local.cluster.generate import manifests, stale
from tests.support.cluster import (
    network,
    operators,
    plants_of_servers,
    plants_of_surroundings,
    pods,
    rollout,
    schemas,
    settings,
)
from tests.support.cluster.faults import Fault, Rule
from tests.support.cluster.rendered import K8S, OVERLAYS, ROOT, Objects, render
from tests.support.outside import outside

RULES = [*schemas.RULES, *pods.RULES, *rollout.RULES, *network.RULES, *operators.RULES, *settings.RULES]
PLANTS = plants_of_servers.PLANTS | plants_of_surroundings.PLANTS
FAULTS = [
    pytest.param(rule, fault, id=f"{rule.__name__}: {what}")
    for rule, faults in PLANTS.items()
    for what, fault in faults.items()
]


@pytest.fixture(scope="module")
def rendered() -> dict[str, Objects]:
    """The objects of each overlay."""
    return {overlay: render(overlay) for overlay in OVERLAYS}


@outside("kustomize")
@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_overlay_keeps_every_rule(rendered: dict[str, Objects], overlay: str, rule: Rule) -> None:
    assert rule(rendered[overlay]) == []


@outside("kustomize")
@pytest.mark.parametrize("rule", operators.OF_PRODUCTION, ids=lambda rule: rule.__name__)
def test_production_loses_nothing(rendered: dict[str, Objects], rule: Rule) -> None:
    assert rule(rendered["prod"]) == []


@outside("kustomize")
@pytest.mark.parametrize(("rule", "fault"), FAULTS)
def test_a_planted_fault_is_noticed(rendered: dict[str, Objects], rule: Rule, fault: Fault) -> None:
    broken: Objects = orjson.loads(orjson.dumps(rendered["prod"]))
    fault(broken)
    assert broken != rendered["prod"]
    assert rule(broken)


def test_every_rule_is_tried_with_a_fault() -> None:
    assert PLANTS.keys() == {*RULES, *operators.OF_PRODUCTION}


def test_generated_manifests_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert stale(K8S / "components") == []


def test_rules_of_prometheus_are_taken_as_they_are(tmp_path: Path) -> None:
    assert "groups: []" in manifests(tmp_path)["monitoring/rules.yaml"]
    (tmp_path / "b.yml").write_text("groups: [{name: second, rules: [{alert: Late, expr: up == 0}]}]")
    (tmp_path / "a.yml").write_text("groups: [{name: first, rules: []}]")
    made = manifests(tmp_path)["monitoring/rules.yaml"]
    assert made.index("name: first") < made.index("name: second") < made.index("expr: up == 0")


def test_a_manifest_that_is_not_generated_anew_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    command = CliRunner()
    assert command.invoke(app, ["cluster", "generate", "--folder", str(tmp_path)]).exit_code == 0
    assert command.invoke(app, ["cluster", "check", "--folder", str(tmp_path)]).exit_code == 0
    (tmp_path / "strimzi" / "topics.yaml").write_text("changed by hand")
    checked = command.invoke(app, ["cluster", "check", "--folder", str(tmp_path)])
    assert checked.exit_code == 1
    assert "strimzi/topics.yaml" in checked.output
