"""Usage by municipality, offering, month and meter: what is settled, and what readings of open months come to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_procurement.catalogue.views import meter, offering
from kyodo_procurement.meter_months.views import figures, meter_month
from kyodo_procurement.usage.views import operated_by, usage_month

_month = usage_month.c
_settled = sa.select(
    _month.municipality,
    _month.project_id,
    _month.offering_id,
    _month.month,
    _month.meter,
    _month.quantity,
    _month.records,
    sa.true().label("settled"),
).where(_month.records > 0)


def _unsettled() -> sa.Select[Any]:
    read = figures().subquery("readings")
    closed = sa.and_(meter_month.c.offering_id == read.c.offering_id, meter_month.c.month == read.c.month)
    return (
        sa.select(read.c.municipality, offering.c.project_id, read.c.offering_id, read.c.month, read.c.meter)
        .add_columns(read.c.quantity, read.c.records, sa.false().label("settled"))
        .join(offering, offering.c.id == read.c.offering_id)
        .outerjoin(meter_month, closed)
        .where(meter_month.c.id.is_(None))
    )


used = sa.union_all(_settled, _unsettled()).subquery("used")

KEY = [used.c[name] for name in ("municipality", "project_id", "offering_id", "month", "meter")]


def usage_by(*, operator: str | None, **wanted: str | None) -> sa.Select[Any]:
    """Usage of what somebody operates, with these values of its key, or all; each meter with its name."""
    named = sa.and_(meter.c.offering_id == used.c.offering_id, meter.c.meter == used.c.meter)
    query = sa.select(used, meter.c.label_ja.label("meter_ja"), meter.c.unit_ja).outerjoin(meter, named)
    if operator is not None:
        query = query.where(used.c.offering_id.in_(operated_by(operator)))
    for name, value in wanted.items():
        if value is not None:
            query = query.where(used.c[name] == value)
    return query
