"""The whole stack as a newcomer meets it: `kyodo run`, its result, and what it must survive."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from fastapi.routing import APIRoute

from kyodo_local.services import all_services
from kyodo_local.state import State
from kyodo_platform.identity.model import Role
from kyodo_platform.service import Service
from tests.support import promql
from tests.support.outside import outside
from tests.support.prometheus import scraping, wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(600)]

KYODO = [sys.executable, "-m", "kyodo_local.cli"]
ENDS_WITH = "Stop           Ctrl-C"
PLAYED_WITHIN = 360  # seconds, on a busy machine; about 150 on an idle one


class Stack:
    """One `kyodo run` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it, and wait until the scenario was played."""
        environment = {k: v for k, v in os.environ.items() if k not in ("KYODO_DATABASE_URL", "KAFKA_BOOTSTRAP")}
        with self.output.open("wb") as out:
            command = [*KYODO, "run", "--state", str(self.folder), "--port", str(self.port), *options]
            self.process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, start_new_session=True)
        self.wait(lambda: ENDS_WITH in self.text, "the end of the scenario")

    @property
    def port(self) -> int:
        """A port others are unlikely to want; the stack takes a later one where it is taken."""
        return 18_000

    @property
    def text(self) -> str:
        """What it printed."""
        return self.output.read_text()

    @property
    def url(self) -> str:
        """Where it answers."""
        found: str = json.loads((self.folder / "stack.json").read_text())["url"]
        return found

    def result(self) -> dict[str, Any]:
        """The scenario's result as the landing page gives it."""
        found: dict[str, Any] = httpx.get(f"{self.url}/scenario", timeout=10).json()
        return found

    def children(self) -> list[psutil.Process]:
        """The servers it started."""
        assert self.process
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end; answers with the exit status."""
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Wait for something it does; fails with its output where it ends or takes too long."""
        deadline = time.monotonic() + PLAYED_WITHIN
        while not until():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                pytest.fail(f"no {what}; the output was:\n{self.text[-4000:]}")
            time.sleep(0.1)


@pytest.fixture(scope="module")
def stack(state_dir: Path) -> Iterator[Stack]:
    """A stack that has played the scenario; running when a test begins and when it ends."""
    running = Stack(state_dir / "stack")
    running.start()
    yield running
    running.end(signal.SIGTERM)


def test_the_charges_add_up_to_the_yen(stack: Stack) -> None:
    result = stack.result()
    assert all(check["holds"] for check in result["checks"])
    rows = result["municipalities"]
    assert len(rows) == 62
    assert all(row["total"] == row["base"] + row["usage"] for row in rows)
    assert sum(row["base"] for row in rows) + result["tokyo"]["base"] == 124_000_000 + 18_600_001 + 4_800_000
    usage = {row["code"]: row["usage"] for row in rows}
    assert usage["134023"] == 3 * 26_000, "Aogashima's half-days of the shared expert; its early record waits"
    assert "青ヶ島村" in stack.text


def test_the_targets_show_a_quarter_of_classes(stack: Stack) -> None:
    token = State(stack.folder).issuer().issue(Role.AUDITOR)
    path = f"{stack.url}/supporter-matching/v1/targets/2023"
    found = httpx.get(path, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()
    rows = {row["figure"]: row for row in found["items"]}
    assert (rows["supporters"]["reached"], rows["supporters"]["target"]) == (1_000, 1_000)
    assert 4_000 < rows["people_supported"]["reached"] < rows["people_supported"]["target"] == 22_500
    assert rows["sessions_experience"]["forum_2022"] == 1_200
    held = sum(row["reached"] for figure, row in rows.items() if figure.startswith("sessions_"))
    assert 420 <= held <= 430, "430 were planned, and a storm stopped those of one day"


def test_the_academy_counts_a_year_of_training(stack: Stack) -> None:
    """As the forum planned it; what a single reader sees of it is the own municipality's."""
    issuer = State(stack.folder).issuer()
    at, headers = f"{stack.url}/academy/v1", {"Authorization": f"Bearer {issuer.issue(Role.AUDITOR)}"}
    held = httpx.get(f"{at}/sessions", params={"status": "held", "limit": 200}, headers=headers, timeout=30).json()
    assert len(held["items"]) == 12 + 33 + 4
    found = httpx.get(f"{at}/search", params={"q": "電子申請", "kind": "precedent"}, headers=headers, timeout=30).json()
    assert {hit["title_ja"] for hit in found["items"]} == {
        "ローコードツール+SNS導入による電子申請拡大",
        "ぴったりサービス導入による電子申請拡大",
    }
    says = [check["says"] for check in stack.result()["checks"]]
    assert "2,140 attendances at three programmes (720, 1,200, 220), 74 absences" in says
    assert "160 attendances of municipalities at shared training: 640,000円" in says
    years = httpx.get(f"{at}/kpi", timeout=30).json()["items"]
    (year,) = (row for row in years if (row["fiscal_year"], row["programme"]) == (2023, None))
    assert (year["attendances"], year["target"], year["heads"], year["tokyo_attendances"]) == (2_080, 1_500, 1_236, 60)
    assert (year["cumulative"], year["cumulative_target"]) == (2_080, 5_500)
    officer = {"Authorization": f"Bearer {issuer.issue(Role.OFFICER, municipality='131121')}"}
    own = httpx.get(f"{at}/enrolments", params={"limit": 200}, headers=officer, timeout=30).json()["items"]
    assert {row["municipality"] for row in own} == {"131121"}


def test_every_service_is_ready_and_documented(stack: Stack) -> None:
    for service in all_services():
        assert httpx.get(f"{stack.url}/{service.name}/readyz", timeout=10).json()["status"] == "ok"
        assert httpx.get(f"{stack.url}/{service.name}/openapi.json", timeout=10).status_code == 200
        assert "kyodo_http_requests_total" in httpx.get(f"{stack.url}/{service.name}/metrics", timeout=10).text
    page = httpx.get(f"{stack.url}/", timeout=10).text
    assert "世田谷区" in page
    assert "kyodo token" in page


def a_list_of(service: Service) -> str:
    """The path of the first list that a service has."""
    routes = (route for slice_ in service.slices if slice_.router for route in slice_.router.routes)
    return next(
        route.path
        for route in routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path
    )


@outside("prometheus")
def test_every_query_of_dashboards_and_rules_has_a_value(stack: Stack, tmp_path: Path) -> None:
    """A real Prometheus looks at the running stack: five services in one process with one registry, scraped once."""
    asked = [*promql.of_dashboards(), *promql.of_rules()]
    with (
        scraping(tmp_path, f"{stack.url}/cost-ledger/metrics", promql.rule_files()) as prometheus,
        httpx.Client(base_url=stack.url, timeout=30) as client,
    ):

        def wrong() -> list[str]:
            for service in all_services():  # so that each service has rates: a refusal without a token is counted too
                assert client.get(f"/{service.name}{a_list_of(service)}").status_code in (200, 401)
            known = promql.Known.to(prometheus)
            queries = [found for one in asked for found in promql.findings(prometheus, one, known)]
            chosen = [f"no value of {name}" for name in promql.variables() if not prometheus.values_of(*name)]
            missing = [f"not recorded: {name}" for name in promql.recorded() if not prometheus.series(name)]
            failed = [f"{rule['name']}: {rule['lastError']}" for rule in prometheus.rules() if rule["health"] == "err"]
            return [*queries, *chosen, *missing, *failed]

        # What services measure of themselves is set every 15 seconds; but what took seconds while the scenario was
        # played rests fifty times as long.
        wait_for(lambda: not wrong(), 240, lambda: "\n".join(wrong()))
        for planted in (
            "kyodo_outbox_age_second",
            'kyodo_parked{consumer="nobody"}',
            "sum by (service) (kyodo_parked > 9)",
        ):
            one = promql.Asked("planted", planted, idle=True)
            assert promql.findings(prometheus, one, promql.Known.to(prometheus))


def test_a_municipality_reads_its_own_statement_and_no_other(stack: Stack) -> None:
    issuer = State(stack.folder).issuer()
    headers = {"Authorization": f"Bearer {issuer.issue(Role.OFFICER, municipality='131121')}"}
    at = f"{stack.url}/cost-ledger/v1/municipalities"
    own = httpx.get(f"{at}/131121/statements/2023-04", headers=headers, timeout=10)
    assert own.json()["total"] == own.json()["base"] + own.json()["usage"] > 0
    lines = httpx.get(f"{at}/131121/statements/2023-04/lines", headers={**headers, "Accept": "text/csv"}, timeout=10)
    assert lines.content.startswith(b"\xef\xbb\xbf")
    assert httpx.get(f"{at}/131130/statements/2023-04", headers=headers, timeout=10).status_code == 404


def test_every_read_model_equals_its_rebuild(stack: Stack) -> None:
    """G6 on the scenario's data, from the command line, while the services run."""
    command = [*KYODO, "rebuild", "--state", str(stack.folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "usage_cell" in done.stdout


def test_the_keys_of_persons_are_encrypted_anew(stack: Stack) -> None:
    own, other = json.loads((stack.folder / "secrets.json").read_text())["persons"], "02" * 32

    def rewrap(keys: str) -> str:
        command = [*KYODO, "rewrap", "talent", "--state", str(stack.folder)]
        environment = {**os.environ, "KYODO_TALENT_PERSONAL_KEYS": keys}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
        return done.stdout

    assert "talent: 5 keys" in rewrap(f"{other},{own}")
    assert "talent: 0 keys" in rewrap(other)
    assert "talent: 5 keys" in rewrap(f"{own},{other}")


def test_killed_and_with_its_port_taken_it_comes_back_the_same(stack: Stack) -> None:
    """kill -9, an empty broker, a stranger on the port: the same yen, and nothing left behind."""
    before, servers, old = stack.result(), stack.children(), stack.url
    stack.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(servers, timeout=10)
    assert not alive or sys.platform != "linux", "the kernel ends our servers with us"
    with socket.create_server(("127.0.0.1", int(old.rpartition(":")[2]))):
        stack.start()
        assert stack.url != old
        assert stack.result() == before


def test_ctrl_c_stops_what_it_started(stack: Stack) -> None:
    servers = stack.children()
    assert len(servers) >= 2
    assert stack.end(signal.SIGINT) == 0
    assert not psutil.wait_procs(servers, timeout=5)[1]
    stack.start("--no-demo")
