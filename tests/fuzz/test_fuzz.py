"""Fuzzing: whatever fits an operation's description, and whatever does not, gets an answer that is described.

Each operation is asked by a caller whom its policy permits, on real PostgreSQL, in three ways: the boundary cases
of its schemas, all of them; random requests that fit; random requests that do not. Ids come from what was created
before, so that the requests reach past "not found". The same cases run every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import CacheConfig, GenerationConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.operations import Operation, operations
from tests.support.running import Running, running
from tests.support.services import NAMES
from tests.support.worlds import OWN, WORLDS, As

BOUNDARY_CASES = 60  # an operation, at most
RANDOM_CASES = 12  # an operation, of those that fit and of those that do not
FITS, DOES_NOT = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@dataclass
class Fuzzed:
    """A running service under fire: what is sent, what was created, what came back wrong."""

    service: Running
    portal: BlockingPortal
    as_: As
    schema: Any
    created: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def headers(self, operation: Operation) -> dict[str, str]:
        """A token with which the operation may be carried out."""
        permitted = [role for role in Role if operation.rules.policy.allows_role(role, True)]
        role = permitted[0]
        return self.as_(role, municipality=OWN if role in MUNICIPAL_ROLES else None)

    def known(self, operation: Operation) -> dict[str, str]:
        """Values of the path's parameters that lead to something."""
        values = {name: self.created[name] for name in operation.parameters if name in self.created}
        if "id" in self.created.keys() and not values:
            values = {}
        return {**values, **dict.fromkeys({"municipality"} & set(operation.parameters), OWN)}

    def send(self, operation: Operation, case: Any) -> None:
        """Send a case and note what is wrong with its answer."""
        arguments = case.as_transport_kwargs(base_url="http://kyodo.test")
        prepared = requests.Request(**{k: v for k, v in arguments.items() if k in REQUEST}).prepare()
        headers = {k: v for k, v in prepared.headers.items() if k.lower() != "authorization"}
        answer = self.portal.call(self._ask, prepared.method, prepared.url, prepared.body, headers | self.headers(operation))
        self.statuses[answer.status_code] += 1
        if answer.is_success and operation.method == "POST" and not operation.parameters:
            self._remember(operation, answer.json())
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                self.wrong.setdefault(f"{operation.label}: {failure.title}", f"{failure}\n{case.as_curl_command()}")

    async def _ask(self, method: str, url: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        content = body.encode() if isinstance(body, str) else body
        sent = httpx.Headers([(k.encode("latin-1", "replace"), v.encode("utf-8")) for k, v in headers.items()])
        return await self.service.client.request(method, url, content=content, headers=sent)

    def _remember(self, operation: Operation, body: dict[str, Any]) -> None:
        """Keep the new resource's id under the name that paths give it."""
        ids = [value for name, value in body.items() if name == "id" or name.endswith("_id")]
        below = [path for path in self.schema if path.startswith(f"{operation.path}/{{")]
        for path in below[:1]:
            name = path.removeprefix(f"{operation.path}/{{").partition("}")[0]
            self.created.setdefault(name, ids[0])


REQUEST = {"method", "url", "headers", "files", "data", "json", "params", "cookies"}


@pytest.fixture(params=NAMES)
def fuzzed(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> Iterator[Fuzzed]:
    """Each service in turn, with something in it."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        service = stack.enter_context(
            portal.wrap_async_context_manager(running(databases, settings_for, request.param))
        )
        schema = schemathesis.openapi.from_dict(
            service.app.openapi(), config=schemathesis.Config(seed=1, cache=CacheConfig(enabled=False))
        )
        fuzzed = Fuzzed(service, portal, as_, schema)
        if request.param in WORLDS:
            world = portal.call(WORLDS[request.param], service, as_)
            fuzzed.created = {name: values[0] for name, values in world.paths.items()}
        yield fuzzed


@pytest.mark.fuzz
@pytest.mark.timeout(120)
def test_every_answer_is_described(fuzzed: Fuzzed, capsys: pytest.CaptureFixture[str]) -> None:
    found = operations(fuzzed.service.service, fuzzed.service.app)
    for operation in sorted(found, key=lambda operation: (operation.method != "POST", operation.path)):
        fuzz(fuzzed, operation)
    with capsys.disabled():
        statuses = ", ".join(f"{count} × {status}" for status, count in sorted(fuzzed.statuses.items()))
        print(f"\n{fuzzed.service.service.name}: {len(found)} operations, {fuzzed.statuses.total()} cases: {statuses}")
    assert fuzzed.wrong == {}
    assert any(status < 300 for status in fuzzed.statuses), "nothing ever succeeded: nothing was proved"


def fuzz(fuzzed: Fuzzed, operation: Operation) -> None:
    """Send all cases of one operation."""
    described = fuzzed.schema[operation.path][operation.method]
    boundary = fuzzed.schema.iter_coverage_cases(
        described, generation_modes=[FITS, DOES_NOT], generation_config=GenerationConfig()
    )
    for case in islice(boundary, BOUNDARY_CASES):
        fuzzed.send(operation, case)
    for mode, known in ((FITS, fuzzed.known(operation)), (DOES_NOT, {})):

        @settings(
            max_examples=RANDOM_CASES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(described.as_strategy(generation_mode=mode, path_parameters=known or None))
        def sent(case: Any) -> None:
            fuzzed.send(operation, case)

        sent()
