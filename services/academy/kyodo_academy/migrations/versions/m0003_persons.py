"""Personal data of learners and lecturers: sealed, under a key for each person."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only, personal_keys

revision = "m0003"
down_revision = "m0002"
downgrade = forward_only


def upgrade() -> None:
    personal_keys()
