"""Threads, the directory of officials, seminars and calendars."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0006"
down_revision = "m0005"
downgrade = forward_only


def upgrade() -> None:
    _threads()
    _followings()
    _directory()
    _seminars()
    _calendar()


def _threads() -> None:
    op.create_table(
        "thread",
        sa.Column("thread_id", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("accepted", sa.Integer),
        sa.Column("locked", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("thread_by_activity", "thread", ["last_at", "thread_id"])
    op.create_index("thread_of_asker", "thread", ["learner_id"])
    op.create_table(
        "thread_post",
        sa.Column("thread_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Integer, nullable=False),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("mentions", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_because", sa.Text),
    )
    op.create_index("thread_post_lately", "thread_post", ["posted_at"])
    op.create_index("thread_post_mentions", "thread_post", ["mentions"], postgresql_using="gin")
    op.create_table(
        "thread_size",
        sa.Column("thread_id", sa.Text, primary_key=True),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
    )
    op.create_table(
        "thread_report",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("thread_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("thread_report_of_post", "thread_report", ["thread_id", "number"])
    for shared in ("thread", "thread_post", "thread_size"):
        execute(*read_model(shared))
    execute(*read_model("thread_report", private_to="municipality"))


def _followings() -> None:
    op.create_table(
        "thread_following",
        sa.Column("learner_id", sa.Text, primary_key=True),
        sa.Column("thread_id", sa.Text, primary_key=True),
        sa.Column("follows", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("since", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("read_up_to", sa.Integer, nullable=False, server_default="-1"),
    )
    execute(*read_model("thread_following", private_to="learner_id", person="learner_id"))


def _directory() -> None:
    op.create_table(
        "directory_entry",
        sa.Column("learner_id", sa.Text, primary_key=True),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("can_be_asked", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("consented_on", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index(
        "directory_entry_by_skill",
        "directory_entry",
        ["skills"],
        postgresql_using="gin",
        postgresql_ops={"skills": "jsonb_path_ops"},
    )
    op.create_table("directory_gone", sa.Column("learner_id", sa.Text, primary_key=True))
    op.create_table(
        "directory_look",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("look_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("viewer", sa.Text, nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("directory_look_at", "directory_look", ["learner_id", "look_id"])
    execute(*read_model("directory_entry"), *read_model("directory_gone"))
    execute(*read_model("directory_look", private_to="municipality", person="learner_id"))


def _seminars() -> None:
    op.create_table(
        "seminar",
        sa.Column("seminar_id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        *_told(),
    )
    op.create_index("seminar_by_time", "seminar", ["starts_at", "seminar_id"])
    op.create_table(
        "municipal_seminar",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("seminar_id", sa.Text, primary_key=True),
        *_told(),
    )
    op.create_index("municipal_seminar_by_time", "municipal_seminar", ["municipality", "starts_at"])
    execute(*read_model("seminar"), *read_model("municipal_seminar", private_to="municipality"))


def _told() -> list[sa.Column[Any]]:
    return [
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_ja", sa.Text),
        sa.Column("online_url", sa.Text),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


def _calendar() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("calendar_feed_by_digest", "calendar_feed", ["digest"], unique=True)
    execute(*read_model("calendar_feed"))
