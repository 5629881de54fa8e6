"""The kernel's tables and the list of experts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import KERNEL_1, read_model
from kyodo_platform.idempotency import IDEMPOTENCY_1

revision = "m0001"
down_revision = None


def upgrade() -> None:
    for statement in [*KERNEL_1, *IDEMPOTENCY_1]:
        op.execute(statement)
    op.create_table(
        "expert",
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("pseudonym", sa.Text, nullable=False, unique=True),
        sa.Column("personas", JSONB, nullable=False),
        sa.Column("half_days_per_month", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("expert_personas", "expert", ["personas"], postgresql_using="gin")
    for statement in read_model("expert"):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("An event store only goes forward: write a new migration that changes what this one made.")
