"""A real Prometheus of its own for a test: it scrapes one address, evaluates rules, and is asked."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from kyodo_local.ports import LOOPBACK, free_port
from tests.support import outside

JOB = "kyodo"
SCRAPE_SECONDS = 2
READY_SECONDS = 30


@dataclass(frozen=True)
class Prometheus:
    """It, by a client of its API."""

    client: httpx.Client

    def ask(self, path: str, **parameters: str) -> Any:
        """What its API answers; fails with its own words where it refuses."""
        answer = self.client.get(f"/api/v1/{path}", params=parameters).json()
        assert answer["status"] == "success", f"{parameters}: {answer.get('error')}"
        return answer["data"]

    def series(self, expr: str) -> list[Any]:
        """The series of an instant query that have a number."""
        data = self.ask("query", query=expr)
        if data["resultType"] == "scalar":
            return [data["result"]]
        return [one for one in data["result"] if one["value"][1] != "NaN"]

    def names(self) -> set[str]:
        """Every metric that was scraped or recorded."""
        return set(self.ask("label/__name__/values"))

    def declared(self) -> set[str]:
        """Every metric that the target names, also one with labels of which there is nothing yet."""
        return set(self.ask("metadata"))

    def values_of(self, metric: str, label: str) -> list[str]:
        """The values of a metric's label."""
        return list(self.ask(f"label/{label}/values", **{"match[]": metric}))

    def rules(self) -> list[Any]:
        """All rules, with how their last evaluation went."""
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]


@contextmanager
def scraping(folder: Path, metrics: str, rules: Sequence[Path]) -> Iterator[Prometheus]:
    """Scrape `metrics`, an address of HTTP, every other second until the block ends, and evaluate these rule files."""
    program = outside.path_of("prometheus")
    assert program is not None
    address = f"{LOOPBACK}:{free_port()}"
    (folder / "prometheus.yml").write_text(_configuration(folder, httpx.URL(metrics), rules), "utf-8")
    command = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]
    with (folder / "prometheus.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(lambda: _ready(address), READY_SECONDS, lambda: (folder / "prometheus.log").read_text())
            with httpx.Client(base_url=f"http://{address}", timeout=30) as client:
                yield Prometheus(client)
        finally:
            process.terminate()


def wait_for(met: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Wait until it is met; fails with what is said otherwise."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.2)


def _configuration(folder: Path, metrics: httpx.URL, rules: Sequence[Path]) -> str:
    """Rules are evaluated with each scrape, whatever interval a group asks for: nobody waits a minute for one."""
    for path in rules:
        groups = yaml.safe_load(path.read_text("utf-8"))["groups"]
        quick = [{name: value for name, value in group.items() if name != "interval"} for group in groups]
        (folder / f"{path.stem}.rules.yml").write_text(yaml.safe_dump({"groups": quick}, allow_unicode=True), "utf-8")
    every = f"{SCRAPE_SECONDS}s"
    target = {
        "job_name": JOB,
        "metrics_path": metrics.path,
        "static_configs": [{"targets": [metrics.netloc.decode()]}],
    }
    configuration = {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
        "rule_files": [str(folder / "*.rules.yml")],
        "scrape_configs": [target],
    }
    return yaml.safe_dump(configuration)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/-/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
