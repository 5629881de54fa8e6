"""Training records: seen at home and by the supporter. Scores are kept apart: no municipality sees them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.tables import metadata
from kyodo_supporter_matching.trainees.events import (
    TrainingAppliedFor,
    TrainingCertificateIssued,
    TrainingCertificateRenewed,
    TrainingCertificateRevoked,
    TrainingCertificateTakenOver,
    TrainingTestFailed,
    TrainingTestPassed,
    TrainingUnitCompleted,
)
from kyodo_supporter_matching.trainees.values import TraineeStatus

BEGUN: Final = {
    "status": TraineeStatus.APPLIED,
    "units_done": [],
    "refresher_done": [],
    "attempts": 0,
    "certificate_number": None,
    "certified_since": None,
    "certified_until": None,
}

trainee = sa.Table(
    "trainee",
    metadata,
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
    sa.Index("trainee_supporter", "supporter_id"),
    sa.Index("trainee_expiring", "certified_until"),
    info={"private_to": "municipality", "person": "supporter_id"},
)

training_test = sa.Table(
    "training_test",
    metadata,
    sa.Column("kept_by", sa.Text, primary_key=True),  # Tokyo, always: no municipality sees a score
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column(
        "number", sa.Integer, primary_key=True
    ),  # the version of the trainee: attempts begin anew with a training
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("taken_on", sa.Date, nullable=False),
    info={"private_to": "kept_by", "person": "supporter_id"},
)

trainees = View("trainees", trainee, training_test)


@trainees.on(TrainingAppliedFor)
def _(rows: Batch[TrainingAppliedFor]) -> RowWrite:
    asked = {"programme_id", "programme_version"}
    return upsert(trainee, [{**_row(r), **r.event.model_dump(mode="json", include=asked), **BEGUN} for r in rows])


@trainees.on(TrainingCertificateTakenOver)
def _(rows: Batch[TrainingCertificateTakenOver]) -> RowWrite:
    return upsert(
        trainee,
        [
            {
                **_row(r),
                **BEGUN,
                "programme_id": r.event.programme_id,
                "programme_version": r.event.programme_version,
                "units_done": sorted(r.event.content.codes),
                "status": TraineeStatus.CERTIFIED,
                "certificate_number": r.event.number,
                "certified_since": r.event.certified_on,
                "certified_until": r.event.valid_until,
            }
            for r in rows
        ],
    )


@trainees.on(TrainingUnitCompleted)
def _(rows: Batch[TrainingUnitCompleted]) -> list[AnyWrite]:
    first = [
        {**_row(r), "status": TraineeStatus.IN_TRAINING, "units_done": r.event.done}
        for r in rows
        if not r.event.refresher
    ]
    again = [{**_row(r), "refresher_done": r.event.done} for r in rows if r.event.refresher]
    return [change(trainee, first), change(trainee, again)]


@trainees.on(TrainingTestPassed, TrainingTestFailed)
def _(rows: Batch[TrainingTestPassed | TrainingTestFailed]) -> list[AnyWrite]:
    tests = [
        {
            "kept_by": TOKYO,
            "supporter_id": r.stream,
            "number": r.version,
            "attempt": r.event.attempt,
            "score": r.event.score,
            "passed": isinstance(r.event, TrainingTestPassed),
            "taken_on": r.event.taken_on,
        }
        for r in rows
    ]
    states = [
        {
            **_row(r),
            "status": TraineeStatus.PASSED if isinstance(r.event, TrainingTestPassed) else TraineeStatus.FAILED,
            "attempts": r.event.attempt,
        }
        for r in rows
    ]
    return [upsert(training_test, tests), change(trainee, states)]


@trainees.on(TrainingCertificateIssued)
def _(rows: Batch[TrainingCertificateIssued]) -> RowChange:
    return change(
        trainee,
        [
            {
                **_row(r),
                "status": TraineeStatus.CERTIFIED,
                "certificate_number": r.event.number,
                "certified_since": r.event.certified_on,
                "certified_until": r.event.valid_until,
            }
            for r in rows
        ],
    )


@trainees.on(TrainingCertificateRenewed)
def _(rows: Batch[TrainingCertificateRenewed]) -> RowChange:
    return change(
        trainee,
        [
            {
                **_row(r),
                "refresher_done": [],
                "certified_since": r.event.valid_from,
                "certified_until": r.event.valid_until,
            }
            for r in rows
        ],
    )


@trainees.on(TrainingCertificateRevoked)
def _(rows: Batch[TrainingCertificateRevoked]) -> RowChange:
    ended = {"status": TraineeStatus.REVOKED, "certified_since": None, "certified_until": None}
    return change(trainee, [{**_row(r), **ended} for r in rows])


def _row(record: Recorded[Any]) -> dict[str, Any]:
    """The key and the version, which every event sets."""
    return {"municipality": record.event.municipality, "supporter_id": record.stream, "version": record.version}


def trainees_with(expiring_before: date | None = None, **filters: Any) -> sa.Select[Any]:
    """The training records that are all of this; with a certificate that ends before a day, where one is named."""
    same = (trainee.c[name] == value for name, value in filters.items() if value is not None)
    query = sa.select(trainee).where(*same)
    return query.where(trainee.c.certified_until < expiring_before) if expiring_before else query


def tests_of(supporter_id: str) -> sa.Select[Any]:
    """The tests that a supporter took."""
    return sa.select(training_test).where(training_test.c.supporter_id == supporter_id)
