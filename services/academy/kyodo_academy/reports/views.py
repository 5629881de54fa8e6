"""Where reports stand: a municipality's own, all for Tokyo, the own for the learner. Their texts are not here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.reports.model import ReportAccepted, ReportHandedIn, ReportSentBack, ReportStanding
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

course_report = sa.Table(
    "course_report",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("report_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("course_id", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False, comment="how often it was handed in"),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("judged_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("course_report_of_learner", "learner_id", "course_id"),
    sa.Index("course_report_of_course", "course_id", "standing"),
    info={"private_to": "municipality", "person": "learner_id"},
)

reports = View("course_reports", course_report)

_AFTER = {ReportAccepted: ReportStanding.ACCEPTED, ReportSentBack: ReportStanding.SENT_BACK}


@reports.on(ReportHandedIn)
def _(rows: Batch[ReportHandedIn]) -> RowWrite:
    return upsert(
        course_report,
        [
            {
                **_key(r),
                "learner_id": r.event.learner_id,
                "course_id": r.event.course_id,
                "times": r.event.times,
                "standing": ReportStanding.HANDED_IN.value,
                "handed_in_at": r.at,
                "judged_at": None,
            }
            for r in rows
        ],
    )


@reports.on(ReportAccepted, ReportSentBack)
def _(rows: Batch[ReportAccepted | ReportSentBack]) -> RowChange:
    judged = [{**_key(r), "standing": _AFTER[type(r.event)].value, "judged_at": r.at} for r in rows]
    return change(course_report, judged)


def _key(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "report_id": r.stream, "version": r.version}
