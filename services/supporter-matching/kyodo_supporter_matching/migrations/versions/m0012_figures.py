"""What figures need: how supporters stood at any moment, since when sessions wait, when seats were accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0012"
down_revision = "m0011"
downgrade = forward_only

PREFIX = "kyodo.supporter-matching"

FILL = (
    f"""
    INSERT INTO supporter_step (kept_by, supporter_id, number, status, at)
    SELECT 'tokyo', stream, version, status, at FROM event JOIN (VALUES
        ('{PREFIX}.supporter-registered', 'registered'),
        ('{PREFIX}.supporter-activated', 'active'),
        ('{PREFIX}.supporter-rested', 'resting'),
        ('{PREFIX}.supporter-resumed', 'active'),
        ('{PREFIX}.supporter-suspended', 'suspended'),
        ('{PREFIX}.supporter-reinstated', 'resting'),
        ('{PREFIX}.supporter-withdrew', 'withdrawn')
    ) AS after (type, status) USING (type)
    """,  # noqa: S608 - a constant
    f"""
    INSERT INTO session_publication (session_id, published_at)
    SELECT stream, min(at) FROM event WHERE type = '{PREFIX}.session-published' GROUP BY stream
    """,  # noqa: S608 - a constant
    f"""
    UPDATE assignment SET accepted_at = event.at FROM event
    WHERE event.category = 'assignment' AND event.stream = assignment_id AND event.type = '{PREFIX}.assignment-accepted'
    """,  # noqa: S608 - a constant
)
"""What the views would have written, had they been there from the beginning."""


def upgrade() -> None:
    op.create_table(
        "supporter_step",
        sa.Column("kept_by", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("supporter_step", private_to="kept_by", person="supporter_id"))
    op.create_table(
        "session_publication",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("session_publication"))
    op.add_column("assignment", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    execute(*FILL)
