"""The kernel's tables, and books and notes."""

from __future__ import annotations

from alembic import op

from kyodo_events.schema import KERNEL_1, read_model
from kyodo_platform.idempotency import IDEMPOTENCY_1

revision = "m0001"
down_revision = None


def upgrade() -> None:
    """Create all tables."""
    statements = [
        *KERNEL_1,
        *IDEMPOTENCY_1,
        """
        CREATE TABLE book (
            book_id text PRIMARY KEY,
            title text NOT NULL,
            opened_at timestamptz NOT NULL,
            version integer NOT NULL
        )
        """,
        "CREATE INDEX ON book (opened_at, book_id)",
        *read_model("book"),
        """
        CREATE TABLE note (
            municipality text NOT NULL,
            book_id text NOT NULL,
            text text NOT NULL,
            PRIMARY KEY (municipality, book_id)
        )
        """,
        *read_model("note", private_to="municipality"),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Event stores only go forward."""
    raise RuntimeError("event stores only go forward: restore a backup instead")
