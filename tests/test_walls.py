"""G7: a municipality never reads or changes another's private data, also with either of the two walls switched off."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import product
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from kyodo_platform.identity.model import MUNICIPAL_ROLES
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.operations import Operation, operations
from tests.support.plants_of_platform import policies_off
from tests.support.running import Rows, Running, running
from tests.support.worlds import ANY, OTHER, OWN, WORLDS, As, World

# The explanation of a base charge is computed from what all participants share: terms, participation, population.
# No private row is read for it, so row-level security alone has nothing to hide there; the policy has.
COMPUTED = re.compile(r"/charges/[0-9a-f-]{36}/base/\w+/[0-9-]{7}/explanation")
LONG = 12  # shorter texts, such as codes and months, are the same for everybody by chance
SMALL = 1000  # smaller figures, such as counts and versions, are the same for everybody by chance
FIGURE = re.compile(r"(?<![\w.:-])-?\d+(?![\w:-])")  # whole: digits inside digests, ids and times equal some by chance
OWNERS = "'municipality', 'home_municipality', 'party'"


@pytest_asyncio.fixture(params=WORLDS)
async def world(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[World]:
    """A service with private data of two municipalities."""
    async with running(databases, settings_for, request.param) as service:
        yield await WORLDS[request.param](service, as_)


async def row_level_security_off(service: Running) -> None:
    """Take the second wall down, in this database."""
    tables = await service.as_owner("SELECT relname::text FROM pg_class WHERE relrowsecurity")
    assert tables
    await service.as_owner(*(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for (table,) in tables))


def urls(operation: Operation, world: World) -> Iterator[str]:
    """The operation's addresses: of what exists, of the own and of the other municipality."""
    known = {**world.paths, "municipality": [OWN, OTHER]}
    names = operation.parameters
    asked = {(one["in"], one["name"]) for one in operation.documented.get("parameters", ())}
    for values in product(*(known.get(name, ["0193f1a0-0000-7000-8000-000000000000"]) for name in names)):
        path = operation.path.format_map(dict(zip(names, values, strict=True)))
        yield path
        if ("query", "municipality") in asked:
            yield f"{path}?municipality={OTHER}"


async def seen_by(world: World, headers: dict[str, str]) -> dict[str, str]:
    """All that a caller can read, by address."""
    service = world.service
    seen = {}
    for operation in operations(service.service, service.app):
        if operation.method == "GET":
            for url in urls(operation, world):
                answer = await service.client.get(url, headers=headers)
                assert answer.status_code < 500, f"{url}: {answer.text}"
                seen[url] = answer.text if answer.is_success else ""
    return seen


async def secrets_of(world: World) -> set[str]:
    """Figures and texts that stand in the other municipality's private rows and nowhere else."""
    # By their policies, which stay when row-level security is switched off.
    private = await _rows(world.service, "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)")
    other = {value for owner, row in private if owner == OTHER for value in _telling(row)}
    others = {value for owner, row in private if owner != OTHER for value in _telling(row)}
    actors = {name for (name,) in await world.service.as_owner("SELECT DISTINCT actor FROM event")}  # in each envelope
    return other - others - actors - world.public


async def _rows(service: Running, condition: str) -> list[tuple[str, dict[str, Any]]]:
    """The rows of the tables of this kind, each with whose it is."""
    each = (f"SELECT '{t}', {owner}, to_jsonb(t)::text FROM {t} t" for t, owner in await _owned(service, condition))
    rows = await service.as_owner(f"{' UNION ALL '.join(each)} ORDER BY 1, 3")
    return [(owner, {"table": table, **json.loads(row)}) for table, owner, row in rows]


async def _owned(service: Running, condition: str = "true") -> Rows:
    """The tables of this kind whose rows are somebody's, each with the column that says whose."""
    return await service.as_owner(
        "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        f" WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND {condition}"
        f" AND a.attname IN ({OWNERS})"
    )


def _telling(row: dict[str, Any]) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, int) and abs(value) >= SMALL:
            yield str(value)
        elif isinstance(value, str) and len(value) >= LONG:
            yield value


def shown_in(text: str, secrets: set[str]) -> set[str]:
    """Which of these figures and texts a reader of the text learns."""
    figures = {secret for secret in secrets if FIGURE.fullmatch(secret)}
    return figures & set(FIGURE.findall(text)) | {secret for secret in secrets - figures if secret in text}


async def leaks(world: World, as_: As) -> set[str]:
    """The addresses at which somebody of the own municipality reads a secret of the other one."""
    secrets = await secrets_of(world)
    assert len(secrets) > 1
    shown = "\n".join((await seen_by(world, as_("secretariat"))).values())
    assert len(shown_in(shown, secrets)) > 1, "the secrets are not on any page: nothing was proved"
    return {
        f"{role}: {url}"
        for role in MUNICIPAL_ROLES
        for url, text in (await seen_by(world, as_(role, OWN))).items()
        if shown_in(text, secrets)
    }


async def intrusions(world: World, as_: As) -> set[str]:
    """The operations with which somebody of the own municipality alters rows or events of the other one."""
    service, found = world.service, set()
    picture = await _of_the_other(service)
    owner = await asyncpg.connect(service.database.owner_url(service.admin_url), command_timeout=60)
    try:
        before = await owner.fetchval(picture)
        for operation in operations(service.service, service.app):
            if operation.method == "GET":
                continue
            for role, url in product(MUNICIPAL_ROLES, urls(operation, world)):
                if OWN in url or "?" in url:
                    continue
                answer = await service.client.request(
                    operation.method, url, json=world.bodies.get(operation.label), headers=as_(role, OWN) | ANY
                )
                assert answer.status_code < 500, f"{operation.label}: {answer.text}"
            after = await owner.fetchval(picture)
            if after != before:
                found.add(operation.label)
            before = after
    finally:
        await owner.close()
    return found


async def _of_the_other(service: Running) -> str:
    """A query for the digest of every row and every event about the other municipality.

    PostgreSQL makes it, for it is asked after every operation: hundreds of times a test.
    """
    rows = [
        f"SELECT '{table}' || t::text FROM {table} t WHERE {owner} = '{OTHER}'"
        for table, owner in await _owned(service)
    ]
    rows.append(f"SELECT id::text FROM event WHERE data->>'municipality' = '{OTHER}'")
    return f"SELECT md5(string_agg(row, '' ORDER BY row)) FROM ({' UNION ALL '.join(rows)}) AS of_the_other(row)"


async def test_both_walls(world: World, as_: As) -> None:
    assert await leaks(world, as_) == set()
    assert await intrusions(world, as_) == set()


async def test_the_policy_wall_alone(world: World, as_: As) -> None:
    await row_level_security_off(world.service)
    assert await leaks(world, as_) == set()
    assert await intrusions(world, as_) == set()


async def test_row_level_security_alone(world: World, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    first_wall_off(monkeypatch)
    assert {url for url in await leaks(world, as_) if not COMPUTED.search(url)} == set()
    assert await intrusions(world, as_) == set()


async def test_a_planted_leak_is_noticed(world: World, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    await row_level_security_off(world.service)
    first_wall_off(monkeypatch)
    assert await leaks(world, as_)
    assert await intrusions(world, as_)


def first_wall_off(patch: pytest.MonkeyPatch) -> None:
    """Policies permit everybody, and lists are not narrowed."""
    policies_off(patch)
    patch.setattr("kyodo_platform.resources.own_rows", lambda query, _municipality: query)


async def test_another_municipalitys_resource_is_not_there(world: World, as_: As) -> None:
    """404, never 403: that a resource exists is itself private."""
    service = world.service
    for operation in operations(service.service, service.app):
        for role in MUNICIPAL_ROLES:
            if operation.rules.policy.parameters and operation.rules.policy.allows_role(role, True):
                for url in urls(operation, world):
                    if OTHER in url.partition("?")[0]:
                        answer = await service.client.request(operation.method, url, headers=as_(role, OWN) | ANY)
                        assert answer.status_code == 404, f"{operation.label}: {answer.status_code}"
