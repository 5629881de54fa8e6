"""What people see of frameworks: the contracts, the prices by the day, and how much of them is used."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement.orders import FrameworkConcluded, FrameworkPriceChanged
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_procurement.frameworks.events import QuantityCalledOff, QuantityReturned
from kyodo_procurement.tables import metadata

AWARD = "award"  # the ground of the prices that a framework begins with

framework = sa.Table(
    "framework",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, nullable=False),
    sa.Column("lot", sa.Integer, nullable=False),
    sa.Column("project_id", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("supplier_ja", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("tax_rate", sa.Text, nullable=False),
    sa.Column("indexation_cap", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

item = sa.Table(
    "framework_item",
    metadata,
    sa.Column("framework_id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("unit_ja", sa.Text, nullable=False),
    sa.Column("maximum", sa.BigInteger, nullable=False),
)

contract = sa.Table(
    "framework_contract",
    metadata,
    sa.Column("framework_id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("firm", sa.BigInteger, nullable=False),
    sa.Column("optional", sa.BigInteger, nullable=False),
    sa.Column("firm_amount", sa.BigInteger, nullable=False),
)

price = sa.Table(
    "framework_price",
    metadata,
    sa.Column("framework_id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("from_day", sa.Date, primary_key=True),
    sa.Column("optional_unit_price", sa.BigInteger, nullable=False),
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
)

tax_rate = sa.Table(
    "framework_tax_rate",
    metadata,
    sa.Column("framework_id", sa.Text, primary_key=True),
    sa.Column("from_day", sa.Date, primary_key=True),
    sa.Column("tax_rate", sa.Text, nullable=False),
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
)

frameworks = View("frameworks", framework, item, contract, price, tax_rate)


@frameworks.on(FrameworkConcluded)
def _(rows: Batch[FrameworkConcluded]) -> list[RowWrite]:
    concluded = [
        {
            "id": r.stream,
            "call_id": r.event.call_id,
            "lot": r.event.lot,
            "project_id": r.event.project_id,
            "title_ja": r.event.title_ja,
            "supplier_id": r.event.supplier.id,
            "supplier_ja": r.event.supplier.name_ja,
            "first_day": r.event.period.first,
            "last_day": r.event.period.last,
            "tax_rate": str(r.event.tax_rate),
            "indexation_cap": str(r.event.indexation_cap),
            "version": r.version,
        }
        for r in rows
    ]
    items = [
        {"framework_id": r.stream, "item": one.code, **one.model_dump(include={"name_ja", "unit_ja", "maximum"})}
        for r in rows
        for one in r.event.items
    ]
    contracts = [
        {
            "framework_id": r.stream,
            "municipality": one.municipality,
            **line.model_dump(include={"item", "firm", "optional", "firm_amount"}),
        }
        for r in rows
        for one in r.event.contracts
        for line in one.lines
    ]
    first = [(r.stream, {"from_day": r.event.period.first, "ground": AWARD, "reference": ""}) for r in rows]
    prices = [
        {"framework_id": id_, "item": one.code, "optional_unit_price": one.optional_unit_price, **begins}
        for r, (id_, begins) in zip(rows, first, strict=True)
        for one in r.event.items
    ]
    rates = [
        {"framework_id": id_, "tax_rate": str(r.event.tax_rate), **begins}
        for r, (id_, begins) in zip(rows, first, strict=True)
    ]
    written = [(framework, concluded), (item, items), (contract, contracts), (price, prices), (tax_rate, rates)]
    return [upsert(table, found) for table, found in written]


@frameworks.on(FrameworkPriceChanged)
def _(rows: Batch[FrameworkPriceChanged]) -> list[AnyWrite]:
    prices, rates, newest = [], [], []
    for r in rows:
        said = {"framework_id": r.stream, **r.event.change.model_dump(include={"from_day", "ground", "reference"})}
        prices += [{**said, **one.model_dump()} for one in r.event.change.prices]
        if r.event.change.tax_rate is not None:
            rate = str(r.event.change.tax_rate)
            rates.append({**said, "tax_rate": rate})
            newest.append({"id": r.stream, "tax_rate": rate})
    versions = [{"id": r.stream, "version": r.version} for r in rows]
    return [upsert(price, prices), upsert(tax_rate, rates), change(framework, newest), change(framework, versions)]


@frameworks.on(QuantityCalledOff, QuantityReturned)
def _(rows: Batch[QuantityCalledOff | QuantityReturned]) -> RowChange:
    """What was ordered is counted from the orders' own rows; the version is the ETag of what remains."""
    return change(framework, [{"id": r.stream, "version": r.version} for r in rows])


def frameworks_by(
    supplier: str | None, call_id: str | None = None, project_id: str | None = None, day: date | None = None
) -> sa.Select[Any]:
    """The frameworks of a supplier, a call, a project, those whose period holds a day, or all."""
    query = sa.select(framework)
    for column, wanted in ((framework.c.supplier_id, supplier), (framework.c.call_id, call_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if project_id is not None:
        query = query.where(framework.c.project_id == project_id)
    if day is not None:
        query = query.where(framework.c.first_day <= day, framework.c.last_day >= day)
    return query


def framework_of(framework_id: str, supplier: str | None) -> sa.Select[Any]:
    """One framework."""
    return frameworks_by(supplier).where(framework.c.id == framework_id)


def prices_of(framework_id: str) -> sa.Select[Any]:
    """All steps of the prices of a framework."""
    return sa.select(price).where(price.c.framework_id == framework_id)


def tax_rates_of(framework_id: str) -> sa.Select[Any]:
    """All steps of the tax of a framework."""
    return sa.select(tax_rate).where(tax_rate.c.framework_id == framework_id)
