"""Every role on every route: what the policy says is what is answered, for the own municipality and for another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from kyodo_platform.identity.model import MUNICIPAL_ROLES, TOKYO_WIDE_ROLES, Identity, Role
from kyodo_platform.identity.policies import Policy, Verdict
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.operations import Operation, operations
from tests.support.plants_of_platform import policies_off
from tests.support.running import Running, running
from tests.support.services import NAMES, SAMPLE

As = Callable[..., dict[str, str]]

OWN, OTHER = "131016", "131024"
# What changes without a token, each with what bounds it; any other operation fails.
ANYBODY_MAY = {
    "POST /v1/follow-up-answers": "visitors are counted, not identified: the secret of a handout stands for a session",
    "POST /v1/questionnaire-answers": "learners answer without a name: the secret of a ballot stands for one of those"
    " who attended a session",
}
PERSONS = {OWN: "0193f1a0-0000-7000-8000-000000000001", OTHER: "0193f1a0-0000-7000-8000-000000000002"}


@dataclass(frozen=True)
class Caller:
    """Who asks: a role, if any, with or without a municipality in the token."""

    role: Role | None
    municipality: str | None

    def __str__(self) -> str:
        return f"{self.role or 'nobody'} of {self.municipality or 'Tokyo'}"

    @property
    def identity(self) -> Identity | None:
        """The caller as policies see it."""
        return Identity("matrix", frozenset({self.role}), self.municipality, PERSONS[OWN]) if self.role else None

    def headers(self, as_: As) -> dict[str, str]:
        """The caller's token, if any."""
        return as_(self.role, municipality=self.municipality, person=PERSONS[OWN]) if self.role else {}


CALLERS = [
    Caller(None, None),
    *(Caller(role, OWN) for role in Role),
    *(Caller(role, None) for role in Role if role not in MUNICIPAL_ROLES),
]


@pytest_asyncio.fixture(params=[*NAMES, SAMPLE])
async def service(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings]
) -> AsyncIterator[Running]:
    """Each service in turn, empty."""
    async with running(databases, settings_for, request.param) as found:
        yield found


def refusal_of(answer: httpx.Response, policy: Policy) -> Verdict:
    """What the policy must have said, told from the answer alone.

    A resource that is not there is 404 too, and an endpoint may itself forbid more than its policy: both came
    past the policy, and their facts differ from the policy's.
    """
    if answer.status_code == 401:
        return Verdict.SIGN_IN
    facts = answer.json().get("facts", {}) if answer.status_code in (403, 404) else {}
    if answer.status_code == 403 and facts.get("needed") == policy.describe():
        return Verdict.FORBIDDEN
    if answer.status_code == 404 and facts.get("what") in ("municipality", "record"):
        return Verdict.HIDDEN
    return Verdict.PERMITTED


def cells(found: list[Operation]) -> Iterator[tuple[Operation, Caller, str]]:
    """Every operation with every caller, in the caller's municipality and, where the path names one, in another."""
    for operation in found:
        for caller in CALLERS:
            for municipality in (OWN, OTHER) if operation.rules.policy.parameters else (OWN,):
                yield operation, caller, municipality


async def wrong_answers(service: Running, as_: As) -> list[str]:
    """The cells of the matrix that answer otherwise than the policy says, and all crashes."""
    wrong = []
    headers = {caller: caller.headers(as_) for caller in CALLERS}
    for operation, caller, municipality in cells(operations(service.service, service.app)):
        policy = operation.rules.policy
        said = policy.judge(caller.identity, operation.judged(municipality, PERSONS[municipality]))
        answer = await service.client.request(
            operation.method,
            operation.url(municipality, PERSONS[municipality]),
            headers={**operation.headers, **headers[caller]},
        )
        if refusal_of(answer, policy) is not said or answer.status_code >= 500:
            wrong.append(f"{operation.label} by {caller} for {municipality}: {answer.status_code}, not {said.name}")
    return wrong


async def test_every_role_on_every_route(service: Running, as_: As) -> None:
    assert await wrong_answers(service, as_) == []


async def test_a_matrix_without_policies_is_noticed(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies_off(monkeypatch)
    async with running(databases, settings_for, SAMPLE) as service:
        assert await wrong_answers(service, as_)


async def test_the_document_names_the_policies(service: Running) -> None:
    for operation in operations(service.service, service.app):
        assert operation.documented["x-kyodo-policy"] == operation.rules.policy.name
        is_public = operation.rules.policy.judge(None, dict.fromkeys(operation.rules.policy.parameters, OWN)) > 0
        assert ("security" in operation.documented) is not is_public


async def test_nothing_is_changed_without_a_token(service: Running) -> None:
    for operation in operations(service.service, service.app):
        if operation.method != "GET" and operation.label not in ANYBODY_MAY:
            assert operation.rules.policy.verdict_for(None, same_municipality=True) is Verdict.SIGN_IN


async def test_a_path_that_names_a_municipality_is_closed_to_the_others(service: Running) -> None:
    """Whoever works for one municipality, or for none of the governments, has no business with another's resource."""
    for operation in operations(service.service, service.app):
        if {"municipality"} & set(operation.parameters):
            permitted = {
                role
                for role in Role
                if operation.rules.policy.verdict_for(role, same_municipality=False) is Verdict.PERMITTED
            }
            assert permitted <= TOKYO_WIDE_ROLES, operation.label


async def test_whoever_acts_for_all_works_for_none_of_them(service: Running) -> None:
    """Row-level security is lifted only for callers who legitimately write rows of several municipalities."""
    for operation in operations(service.service, service.app):
        if operation.rules.acts_for_all:
            assert not any(operation.rules.policy.allows_role(role, True) for role in MUNICIPAL_ROLES), operation.label
