"""Settings: what beats what, what is refused, and that the documented table is whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from kyodo_platform.configuration import BadConfiguration, read_settings
from kyodo_platform.settings import Settings, settings_table, variable

NEEDED = {
    "KYODO_DATABASE_URL": "postgresql://app:pass-word@db/kyodo",
    "KAFKA_BOOTSTRAP": "kafka:9092",
    "KYODO_OIDC_ISSUER": "https://id.example/realms/kyodo",
    "KYODO_OIDC_JWKS_URL": "https://id.example/jwks",
    "KYODO_CURSOR_SECRET": "x" * 40,
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("KYODO_", "KAFKA_")):
            monkeypatch.delenv(name)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_defaults() -> None:
    settings = Settings.for_service("procurement")
    assert settings.kafka_bootstrap == "kafka:9092"
    assert settings.owner_database_url == settings.database_url == NEEDED["KYODO_DATABASE_URL"]
    assert settings.kafka_idempotent_producer is True
    assert settings.cursor_secret.get_secret_value() == "x" * 40


def test_what_beats_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYODO_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("KYODO_COST_LEDGER_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("KYODO_COST_LEDGER_DATABASE_URL", "postgresql://app@ledger/ledger")
    monkeypatch.setenv("KYODO_COST_LEDGER_KAFKA_BOOTSTRAP", "own:9092")
    monkeypatch.setenv("KYODO_DATABASE_POOL_MAX", "12")
    ledger, procurement = Settings.for_service("cost-ledger"), Settings.for_service("procurement")
    assert (ledger.log_level, procurement.log_level) == ("ERROR", "WARNING")
    assert ledger.owner_database_url == "postgresql://app@ledger/ledger"
    assert (ledger.kafka_bootstrap, procurement.kafka_bootstrap) == ("own:9092", "kafka:9092")
    assert ledger.database_pool_max == 12
    assert Settings.for_service("cost-ledger", log_level="DEBUG", kafka_bootstrap="given:1").log_level == "DEBUG"
    assert Settings.for_service("cost-ledger", kafka_bootstrap="given:1").kafka_bootstrap == "given:1"
    monkeypatch.setenv("KYODO_KAFKA_BOOTSTRAP", "ours:9092")
    assert Settings.for_service("procurement").kafka_bootstrap == "ours:9092"


def test_passwords_do_not_show() -> None:
    settings = Settings.for_service("procurement")
    assert "pass-word" not in repr(settings)
    assert "x" * 40 not in repr(settings)
    with pytest.raises(ValidationError) as caught:
        Settings.for_service("procurement", database_url="mysql://app:pass-word@db/kyodo")
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cursor_secret": "short"},
        {"log_level": "LOUD"},
        {"database_pool_min": 11},
        {"command_timeout_seconds": 5},
        {"oidc_jwks_url": "ftp://id.example"},
        {"kafka_partitions": 0},
        {"no_such_setting": 1},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.for_service("procurement", **wrong)


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_what_is_required(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(ValidationError):
        Settings.for_service("procurement")


def test_what_is_secret_stands_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "KYODO_CURSOR_SECRET": "y" * 40 + "\n",
        "KYODO_DATABASE_URL": "postgresql://app:of-file@db/all\n",
        "KYODO_COST_LEDGER_DATABASE_URL": "postgresql://app:of-file@db/ledger\n",
        "KYODO_PERSONAL_KEYS": "0123456789abcdef" * 4,
        "KAFKA_BOOTSTRAP": "file:9092",
        "SOMETHING_ELSE": "of another program",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KYODO_SECRETS_DIR", str(tmp_path))
    ledger, talent = Settings.for_service("cost-ledger"), Settings.for_service("talent")
    assert ledger.database_url == "postgresql://app:of-file@db/ledger"
    assert talent.database_url == talent.owner_database_url == "postgresql://app:of-file@db/all"
    assert talent.cursor_secret.get_secret_value() == "y" * 40
    assert talent.personal_keys is not None
    assert talent.kafka_bootstrap == "file:9092"
    monkeypatch.setenv("KYODO_DATABASE_URL", "postgresql://app@environment/all")
    assert Settings.for_service("talent").database_url == "postgresql://app@environment/all"
    assert Settings.for_service("cost-ledger").database_url == "postgresql://app:of-file@db/ledger"
    monkeypatch.setenv("KYODO_COST_LEDGER_DATABASE_URL", "postgresql://app@environment/ledger")
    assert Settings.for_service("cost-ledger").database_url == "postgresql://app@environment/ledger"


def test_a_folder_of_secrets_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYODO_SECRETS_DIR", str(tmp_path / "gone"))
    with pytest.raises(OSError, match="gone"):
        Settings.for_service("procurement")


def test_the_table_names_every_variable() -> None:
    table = settings_table()
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"`{variable(name)}`" in table
    assert "| `KYODO_KAFKA_BOOTSTRAP` or `KAFKA_BOOTSTRAP` | required |" in table
    assert "| `KYODO_LOG_JSON` | `true` |" in table
    assert variable("database_url", "cost-ledger") == "KYODO_COST_LEDGER_DATABASE_URL"


def test_what_follows_from_a_missing_setting_is_not_told_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        monkeypatch.delenv(name)
    with pytest.raises(BadConfiguration) as told:
        read_settings("talent", lambda: Settings.for_service("talent"))
    assert str(told.value).startswith("KYODO_DATABASE_URL is not set: PostgreSQL")
    assert "OWNER_DATABASE_URL" not in str(told.value)
