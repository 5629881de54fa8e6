"""Activity reports: a municipality's own, all for Tokyo."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowWrite, View, upsert
from kyodo_supporter_matching.reports.model import ActivityReported
from kyodo_supporter_matching.tables import metadata

activity_report = sa.Table(
    "activity_report",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("visitors", JSONB, nullable=False, comment="counts by age band"),
    sa.Column("questions", JSONB, nullable=False, comment="counts by kind of question"),
    sa.Column("visitors_in_all", sa.Integer, nullable=False),
    sa.Column("people_supported", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, comment="that it lasted; null where as planned"),
    sa.Column("problems_ja", sa.Text, nullable=False),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

reports = View("activity_reports", activity_report)


@reports.on(ActivityReported)
def _(rows: Batch[ActivityReported]) -> RowWrite:
    return upsert(
        activity_report,
        [
            {
                "municipality": r.event.municipality,
                "session_id": r.stream,
                **r.event.activity.model_dump(mode="json"),
                "visitors_in_all": r.event.activity.visitors_in_all,
                "reported_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )
