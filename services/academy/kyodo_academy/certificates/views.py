"""The register of certificates, private; and what anybody learns of a number, who is told nobody's pseudonym."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.certificates.model import CertificateWithdrawn, CourseCompleted
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.views import AnyWrite, View, change, upsert

certificate = sa.Table(
    "certificate",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("certificate_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("course_id", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False, comment="1 for the first one, one more for each renewal"),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("attendance_percent", sa.Integer, nullable=False),
    sa.Column("skills", JSONB, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("reason_ja", sa.Text, comment="why withdrawn"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("certificate_of_learner", "learner_id", "course_id", "round", unique=True),
    info={"private_to": "municipality", "person": "learner_id"},
)

certificate_check = sa.Table(
    "certificate_check",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("certificate_id", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("status_index", sa.BigInteger, nullable=False),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.Index("certificate_check_by_status", "status_index", unique=True),
)

certificates = View("certificates", certificate, certificate_check)


@certificates.on(CourseCompleted)
def _(rows: Batch[CourseCompleted]) -> list[AnyWrite]:
    shared = [
        {
            "certificate_id": r.stream,
            "number": r.event.number,
            "title_ja": r.event.completed.title_ja,
            "issued_on": tokyo_date(r.event.issued_at),
            "valid_until": r.event.valid_until,
            "digest": r.event.digest,
        }
        for r in rows
    ]
    own = [
        {
            "municipality": r.event.municipality,
            "learner_id": r.event.learner_id,
            "course_id": r.event.completed.course_id,
            "round": r.event.round,
            "issued_at": r.event.issued_at,
            "attendance_percent": r.event.completed.attendance_percent,
            "skills": [skill.model_dump(mode="json") for skill in r.event.completed.skills],
            "withdrawn": False,
            "version": r.version,
        }
        for r in rows
    ]
    return [
        upsert(certificate, [one | of_all for one, of_all in zip(own, shared, strict=True)]),
        upsert(
            certificate_check,
            [of_all | {"status_index": r.event.status_index} for of_all, r in zip(shared, rows, strict=True)],
        ),
    ]


@certificates.on(CertificateWithdrawn)
def _(rows: Batch[CertificateWithdrawn]) -> list[AnyWrite]:
    own = [
        {
            "municipality": r.event.municipality,
            "certificate_id": r.stream,
            "withdrawn": True,
            "reason_ja": r.event.reason_ja,
            "version": r.version,
        }
        for r in rows
    ]
    shared = [{"number": r.event.number, "withdrawn_at": r.event.withdrawn_at} for r in rows]
    return [change(certificate, own), change(certificate_check, shared)]


def certificates_of(learner_id: str, *, course_id: str | None = None, id_: str | None = None) -> sa.Select[Any]:
    """A learner's certificates: all, those of a course, or one."""
    query = sa.select(certificate).where(certificate.c.learner_id == learner_id)
    query = query.where(certificate.c.course_id == course_id) if course_id else query
    return query.where(certificate.c.certificate_id == id_) if id_ else query


def check_of(number: str) -> sa.Select[Any]:
    """What anybody may know of a number."""
    return certificate_check.select().where(certificate_check.c.number == number)


def withdrawn_in(first: int, length: int) -> sa.Select[int]:
    """The bits of those that were withdrawn, of so many from one on."""
    of_list = certificate_check.c.status_index.between(first, first + length - 1)
    query = sa.select(certificate_check.c.status_index)
    return query.where(of_list, certificate_check.c.withdrawn_at.is_not(None))


NEXT_STATUS: Final = "SELECT nextval('certificate_status')"
"""Draws the bit of the next certificate. It stands in the event, so that a rebuild finds the same."""
