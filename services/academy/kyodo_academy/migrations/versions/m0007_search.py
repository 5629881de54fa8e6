"""What is searched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from kyodo_events.schema import APP_ROLE, read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0007"
down_revision = "m0006"
downgrade = forward_only

SCOPE = "(SELECT current_setting('kyodo.municipality', true))"


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "search_chunk",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.Column("starts", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
    )
    execute(
        *read_model("search_entry"),
        *read_model("search_chunk"),
        # The second wall (G7): what one municipality keeps for itself is read and written for it alone.
        "ALTER TABLE search_entry ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY search_entry_of_its_audience ON search_entry TO {APP_ROLE}"
        f" USING (visibility NOT IN ('municipality', 'draft') OR {SCOPE} = '*' OR owner = {SCOPE})",
        # Without the list of pending entries: every search would read through it.
        "CREATE INDEX search_chunk_words ON search_chunk USING gin (words) WITH (fastupdate = off)",
        # A phrase is checked in the row. Small enough vectors stay in it, uncompressed: a search reads many of them.
        "ALTER TABLE search_chunk ALTER COLUMN words SET STORAGE EXTERNAL",
        "ALTER TABLE search_chunk SET (toast_tuple_target = 8160)",
    )
