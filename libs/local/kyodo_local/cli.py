"""The `kyodo` command line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn
from rich.table import Table

from kyodo_events.digests import Difference
from kyodo_events.rebuild import ChecksFailed
from kyodo_local import cluster_cli, compose_cli, contracts_cli, letters_cli, operations, topics_cli
from kyodo_local.answers import (
    STATE,
    AsJson,
    ServiceName,
    ServiceNames,
    StateFolder,
    answer,
    err,
    out,
    services_named,
)
from kyodo_local.backup_cli import backup, restore
from kyodo_local.command_group import Commands
from kyodo_local.exit_codes import Exit
from kyodo_local.run import run_forever
from kyodo_local.services import service_named
from kyodo_local.state import State, settings_of
from kyodo_local.status_cli import status
from kyodo_local.verify_cli import verify
from kyodo_platform import logs, preflight
from kyodo_platform.app import create_app
from kyodo_platform.database.migrations import migrate as migrate_database
from kyodo_platform.identity.model import Role
from kyodo_platform.process import settle_memory
from kyodo_platform.settings import settings_table
from kyodo_platform.telemetry import traced

app = typer.Typer(
    cls=Commands,
    help="Kyodo 協働: joint digital work of Tokyo and its 62 municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(letters_cli.app, name="dead-letters")
app.add_typer(contracts_cli.app, name="contracts")
app.add_typer(topics_cli.app, name="topics")
app.add_typer(cluster_cli.app, name="cluster")
app.command()(verify)
app.command()(status)
app.command()(backup)
app.command()(restore)
app.command()(compose_cli.provision)
app.command()(compose_cli.secrets)
app.command()(compose_cli.stack)

REQUESTS_END_WITHIN = 20  # seconds after SIGTERM for requests under way; then consumer and relay are stopped


@app.command()
def run(
    state: StateFolder = STATE,
    port: Annotated[int, typer.Option(help="Port of the services; the next free one where it is taken.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Play the scenario.")] = True,
    stay: Annotated[bool, typer.Option(help="Keep serving after the scenario.")] = True,
) -> None:
    """Start PostgreSQL, a broker and the five services, play the scenario, and keep serving until Ctrl-C."""
    settle_memory()
    raise typer.Exit(run_forever(state, port=port, demo=demo, stay=stay))


@app.command()
def token(
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    municipality: Annotated[str | None, typer.Option(help="Six-digit code, for officers and approvers.")] = None,
    person: Annotated[str | None, typer.Option(help="The id of the caller's own record, for experts.")] = None,
    subject: Annotated[str | None, typer.Option(help="Who acts; a placeholder by default.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=24)] = 8,
    state: StateFolder = STATE,
) -> None:
    """Print an access token of the local issuer."""
    issuer = State(state).issuer()
    try:
        lifetime = timedelta(hours=hours)
        issued = issuer.issue(*role, municipality=municipality, person=person, subject=subject, lifetime=lifetime)
    except (ValueError, LookupError) as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(issued)


@app.command()
def serve(
    service: ServiceName,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8080,
    state: StateFolder = STATE,
) -> None:
    """Run one service, with the settings of the environment: what containers run."""
    settings = settings_of(state, service)
    asyncio.run(preflight.check(service, settings))
    found = service_named(service)  # after the first checks, for it takes seconds
    asyncio.run(preflight.check_service(found, settings))
    logs.configure(level=settings.log_level, json=settings.log_json)
    settle_memory()
    # An edge serves all five under one address, each below a path that it takes off: links need to know that path.
    below = urlsplit(settings.public_url).path
    with traced(service, settings):
        server = create_app(found, settings)
        uvicorn.run(
            server,
            host=host,
            port=port,
            root_path=below,
            log_config=None,
            timeout_graceful_shutdown=REQUESTS_END_WITHIN,
        )


@app.command()
def migrate(service: ServiceName, state: StateFolder = STATE) -> None:
    """Bring a service's database to the newest migration."""
    settings = settings_of(state, service, "database")
    asyncio.run(preflight.check_owner(service, settings))
    migrate_database(service_named(service).migrations, settings.owner_database_url)
    out.print(f"{service}: at the newest migration")


@app.command()
def rebuild(
    services: ServiceNames = None,
    switch: Annotated[bool, typer.Option(help="Replace rows that differ; without it, only compare.")] = False,
    as_json: AsJson = False,
    state: StateFolder = STATE,
) -> None:
    """Rebuild read models from zero beside the live ones, and compare. Exit code 1 where a difference stays."""
    found: dict[str, list[Difference]] = {}
    wrong: dict[str, str] = {}
    for service in services_named(services):
        settings = settings_of(state, service.name, "database")
        try:
            found[service.name] = asyncio.run(operations.rebuild(service, settings, switch=switch))
        except ChecksFailed as failed:
            err.print(f"{service.name}: {failed}")
            found[service.name], wrong[service.name] = failed.found, str(failed)
    answer(as_json, {"tables": found, "wrong": wrong, "switched": switch}, lambda: out.print(_comparison(found)))
    different = any(not difference.none for of_service in found.values() for difference in of_service)
    raise typer.Exit(Exit.FOUND if wrong or (different and not switch) else Exit.FINE)


def _comparison(found: Mapping[str, Sequence[Difference]]) -> Table:
    table = Table("service", "table", "only live", "only rebuilt", "live: rows and digest", "rebuilt")
    for service, differences in found.items():
        for d in differences:
            table.add_row(service, d.table, str(d.only_live), str(d.only_rebuilt), d.live, d.rebuilt)
    return table


@app.command()
def rewrap(service: ServiceName, state: StateFolder = STATE) -> None:
    """Encrypt the keys of a service's persons with the first of KYODO_PERSONAL_KEYS; the others can go then."""
    found, settings = service_named(service), settings_of(state, service, "database")
    if not found.personal_data:
        raise typer.BadParameter(f"{service} holds no personal data")
    changed = asyncio.run(operations.rewrap(found, settings))
    out.print(f"{service}: {changed} keys of persons encrypted anew")


@app.command()
def republish(
    service: ServiceName,
    after: Annotated[int, typer.Option(help="Send what stands after this position; 0 is everything.")] = 0,
    as_json: AsJson = False,
    state: StateFolder = STATE,
) -> None:
    """Send a service's events to Kafka again, with the same ids; consumers are unmoved by what they have."""
    asyncio.run(operations.republish(service, settings_of(state, service, "database"), after=after))
    answer(
        as_json,
        {"service": service, "after": after},
        lambda: out.print(f"{service}: the relay begins again after position {after}"),
    )


@app.command()
def settings() -> None:
    """Print the table of all environment variables."""
    typer.echo(settings_table())


def main() -> None:
    """The command line."""
    app()


if __name__ == "__main__":
    main()
