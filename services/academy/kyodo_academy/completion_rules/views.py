"""The rules as everybody reads them."""

from __future__ import annotations

import sqlalchemy as sa

from kyodo_academy.completion_rules.model import CompletionRuleSet
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowWrite, View, upsert

completion_rule = sa.Table(
    "completion_rule",
    metadata,
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("attendance_percent", sa.Integer, nullable=False),
    sa.Column("sessions", sa.Integer, comment="how many of the course's count; null for all"),
    sa.Column("quiz_id", sa.Text),
    sa.Column("report", sa.Boolean, nullable=False),
    sa.Column("valid_months", sa.Integer),
    sa.Column("version", sa.Integer, nullable=False),
)

rules = View("completion_rules", completion_rule)


@rules.on(CompletionRuleSet)
def _(rows: Batch[CompletionRuleSet]) -> RowWrite:
    return upsert(
        completion_rule,
        [
            {"course_id": r.stream, "edition": r.event.edition, **r.event.rule.model_dump(), "version": r.version}
            for r in rows
        ],
    )
