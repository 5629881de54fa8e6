"""Health: alive while the process turns, ready only when its work can be done, and in numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kyodo_platform.database.migrations import newest
from kyodo_platform.runtime import NotMigrated
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running
from tests.support.services import service

As = Callable[..., dict[str, str]]
NEWEST = newest(service("sample").migrations)


class Stuck:
    """A consumer that has not polled for too long."""

    def health(self) -> tuple[bool, str]:
        return False, "no successful poll for 61 s"


class Well:
    """A consumer at work."""

    def health(self) -> tuple[bool, str]:
        return True, ""


async def test_alive_and_ready(sample: Running) -> None:
    assert (await sample.client.get("/livez")).json() == {"status": "ok", "checks": {}}
    ready = await sample.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "checks": {"database": "ok"}})


async def test_a_consumer_counts(sample: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample.app.state.runtime, "consumer", Well())
    assert (await sample.client.get("/readyz")).json()["checks"]["consumer"] == "ok"
    monkeypatch.setattr(sample.app.state.runtime, "consumer", Stuck())
    stuck = await sample.client.get("/readyz")
    assert (stuck.status_code, stuck.json()["status"]) == (503, "not_ready")
    assert stuck.json()["checks"]["consumer"] == "no successful poll for 61 s"
    assert (await sample.client.get("/livez")).status_code == 200


async def test_a_database_behind_in_migrations_is_not_ready(sample: Running) -> None:
    await sample.as_owner("UPDATE alembic_version SET version_num = 'm0001'")
    answer = await sample.client.get("/readyz")
    assert answer.status_code == 503
    assert "m0001" in answer.json()["checks"]["database"]
    assert NEWEST in answer.json()["checks"]["database"]


async def test_a_later_release_may_migrate_under_a_running_one(sample: Running) -> None:
    await sample.as_owner("UPDATE alembic_version SET version_num = 'm9999'")
    assert (await sample.client.get("/readyz")).json()["checks"]["database"] == "ok"


async def test_a_service_does_not_start_on_an_old_database(
    databases: Databases, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kyodo_platform.runtime.newest", lambda _: "m9999")
    monkeypatch.setattr("kyodo_platform.runtime.earlier", lambda _: frozenset({NEWEST}))
    with pytest.raises(NotMigrated, match="kyodo migrate sample"):
        async with running(databases, settings_for, "sample"):
            pass


async def test_no_database_is_not_ready_but_alive(sample: Running) -> None:
    await sample.as_admin(f"ALTER ROLE {sample.database.app_role} NOLOGIN")
    try:
        await sample.as_admin(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{sample.database.app_role}'"
        )
        answer = await sample.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["database"].startswith("unreachable: ")
        assert (await sample.client.get("/livez")).status_code == 200
    finally:
        await sample.as_admin(f"ALTER ROLE {sample.database.app_role} LOGIN")
    assert (await sample.client.get("/readyz")).status_code == 200


async def test_requests_are_counted_by_route_not_by_path(sample: Running, as_: As) -> None:
    for book in ("a-secret-id", "another-id"):
        await sample.client.get(f"/v1/books/{book}", headers=as_("secretariat"))
    await sample.client.get("/nowhere/at-all")
    metrics = (await sample.client.get("/metrics")).text
    assert 'route="/v1/books/{book_id}",service="sample",status="404"' in metrics
    assert "a-secret-id" not in metrics
    assert "at-all" not in metrics
