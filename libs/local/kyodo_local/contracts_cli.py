"""`kyodo contracts`: make the documents of the published contracts, and check that nobody is broken by a change."""

from __future__ import annotations

import subprocess
import tarfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from kyodo_events.schemas import served
from kyodo_events.schemas.compatibility import Break
from kyodo_events.schemas.generate import Documents, MissingVersion, differing, parsed, read, text_of, write
from kyodo_events.values.fiscal import tokyo_date
from kyodo_local import edge_documents
from kyodo_local.contract_documents import all_breaks, all_documents

app = typer.Typer(help="The published contracts: JSON Schemas, AsyncAPI, OpenAPI, open data.", no_args_is_help=True)
out = Console(soft_wrap=True, highlight=False)

Folder = Annotated[Path, typer.Option("--folder", help="Where the documents stand, in the repository.")]
CONTRACTS = Path("contracts")
GIT_SECONDS = 30


@app.command()
def generate(folder: Folder = CONTRACTS) -> None:
    """Write the documents as the event classes say. Earlier versions stay as they were committed."""
    made = _made(folder, committed(folder, "HEAD"))
    changed = [
        folder / path for path in [*write(folder, made), *edge_documents.write(folder, edge_documents.texts(made))]
    ]
    changed += [served.FOLDER / path for path in write(served.FOLDER, served.of(made))]
    for path in changed:
        out.print(f"{path}")
    out.print(f"{len(changed)} documents changed" if changed else "the documents are up to date")


@app.command()
def check(
    folder: Folder = CONTRACTS,
    against: Annotated[
        list[str] | None,
        typer.Option(help="Git revisions to compare with, such as origin/main; by default HEAD and its parent."),
    ] = None,
) -> None:
    """Fail where the documents are not those of the code, or where a change breaks somebody.

    Broken is a client of the HTTP interfaces, a consumer of events, or the reading of stored events.

    On a clean checkout the working tree is HEAD, so its parent is what tells whether the last commit broke
    anything; name the branch a change goes to with `--against`. Without git, the documents in the folder are
    what the code is compared with.
    """
    made = _made(folder, committed(folder, "HEAD"))
    found = [
        (revision, broken)
        for revision, baseline in _baselines(folder, against).items()
        for broken in all_breaks(baseline, made, tokyo_date(datetime.now(UTC)))
    ]
    stale = [folder / path for path in differing(read(folder), _texts(made))]
    stale += [folder / path for path in edge_documents.stale(folder, edge_documents.texts(made))]
    stale += [served.FOLDER / path for path in differing(read(served.FOLDER), _texts(served.of(made)))]
    for broken, revisions in _once(found).items():
        out.print(f"[bold]incompatible with {' and '.join(revisions)}[/]: {escape(str(broken))}")
    for path in stale:
        out.print(f"[bold]not generated anew[/]: {path}")
    if stale:
        out.print("Run `kyodo contracts generate` and commit what it writes.")
    if found or stale:
        raise typer.Exit(1)
    out.print(f"{len(made)} documents are those of the code; nobody is broken")


def committed(folder: Path, revision: str) -> Documents | None:
    """The documents of a folder at a git revision; None without git, or without the folder in that revision."""
    packed = _git(folder, "archive", "--format=tar", revision, ".")
    if packed is None:
        return None
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        files = {entry.name: tar.extractfile(entry) for entry in tar if entry.name.endswith(".json")}
        return parsed({path: file.read().decode() for path, file in files.items() if file})


def _made(folder: Path, head: Documents | None) -> Documents:
    try:
        return all_documents({**parsed(read(folder)), **(head or {})})
    except (MissingVersion, ValueError) as error:
        out.print(f"[bold]{escape(str(error))}[/]")
        raise typer.Exit(1) from error


def _texts(made: Documents) -> dict[str, str]:
    return {path: text_of(document) for path, document in made.items()}


def _baselines(folder: Path, against: list[str] | None) -> dict[str, Documents]:
    baselines: dict[str, Documents] = {}
    for revision in against or ["HEAD", "HEAD~1"]:
        found = committed(folder, revision)
        if found is not None:
            baselines[revision] = found
        elif against:
            out.print(f"[bold]git does not know the revision {revision} here[/]")
            raise typer.Exit(2)
    return baselines or {"the documents in the folder": parsed(read(folder))}


def _once(found: list[tuple[str, Break]]) -> dict[Break, list[str]]:
    merged: dict[Break, list[str]] = {}
    for revision, broken in found:
        merged.setdefault(broken, []).append(revision)
    return merged


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git answers in this folder; None where there is no git, no repository or no such revision."""
    if not folder.is_dir():
        return None
    try:
        answer = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout
