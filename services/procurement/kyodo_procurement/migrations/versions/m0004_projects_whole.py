"""Stages, agreements and the forum's board."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0004"
down_revision = "m0003"
downgrade = forward_only


def upgrade() -> None:
    _projects()
    _participation()


def _projects() -> None:
    op.add_column("project", sa.Column("status", sa.Text, nullable=False, server_default="active"))
    op.alter_column("project", "status", server_default=None)
    for column in (sa.Column("reason", sa.Text), sa.Column("evaluation", JSONB), sa.Column("grounds", JSONB)):
        op.add_column("project", column)
    op.create_index("project_by_theme", "project", ["theme_id"])
    op.create_table(
        "project_waiver",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("requirement", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decision", JSONB, nullable=False),
    )
    execute(*read_model("project_waiver"))


def _participation() -> None:
    # Whoever joined before agreements were kept is a full participant.
    op.add_column("participation", sa.Column("kind", sa.Text, nullable=False, server_default="full"))
    op.alter_column("participation", "kind", server_default=None)
    op.create_table(
        "candidacy",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("step", sa.Text, nullable=False),
    )
    op.create_table(
        "participation_notice",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("last_month", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("participation_notice_by_project", "participation_notice", ["project_id", "municipality"])
    execute(*read_model("candidacy"))
    execute(*read_model("participation_notice", private_to="municipality"))
