"""Training: programmes with their versions, courses with their trainees, and training records with tests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0005"
down_revision = "m0004"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "training_programme",
        sa.Column("programme_id", sa.Text, primary_key=True),
        sa.Column("draft", JSONB),
        sa.Column("published", sa.Integer),
        sa.Column("retired", sa.Boolean),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "training_programme_version",
        sa.Column("programme_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    )
    _courses()
    op.create_table(
        "trainee",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("programme_id", sa.Text, nullable=False),
        sa.Column("programme_version", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("units_done", JSONB, nullable=False),
        sa.Column("refresher_done", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("certificate_number", sa.Text),
        sa.Column("certified_since", sa.Date),
        sa.Column("certified_until", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("trainee_supporter", "trainee", ["supporter_id"])
    op.create_index("trainee_expiring", "trainee", ["certified_until"])
    op.create_table(
        "training_test",
        sa.Column("kept_by", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("taken_on", sa.Date, nullable=False),
    )
    for table in ("training_programme", "training_programme_version", "training_course"):
        execute(*read_model(table))
    for table in ("training_enrolment", "trainee"):
        execute(*read_model(table, private_to="municipality", person="supporter_id"))
    execute(*read_model("training_test", private_to="kept_by", person="supporter_id"))


def _courses() -> None:
    op.create_table(
        "training_course",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("programme_id", sa.Text, nullable=False),
        sa.Column("programme_version", sa.Integer, nullable=False),
        sa.Column("units", JSONB, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("place_ja", sa.Text),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("enrolled", sa.Integer, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("cancellation_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("training_course_dates", "training_course", ["starts_at", "course_id"])
    op.create_table(
        "training_enrolment",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("training_enrolment_course", "training_enrolment", ["course_id"])
    op.create_index("training_enrolment_supporter", "training_enrolment", ["supporter_id"])
