"""Years, months and days of Tokyo, as PostgreSQL tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.values.fiscal import FiscalYear
from kyodo_supporter_matching.sessions.values import SessionStatus
from kyodo_supporter_matching.sessions.views import session

TOKYO_TIME: Final[sa.ColumnElement[str]] = sa.literal_column("'Asia/Tokyo'")
_MONTH: Final[sa.ColumnElement[str]] = sa.literal_column("'YYYY-MM'")
# Written out, not sent as parameters: PostgreSQL knows an expression again in GROUP BY only where it reads the same.

DONE: Final = [SessionStatus.HELD.value, SessionStatus.REPORTED.value]
"""The steps of a session that took place."""

held: Final = session.c.step.in_(DONE)


def bounds(year: FiscalYear) -> tuple[datetime, datetime]:
    """The moment at which a fiscal year begins, and the one before which it ends."""
    last = year.month(12)
    return year.month(1).start, last.next().start


def within(year: FiscalYear, moment: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a moment lies in a fiscal year of Tokyo; an index on it serves."""
    first, end = bounds(year)
    return sa.and_(moment >= first, moment < end)


def month_of(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The month in Tokyo, YYYY-MM."""
    return sa.func.to_char(sa.func.timezone(TOKYO_TIME, moment), _MONTH, type_=sa.Text)


def fiscal_year_of(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """The fiscal year of Tokyo, which begins in April."""
    there = sa.func.timezone(TOKYO_TIME, moment) - sa.func.make_interval(0, 3)
    return sa.cast(sa.extract("year", there), sa.Integer)


def day_of(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The day in Tokyo."""
    return sa.cast(sa.func.timezone(TOKYO_TIME, moment), sa.Date)


def months_later(moment: sa.ColumnElement[Any], months: sa.ColumnElement[int]) -> sa.ColumnElement[datetime]:
    """The same time of Tokyo's day so many calendar months later, on the month's last day where it has no such day."""
    there = sa.func.timezone(TOKYO_TIME, moment) + sa.func.make_interval(0, months)
    return sa.func.timezone(TOKYO_TIME, there, type_=sa.DateTime(timezone=True))
