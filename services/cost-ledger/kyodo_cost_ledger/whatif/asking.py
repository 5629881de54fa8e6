"""A what-if, asked: the project as it stands and as it would be, on the usage that the caller may know."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kyodo_cost_ledger.parties import sees_only
from kyodo_cost_ledger.projects.model import Project, TermsVersion
from kyodo_cost_ledger.projects.views import known_projects, with_figures_of, yen_of_project
from kyodo_cost_ledger.usage.model import UsageCell
from kyodo_cost_ledger.whatif import views
from kyodo_cost_ledger.whatif.changes import Changes, with_figures, with_membership, with_terms
from kyodo_cost_ledger.whatif.model import Unnamed, Yen, in_year, require_figures, usage_of_unnamed, year_of
from kyodo_cost_ledger.whatif.schemas import Charged, Columns, UsageOf, WhatIfRow, columns, row
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import COUNT, TOKYO, municipalities
from kyodo_platform.resources import Answer, ReadSession

MOST_CELLS = COUNT * 50 * 12  # municipalities by meters of one text of terms by months


class Cell(Answer):
    """A usage cell as a row."""

    municipality: str
    project_id: str
    meter: str
    month: Month
    quantity: int
    records: int


@dataclass(frozen=True)
class Question:
    """Two states of a project, and what is priced: `since` is the first month of the year that counts.

    Where the difference of the two could single somebody out, a municipality is told no sum of the others' usage.
    """

    now: Project
    then: Project
    since: Month
    usage_of: UsageOf
    could_single_out: bool = False

    @property
    def year(self) -> FiscalYear:
        return self.since.fiscal_year

    @property
    def source(self) -> FiscalYear:
        """The fiscal year whose usage is priced."""
        return self.year.previous() if self.usage_of is UsageOf.LAST_YEAR else self.year


async def with_changes(
    reader: ReadSession, project_id: str, year: FiscalYear, changes: Changes, usage_of: UsageOf
) -> Question:
    """The question that changes of a project's facts ask. Raises NotFound, and what the changes raise."""
    now = (await known_projects(reader.tx, [project_id]))[project_id]
    require(now.started, NotFound(what="project", id=project_id))
    then = with_terms(now, year, changes, await views.next_number(reader.tx, now))
    for version in then.terms:
        if version.terms.fiscal_year == year:
            then = await with_figures_of(reader.tx, then, version.terms)
    then = with_figures(with_membership(then, changes.membership), year, changes.figures)
    return Question(now, then, year.month(1), usage_of, changes.could_single_out)


async def of_proposal(reader: ReadSession, project_id: str, proposed: TermsVersion) -> Question:
    """The question what proposed terms would charge, under their own number, so that remainders fall as they will."""
    known = (await known_projects(reader.tx, [project_id]))[project_id]
    now = replace(known, terms=tuple(version for version in known.terms if version.version != proposed.version))
    then = await with_figures_of(reader.tx, now, proposed.terms)
    then = replace(then, started=True, terms=(*now.terms, proposed))
    return Question(now, then, proposed.terms.effective_from, UsageOf.LAST_YEAR)


async def answer(reader: ReadSession, question: Question) -> tuple[list[WhatIfRow], Columns]:
    """All 62 and Tokyo, and the sum of all. Raises FiguresMissing."""
    require_figures(question.then, question.year)
    project_id, only = question.then.id, sees_only()
    cells = await reader.all(Cell, views.used_in(project_id, question.source), at_most=MOST_CELLS)
    charged = await reader.all(Charged, views.charged_in(project_id, question.year.previous()), at_most=COUNT + 1)
    books = await yen_of_project(reader.tx, project_id, question.year.previous())
    unnamed = None if only is None else await _unnamed(reader, question)
    return await to_thread(
        _computed,
        question,
        [_cell(cell) for cell in cells],
        {one.municipality: one for one in charged},
        sum(cost for cost, _ in books.values()),
        unnamed,
        only,
    )


@dataclass(frozen=True)
class Others:
    """What somebody knows of usage that is not its own: sums of all, where they may be known."""

    then: list[Unnamed] | None
    now: list[Unnamed] | None


async def _unnamed(reader: ReadSession, asked: Question) -> Others:
    if asked.could_single_out:
        return Others(None, None)
    return Others(
        await views.unnamed_usage(reader.tx, asked.then, asked.year, asked.source),
        await views.unnamed_usage(reader.tx, asked.now, asked.year, asked.source),
    )


def _computed(
    asked: Question,
    cells: list[UsageCell],
    charged: Mapping[str, Charged],
    cost: int,
    others: Others | None,
    only: str | None,
) -> tuple[list[WhatIfRow], Columns]:
    uses = in_year(asked.year, cells)
    then, now = year_of(asked.then, asked.since, uses), year_of(asked.now, asked.since, uses)
    rows = []
    for party in [*(m.code for m in municipalities()), TOKYO]:
        own = only in (None, party)
        last = charged.get(party)
        last_year = (last.base + last.usage if last else 0) if own else None
        shown = columns(then.get(party, Yen()), now.get(party, Yen()), last_year, usage_known=own)
        rows.append(row(party, shown, takes_part=_takes_part(asked, party)))
    all_then, all_now = _sum(then.values()), _sum(now.values())
    if others is not None:  # the rows of others are not here: their sums come without names, or not at all
        all_then = Yen(all_then.base, usage_of_unnamed(asked.then, asked.since, others.then or ()))
        all_now = Yen(all_now.base, usage_of_unnamed(asked.now, asked.since, others.now or ()))
    known = others is None or None not in (others.then, others.now)
    return rows, columns(all_then, all_now, cost, usage_known=known)


def _takes_part(asked: Question, party: str) -> bool:
    months = Month.range(asked.since, asked.year.month(12))
    return any(project.takes_part(party, month) for month in months for project in (asked.then, asked.now))


def _sum(amounts: Iterable[Yen]) -> Yen:
    found = list(amounts)
    return Yen(sum(one.base for one in found), sum(one.usage for one in found))


def _cell(cell: Cell) -> UsageCell:
    return UsageCell(**cell.model_dump())
