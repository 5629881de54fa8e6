"""The kernel's tables and the academy's calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import KERNEL_1, read_model
from kyodo_platform.idempotency import IDEMPOTENCY_1

revision = "m0001"
down_revision = None


def upgrade() -> None:
    for statement in [*KERNEL_1, *IDEMPOTENCY_1]:
        op.execute(statement)
    op.create_table(
        "course",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("programme_ja", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("course_in_order", "course", ["starts_on", "course_id"])
    for statement in read_model("course"):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("An event store only goes forward: write a new migration that changes what this one made.")
