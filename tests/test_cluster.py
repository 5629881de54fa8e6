"""deploy/k8s: what kustomize makes of each overlay fits its schemas and every rule; and every rule can fail.

Nothing here runs on a cluster. Schemas and rules are what can be known of manifests without one.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import yaml
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


def test_an_integrator_reads_what_it_was_given_and_nothing_else() -> None:
    topic = "kyodo.cost-ledger.statements.v1"
    answer = CliRunner().invoke(app, ["cluster", "integrator", "sample-books", "--topic", topic, "--topic", topic])
    assert answer.exit_code == 0
    secret, user = yaml.safe_load_all(answer.output)
    assert schemas.objects_fit_their_schemas([user]) == []
    assert user["spec"]["authentication"]["password"]["valueFrom"]["secretKeyRef"] == {
        "name": secret["metadata"]["name"],
        "key": "password",
    }
    assert len(secret["stringData"]["password"]) >= 64
    assert user["spec"]["authorization"]["acls"] == [
        {"resource": {"type": "topic", "name": topic, "patternType": "literal"}, "operations": ["Read", "Describe"]},
        {"resource": {"type": "group", "name": "sample-books.", "patternType": "prefix"}, "operations": ["Read"]},
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["talent", "--topic", "kyodo.talent.experts.v1"], "no name of ours"),
        (["keda", "--topic", "kyodo.talent.experts.v1"], "no name of ours"),
        (["Sample Books", "--topic", "kyodo.talent.experts.v1"], "small letters"),
        (["sample-books", "--topic", "kyodo.talent.persons.v1"], "no topic kyodo.talent.persons.v1"),
    ],
)
def test_what_is_no_integrator_is_refused(arguments: list[str], said: str) -> None:
    answer = CliRunner().invoke(app, ["cluster", "integrator", *arguments], env={"COLUMNS": "2000"})
    assert answer.exit_code == 2
    assert said in " ".join(answer.stderr.split())
