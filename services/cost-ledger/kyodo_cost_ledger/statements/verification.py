"""What the hashes of a statement cover, and whether a statement file holds what it says. Pure, and without any I/O.

Three steps, each of which anybody can take with a JSON library and SHA-256 (canonical JSON: keys sorted, no blanks,
UTF-8): the salted lines, the heading with their hash, and the seal over all statements of the period and the seal
before it (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from kyodo_cost_ledger.statements.file import FileLine, StatementFile
from kyodo_events.canonical import content_hash
from kyodo_events.values.municipalities import by_code


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked, in words for people."""

    holds: bool
    words: str


def lines_hash(salt: str, lines: Sequence[dict[str, Any]]) -> str:
    """The hash of all lines under their salt. Without the salt, amounts could be tried out until the hash fits."""
    if not salt:
        unsalted: list[JsonValue] = [{name: line[name] for name in _UNSALTED} for line in lines]
        return content_hash(unsalted)
    return content_hash({"salt": salt, "lines": list(lines)})


def statement_hash(salt: str, heading: dict[str, Any], hash_of_lines: str) -> str:
    """The hash of the whole statement: its heading and, by their hash, its lines."""
    if not salt:
        return hash_of_lines
    return content_hash({**heading, "lines_hash": hash_of_lines})


def seal_of(previous: str | None, period: str, statement_hashes: Collection[str]) -> str:
    """The seal of a period: it covers all statements of it and, by the seal before it, all earlier periods."""
    hashes: list[JsonValue] = [*sorted(statement_hashes)]
    return content_hash({"previous_seal": previous, "period": period, "statements": hashes})


def verify(file: StatementFile, *, seal: str | None = None) -> list[Finding]:
    """Check everything that can be checked without asking anybody; `seal` is one that was published elsewhere."""
    return [Finding(holds, words) for holds, words in _checks(file, seal)]


def _checks(file: StatementFile, seal: str | None) -> Iterator[tuple[bool, str]]:
    heading = file.heading
    yield (
        file.municipality_ja == by_code(heading.municipality).name_ja,
        "the municipality's code and name belong together",
    )
    numbers = [line.line for line in file.lines]
    yield (
        numbers == list(range(1, len(numbers) + 1)) and (heading.lines == len(numbers) or not file.salt),
        f"the lines are numbered from 1 to {heading.lines}, none is missing",
    )
    yield (
        [tuple(s) for s in _subtotals(file.lines)]
        == [(p.project_id, p.project_ja, p.base, p.usage, p.total) for p in file.projects],
        "the subtotal of each project is the sum of its lines",
    )
    sums = {
        "base": sum(line.amount for line in file.lines if line.book == "base"),
        "usage": sum(line.amount for line in file.lines if line.book == "usage"),
        "carried": sum(line.amount for line in file.lines if line.carried),
        "forecast": sum(line.amount for line in file.lines if line.forecast),
        "total": sum(line.amount for line in file.lines),
    }
    stated = {name: getattr(heading, name) for name in sums}
    yield stated == sums, "base, usage, corrections, forecast and total are the sums of the lines"
    plain = [line.model_dump(mode="json") for line in file.lines]
    yield lines_hash(file.salt, plain) == file.lines_hash, "the hash of the lines fits the lines and their salt"
    found = statement_hash(file.salt, heading.model_dump(mode="json"), file.lines_hash)
    yield found == file.statement_hash, "the statement's hash fits its heading and its lines"
    yield from _seal_checks(file, seal)


def _seal_checks(file: StatementFile, seal: str | None) -> Iterator[tuple[bool, str]]:
    proof = file.sealed
    if proof is None:
        if seal is not None:
            yield False, "the file is of a period that was not sealed yet, so it cannot have the given seal"
        return
    hashes = proof.statement_hashes
    yield proof.period == file.heading.period, "the seal is that of the statement's period"
    yield (
        hashes.count(file.statement_hash) == 1 and sorted(set(hashes)) == list(hashes),
        "the statement is one of those that were sealed",
    )
    yield (
        seal_of(proof.previous_seal, proof.period, hashes) == proof.seal,
        "the seal covers these statements and the seal before it",
    )
    if seal is not None:
        yield proof.seal == seal.strip().lower(), "the seal is the one that was published"


def _subtotals(lines: Iterable[FileLine]) -> list[tuple[str, str | None, int, int, int]]:
    """Base, usage and total by project, in order of project."""
    sums: dict[str, list[Any]] = {}
    for line in lines:
        row = sums.setdefault(line.project_id, [line.project_ja, 0, 0])
        row[1 if line.book == "base" else 2] += line.amount
    return [(id_, name, base, usage, base + usage) for id_, (name, base, usage) in sorted(sums.items())]


_UNSALTED = ("project_id", "book", "item", "month", "amount")
