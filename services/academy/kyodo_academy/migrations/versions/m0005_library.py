"""Materials and their files, precedents, visits and meetings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import APP_ROLE, append_only, read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0005"
down_revision = "m0004"
downgrade = forward_only


def upgrade() -> None:
    _files()
    _materials()
    _precedents_and_visits()
    _meetings()


def _files() -> None:
    op.create_table(
        "stored_file",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("scan", sa.Text, nullable=False),
    )
    execute(*read_model("stored_file"))
    op.create_table(
        "file_content",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    # Bytes are added and, where they turn out infected, deleted; they never change under their digest. What a file
    # holds is compressed already, most of it: PostgreSQL need not try.
    execute(
        "ALTER TABLE file_content ALTER COLUMN content SET STORAGE EXTERNAL",
        f"GRANT SELECT, INSERT, DELETE ON file_content TO {APP_ROLE}",
    )


def _materials() -> None:
    op.create_table(
        "material",
        sa.Column("material_id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        *_published(),
    )
    op.create_index("material_newest", "material", ["published_at"])
    execute(*read_model("material"))
    op.create_table(
        "municipal_material",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("material_id", sa.Text, primary_key=True),
        *_published(),
    )
    op.create_index("municipal_material_by_id", "municipal_material", ["material_id"])
    execute(*read_model("municipal_material", private_to="municipality"))
    op.create_table(
        "material_work",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("material_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("withdrawn_because_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("material_work_by_id", "material_work", ["material_id"])
    execute(*read_model("material_work", private_to="municipality"))
    op.create_table(
        "material_version",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("material_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("material_version", private_to="municipality"))
    op.create_table(
        "material_use",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("material_id", sa.Text, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
    )
    op.create_index("material_use_of_material", "material_use", ["material_id", "use"])
    op.create_index("material_use_lately", "material_use", ["day", "organisation"])
    execute(*append_only("material_use"))


def _precedents_and_visits() -> None:
    op.create_table(
        "precedent",
        sa.Column("precedent_id", sa.Text, primary_key=True),
        sa.Column("category_ja", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("place_ja", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("precedent"))
    op.create_table(
        "visit",
        sa.Column("visit_id", sa.Text, primary_key=True),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("visit"))
    op.create_table(
        "visit_finding",
        sa.Column("visit_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("finding", JSONB, nullable=False),
        sa.Column("dropped", sa.Boolean, nullable=False),
    )
    execute(*read_model("visit_finding"))


def _meetings() -> None:
    op.create_table(
        "precedent_meeting",
        sa.Column("meeting_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("registered", sa.Integer, nullable=False),
        sa.Column("minutes_ja", sa.Text),
        sa.Column("cancelled_because_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("precedent_meeting"))
    op.create_table(
        "precedent_meeting_registration",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("registration_id", sa.Text, primary_key=True),
        sa.Column("meeting_id", sa.Text, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", JSONB, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )
    op.create_index("precedent_meeting_registration_meeting", "precedent_meeting_registration", ["meeting_id"])
    execute(*read_model("precedent_meeting_registration", private_to="municipality"))
    op.create_table(
        "precedent_meeting_question",
        sa.Column("meeting_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question_ja", sa.Text, nullable=False),
        sa.Column("answer_ja", sa.Text),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    execute(*read_model("precedent_meeting_question"))


def _published() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("description_ja", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("course_ids", JSONB, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    ]
