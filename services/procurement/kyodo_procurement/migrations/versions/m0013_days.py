"""Days on which a participation begins and ends, for burden terms that charge by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_platform.database.migrations import forward_only

revision = "m0013"
down_revision = "m0012"
downgrade = forward_only


def upgrade() -> None:
    op.add_column("participation", sa.Column("from_day", sa.Date))
    op.add_column("participation", sa.Column("last_day", sa.Date))
