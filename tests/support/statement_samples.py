"""Statements made without a database: for what is computed from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.statements.file import FileHeading, FileLine, ProjectSubtotal, SealProof, StatementFile
from kyodo_cost_ledger.statements.lines import Draft, Figure, Heading, StatementLine
from kyodo_cost_ledger.statements.model import issue
from kyodo_cost_ledger.statements.verification import seal_of
from kyodo_events.contracts.cost_ledger.statements import StatementIssued
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import by_code

CHIYODA = "131016"
ISSUED_ON = date(2024, 5, 10)
SALT = "5b" * 32
OTHERS = ("11" * 32, "ee" * 32)
PREVIOUS_SEAL = "77" * 32


def lines_of(
    code: str = CHIYODA, projects: int = 2, *, project_ja: str = "共同電子申請システム"
) -> list[StatementLine]:
    """Lines of every sort: base with and without a figure, usage, a correction with its reason."""
    found = [line for place in range(projects) for line in _of_project(code, place, f"{project_ja}{place}")]
    late = replace(found[3], month="2024-03", amount=-300, quantity=-10, reason_ja="利用実績の追加・訂正")
    return [*found, late]


def _of_project(code: str, place: int, project_ja: str) -> list[StatementLine]:
    population = Figure("人口割", 66_680, 14_047_594, "人", "2020-10-01", "令和2年国勢調査")
    by_days = Figure("均等割", "30/31", "123/2", "団体", "", "費用負担条件")
    first = StatementLine(
        code,
        f"01941f29-7c00-7000-8000-{place:012d}",
        Book.BASE,
        "equal",
        "2024-04",
        83_333 + place,
        project_ja=project_ja,
        item_ja="均等割",
        basis=by_days,
    )
    applications = replace(first, book=Book.USAGE, item="applications", item_ja="申請の件数", amount=3_030, basis=None)
    return [
        first,
        replace(first, item="population", item_ja="人口割", amount=475, basis=population),
        replace(first, item="rounding", item_ja="端数調整", amount=-1, basis=None),
        replace(applications, quantity=101, unit_ja="件", unit_price=30),
    ]


def draft_of(lines: Sequence[StatementLine]) -> Draft:
    """A monthly statement of April 2024."""
    return Draft(Heading.of_month(Month("2024-04")), lines[0].municipality, tuple(lines))


def issued(lines: Sequence[StatementLine]) -> StatementIssued:
    """It, issued on 10 May."""
    return issue(draft_of(lines), place=1, issued_on=ISSUED_ON, salt=SALT)


def file_of(lines: Sequence[StatementLine], *, sealed: bool = True) -> StatementFile:
    """It as a file, sealed with two others."""
    event, plain = issued(lines), [FileLine(**line) for line in draft_of(lines).plain_lines]
    sums: dict[str, list[int]] = {}
    for line in plain:
        sums.setdefault(line.project_id, [0, 0])[line.book == "usage"] += line.amount
    names = {line.project_id: line.project_ja for line in plain}
    hashes = tuple(sorted((*OTHERS, event.statement_hash)))
    proof = SealProof(
        period="2024-04",
        previous_seal=PREVIOUS_SEAL,
        statement_hashes=hashes,
        seal=seal_of(PREVIOUS_SEAL, "2024-04", hashes),
    )
    return StatementFile(
        format="kyodo-statement/1",
        heading=FileHeading(**{name: getattr(event, name) for name in FileHeading.model_fields}),
        municipality_ja=by_code(event.municipality).name_ja,
        salt=event.salt,
        projects=tuple(
            ProjectSubtotal(project_id=id_, project_ja=names[id_], base=base, usage=usage, total=base + usage)
            for id_, (base, usage) in sorted(sums.items())
        ),
        lines=tuple(plain),
        lines_hash=event.lines_hash,
        statement_hash=event.statement_hash,
        sealed=proof if sealed else None,
    )
