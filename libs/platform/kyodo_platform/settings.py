"""Settings of a service process, from environment variables: one class, one documented table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from kyodo_platform.signing import SigningKeys

PREFIX = "KYODO_"
SECRETS_DIR = "KYODO_SECRETS_DIR"


def _readable(keys: SecretStr | None) -> SecretStr | None:
    if keys is not None:
        SigningKeys.of(keys.get_secret_value())
    return keys


class Settings(BaseSettings):
    """What one service process needs to know about its surroundings.

    Every variable is `KYODO_<NAME>`; `KYODO_<SERVICE>_<NAME>` (for example
    `KYODO_COST_LEDGER_DATABASE_URL`) beats it for one service. What is secret may stand in a file of the same name
    instead, in the folder that `KYODO_SECRETS_DIR` names. Values are never shown in error messages, because addresses
    carry passwords.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    environment: str = Field("local", description="Name of the installation, in every log line of a request")

    exercise: bool = Field(
        False,
        description="An installation for exercises: a request may state its moment in `Kyodo-Exercise-Time`",
    )

    database_url: str = Field(
        repr=False,
        pattern=r"^postgres(ql)?://",
        description="PostgreSQL of this service, as the application role (neither owner nor superuser)",
    )
    owner_database_url: str = Field(
        default_factory=lambda known: str(known["database_url"]),
        repr=False,
        pattern=r"^postgres(ql)?://",
        description="The same database as its owner, for migrations (default: `KYODO_DATABASE_URL`)",
    )
    database_pool_min: int = Field(1, ge=0, description="Connections kept open")
    database_pool_max: int = Field(10, ge=1, description="Connections at most")
    statement_timeout_seconds: float = Field(10, gt=0, description="PostgreSQL gives a statement up after this")
    command_timeout_seconds: float = Field(
        15,
        gt=0,
        description="The client gives a statement up after this: a query on a dropped link would hang for good",
    )

    kafka_bootstrap: str = Field(
        validation_alias=AliasChoices("KYODO_KAFKA_BOOTSTRAP", "KAFKA_BOOTSTRAP"),
        min_length=1,
        repr=False,
        description="Kafka brokers, `host:port[,host:port…]`; with TLS and a login (SCRAM-SHA-512)"
        " `tls://user:password@host:port[,host:port…]?ca=/file`, where `ca` is the authority of their certificates",
    )
    kafka_idempotent_producer: bool = Field(
        True, description="Idempotent producer; off only for brokers that have none (the embedded one)"
    )
    kafka_replication: int = Field(
        -1, ge=-1, description="Replicas of a topic that this process creates; -1 leaves it to the broker"
    )

    relay_batch: int = Field(2_000, ge=1, description="Events the relay reads and publishes at once")
    relay_poll_seconds: float = Field(0.25, gt=0, description="The relay looks for events so often if nobody wakes it")

    consumer_attempts: int = Field(5, ge=1, description="Attempts before a message is parked as a dead letter")
    consumer_backoff_seconds: float = Field(
        0.2, gt=0, description="Wait after the first failed attempt; doubled after each further one"
    )
    consumer_stuck_after_seconds: float = Field(
        60, gt=0, description="Not ready if a consumer with an assignment has not polled for so long"
    )

    oidc_issuer: str = Field(min_length=1, description="Issuer (`iss`) of the access tokens")
    oidc_audience: str = Field("kyodo", min_length=1, description="Audience (`aud`) the access tokens must name")
    oidc_jwks_url: str = Field(
        pattern=r"^(https?|file)://", description="The issuer's public keys (JWKS), `https://…` or `file:///…`"
    )
    cursor_secret: SecretStr = Field(
        min_length=32,
        description="Signs page cursors, and seals the secrets of webhooks: another one makes them unreadable: webhooks"
        " are disabled then until their secrets are rotated; the same in all processes of a service, ≥ 32 characters",
    )

    personal_keys: SecretStr | None = Field(
        None,
        description="Encrypts the keys of persons, for services that hold personal data: 64 hexadecimal digits; several"
        " are separated by commas, the first one encrypts, the others still decrypt",
    )

    public_url: str = Field(
        "https://kyodo.example.jp",
        pattern=r"^https?://[!-~]*[!-.0-~]$",
        description="Where people reach this service, without a slash at the end: badges are issued under it, accounts"
        " and activities in learning records (xAPI) are named by it, so that it stays as it is",
    )
    signing_keys: Annotated[SecretStr | None, AfterValidator(_readable)] = Field(
        None,
        description="Sign what others verify without asking, such as badges: a JWK Set of RSA keys as JSON; the first"
        " one signs, earlier ones stay published, with their public part alone",
    )

    file_scanner: str | None = Field(
        None,
        pattern=r"^(https?://|/)[^\x00-\x1f]+$",
        description="Virus scanner of uploaded files: a command with its full path, or an address `http(s)://…`;"
        " without one files are kept as not scanned",
    )

    webhook_private_addresses: bool = Field(
        False,
        description="Webhooks may lead to addresses that are not public, and by http: for tests and for one machine,"
        " never where others can make webhooks",
    )

    traces_endpoint: str | None = Field(
        None,
        pattern=r"^https?://[!-~]+$",
        description="OpenTelemetry collector (OTLP over HTTP, for example `http://collector:4318`) for traces; without"
        " one nothing is traced",
    )
    traces_share: float = Field(
        1.0, ge=0, le=1, description="Of the requests that come without a trace of their own, the share that is traced"
    )

    secrets_dir: Path | None = Field(
        None,
        description="Folder with a file for each variable that should not stand in the environment: its name is the"
        " variable's, its content the value; the environment beats it",
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged")
    log_json: bool = Field(True, description="Log JSON lines; off for coloured text on a terminal")

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.database_pool_min > self.database_pool_max:
            raise ValueError("KYODO_DATABASE_POOL_MIN is above KYODO_DATABASE_POOL_MAX")
        if self.command_timeout_seconds <= self.statement_timeout_seconds:
            raise ValueError("KYODO_COMMAND_TIMEOUT_SECONDS must be above KYODO_STATEMENT_TIMEOUT_SECONDS")
        return self

    @classmethod
    def for_service(cls, service: str, **overrides: Any) -> Self:
        """The settings of one service: overrides, then `KYODO_<SERVICE>_X`, then `KYODO_X`, then defaults.

        Raises pydantic's ValidationError, which names every variable that is missing or wrong, and OSError where the
        folder of secrets cannot be read.
        """
        return cls(_secrets_dir=os.environ.get(SECRETS_DIR), **{**_of_service(service, surroundings()), **overrides})


def surroundings() -> Mapping[str, str]:
    """The variables given to this process: those of the environment, and below them the files of the secrets folder.

    White space around a file's value does not belong to it. Raises OSError where the folder cannot be read.
    """
    folder = os.environ.get(SECRETS_DIR)
    files = [path for path in Path(folder).iterdir() if path.is_file()] if folder else []
    return {**{path.name: path.read_text(encoding="utf-8").strip() for path in files}, **os.environ}


def given_in(surroundings: Mapping[str, str], field: str, service: str) -> bool:
    """Whether somebody has said what this setting of a service is."""
    return not surroundings.keys().isdisjoint({variable(field, service), *variables(field)})


def variable(field: str, service: str | None = None) -> str:
    """The environment variable of a setting, for all services or for one: `KYODO_COST_LEDGER_LOG_LEVEL`."""
    own = f"{service.upper().replace('-', '_')}_" if service else ""
    return f"{PREFIX}{own}{field.upper()}"


def settings_table() -> str:
    """All variables as a Markdown table, for the documentation."""
    rows = [f"| {_names(name)} | {_default(field)} | {field.description} |" for name, field in _fields()]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows, ""])


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def variables(name: str) -> list[str]:
    """The variables of a setting for all services; the first one beats the others."""
    alias = Settings.model_fields[name].validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [variable(name)]


def _names(name: str) -> str:
    return " or ".join(f"`{variable}`" for variable in variables(name))


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "as described"
    if field.default is PydanticUndefined:
        return "required"
    if field.default is None:
        return "unset"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _of_service(service: str, given: Mapping[str, str]) -> dict[str, str]:
    own = {name: variable(name, service) for name, _ in _fields()}
    return {name: given[key] for name, key in own.items() if key in given}
