"""Runbooks are true of the code: a page for each alert, and no command, option, route or metric that does not exist.

That links lead somewhere is seen by tests/test_docs.py for all pages.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
from prometheus_client import REGISTRY

from deploy.prometheus.generate.files import generated
from deploy.prometheus.generate.model import causes, objectives, page_of
from kyodo_local.cli import app
from kyodo_platform.app import routers_of
from tests.support.services import NAMES, service

RUNBOOKS = Path(__file__).parents[1] / "docs" / "runbooks"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(RUNBOOKS.glob("*.md")) if path.name != "README.md"}
PROCEDURES = {
    "broker-lost.md",
    "restore-a-database.md",
    "poison-message.md",
    "rebuild.md",
    "key-rotation.md",
    "erasure-request.md",
    "close-a-fiscal-year.md",
}
ALERTS = {
    page_of(alert): alert
    for alert in [*(one.alert for one in objectives().objectives), *(one.alert for one in causes())]
}
OF_AN_ALERT = ["What it means", "Look", "Mend", "Over when", "Do not"]

FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
ROUTE = re.compile(r"\b(GET|POST|PUT|DELETE)\s+(/[\w-]+/v1/[\w{}/-]+)")
METRIC = re.compile(r"\b(?:kyodo_(?!platform)|slo:)[\w:]+")


def commands_in(page: str) -> list[list[str]]:
    """The arguments of every `kyodo …` that is written as code."""
    pieces = [line for block in FENCED.findall(page) for line in block.replace("\\\n", " ").splitlines()]
    pieces += INLINE.findall(FENCED.sub("", page))
    found = (re.search(r"(?:^|[\s(/])kyodo (.+)", piece) for piece in pieces)
    return [shlex.split(match[1].split(")")[0].split("  (")[0]) for match in found if match]


def fault_of(arguments: list[str]) -> str | None:
    """What is wrong with a command: its name, or an option that it does not have."""
    command: Any = typer.main.get_command(app)  # Typer keeps the classes of its commands to itself
    rest = list(arguments)
    while hasattr(command, "commands"):
        name = rest.pop(0) if rest else ""
        if name not in command.commands:
            return f"kyodo {' '.join(arguments)}: there is no command {name!r}"
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    return f"kyodo {' '.join(arguments)}: there is no {', '.join(unknown)}" if unknown else None


def routes() -> set[tuple[str, str]]:
    """Every route of every service, parameters without their names."""
    return {
        (method, re.sub(r"{\w+}", "{}", f"/{name}{getattr(route, 'path', '')}"))
        for name in NAMES
        for router in routers_of(service(name))
        for route in router.routes
        for method in route.methods or ()
    }


def test_each_alert_has_a_page_and_each_page_an_alert_or_a_procedure() -> None:
    assert set(PAGES) == set(ALERTS) | PROCEDURES


def test_the_index_names_every_page() -> None:
    index = (RUNBOOKS / "README.md").read_text("utf-8")
    assert set(re.findall(r"\]\(([\w-]+\.md)\)", index)) == set(PAGES)


@pytest.mark.parametrize("name", ALERTS)
def test_a_page_of_an_alert_says_all_that_is_needed_at_night(name: str) -> None:
    assert PAGES[name].startswith(f"# {ALERTS[name]} · ")
    assert re.findall(r"^## (.+)$", PAGES[name], re.MULTILINE) == OF_AN_ALERT


def test_the_index_says_how_urgent_an_alert_is() -> None:
    index = (RUNBOOKS / "README.md").read_text("utf-8")
    told = {
        name: set(urgent.split(", "))
        for name, urgent in re.findall(r"^\| \[(\w+)\]\(\S+\) \| ([\w, ]+) \|", index, re.M)
    }
    rules = re.findall(r"- alert: (\w+)\n.*?severity: (\w+)", generated()["alerts.yml"], re.DOTALL)
    assert {(name, one) for name, urgent in told.items() for one in urgent} == set(rules)


@pytest.mark.parametrize("name", PAGES)
def test_every_command_exists(name: str) -> None:
    assert [fault for arguments in commands_in(PAGES[name]) if (fault := fault_of(arguments))] == []


def test_every_route_exists() -> None:
    named = {(name, *route) for name, page in PAGES.items() for route in ROUTE.findall(page)}
    known = routes()
    wrong = [one for one in named if (one[1], re.sub(r"{\w+}", "{}", one[2])) not in known]
    assert named
    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_every_metric_exists(name: str) -> None:
    routes()  # loads all services, whose modules make their metrics
    exposed = {family.name for family in REGISTRY.collect()}
    known = {metric + suffix for metric in exposed for suffix in ("", "_total", "_bucket", "_count")}
    known |= set(re.findall(r"record: (\S+)", generated()["recording.yml"]))
    assert {metric for metric in METRIC.findall(PAGES[name]) if metric not in known} == set()


def test_what_does_not_exist_is_noticed() -> None:
    page = "Run `kyodo dead-letters lst academy` or\n\n```sh\n.venv/bin/kyodo rebuild --swich\n```\n"
    assert [fault_of(arguments) for arguments in commands_in(page)] == [
        "kyodo rebuild --swich: there is no --swich",
        "kyodo dead-letters lst academy: there is no command 'lst'",
    ]
    assert commands_in("TOKEN=$(.venv/bin/kyodo token --role officer)") == []
    assert commands_in("```sh\nTOKEN=$(.venv/bin/kyodo token --role officer)\n```\n") == [
        ["token", "--role", "officer"]
    ]
