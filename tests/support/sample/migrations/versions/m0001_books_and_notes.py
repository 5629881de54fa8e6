"""The kernel's tables, and books and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only, foundation

revision = "m0001"
down_revision = None
downgrade = forward_only


def upgrade() -> None:
    foundation()
    op.create_table(
        "book",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("book_opened_at_id_idx", "book", ["opened_at", "id"])
    op.create_table(
        "note",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("book_id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    execute(*read_model("book"), *read_model("note", private_to="municipality"))
