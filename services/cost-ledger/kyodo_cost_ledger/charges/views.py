"""What people look at: charges by cell, municipality and project, today or as they were known at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ColumnElement, Select, Subquery

from kyodo_cost_ledger.charges.journal import charge, posting, posting_line
from kyodo_cost_ledger.charges.model import BOOKS_JA, ITEMS_JA, PROJECT, Book, Cell
from kyodo_cost_ledger.projects.views import component_labels, meter_labels, project
from kyodo_events.values.fiscal import Month


def charges(
    *,
    municipality: str | None = None,
    project_id: str | None = None,
    month: Month | None = None,
    until: Month | None = None,
    as_of: datetime | None = None,
) -> Subquery:
    """Yen by cell, summed over accounting months; `until` bounds the month of the service, `as_of` what was known."""
    cells = _cells(as_of)
    if municipality is not None:
        cells = cells.where(sa.column("party") == municipality)
    if project_id is not None:
        cells = cells.where(sa.column("project_id") == project_id)
    if month is not None:
        cells = cells.where(sa.column("month") == month)
    if until is not None:
        cells = cells.where(sa.column("month") <= until)
    return cells.subquery("charged")


def with_names(charged: Subquery) -> Select[Any]:
    """The cells with the names that people read."""
    label, component = meter_labels(), component_labels()
    named = sa.case(ITEMS_JA, value=charged.c.item, else_=charged.c.item)
    item_ja = sa.func.coalesce(label.c.label_ja, component.c.label_ja, named)
    return (
        sa.select(
            charged.c.party.label("municipality"),
            charged.c.project_id,
            project.c.name_ja.label("project_ja"),
            charged.c.book,
            sa.case({book.value: name for book, name in BOOKS_JA.items()}, value=charged.c.book).label("book_ja"),
            charged.c.item,
            item_ja.label("item_ja"),
            charged.c.month,
            charged.c.amount,
        )
        .outerjoin(project, project.c.project_id == charged.c.project_id)
        .outerjoin(
            label,
            sa.and_(
                charged.c.book == Book.USAGE.value,
                label.c.project_id == charged.c.project_id,
                label.c.meter == charged.c.item,
            ),
        )
        .outerjoin(
            component,
            sa.and_(
                charged.c.book == Book.BASE.value,
                component.c.project_id == charged.c.project_id,
                component.c.item == charged.c.item,
            ),
        )
    )


def page_key(charged: Subquery) -> list[ColumnElement[Any]]:
    """The order of `with_names`."""
    return [
        charged.c.party.label("municipality"),
        *(charged.c[name] for name in ("project_id", "book", "item", "month")),
    ]


def by_party(charged: Subquery) -> Select[Any]:
    """Base, usage and total of each party."""
    return (
        sa.select(charged.c.party.label("municipality"), *_sums(charged))
        .group_by(charged.c.party)
        .order_by(sa.text("1"))
    )


def by_project(charged: Subquery) -> Select[Any]:
    """Base, usage and total of each project."""
    return (
        sa.select(charged.c.project_id, project.c.name_ja.label("project_ja"), *_sums(charged))
        .outerjoin(project, project.c.project_id == charged.c.project_id)
        .group_by(charged.c.project_id, project.c.name_ja)
        .order_by(charged.c.project_id)
    )


def project_costs(*, until: Month | None, as_of: datetime | None) -> Select[Any]:
    """What the journal says each project cost: the other side of all shares."""
    line = posting_line.c
    query = (
        sa.select(line.project_id, sa.cast(-sa.func.sum(line.amount), BigInteger).label("cost"))
        .where(line.party == PROJECT)
        .group_by(line.project_id)
    )
    if until is not None:
        query = query.where(line.month <= until)
    if as_of is not None:
        query = query.where(line.posted_at <= as_of)
    return query


def posted_in(cell: Cell) -> Select[Any]:
    """Whole yen that stand in the books for a cell."""
    amount = sa.func.coalesce(sa.func.sum(charge.c.amount), 0)
    return sa.select(sa.cast(amount, BigInteger)).where(
        *(charge.c[name] == value for name, value in cell._asdict().items())
    )


def postings_of(cell: Cell) -> Select[Any]:
    """The postings that made up a cell, newest first."""
    line = posting_line.c
    return (
        sa.select(
            posting.c.posting_id,
            posting.c.posted_at,
            line.period,
            line.amount,
            posting.c.reason,
            posting.c.cause.label("cause_event_id"),
            line.corrects,
        )
        .join(posting, posting.c.posting_id == line.posting_id)
        .where(*(line[name] == value for name, value in cell._asdict().items()))
        .order_by(posting.c.posted_at.desc(), posting.c.posting_id)
    )


def _cells(as_of: datetime | None) -> Select[Any]:
    source = charge if as_of is None else posting_line
    key = [source.c[name] for name in ("party", "project_id", "book", "item", "month")]
    amount = sa.func.sum(source.c.amount)
    query = sa.select(*key, sa.cast(amount, BigInteger).label("amount")).group_by(*key).having(amount != 0)
    if as_of is not None:
        books = [book.value for book in Book]  # payments stand in the journal too
        query = query.where(
            posting_line.c.posted_at <= as_of, posting_line.c.party != PROJECT, posting_line.c.book.in_(books)
        )
    return query


def _sums(charged: Subquery) -> list[ColumnElement[Any]]:
    def total(name: str, *books: Book) -> ColumnElement[Any]:
        amount = sa.func.sum(charged.c.amount).filter(charged.c.book.in_([book.value for book in books]))
        return sa.cast(sa.func.coalesce(amount, 0), BigInteger).label(name)

    return [total("base", Book.BASE), total("usage", Book.USAGE), total("total", *Book)]
