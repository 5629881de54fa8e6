"""Attendances as a figure: summed over everybody's rows by the database, frozen month by month, with what is beside it.

The two functions run as the owner of the tables, who sees all rows, and give out counts alone
(docs/decisions/0023-the-database-sums-over-others.md).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import APP_ROLE, read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0009"
down_revision = "m0008"
downgrade = forward_only

# Attendances and people by month, programme (null: all together) and organisation. Whoever comes for the first time,
# in the fiscal year or since counting began, is counted in that month, so that people of such a span can be summed.
_ATTENDANCE_SUMS = """
CREATE FUNCTION attendance_sums()
RETURNS TABLE (month text, programme text, party text, attendances bigint, heads bigint, new_in_year bigint,
               new_ever bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH attended AS (
        SELECT e.learner_id, e.municipality, c.programme,
               to_char(s.starts_at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM') AS month,
               to_char(s.starts_at AT TIME ZONE 'Asia/Tokyo' - interval '3 months', 'YYYY') AS fiscal_year
        FROM enrolment e
        JOIN training_session s ON s.session_id = e.session_id
        JOIN course c ON c.id = s.course_id
        WHERE e.step = 'attended' AND s.status <> 'cancelled' AND s.starts_at >= '2022-04-01T00:00:00+09:00'
    ), came AS (
        SELECT a.learner_id, a.municipality, a.programme, a.month, a.fiscal_year, count(*) AS times
        FROM attended a
        GROUP BY GROUPING SETS (
            (a.learner_id, a.municipality, a.programme, a.month, a.fiscal_year),
            (a.learner_id, a.municipality, a.month, a.fiscal_year)
        )
    ), placed AS (
        SELECT came.*,
               min(came.month) OVER (PARTITION BY came.learner_id, came.programme, came.fiscal_year) AS first_in_year,
               min(came.month) OVER (PARTITION BY came.learner_id, came.programme) AS first_ever
        FROM came
    )
    SELECT p.month, p.programme, p.municipality, sum(p.times)::bigint, count(*),
           count(*) FILTER (WHERE p.month = p.first_in_year), count(*) FILTER (WHERE p.month = p.first_ever)
    FROM placed p GROUP BY p.month, p.programme, p.municipality
$$
"""

# Seats that officials of municipalities have, at sessions of which their attendance is not on record yet.
_SEATS_TO_COME = """
CREATE FUNCTION seats_to_come()
RETURNS TABLE (month text, seats bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT to_char(s.starts_at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM'), count(*)
    FROM enrolment e JOIN training_session s ON s.session_id = e.session_id
    WHERE e.place = 'seated' AND e.step = 'nominated' AND s.status IN ('open', 'held') AND e.municipality <> 'tokyo'
    GROUP BY 1
$$
"""
_FUNCTIONS = {"attendance_sums()": _ATTENDANCE_SUMS, "seats_to_come()": _SEATS_TO_COME}


def upgrade() -> None:
    op.create_table(
        "frozen_month",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("cells", JSONB, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "earlier_attendances",
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("heads", sa.Integer),
        sa.Column("source", JSONB, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "workforce",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("employees", sa.Integer, nullable=False),
        sa.Column("source", JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    for table in ("frozen_month", "earlier_attendances", "workforce"):
        execute(*read_model(table))
    for signature, definition in _FUNCTIONS.items():
        execute(
            definition,
            f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}",
        )
