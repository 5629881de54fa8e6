"""`kyodo verify`: whether a statement file, or a running installation, holds what it says."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.verification import verify as findings_of
from kyodo_events.values.money import yen
from kyodo_local.answers import STATE, AsJson, StateFolder, answer, err, out, services_named
from kyodo_local.exit_codes import Exit
from kyodo_local.state import settings_of
from kyodo_local.verification import Finding
from kyodo_local.verification import verify as findings_of_service


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="A statement file, as `…/statements/<id>/file` gives it; without one: the installation."),
    ] = None,
    seal: Annotated[
        str | None, typer.Option(help="The period's seal as it was published elsewhere, such as on paper.")
    ] = None,
    service: Annotated[list[str] | None, typer.Option(help="Look at this service alone; may be repeated.")] = None,
    as_json: AsJson = False,
    state: StateFolder = STATE,
) -> None:
    """Check a statement file offline (sums, hashes, seal), or all data of a running installation.

    Of an installation: positions without a gap, streams in order, the chain of seals, postings that sum to zero, read
    models equal to their events. Exit code 0 where all holds, 1 where not, 2 where the file is none.
    """
    if file is not None:
        if service:
            raise typer.BadParameter("a file is checked by itself; leave out --service")
        return _verify_file(file, seal, as_json)
    if seal is not None:
        raise typer.BadParameter("--seal belongs to a file")
    return _verify_installation(service, as_json, state)


def _verify_installation(names: list[str] | None, as_json: bool, state: Path) -> None:
    found: list[Finding] = []
    for service in services_named(names):
        found += asyncio.run(findings_of_service(service, settings_of(state, service.name, "database")))

    def in_words() -> None:
        for one in found:
            out.print(one.line)

    answer(as_json, {"findings": [asdict(one) for one in found]}, in_words)
    raise typer.Exit(Exit.FINE if all(one.holds for one in found) else Exit.FOUND)


def _verify_file(file: Path, seal: str | None, as_json: bool) -> None:
    try:
        found = StatementFile.read(file.read_bytes())
    except OSError as error:
        err.print(f"{file} cannot be read: {error.strerror}.")
        raise typer.Exit(Exit.CANNOT) from None
    except ValidationError as error:
        where = "; ".join(f"{'/'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors()[:3])
        err.print(f"{file} is no statement file ({where}).")
        raise typer.Exit(Exit.CANNOT) from None
    heading = found.heading
    findings = findings_of(found, seal=seal)

    def in_words() -> None:
        out.print(f"{heading.number}  {found.municipality_ja}  {yen(heading.total)}")
        for finding in findings:
            out.print(f"{'holds ' if finding.holds else 'WRONG '} {finding.words}")
        if found.sealed is None:
            out.print("note   the period is not sealed yet: nobody else vouches for this file so far")
        elif seal is None:
            out.print(f"note   compare the seal with one that was published, by --seal: {found.sealed.seal}")

    document: dict[str, Any] = {
        "number": heading.number,
        "municipality_ja": found.municipality_ja,
        "total": heading.total,
        "seal": found.sealed.seal if found.sealed else None,
        "findings": [{"about": finding.words, "holds": finding.holds} for finding in findings],
    }
    answer(as_json, document, in_words)
    raise typer.Exit(Exit.FINE if all(finding.holds for finding in findings) else Exit.FOUND)
