"""The `kyodo` command line."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn
from rich.table import Table

from kyodo_events.rebuild import ChecksFailed
from kyodo_local import compose_cli, contracts_cli, letters_cli, operations, topics_cli
from kyodo_local.answers import STATE, ServiceName, ServiceNames, StateFolder, err, out, services_named
from kyodo_local.command_group import Commands
from kyodo_local.run import run_forever
from kyodo_local.services import service_named
from kyodo_local.state import State
from kyodo_local.verify_cli import verify
from kyodo_platform import logs
from kyodo_platform.app import create_app
from kyodo_platform.database.migrations import migrate as migrate_database
from kyodo_platform.identity.model import Role
from kyodo_platform.process import settle_memory
from kyodo_platform.runtime import ring_of
from kyodo_platform.settings import settings_table

app = typer.Typer(
    cls=Commands,
    help="Kyodo 協働: joint digital work of Tokyo and its 62 municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(letters_cli.app, name="dead-letters")
app.add_typer(contracts_cli.app, name="contracts")
app.add_typer(topics_cli.app, name="topics")
app.command()(verify)
app.command()(compose_cli.provision)
app.command()(compose_cli.secrets)
app.command()(compose_cli.stack)

DRAIN_SECONDS = 20  # for requests that are under way when the process is asked to stop


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
    settings = State(state).settings_for(service)
    logs.configure(level=settings.log_level, json=settings.log_json)
    settle_memory()
    app = create_app(service_named(service), settings)
    # An edge serves all five under one address, each below a path that it takes off: links need to know that path.
    below = urlsplit(settings.public_url).path
    uvicorn.run(app, host=host, port=port, root_path=below, log_config=None, timeout_graceful_shutdown=DRAIN_SECONDS)


@app.command()
def migrate(service: ServiceName, state: StateFolder = STATE) -> None:
    """Bring a service's database to the newest migration."""
    migrate_database(service_named(service).migrations, State(state).settings_for(service).owner_database_url)
    out.print(f"{service}: at the newest migration")


@app.command()
def rebuild(
    services: ServiceNames = None,
    switch: Annotated[bool, typer.Option(help="Replace rows that differ; without it, only compare.")] = False,
    state: StateFolder = STATE,
) -> None:
    """Rebuild read models from zero beside the live ones, and compare. Status 1 where a difference stays."""
    table = Table("service", "table", "only live", "only rebuilt", "live: rows and digest", "rebuilt")
    different = wrong = False
    for service in services_named(services):
        settings = State(state).settings_for(service.name)
        try:
            found = asyncio.run(operations.rebuild(service, settings, switch=switch))
        except ChecksFailed as failed:
            err.print(f"{service.name}: {failed}")
            found, wrong = failed.found, True
        for d in found:
            counts = str(d.only_live), str(d.only_rebuilt)
            table.add_row(service.name, d.table, *counts, d.live, d.rebuilt)
            different = different or not d.none
    out.print(table)
    raise typer.Exit(1 if wrong or (different and not switch) else 0)


@app.command()
def rewrap(service: ServiceName, state: StateFolder = STATE) -> None:
    """Encrypt the keys of a service's persons with the first of KYODO_PERSONAL_KEYS; the others can go then."""
    found, settings = service_named(service), State(state).settings_for(service)
    if not found.personal_data:
        raise typer.BadParameter(f"{service} holds no personal data")
    changed = asyncio.run(operations.rewrap(settings, ring_of(found, settings)))
    out.print(f"{service}: {changed} keys of persons encrypted anew")


@app.command()
def republish(
    service: ServiceName,
    after: Annotated[int, typer.Option(help="Send what stands after this position; 0 is everything.")] = 0,
    state: StateFolder = STATE,
) -> None:
    """Send a service's events to Kafka again, with the same ids; consumers are unmoved by what they have."""
    asyncio.run(operations.republish(State(state).settings_for(service), after=after))
    out.print(f"{service}: the relay begins again after position {after}")


@app.command()
def settings() -> None:
    """Print the table of all environment variables."""
    typer.echo(settings_table())


def main() -> None:
    """The command line."""
    app()


if __name__ == "__main__":
    main()
