"""Rules of completion over HTTP."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from kyodo_academy.completion_rules.model import CompletionRule, QuizOfAnotherCourse, Rule
from kyodo_academy.completion_rules.views import completion_rule
from kyodo_academy.courses.model import Course
from kyodo_academy.quizzes.model import Quiz
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/courses/{course_id}/completion-rule", tags=["completions"])


class RuleIn(Body):
    """The rule from now on."""

    rule: Rule


class RuleOut(Resource):
    """What it takes to complete a course."""

    course_id: str
    edition: int = Field(title="版")
    rule: Rule
    words_ja: list[str] = Field(title="修了要件", default=[])

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.words_ja = self.rule.words_ja


@router.put("", allow=secretariat, raises=[QuizOfAnotherCourse])
async def set_rule(course_id: Id, body: RuleIn, commands: Commands, reader: Reader) -> RuleOut:
    """Say what it takes to complete a course, from now on."""
    await commands.read(Course, course_id)
    quiz = await commands.read(Quiz, body.rule.quiz_id) if body.rule.quiz_id else None
    await commands.on_or_new(CompletionRule, course_id, lambda one: one.set(body.rule, quiz))
    return await _shown(reader, course_id)


@router.get("", allow=public)
async def read_rule(course_id: Id, reader: Reader) -> RuleOut:
    """What it takes to complete a course."""
    return await _shown(reader, course_id)


@router.get("/history", allow=public)
async def rule_history(course_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """When it was set, in words."""
    return await reader.history(CompletionRule, course_id, page)


async def _shown(reader: ReadSession, course_id: str) -> RuleOut:
    query = completion_rule.select().where(completion_rule.c.course_id == course_id)
    row = await reader.one(_Row, query, what="completion rule", id=course_id)
    return RuleOut(rule=Rule(**row.model_dump(include=set(Rule.model_fields))), **row.model_dump())


class _Row(Resource):
    course_id: str
    edition: int
    attendance_percent: int
    sessions: int | None
    quiz_id: str | None
    report: bool
    valid_months: int | None
