"""Quizzes, completions, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "quiz",
        sa.Column("quiz_id", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("bank", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("pass_percent", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("quiz_of_course", "quiz", ["course_id", "quiz_id"])
    execute(*read_model("quiz"))
    op.create_table(
        "quiz_result",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("attempt_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("quiz_id", sa.Text, nullable=False),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("percent", sa.Integer),
        sa.Column("passed", sa.Boolean),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("quiz_result_of_learner", "quiz_result", ["learner_id", "quiz_id", "attempt"])
    execute(*read_model("quiz_result", private_to="municipality", person="learner_id"))
