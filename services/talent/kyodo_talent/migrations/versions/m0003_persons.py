"""Personal data of experts, sealed; to whom they consented to show it, and who looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only, personal_keys

revision = "m0003"
down_revision = "m0002"
downgrade = forward_only


def upgrade() -> None:
    personal_keys()
    op.create_table(
        "profile",
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("sealed", JSONB, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("profile"))
    op.create_table(
        "consent",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("consent_id", sa.Text, nullable=False),
        sa.Column("until_day", sa.Date, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.create_index("consent_expert", "consent", ["expert_id"])
    execute(*read_model("consent", private_to="municipality", person="expert_id"))
    op.create_table(
        "profile_view",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("view_id", sa.Text, primary_key=True),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("viewer", sa.Text, nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("profile_view_expert", "profile_view", ["expert_id", "view_id"])
    execute(*read_model("profile_view", private_to="municipality", person="expert_id"))
