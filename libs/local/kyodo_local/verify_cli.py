"""`kyodo verify FILE`: whether a statement holds what it says, found out offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.verification import verify as findings_of
from kyodo_events.values.money import yen

HOLDS, DOES_NOT_HOLD, UNREADABLE = 0, 1, 2

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def verify(
    file: Annotated[Path, typer.Argument(help="A statement file, as `…/statements/<id>/file` gives it.")],
    seal: Annotated[
        str | None, typer.Option(help="The period's seal as it was published elsewhere, such as on paper.")
    ] = None,
) -> None:
    """Check a statement file offline: sums, hashes, seal. Status 0 where all holds, 1 where not, 2 where unreadable."""
    try:
        found = StatementFile.read(file.read_bytes())
    except OSError as error:
        err.print(f"{file} cannot be read: {error.strerror}.", markup=False)
        raise typer.Exit(UNREADABLE) from None
    except ValidationError as error:
        where = "; ".join(f"{'/'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors()[:3])
        err.print(f"{file} is no statement file ({where}).", markup=False)
        raise typer.Exit(UNREADABLE) from None
    heading = found.heading
    out.print(f"{heading.number}  {found.municipality_ja}  {yen(heading.total)}", markup=False)
    findings = findings_of(found, seal=seal)
    for finding in findings:
        out.print(f"{'holds ' if finding.holds else 'WRONG '} {finding.words}", markup=False)
    if found.sealed is None:
        out.print("note   the period is not sealed yet: nobody else vouches for this file so far")
    elif seal is None:
        out.print(f"note   compare the seal with one that was published, by --seal: {found.sealed.seal}")
    raise typer.Exit(HOLDS if all(finding.holds for finding in findings) else DOES_NOT_HOLD)
