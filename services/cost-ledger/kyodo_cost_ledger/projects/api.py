"""A project's consented terms, its keys of apportionment and its totals: open to all that share its cost."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from kyodo_cost_ledger.base.basis import basis_of
from kyodo_cost_ledger.base.segments import Segment, segments
from kyodo_cost_ledger.charges.api import AsOf
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.parties import readers
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.projects.schemas import KeyRow, ProjectTotals, TermsOut
from kyodo_cost_ledger.projects.views import known_projects, terms, yen_of_project
from kyodo_events.contracts.base_terms import FLAT
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/projects/{project_id}", tags=["projects"])


@router.get("/terms", allow=readers, raises=[NotFound])
async def consented_terms(project_id: Id, reader: Reader, page: PageQuery, as_of: AsOf = None) -> Page[TermsOut]:
    """The burden terms that entered into force, in order of their numbers, with their articles."""
    await _known(reader, project_id)
    columns = [terms.c[name] for name in ("terms_id", "terms_version", "terms_hash", "in_force_at")]
    query = sa.select(*columns, terms.c.body.label("terms")).where(terms.c.project_id == project_id)
    if as_of is not None:
        query = query.where(terms.c.in_force_at <= as_of)
    return await reader.page(TermsOut, query, page, by=[terms.c.terms_version])


@router.get("/keys/{fiscal_year}", allow=readers, raises=[NotFound])
async def keys_of_apportionment(project_id: Id, fiscal_year: FiscalYear, reader: Reader) -> Page[KeyRow]:
    """What each participant's share of the basic cost rests on, with date and source; a year on one page."""
    project = await _known(reader, project_id)
    year = (segment for segment in segments(project) if segment.first.fiscal_year == fiscal_year)
    return Page(items=[row for segment in year for row in _rows(segment)])


@router.get("/totals/{fiscal_year}", allow=readers, raises=[NotFound])
async def project_totals(project_id: Id, fiscal_year: FiscalYear, reader: Reader, as_of: AsOf = None) -> ProjectTotals:
    """What a project's fiscal year costs, and what Tokyo bears of it."""
    project = await _known(reader, project_id)
    cost = await yen_of_project(reader.tx, project_id, fiscal_year, as_of)
    base, usage = cost.get(Book.BASE, (0, 0)), cost.get(Book.USAGE, (0, 0))
    total, tokyo = base[0] + usage[0], base[1] + usage[1]
    return ProjectTotals(
        project_id=project_id,
        fiscal_year=fiscal_year,
        participants=len({code for month in fiscal_year.months() for code in project.participants(month)}),
        base=base[0],
        usage=usage[0],
        total=total,
        tokyo=tokyo,
        municipalities=total - tokyo,
    )


async def _known(reader: ReadSession, project_id: str) -> Project:
    project = (await known_projects(reader.tx, [project_id]))[project_id]
    require(project.started, NotFound(what="project", id=project_id))
    return project


def _rows(segment: Segment) -> Iterator[KeyRow]:
    keys = {FLAT: ""} if segment.base.flat_amount else {}
    keys |= {component.driver: str(component.share) for component in segment.base.components}
    missing = {found.driver for found in segment.missing()}
    for item, share in keys.items():
        for code in segment.participants if item not in missing else ():
            if basis := basis_of(segment, item, code):
                yield KeyRow(
                    municipality=code,
                    first_month=segment.first,
                    last_month=segment.last,
                    terms_version=segment.version.version,
                    item=item,
                    item_ja=basis.label_ja,
                    share=share,
                    figure=str(basis.figure),
                    total=str(basis.total),
                    unit_ja=basis.unit_ja,
                    reference=basis.reference,
                    source_ja=basis.source_ja,
                )
