"""The tables of assignments: a row an assignment, which everybody with a line in it sees, and each one's lines."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_talent.tables import metadata

assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("assignment_id", sa.Text, primary_key=True),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("project_id", sa.Text, nullable=False),
    sa.Column("request_id", sa.Text),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("instructed_by", sa.Text, nullable=False),
    sa.Column("instructed_by_ja", sa.Text, nullable=False),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("until_day", sa.Date, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("checklist_open", JSONB, nullable=False),  # codes of what is still to be settled
    sa.Column("missing", JSONB, nullable=False),  # who has not agreed: "expert", "home", municipalities
    sa.Column("reason", sa.Text),
    sa.Column("freed_from", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("assignment_by_expert", "expert_id"),
    sa.Index("assignment_by_request", "request_id"),
)

line = sa.Table(
    "assignment_line",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("assignment_id", sa.Text, primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("half_days", sa.Integer, nullable=False),  # none where the assignment ended before the month
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Index("assignment_line_by_assignment", "assignment_id"),
    sa.Index("assignment_line_by_expert", "expert_id", "month"),
    info={"private_to": "municipality", "person": "expert_id"},
)
