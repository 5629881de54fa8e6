"""The day of the background declaration, shown beside the insurance."""

from __future__ import annotations

from kyodo_platform.database.migrations import execute, forward_only

revision = "m0013"
down_revision = "m0012"
downgrade = forward_only

# Some installations have the column from a first form of m0007; which of a supporter's declarations counts is the last.
FILL = (
    """
    UPDATE supporter SET declared_on = last.declared_on FROM (
        SELECT DISTINCT ON (stream) stream, (data->>'declared_on')::date AS declared_on FROM event
        WHERE category = 'supporter' AND type = 'kyodo.supporter-matching.declarations-made'
        ORDER BY stream, version DESC
    ) last WHERE last.stream = supporter.id
""",
)


def upgrade() -> None:
    execute("ALTER TABLE supporter ADD COLUMN IF NOT EXISTS declared_on date", *FILL)
