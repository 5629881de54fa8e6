"""Reminders over HTTP: each learner's own, and those of the learners who work for a municipality."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import Field

from kyodo_academy.reminders.model import ReminderKind
from kyodo_academy.reminders.views import reminders_at
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Answer, Page, PageQuery, PageRequest, Reader, ReadSession, Sort
from kyodo_platform.routing import Router

own = Router(prefix="/v1/learners/{learner_id}/reminders", tags=["reminders"])
router = Router(prefix="/v1/reminders", tags=["reminders"])

the_learner = person_of("learner_id", Role.LEARNER)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)


class ReminderOut(Answer):
    """Something to come that concerns somebody. It stands here until it is over or concerns nobody any more."""

    id: str
    kind: ReminderKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類", default="")
    session_id: str | None
    course_id: str
    title_ja: str = Field(title="研修名")
    about: datetime = Field(title="対象の日時", description="The deadline, or the beginning as it stands.")
    reason_ja: str | None = Field(title="中止の理由")
    municipality: Party = Field(title="所属団体コード")
    holder: str = Field(title="対象者", description="A learner's id, or the municipality that was interested.")
    given_at: datetime = Field(title="通知日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja = self.kind.label_ja


@own.get("", allow=the_learner)
async def list_own_reminders(learner_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[ReminderOut]:
    """What you are reminded of, the newest first."""
    return await _page(reader, page, reminders_at(commands.now, learner_id))


@router.get("", allow=readers)
async def list_reminders(commands: Commands, reader: Reader, page: PageQuery) -> Page[ReminderOut]:
    """What your municipality and its officials are reminded of, the newest first; all for Tokyo."""
    return await _page(reader, page, reminders_at(commands.now))


async def _page(reader: ReadSession, page: PageRequest, found: sa.Subquery) -> Page[ReminderOut]:
    by = Sort([found.c.given_at, found.c.id, found.c.holder], descending=True)
    return await reader.page(ReminderOut, sa.select(found), page, by=by)
