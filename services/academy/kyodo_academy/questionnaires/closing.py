"""Closing what is over: counted once, and the key of the ballots erased. What nobody may read is erased unread."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from kyodo_academy.questionnaires.ballots import key_of
from kyodo_academy.questionnaires.model import CLOSES_AFTER, Questionnaire, QuestionnaireStatus
from kyodo_academy.questionnaires.results import results_of
from kyodo_academy.questionnaires.values import Answers
from kyodo_academy.questionnaires.views import answer, questionnaire
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import tokyo_date
from kyodo_platform.chores import Chore
from kyodo_platform.commands import CommandBus
from kyodo_platform.personal.keys import erase_key

MOST: Final = 200


async def _due(tx: Transaction, now: datetime) -> list[str]:
    """The sessions whose questionnaires are over."""
    over = sa.and_(
        questionnaire.c.status == QuestionnaireStatus.OPEN.value,
        questionnaire.c.until < tokyo_date(now - CLOSES_AFTER),
    )
    query = sa.select(questionnaire.c.session_id).where(over).order_by(questionnaire.c.session_id).limit(MOST)
    return [row["session_id"] for row in await tx.rows(query)]


async def _close(commands: CommandBus, tx: Transaction, session_id: str) -> None:
    asked = await commands.read(Questionnaire, session_id)
    query = sa.select(answer.c.answer_id, answer.c.answers).where(answer.c.session_id == session_id)
    rows = await tx.rows(query)
    results = results_of(asked.all_questions, [Answers.model_validate(row["answers"]) for row in rows])
    await commands.on(Questionnaire, session_id, lambda one: one.close(results))
    await erase_key(tx, key_of(session_id))
    if results.answers is None:
        for row in rows:
            await erase_key(tx, row["answer_id"])


closing = Chore("closing questionnaires", _due, _close)
