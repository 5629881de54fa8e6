"""docker-compose.yml: valid by its specification, hardened everywhere, started in order, and with all that is needed.

No container engine runs here. That what the file starts works is shown by `make stack`, which reads the same file.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from jsonschema import Draft7Validator

from kyodo_local.compose import secret_files
from kyodo_local.compose.document import EXERCISE, FILE
from kyodo_local.compose.stack import OPERATIONS
from kyodo_local.services import NAMES
from tests.support import outside
from tests.support.compose_file import CHECKS, ROOT, document, exercise, jobs, parsed, services

EVERY = sorted(services())
LASTING = sorted(services().keys() - jobs() - {OPERATIONS})
BUILT_HERE = {"kyodo": "kyodo", "kyodo-keycloak": "keycloak"}
FULL_VERSION = re.compile(r"v?\d+\.\d+(\.\d+)?(-[a-z]+)?")


@pytest.mark.parametrize("whole", [document, exercise])
def test_it_is_valid_by_the_compose_specification(whole: Any) -> None:
    schema = json.loads((CHECKS / "compose-spec" / "compose-spec.json").read_text())
    assert [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(whole())] == []


@outside.outside("dclint")
def test_dclint_finds_nothing() -> None:
    command = [str(outside.path_of("dclint")), "--max-warnings", "0", str(FILE), str(EXERCISE)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("name", EVERY)
def test_each_container_can_do_no_more_than_it_must(name: str) -> None:
    said = services()[name]
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch("[1-9][0-9]*:[0-9]+", said["user"]), "a number that is not root's"
    assert said.keys().isdisjoint({"privileged", "cap_add", "devices", "network_mode", "pid", "ipc", "env_file"})
    for volume in said.get("volumes", []):
        source, _, rest = volume.partition(":")
        assert source in document()["volumes"] or (
            source.startswith(("./deploy/", "./contracts/")) and rest.endswith(":ro")
        )
    for place in said.get("tmpfs", []):
        assert "size=" in place, "memory that a container fills is bounded"


@pytest.mark.parametrize("name", EVERY)
def test_each_container_has_its_limits(name: str) -> None:
    said = services()[name]
    limits = said["deploy"]["resources"]["limits"]
    assert 0 < float(limits["cpus"]) <= 2
    assert re.fullmatch("[0-9]+[MG]", limits["memory"])
    assert 0 < limits["pids"] <= 400
    assert said["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", EVERY)
def test_each_image_is_pinned(name: str) -> None:
    said = services()[name]
    image, _, tag = said["image"].rpartition(":")
    if image in BUILT_HERE:
        assert said["build"] == {"context": ".", "target": BUILT_HERE[image]}
        assert said["pull_policy"] == "build", "never one of the same name from a registry"
    else:
        assert FULL_VERSION.fullmatch(tag)


def test_each_container_is_of_one_profile() -> None:
    of_profile = {name: said["profiles"] for name, said in services().items()}
    observing = {"prometheus", "alertmanager", "grafana"}
    assert {name for name, profiles in of_profile.items() if profiles == ["observability"]} == observing
    assert of_profile.pop("operations") == [OPERATIONS], "run by hand alone"
    assert {name for name, profiles in of_profile.items() if profiles == ["core"]} == of_profile.keys() - observing


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_checked_and_starts_again(name: str) -> None:
    said = services()[name]
    assert said["restart"] == "unless-stopped"
    assert said["healthcheck"]["test"][0] == "CMD", "no shell between the engine and the check"
    assert said["healthcheck"].keys() == {"test", "interval", "timeout", "retries", "start_period", "start_interval"}


def test_jobs_run_once() -> None:
    assert jobs() == {"databases", "topics", *(f"migrate-{name}" for name in NAMES)}
    for name in jobs() | {OPERATIONS}:
        assert services()[name]["restart"] == "no"
        assert "healthcheck" not in services()[name]


def test_each_waits_for_what_it_needs() -> None:
    healthy, completed = "service_healthy", "service_completed_successfully"
    waits = {name: dict(container.waits_for) for name, container in parsed().items()}
    assert waits["databases"] == {"postgres": healthy}
    assert waits["topics"] == {"kafka": healthy}
    assert waits["keycloak"] == {"databases": completed}
    for name in NAMES:
        assert waits[f"migrate-{name}"] == {"databases": completed}
        assert waits[name] == {f"migrate-{name}": completed, "topics": completed, "keycloak": healthy}
    assert waits["edge"] == dict.fromkeys([*NAMES, "keycloak"], healthy)
    order = list(parsed())
    assert all(order.index(other) < order.index(name) for name, others in waits.items() for other in others)


def test_only_this_machine_reaches_what_is_published() -> None:
    published = {name: said["ports"] for name, said in services().items() if "ports" in said}
    assert published.keys() == {"edge", "prometheus", "alertmanager", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_stores_are_reached_from_inside_only() -> None:
    assert document()["networks"]["inside"] == {"internal": True}
    for name in ["postgres", "kafka", *jobs()]:
        assert services()[name]["networks"] == ["inside"]


def test_secrets_are_files_that_one_command_makes(tmp_path: Any) -> None:
    assert secret_files.make(tmp_path) == len(document()["secrets"])
    assert {path.name for path in tmp_path.iterdir()} == document()["secrets"].keys()
    used = {source for container in parsed().values() for source in container.secrets.values()}
    assert used == document()["secrets"].keys()
    for name, said in document()["secrets"].items():
        assert said == {"file": f"./{secret_files.FOLDER}/{name}"}
    ignored = subprocess.run(["git", "check-ignore", "-q", secret_files.FOLDER / "any"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


def test_secrets_that_are_there_stay(tmp_path: Any) -> None:
    secret_files.make(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert tmp_path.stat().st_mode & 0o077 == 0
    (tmp_path / "talent_cursor_secret").unlink()
    (tmp_path / "admin_database_url").unlink()
    assert secret_files.make(tmp_path) == 2
    after = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"talent_cursor_secret"}


def test_real_records_and_exercises_are_told_apart() -> None:
    def exercising(whole: dict[str, Any]) -> set[str]:
        return {
            n for n, said in whole["services"].items() if said.get("environment", {}).get("KYODO_EXERCISE") == "true"
        }

    assert exercising(document()) == set()
    assert exercising(exercise()) == {*NAMES, "keycloak"}
