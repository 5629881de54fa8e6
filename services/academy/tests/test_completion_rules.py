"""What it takes to complete a course: the rule on facts, certificates, reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_academy.certificates.model import (
    Certificate,
    CertificateIsWithdrawn,
    CertificateWithdrawn,
    Completed,
    CourseCompleted,
    Standing,
    certificate_id,
    digest_of,
    months_after,
    number_of,
)
from kyodo_academy.completion_rules.model import CompletionRule, CompletionRuleSet, QuizOfAnotherCourse, Rule
from kyodo_academy.completions.deciding import Facts, Need, lacking, share_of
from kyodo_academy.quizzes.model import Quiz
from kyodo_academy.reports.model import (
    CourseReport,
    ReportAccepted,
    ReportAcceptedAlready,
    ReportHandedIn,
    ReportNotHandedIn,
    ReportSentBack,
    ReportStanding,
)
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.skills import SkillRef

COURSE, QUIZ = "0193f1a0-0000-7000-8000-0000000000c0", "0193f1a0-0000-7000-8000-0000000000e0"
LEARNER, MUSASHINO = "0193f1a0-0000-7000-8000-0000000000a0", "132039"
NOW = datetime(2026, 5, 11, 10, 0, 0, 123, tzinfo=TOKYO_TIME)
SEALED = {"text_ja": "v1." + "A" * 100}
ALL = Rule(attendance_percent=80, quiz_id=QUIZ, report=True)
DONE = Facts(held=2, percents=(100, 60), quiz_passed=True, report=ReportStanding.ACCEPTED)


def completed(**changes: Any) -> Completed:
    plain = {
        "course_id": COURSE,
        "title_ja": "見本の講座",
        "contents_version": 1,
        "skills": (SkillRef(scheme="dss-p", version="1.2", code="data_engineer"),),
        "rule_edition": 1,
        "criteria_ja": ("小テストに合格すること",),
        "attendance_percent": 100,
    }
    return Completed(**(plain | changes))


def issued(months: int | None = None) -> CourseCompleted:
    state = Certificate(id=certificate_id(COURSE, LEARNER, 1))
    (event,) = state.certify(MUSASHINO, LEARNER, 1, completed(), months, 7, NOW)
    assert isinstance(event, CourseCompleted)
    return event


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        (DONE, []),
        (Facts(), [Need.ATTENDANCE, Need.QUIZ, Need.REPORT]),
        (Facts(held=2, percents=(100, 59), quiz_passed=True, report=ReportStanding.ACCEPTED), [Need.ATTENDANCE]),
        (
            Facts(held=2, to_come=1, percents=(100, 100), quiz_passed=True, report=ReportStanding.ACCEPTED),
            [Need.ATTENDANCE],
        ),
        (Facts(held=2, percents=(100, 60), report=ReportStanding.ACCEPTED), [Need.QUIZ]),
        (Facts(held=2, percents=(100, 60), quiz_passed=True, report=ReportStanding.HANDED_IN), [Need.REPORT]),
    ],
)
def test_what_lacks_is_told(facts: Facts, needs: list[Need]) -> None:
    assert [one.need for one in lacking(ALL, facts)] == needs


def test_what_lacks_is_told_in_words() -> None:
    facts = Facts(held=2, to_come=1, percents=(100, 99), report=ReportStanding.SENT_BACK)
    assert [one.words_ja for one in lacking(ALL, facts)] == [
        "出席率が66％で、必要な80％に達していない（実施済み2回、今後1回）",
        "小テストに合格していない",
        "レポートが差し戻されている",
    ]
    again = Rule(attendance_percent=100, sessions=2)
    assert [one.words_ja for one in lacking(again, Facts(held=5, percents=(100,)))] == [
        "出席率が50％で、必要な100％に達していない（実施済み5回、今後0回、うち2回分で判定）"
    ]
    assert ALL.words_ja == [
        "全回の出席率が80％以上であること",
        "小テストに合格すること",
        "レポートが受理されること",
        "修了に有効期限はない",
    ]


@given_any(
    st.integers(1, 100),
    st.none() | st.integers(1, 6),
    st.lists(st.integers(1, 100), max_size=6),
    st.integers(0, 4),
    st.integers(0, 4),
)
def test_the_share_is_never_rounded_up_and_never_worse_by_more_attendance(
    percent: int, sessions: int | None, percents: list[int], missed: int, to_come: int
) -> None:
    rule = Rule(attendance_percent=percent, sessions=sessions)
    facts = Facts(held=len(percents) + missed, to_come=to_come, percents=percents)
    of = sessions or facts.held + facts.to_come
    reached = of > 0 and sum(sorted(percents)[::-1][:of]) >= percent * of
    assert (lacking(rule, facts) == []) == reached == (share_of(rule, facts) >= percent)
    more = Facts(held=facts.held + 1, to_come=max(0, to_come - 1), percents=[*percents, 100])
    assert share_of(rule, more) >= share_of(rule, facts) or (sessions is None and to_come == 0)


def test_a_course_without_a_session_is_not_attended() -> None:
    assert lacking(Rule(attendance_percent=1), Facts())
    assert lacking(Rule(quiz_id=QUIZ), Facts(quiz_passed=True)) == []


@pytest.mark.parametrize("rule", [{}, {"attendance_percent": 101}, {"attendance_percent": 50.0}, {"valid_months": 12}])
def test_a_rule_that_demands_nothing_is_none(rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Rule(**rule)


def test_a_rule_names_a_quiz_of_its_course() -> None:
    other = Quiz(id=QUIZ, course_id=LEARNER)
    given(CompletionRule, COURSE).when(lambda one: one.set(ALL, other)).refuses(
        QuizOfAnotherCourse(quiz_id=QUIZ, course_id=LEARNER)
    )
    its = Quiz(id=QUIZ, course_id=COURSE)
    first = CompletionRuleSet(edition=1, rule=ALL)
    given(CompletionRule, COURSE).when(lambda one: one.set(ALL, its)).then(first)
    given(CompletionRule, COURSE).that(first).when(lambda one: one.set(ALL, its)).then()
    less = Rule(report=True)
    given(CompletionRule, COURSE).that(first).when(lambda one: one.set(less, None)).then(
        CompletionRuleSet(edition=2, rule=less)
    )


def test_a_certificate_is_issued_once_and_withdrawn_for_good() -> None:
    event = issued()
    that = given(Certificate, certificate_id(COURSE, LEARNER, 1)).that(event)
    that.when(lambda one: one.certify(MUSASHINO, LEARNER, 1, completed(), None, 8, NOW)).then()
    assert event.issued_at == NOW.replace(microsecond=0)
    withdrawn = CertificateWithdrawn(
        municipality=MUSASHINO, number=event.number, withdrawn_at=NOW, reason_ja="記録の誤り"
    )
    after = that.when(lambda one: one.withdraw(LEARNER, "記録の誤り", NOW)).then(withdrawn)
    that.that(withdrawn).when(lambda one: one.withdraw(LEARNER, "別の理由", NOW)).then()
    with pytest.raises(CertificateIsWithdrawn):
        after.drawable()
    with pytest.raises(NotFound):
        after.of(COURSE)


def test_a_certificate_holds_until_its_last_day() -> None:
    one = Certificate(id="test").fold([issued(months=12)])
    last = date(2027, 5, 11)
    assert one.issued.valid_until == last
    assert (one.standing_on(last), one.standing_on(last + timedelta(days=1))) == (Standing.VALID, Standing.EXPIRED)
    assert Certificate(id="test").fold([issued()]).standing_on(date(2099, 1, 1)) is Standing.VALID


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 5, 11), 12, date(2027, 5, 11)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
    ],
)
def test_months_after_a_day(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


def test_number_and_digest_change_with_what_stands_on_the_paper() -> None:
    today = date(2026, 3, 31)
    numbers = {number_of(certificate_id(COURSE, LEARNER, n), today) for n in range(1, 50)}
    assert len(numbers) == 49
    assert all(number.startswith("TDA-2025-") for number in numbers), "of the fiscal year"
    plain = digest_of("n", LEARNER, today, None, completed())
    others = [
        digest_of("m", LEARNER, today, None, completed()),
        digest_of("n", COURSE, today, None, completed()),
        digest_of("n", LEARNER, date(2026, 4, 1), None, completed()),
        digest_of("n", LEARNER, today, today, completed()),
        *(
            digest_of("n", LEARNER, today, None, completed(**change))
            for change in ({"title_ja": "他"}, {"skills": ()}, {"attendance_percent": 99}, {"criteria_ja": ()})
        ),
    ]
    assert len({plain, *others}) == 9


def test_a_report_is_handed_in_until_it_is_accepted() -> None:
    def handed(times: int) -> ReportHandedIn:
        return ReportHandedIn(municipality=MUSASHINO, learner_id=LEARNER, course_id=COURSE, times=times, sealed=SEALED)

    def hand_in(one: CourseReport, *, used: bool = False) -> Any:
        return one.hand_in(MUSASHINO, LEARNER, COURSE, SEALED, used=used)

    accepted = ReportAccepted(municipality=MUSASHINO)
    back = ReportSentBack(municipality=MUSASHINO, sealed={"remark_ja": SEALED["text_ja"]})
    given(CourseReport).when(hand_in).then(handed(1))
    given(CourseReport).when(CourseReport.accept).refuses(NotFound(what="report", id="test"))
    that = given(CourseReport).that(handed(1))
    that.when(hand_in).then(handed(2))
    that.when(CourseReport.accept).then(accepted)
    that.when(lambda one: one.send_back(back.sealed)).then(back)
    that.that(back).when(CourseReport.accept).refuses(ReportNotHandedIn(current=ReportStanding.SENT_BACK))
    that.that(back).when(hand_in).then(handed(2))
    that.that(accepted).when(CourseReport.accept).then()
    that.that(accepted).when(hand_in).refuses(ReportAcceptedAlready())
    that.that(accepted).when(lambda one: hand_in(one, used=True)).then(handed(2))
    that.that(accepted).when(lambda one: one.send_back(SEALED)).refuses(
        ReportNotHandedIn(current=ReportStanding.ACCEPTED)
    )
