"""How `make stack` says in terms of this machine what the compose file says in terms of containers."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from kyodo_local.compose.document import EXERCISE, FILE, containers, needed, read
from kyodo_local.compose.places import Places
from kyodo_local.compose.programs import DISPENSABLE, PROGRAMS, Program, image_of
from kyodo_local.ports import free_port
from kyodo_local.processes import CannotStart
from tests.support import outside
from tests.support.compose_file import ROOT, parsed

DOCUMENTS = [
    ("/openapi.json", "application/json", "openapi/kyodo.json"),
    ("/asyncapi.json", "application/json", "asyncapi/kyodo.json"),
    ("/asyncapi", "text/html; charset=utf-8", "asyncapi/kyodo.html"),
    ("/open-data", "application/ld+json", "open-data/catalog.jsonld"),
]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """The containers' places on this machine."""
    return Places(tmp_path, parsed().values(), {("edge", 8080): 8000})


def test_addresses_and_paths_are_said_in_terms_of_this_machine(places: Places, tmp_path: Path) -> None:
    edge, kafka, keycloak = (parsed()[name] for name in ("edge", "kafka", "keycloak"))
    broker, there = places.port("kafka", 9092), places.port("cost-ledger", 8080)
    assert places.local("http://cost-ledger:8080/readyz", edge) == f"http://127.0.0.1:{there}/readyz"
    assert places.local("listen 0.0.0.0:8080; 18080 8080.5", edge) == "listen 127.0.0.1:8000; 18080 8000.5"
    assert places.local("</dev/tcp/kafka/9092", kafka) == f"</dev/tcp/127.0.0.1/{broker}"
    assert places.local("not-kafka:9092", edge) == "not-kafka:9092"
    assert places.local("pid /tmp/nginx.pid", edge) == f"pid {tmp_path}/edge/tmp/nginx.pid"
    assert places.local("/srv/tmp/x /tmpfs", edge) == "/srv/tmp/x /tmpfs"
    inside = f"{tmp_path}/keycloak"
    said = "/opt/keycloak/bin /opt/keycloak/data/import/realm.json /run/secrets/*"
    wanted = f"{inside}/opt/keycloak/bin {inside}/opt/keycloak/data/import/realm.json {inside}/run/secrets/*"
    assert places.local(said, keycloak) == wanted


def test_variables_are_filled_in_as_compose_does(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("x: {a: '${A:-one}/$$b', c: '${C}', d: '${D:-}'}\n")
    assert read(file, given={})["x"] == {"a": "one/$b", "c": "", "d": ""}
    assert read(file, given={"A": "two", "D": "four"})["x"] == {"a": "two/$b", "c": "", "d": "four"}


def test_what_is_chosen_comes_with_what_it_waits_for() -> None:
    all_ = containers(read(FILE, EXERCISE, given={}))
    assert [one.name for one in needed(all_, ["keycloak"])] == ["postgres", "databases", "keycloak"]


@outside.outside("promtool")
def test_promtool_accepts_what_prometheus_reads(places: Places, tmp_path: Path) -> None:
    container = parsed()["prometheus"]
    places.set_up(container, tmp_path)  # it has no secrets
    file = places.inside(container, "/etc/kyodo/prometheus.yml")
    command = [str(outside.path_of("promtool")), "check", "config", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@outside.outside("nginx")
def test_nginx_accepts_its_configuration(places: Places, tmp_path: Path) -> None:
    container = parsed()["edge"]
    places.set_up(container, tmp_path)  # it has no secrets
    command = [str(outside.path_of("nginx")), "-t", "-c", places.local(container.command[-1], container)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


@outside.outside("nginx")
def test_the_edge_tells_of_all_services_at_once(tmp_path: Path) -> None:
    port, container = free_port(18_000), parsed()["edge"]
    places = Places(tmp_path, parsed().values(), {("edge", 8080): port})
    places.set_up(container, tmp_path)  # it has no secrets
    may_read = ["-g", "user root;"] if os.geteuid() == 0 else []  # a test's folder is its user's alone
    command = [str(outside.path_of("nginx")), "-c", places.local(container.command[-1], container), *may_read]
    with subprocess.Popen(command) as nginx, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        try:
            retrying(lambda: client.get("/livez"))
            for path, kind, document in DOCUMENTS:
                answer = client.get(path)
                assert answer.headers["content-type"] == kind
                assert answer.content == (ROOT / "contracts" / document).read_bytes()
            assert client.get("/talent/metrics").status_code == 404
        finally:
            nginx.terminate()


def retrying(ask: Callable[[], httpx.Response], seconds: float = 10.0) -> httpx.Response:
    """The answer of a server that is just starting."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_each_image_has_a_program_here() -> None:
    images = {image_of(container) for container in parsed().values()}
    assert images - {"postgres"} == PROGRAMS.keys()
    assert set(DISPENSABLE) <= images


def test_a_program_that_is_missing_is_named_with_its_package() -> None:
    with pytest.raises(CannotStart, match=r"no `no-such-program` here(.|\n)*apt install such-a-package"):
        Program(("no-such-program",), package="such-a-package").command(["--any"])
    assert Program(("bash",), is_entry_point=False).command(["sh", "-c"])[1:] == ["-c"]


def test_keycloaks_shell_becomes_java_so_that_it_is_asked_to_stop(tmp_path: Path) -> None:
    text = (ROOT / "deploy/keycloak/start").read_text(encoding="utf-8")
    program = tmp_path / "kc.sh"
    program.write_text("""#!/bin/sh\neval "'$JAVA'" "'-said'"\necho the shell is still there\n""")
    program.chmod(0o755)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text('#!/bin/sh\necho java "$@"\n')
    java.chmod(0o755)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "SECRET").write_text("x")
    script = text.replace("/opt/keycloak/bin/kc.sh", str(program)).replace("/run/secrets", str(secrets))
    started = subprocess.run(
        ["bash", "-c", script],
        env={"JAVA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert (started.stdout, started.returncode) == ("java -said\n", 0)
