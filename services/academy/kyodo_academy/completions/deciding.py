"""Whether a learner has completed a course: from facts that are counted, by a rule, in words where something lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kyodo_academy.completion_rules.model import Rule
from kyodo_academy.reports.model import ReportStanding
from kyodo_events.values.texts import Line
from kyodo_events.values.value import Value


class Need(StrEnum):
    """What a course may ask for."""

    ATTENDANCE = "attendance"
    QUIZ = "quiz"
    REPORT = "report"


class Lack(Value):
    """What a learner still has to do."""

    need: Need
    words_ja: Line


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record of a learner and a course, since the certificate before, where there is one.

    `percents` are the parts that were attended of sessions that were held.
    """

    held: int = 0
    to_come: int = 0
    percents: Sequence[int] = ()
    quiz_passed: bool = False
    report: ReportStanding | None = None


def attendance_of(rule: Rule, facts: Facts) -> tuple[int, int]:
    """The sum of the percents that count, and of how many sessions: a share of which nothing is rounded."""
    sessions = rule.sessions or facts.held + facts.to_come
    return sum(sorted(facts.percents, reverse=True)[:sessions]), sessions


def share_of(rule: Rule, facts: Facts) -> int:
    """The share in percent, rounded down; none where there is no session."""
    attended, sessions = attendance_of(rule, facts)
    return attended // sessions if sessions else 0


def lacking(rule: Rule, facts: Facts) -> list[Lack]:
    """What is still missing; nothing for whoever has completed the course."""
    told = {Need.ATTENDANCE: _attendance(rule, facts), Need.QUIZ: _quiz(rule, facts), Need.REPORT: _report(rule, facts)}
    return [Lack(need=need, words_ja=words) for need, words in told.items() if words]


def _attendance(rule: Rule, facts: Facts) -> str | None:
    attended, sessions = attendance_of(rule, facts)
    if rule.attendance_percent == 0 or (sessions and attended >= rule.attendance_percent * sessions):
        return None
    counted = f"実施済み{facts.held}回、今後{facts.to_come}回"
    counted += f"、うち{rule.sessions}回分で判定" if rule.sessions else ""
    return f"出席率が{share_of(rule, facts)}％で、必要な{rule.attendance_percent}％に達していない（{counted}）"


def _quiz(rule: Rule, facts: Facts) -> str | None:
    return None if rule.quiz_id is None or facts.quiz_passed else "小テストに合格していない"


def _report(rule: Rule, facts: Facts) -> str | None:
    if not rule.report or facts.report is ReportStanding.ACCEPTED:
        return None
    words = {
        None: "レポートが提出されていない",
        ReportStanding.HANDED_IN: "レポートが確認待ちである",
        ReportStanding.SENT_BACK: "レポートが差し戻されている",
    }
    return words[facts.report]
