"""Meetings of the forum, working groups and cost verifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0002"
down_revision = "m0001"
downgrade = forward_only


def upgrade() -> None:
    _meetings()
    _working_groups()
    _cost_verifications()


def _meetings() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("agenda", JSONB, nullable=False),
        sa.Column("minutes_sha256", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "meeting_material",
        sa.Column("meeting_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("withdrawn_because", sa.Text),
    )
    op.create_table(
        "meeting_minutes",
        sa.Column("meeting_id", sa.Text, primary_key=True),
        sa.Column("meeting_version", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "meeting_confirmation",
        sa.Column("meeting_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("text_ja", sa.Text, nullable=False),
        sa.Column("special_wards", sa.Date),
        sa.Column("cities", sa.Date),
        sa.Column("towns_and_villages", sa.Date),
        sa.Column("superseded_by", sa.Text),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
    )
    for table in ("meeting", "meeting_material", "meeting_minutes", "meeting_confirmation"):
        execute(*read_model(table))


def _working_groups() -> None:
    op.create_table(
        "working_group",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("theme_ja", sa.Text, nullable=False),
        sa.Column("recommended", JSONB),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "working_group_member",
        sa.Column("group_id", sa.Text, primary_key=True),
        sa.Column("member", sa.Text, primary_key=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "working_group_meeting",
        sa.Column("group_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
    )
    op.create_table(
        "working_group_issue",
        sa.Column("group_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("raised_by", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolution", sa.Text),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "working_group_approach",
        sa.Column("group_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recommended_at", sa.DateTime(timezone=True)),
    )
    for part in ("", "_member", "_meeting", "_issue", "_approach"):
        execute(*read_model(f"working_group{part}"))


def _cost_verifications() -> None:
    op.create_table(
        "cost_verification",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("theme_id", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("tolerance", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("estimate", JSONB),
        sa.Column("organisation", sa.Text),
        sa.Column("based_on_needs", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("expires_on", sa.Date),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("cost_verification_by_theme", "cost_verification", ["theme_id"])
    op.create_table(
        "cost_counter_estimate",
        sa.Column("verification_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("estimate", JSONB, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True)),
    )
    execute(*read_model("cost_verification"))
    execute(*read_model("cost_counter_estimate"))
