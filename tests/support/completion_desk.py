"""The academy at work on completions: a course with a rule, learners who attend, answer and write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.academy_desk import BEGINS, MUSASHINO, AcademyDesk

LECTURER = "0193f1a0-0000-7000-8000-0000000000f1"
CHOICES = [{"key": "a", "text_ja": "はい"}, {"key": "b", "text_ja": "いいえ"}]
QUESTION = {"key": "q1", "text_ja": "見本の問題", "choices": CHOICES, "right": ["a"], "points": 1}
QUIZ = {"title_ja": "見本のテスト", "questions": [QUESTION], "drawn": 1, "pass_percent": 60, "attempts": 3}
PERSON = {"name_ja": "見本ヶ原 学", "email": "placeholder-learner@example.jp"}
SKILL = {"scheme": "dss-p", "version": "1.2", "code": "data_engineer"}
COURSE_CONTENTS = {"objectives_ja": ["データを読める"], "audience_ja": "全職員", "skills": [SKILL]}
AFTER = BEGINS + timedelta(days=30)


class CompletionDesk(AcademyDesk):
    """A course with contents, a quiz and a lecturer."""

    quiz_id = ""

    async def ready(self, **rule: Any) -> CompletionDesk:
        """The same, with a rule."""
        await self.with_course()
        await self.done("PUT", f"courses/{self.course_id}/contents", {"contents": COURSE_CONTENTS})
        await self.done("PUT", f"courses/{self.course_id}/lecturers", {"lecturer_ids": [LECTURER]})
        written = await self.done("POST", "quizzes", {"course_id": self.course_id, "contents": QUIZ})
        self.quiz_id = written["quiz_id"]
        if rule:
            await self.rule(**rule)
        return self

    async def rule(self, **rule: Any) -> Any:
        """Set the rule."""
        return await self.done("PUT", f"courses/{self.course_id}/completion-rule", {"rule": rule})

    async def held(self, begins: datetime, *learners: tuple[str, int]) -> str:
        """A session that was held, and attended by these for so many percent; the clock stands in it afterwards."""
        self.at(begins - timedelta(days=20))
        session = await self.session(begins, seats=20)
        enrolled = [await self.enrolled(session, learner_id=learner) for learner, _ in learners]
        self.at(begins + timedelta(hours=2))
        for (_, one), (_, percent) in zip(enrolled, learners, strict=True):
            path = f"sessions/{session}/attendances/{one['enrolment_id']}"
            await self.done("PUT", path, {"percent": percent})
        await self.done("PUT", f"sessions/{session}/holding")
        return session

    async def passed(self, learner: str, choice: str = "a") -> None:
        """An attempt at the quiz."""
        own = f"learners/{learner}/quizzes/{self.quiz_id}/attempts"
        begun = await self.done("POST", own, None, "learner", person=learner)
        said = {"answers": [{"question": "q1", "choices": [choice]}]}
        await self.done("PUT", f"{own}/{begun['attempt']}/answers", said, "learner", person=learner)

    async def wrote(self, learner: str, text: str = "見本のレポート") -> httpx.Response:
        """A report is handed in."""
        path = f"learners/{learner}/reports/{self.course_id}"
        return await self.send("PUT", path, {"text_ja": text}, "learner", person=learner)

    async def judged(self, learner: str, what: str = "acceptance", **remark: str) -> httpx.Response:
        """What the lecturer says of a report."""
        path = f"learners/{learner}/reports/{self.course_id}/{what}"
        return await self.send("PUT", path, remark or None, "lecturer", person=LECTURER)

    async def asked(self, learner: str, *role: str) -> httpx.Response:
        """A certificate is asked for, by the learner where no role is named."""
        person = None if role else learner
        path = f"learners/{learner}/completions/{self.course_id}"
        return await self.send("POST", path, None, *role or ("learner",), person=person)

    async def progress(self, learner: str) -> Any:
        """How far a learner is."""
        return await self.read(f"learners/{learner}/completions/{self.course_id}", learner)

    async def read(self, path: str, learner: str) -> Any:
        """What the learner reads."""
        headers = self.as_("learner", person=learner)
        found = await self.service.client.get(f"/v1/{path}", headers=headers)
        assert found.is_success, found.text
        return found.json()

    async def certified(self, name: bool = True) -> tuple[str, Any]:
        """A learner who completed the course, and the certificate."""
        learner = await self.learner(MUSASHINO)
        if name:
            await self.done("PUT", f"learners/{learner}/profile", PERSON, "officer", MUSASHINO)
        await self.passed(learner)
        answer = await self.asked(learner)
        assert answer.is_success, answer.text
        return learner, answer.json()["certificate"]
