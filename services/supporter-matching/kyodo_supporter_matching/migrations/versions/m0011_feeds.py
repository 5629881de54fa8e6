"""Calendar feeds and certificates of hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0011"
down_revision = "m0010"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("feed_by_digest", "feed", ["digest"], unique=True)
    execute(*read_model("feed"))
