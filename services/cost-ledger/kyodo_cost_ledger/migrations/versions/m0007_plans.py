"""Usage plans, and what a municipality may know of the others: sums, made by the database itself.

Private rows of others stay behind row-level security. The functions run as the owner of the tables, who sees all rows,
and give out nothing but sums and quantities without names, of three municipalities or more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import APP_ROLE, read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0007"
down_revision = "m0006"
downgrade = forward_only

# The cost of a project and Tokyo's part of it, as the journal knew them at a moment.
_PROJECT_YEN = """
CREATE FUNCTION project_yen(of_project text, first_month text, last_month text, known_until timestamptz)
RETURNS TABLE (book text, cost bigint, tokyo bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.book,
           coalesce(-sum(l.amount) FILTER (WHERE l.party = 'project'), 0)::bigint,
           coalesce(sum(l.amount) FILTER (WHERE l.party = 'tokyo'), 0)::bigint
    FROM posting_line l
    WHERE l.party IN ('project', 'tokyo') AND l.project_id = of_project
      AND l.month BETWEEN first_month AND last_month AND l.posted_at <= known_until
    GROUP BY l.book
$$
"""

# What was used by whom in which month, without the names: for what all pay together under other prices.
_UNNAMED_USAGE = """
CREATE FUNCTION unnamed_usage(of_project text, codes text[], months text[])
RETURNS TABLE (meter text, month text, quantity bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.meter, u.month, u.quantity
    FROM unnest(codes, months) AS asked (municipality, month)
    JOIN usage_cell u USING (municipality, month)
    WHERE u.project_id = of_project AND 3 <= (
        SELECT count(DISTINCT p.municipality) FROM participation p
        WHERE p.project_id = of_project AND p.municipality = ANY(codes)
    )
    ORDER BY u.meter, u.month, u.quantity
$$
"""

# What a group of municipalities used and paid, by project and meter. Nothing where fewer than three of them used it,
# nor where one or two others did: those could be told from the project's total.
_USAGE_OF_GROUP = """
CREATE FUNCTION usage_of_group(asking text, codes text[], populations bigint[], first_month text, last_month text)
RETURNS TABLE (project_id text, meter text, municipalities bigint, population bigint,
               quantity bigint, usage bigint, base bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH used AS (
        SELECT u.project_id, u.meter, u.municipality, sum(u.quantity) AS quantity
        FROM usage_cell u
        WHERE u.month BETWEEN first_month AND last_month AND u.municipality <> asking
        GROUP BY 1, 2, 3 HAVING sum(u.quantity) > 0
    ), paid AS (
        SELECT c.party, c.project_id, c.item, sum(c.amount) AS usage FROM charge c
        WHERE c.book = 'usage' AND c.month BETWEEN first_month AND last_month GROUP BY 1, 2, 3
    ), borne AS (
        SELECT c.party, c.project_id, sum(c.amount) AS base FROM charge c
        WHERE c.book = 'base' AND c.month BETWEEN first_month AND last_month GROUP BY 1, 2
    ), grouped AS (
        SELECT u.project_id, u.meter, u.quantity, one.population,
               coalesce(p.usage, 0) AS usage, coalesce(b.base, 0) AS base
        FROM used u
        LEFT JOIN (
            SELECT asked.code, max(asked.population) AS population
            FROM unnest(codes, populations) AS asked (code, population) GROUP BY asked.code
        ) AS one ON one.code = u.municipality
        LEFT JOIN paid p ON p.party = u.municipality AND p.project_id = u.project_id AND p.item = u.meter
        LEFT JOIN borne b ON b.party = u.municipality AND b.project_id = u.project_id
    )
    SELECT g.project_id, g.meter, count(g.population), sum(g.population)::bigint,
           sum(g.quantity) FILTER (WHERE g.population IS NOT NULL)::bigint,
           sum(g.usage) FILTER (WHERE g.population IS NOT NULL)::bigint,
           sum(g.base) FILTER (WHERE g.population IS NOT NULL)::bigint
    FROM grouped g GROUP BY g.project_id, g.meter
    HAVING count(g.population) >= 3 AND count(*) - count(g.population) NOT IN (1, 2)
$$
"""
_FUNCTIONS = {
    "project_yen(text, text, text, timestamptz)": _PROJECT_YEN,
    "unnamed_usage(text, text[], text[])": _UNNAMED_USAGE,
    "usage_of_group(text, text[], bigint[], text, text)": _USAGE_OF_GROUP,
}


def upgrade() -> None:
    op.create_table(
        "usage_plan",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("handed_in_on", sa.Date, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("usage_plan", private_to="municipality"))
    for signature, definition in _FUNCTIONS.items():
        execute(
            definition,
            f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}",
        )
