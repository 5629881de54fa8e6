"""Fuzzing: whatever fits an operation's description, and whatever does not, gets an answer that is described.

Each operation is asked by a caller whom its policy permits, on real PostgreSQL, in three ways: the boundary cases
of its schemas, all of them; random requests that fit; random requests that do not. Ids come from what was created
before, so that the requests reach past "not found". The same cases run every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, cast

import httpx
import pytest
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
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
from tests.support.services import NAMES, SAMPLE
from tests.support.worlds import OWN, WORLDS, As

BOUNDARY_CASES = 40  # an operation, at most
RANDOM_CASES = 10  # an operation, of those that fit and of those that do not
# A service of many operations is fuzzed in parts, which several processes share and which stay within a test's time.
PARTS_OF = {"procurement": 6, "cost-ledger": 4, "talent": 4, "supporter-matching": 5, "academy": 6}
PARTS = [(name, part, PARTS_OF.get(name, 1)) for name in NAMES for part in range(PARTS_OF.get(name, 1))]
FITS, DOES_NOT = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
REQUEST = {"method", "url", "headers", "files", "data", "json", "params", "cookies"}
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
        own = OWN if permitted[0] in MUNICIPAL_ROLES else None
        return self.as_(permitted[0], municipality=own, person=self._person(operation))

    def _person(self, operation: Operation) -> str | None:
        """Whose record it is that the operation asks for."""
        return next((self.created.get(name) for name in operation.rules.policy.persons), None)

    def known(self, operation: Operation) -> dict[str, str]:
        """Values of the path's parameters that lead to something."""
        created = {"municipality": OWN, **self.created}
        return {name: created[name] for name in operation.parameters if name in created}

    def send(self, operation: Operation, case: Any) -> None:
        """Send a case and note what is wrong with its answer."""
        arguments = case.as_transport_kwargs(base_url="http://kyodo.test")
        prepared = requests.Request(**{k: v for k, v in arguments.items() if k in REQUEST}).prepare()
        headers = {k: str(v) for k, v in prepared.headers.items() if k.lower() != "authorization"}
        headers |= self.headers(operation)
        answer = self.portal.call(partial(self._ask, prepared, headers))
        self.statuses[answer.status_code] += 1
        if answer.is_success and operation.method == "POST" and not operation.parameters:
            self._remember(operation, answer.json())
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                self.wrong.setdefault(f"{operation.label}: {failure.title}", f"{failure}\n{case.as_curl_command()}")

    async def _ask(self, prepared: requests.PreparedRequest, headers: dict[str, str]) -> httpx.Response:
        content = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        sent = httpx.Headers(headers, encoding="utf-8")
        return await self.service.client.request(
            str(prepared.method), str(prepared.url), content=cast("bytes | None", content), headers=sent
        )

    def _remember(self, operation: Operation, body: dict[str, Any]) -> None:
        """Keep the new resource's id under the name that paths give it."""
        for path in self.schema:
            name = path.removeprefix(f"{operation.path}/{{").partition("}")[0]
            if path.startswith(f"{operation.path}/{{") and {"id", name} & body.keys():
                self.created.setdefault(name, body.get(name) or body["id"])


@pytest.fixture
def under_fire(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> Iterator[Callable[[str], Fuzzed]]:
    """Runs a service in a thread of its own, with something in it."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())

        def start(name: str) -> Fuzzed:
            service = stack.enter_context(portal.wrap_async_context_manager(running(databases, settings_for, name)))
            schema = schemathesis.openapi.from_dict(
                service.app.openapi(), config=schemathesis.Config(seed=1, cache=CacheConfig(enabled=False))
            )
            fuzzed = Fuzzed(service, portal, as_, schema)
            if name in WORLDS:
                world = portal.call(WORLDS[name], service, as_)
                fuzzed.created = {name: values[0] for name, values in world.paths.items()}
            return fuzzed

        yield start


@pytest.mark.fuzz
@pytest.mark.parametrize(("name", "part", "parts"), PARTS)
def test_every_answer_is_described(
    under_fire: Callable[[str], Fuzzed], capsys: pytest.CaptureFixture[str], name: str, part: int, parts: int
) -> None:
    fuzzed = under_fire(name)
    # What creates comes first: its ids are what the others need.
    by_need = sorted(
        operations(fuzzed.service.service, fuzzed.service.app),
        key=lambda operation: (operation.method != "POST", operation.path),
    )
    found = by_need[part::parts]
    for operation in found:
        fuzz(fuzzed, operation)
    with capsys.disabled():
        statuses = ", ".join(f"{count} × {status}" for status, count in sorted(fuzzed.statuses.items()))
        cases = f"{len(found)} operations, {fuzzed.statuses.total()} cases: {statuses}"
        print(f"\n{name}, part {part + 1} of {parts}: {cases}")
    assert fuzzed.wrong == {}
    unreached = {parameter for op in found for parameter in op.parameters} - {"municipality", *fuzzed.created}
    assert unreached == set(), "nothing was ever created under these names: their operations were not proved"


@pytest.mark.fuzz
def test_an_undescribed_answer_is_noticed(under_fire: Callable[[str], Fuzzed], monkeypatch: pytest.MonkeyPatch) -> None:
    fuzzed = under_fire(SAMPLE)
    found = operations(fuzzed.service.service, fuzzed.service.app)
    (opening,) = (op for op in found if op.label == "POST /v1/books")
    fuzz(fuzzed, opening)
    assert fuzzed.wrong == {}
    monkeypatch.setattr("tests.support.sample.app.BookOut.of", lambda _book: {"title": 1})
    fuzz(fuzzed, opening)
    assert any("Server error" in title for title in fuzzed.wrong)


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

        # An operation without parameters and body has nothing that could be wrong.
        with suppress(Unsatisfiable):
            sent()
