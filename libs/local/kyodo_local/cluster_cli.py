"""`kyodo cluster`: make the manifests that follow from the code, check them, and draw an installation's secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from kyodo_local.cluster.generate import as_yaml, manifests, stale
from kyodo_local.cluster.kafka import SCALER, integrator
from kyodo_local.cluster.secrets import new_secrets, password_of
from kyodo_local.services import NAMES, all_services

app = typer.Typer(help="The manifests in deploy/k8s.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--folder", help="Where the components stand, in the repository.")]
COMPONENTS = Path("deploy/k8s/components")
USER_NAME = re.compile(r"[a-z][a-z0-9-]{2,50}")


@app.command()
def generate(folder: Folder = COMPONENTS) -> None:
    """Write topics, users, databases and alert rules as the code and deploy/prometheus/rules say."""
    made = manifests()
    for path in stale(folder):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(made[path])
        typer.echo(folder / path)


@app.command()
def check(folder: Folder = COMPONENTS) -> None:
    """Status 1 where a generated manifest is not what `generate` would write."""
    found = stale(folder)
    for path in found:
        typer.echo(f"not generated anew: {folder / path}")
    if found:
        typer.echo("Run `kyodo cluster generate` and commit what it writes.")
        raise typer.Exit(1)


@app.command()
def secrets() -> None:
    """Print the secrets of a new installation, to be piped into `kubectl create`; they are kept nowhere else."""
    typer.echo(as_yaml(new_secrets(all_services())), nl=False)


@app.command("integrator")
def new_integrator(
    name: Annotated[str, typer.Argument(help="Of the user; the names of its consumer groups begin with it and a dot.")],
    topics: Annotated[list[str], typer.Option("--topic", help="A topic that it reads; repeat it for more.")],
) -> None:
    """Print a user of Kafka for an integrator, and its password, to be piped into `kubectl create`."""
    if not USER_NAME.fullmatch(name) or name in {*NAMES, SCALER}:
        raise typer.BadParameter("3 to 51 small letters, digits and hyphens, and no name of ours", param_hint="NAME")
    published = {topic.name: topic for service in all_services() for topic in service.published}
    if unknown := sorted(set(topics) - published.keys()):
        known = ", ".join(sorted(published))
        raise typer.BadParameter(f"no topic {', '.join(unknown)}; there are {known}", param_hint="--topic")
    wanted = [published[topic] for topic in dict.fromkeys(topics)]
    typer.echo(as_yaml([password_of(name), integrator(name, wanted)]), nl=False)
