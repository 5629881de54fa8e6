"""Experts in full: qualification, availability, skills, languages, modes and areas; feeds of their calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0004"
down_revision = "m0003"
downgrade = forward_only

# Of those registered before: what the events say, and for the rest what `UNSTATED` says.
_BEFORE = {
    "languages": (JSONB, '["ja"]'),
    "modes": (JSONB, '["remote"]'),
    "areas": (JSONB, '["wards", "tama", "islands"]'),
    "skills": (JSONB, "[]"),
    "qualification": (sa.Text, "registered"),
    "availability": (sa.Text, "open"),
    "erased": (sa.Boolean, "false"),
}


def upgrade() -> None:
    for name, (kind, value) in _BEFORE.items():
        op.add_column("expert", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("expert", name, server_default=None)
    for name in ("valid_until", "paused_until"):
        op.add_column("expert", sa.Column(name, sa.Date))
    for name in ("registered_at", "screened_at", "qualified_at", "removed_at"):
        op.add_column("expert", sa.Column(name, sa.DateTime(timezone=True)))
    execute(
        "UPDATE expert SET registered_at = event.at FROM event"
        " WHERE event.category = 'expert' AND event.stream = expert.id AND event.version = 1"
    )
    op.alter_column("expert", "registered_at", nullable=False)
    op.drop_column("expert", "half_days_per_month")  # the next migration keeps schedules
    op.create_index("expert_skills", "expert", [sa.text("skills jsonb_path_ops")], postgresql_using="gin")
    op.create_table(
        "feed",
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("feed_by_digest", "feed", ["digest"], unique=True)
    execute(*read_model("feed"))
