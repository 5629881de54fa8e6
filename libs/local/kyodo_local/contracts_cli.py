"""`kyodo contracts`: make the documents of the published contracts, and check that nobody is broken by a change."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from kyodo_events.schemas.compatibility import Break, breaks
from kyodo_events.schemas.generate import (
    Documents,
    MissingVersion,
    differing,
    documents,
    parsed,
    published,
    read,
    text_of,
    write,
)
from kyodo_local import open_data

app = typer.Typer(help="The published contracts: JSON Schemas, AsyncAPI, open data.", no_args_is_help=True)
out = Console(soft_wrap=True, highlight=False)

Folder = Annotated[Path, typer.Option("--folder", help="Where the documents stand, in the repository.")]
CONTRACTS = Path("contracts")
GIT_SECONDS = 30


@app.command()
def generate(folder: Folder = CONTRACTS) -> None:
    """Write the documents as the event classes say. Earlier versions stay as they were committed."""
    changed = [*write(folder, _made(folder, committed(folder, "HEAD"))), *open_data.write(folder)]
    for path in changed:
        out.print(f"{folder / path}")
    out.print(f"{len(changed)} documents changed" if changed else "the documents are up to date")


@app.command()
def check(
    folder: Folder = CONTRACTS,
    against: Annotated[
        list[str] | None,
        typer.Option(help="Git revisions to compare with, such as origin/main; by default HEAD and its parent."),
    ] = None,
) -> None:
    """Fail where the documents are not those of the code, or where a change breaks a consumer or a stored event.

    On a clean checkout the working tree is HEAD, so its parent is what tells whether the last commit broke
    anything; name the branch a change goes to with `--against`. Without git, the documents in the folder are
    what the code is compared with.
    """
    made = _made(folder, committed(folder, "HEAD"))
    found = [
        (revision, broken)
        for revision, baseline in _baselines(folder, against).items()
        for broken in breaks(baseline, made)
    ]
    stale = differing(read(folder), {path: text_of(document) for path, document in made.items()})
    stale += open_data.stale(folder)
    for broken, revisions in _once(found).items():
        out.print(f"[bold]incompatible with {' and '.join(revisions)}[/]: {escape(str(broken))}")
    for path in stale:
        out.print(f"[bold]not generated anew[/]: {folder / path}")
    if stale:
        out.print("Run `kyodo contracts generate` and commit what it writes.")
    if found or stale:
        raise typer.Exit(1)
    out.print(f"{len(made)} documents are those of the code; nobody is broken")


def committed(folder: Path, revision: str) -> Documents | None:
    """The documents of a folder at a git revision; None without git or without that revision."""
    listed = _git(folder, "ls-tree", "-r", "-z", "--name-only", revision, ".")
    if listed is None:
        return None
    paths = [path for path in listed.split("\0") if path.endswith(".json")]
    return parsed({path: _git(folder, "show", f"{revision}:./{path}") or "" for path in paths})


def _made(folder: Path, head: Documents | None) -> Documents:
    try:
        return documents(published(), {**parsed(read(folder)), **(head or {})})
    except (MissingVersion, ValueError) as error:
        out.print(f"[bold]{escape(str(error))}[/]")
        raise typer.Exit(1) from error


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


def _git(folder: Path, *arguments: str) -> str | None:
    """What git answers in this folder; None where there is no git, no repository or no such revision."""
    if not folder.is_dir():
        return None
    try:
        answer = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, timeout=GIT_SECONDS, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout
