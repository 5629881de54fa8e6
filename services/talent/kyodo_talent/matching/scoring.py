"""Why one expert fits a request better than another: parts of 0 to 100, each with a sentence, and their weights.

The parts are what the secretariat weighs by hand in known schemes. Hard rules (persona, a way to work together) come
before; whoever breaks one is not in the list. A round plans by half-days, not by this score: here a person chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kyodo_talent.matching.values import Candidate, Seeker, fits


class Part(StrEnum):
    """What counts in favour of an expert."""

    SKILLS = "skills"
    LEVEL = "level"
    AREA = "area"
    CAPACITY = "capacity"
    RATINGS = "ratings"
    FAIRNESS = "fairness"


WEIGHTS: Final = {
    Part.SKILLS: 20,
    Part.LEVEL: 20,
    Part.AREA: 10,
    Part.CAPACITY: 30,
    Part.RATINGS: 10,
    Part.FAIRNESS: 10,
}
"""Percent of the score; capacity counts most, because half-days that are not there help nobody."""

LABELS_JA: Final = {
    Part.SKILLS: "スキル",
    Part.LEVEL: "レベル",
    Part.AREA: "地域",
    Part.CAPACITY: "稼働枠",
    Part.RATINGS: "過去の評価",
    Part.FAIRNESS: "機会の公平",
}

MANY_SKILLS: Final = 3
NEUTRAL: Final = 50  # of who has no ratings yet: neither an advantage nor a fault
BUSY: Final = 60  # half-days promised already from which on others go first


@dataclass(frozen=True, slots=True)
class Score:
    """One part: its points of 100 and what they stand for."""

    part: Part
    points: int
    words_ja: str
    words_en: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with all parts, the sum by weights (0 to 100), and the half-days that could be served."""

    expert_id: str
    total: int
    half_days: int
    parts: tuple[Score, ...]


def ranked(seeker: Seeker, candidates: Sequence[Candidate]) -> list[Scored]:
    """Those who can be asked and have time, best first; equal ones in the order of ids."""
    scored = [score(seeker, candidate) for candidate in candidates if fits(seeker, candidate)]
    return sorted((one for one in scored if one.half_days), key=lambda one: (-one.total, one.expert_id))


def score(seeker: Seeker, candidate: Candidate) -> Scored:
    """All parts of one candidate for one request."""
    served = sum(min(asked, free) for asked, free in zip(seeker.asked, candidate.free, strict=True))
    parts = (
        _skills(candidate),
        _level(candidate),
        _area(seeker, candidate),
        _capacity(sum(seeker.asked), served),
        _ratings(candidate),
        _fairness(candidate),
    )
    total = sum(WEIGHTS[one.part] * one.points for one in parts) // 100
    return Scored(candidate.expert_id, total, served, parts)


def _skills(candidate: Candidate) -> Score:
    points = min(candidate.verified, MANY_SKILLS) * 100 // MANY_SKILLS
    return Score(Part.SKILLS, points, f"検証済みスキル{candidate.verified}件", f"{candidate.verified} verified skills")


def _level(candidate: Candidate) -> Score:
    return Score(
        Part.LEVEL,
        candidate.level * 20,
        f"最高レベル{candidate.level}（5段階）",
        f"highest level {candidate.level} of 5",
    )


def _area(seeker: Seeker, candidate: Candidate) -> Score:
    near = candidate.on_site and seeker.area in candidate.areas
    if near:
        return Score(Part.AREA, 100, "同じ地域で対面の対応ができる", "can come in person, in the same part of Tokyo")
    return Score(Part.AREA, 40, "遠隔での対応となる", "would work remotely")


def _capacity(asked: int, served: int) -> Score:
    points = served * 100 // asked if asked else 0
    return Score(
        Part.CAPACITY,
        points,
        f"希望{asked}半日のうち{served}半日に応じられる",
        f"{served} of {asked} half-days asked for",
    )


def _ratings(candidate: Candidate) -> Score:
    if candidate.rating is None:
        return Score(Part.RATINGS, NEUTRAL, "評価はまだない", "no ratings yet")
    stars = f"{candidate.rating // 100}.{candidate.rating % 100 // 10}"
    return Score(
        Part.RATINGS, (candidate.rating - 100) // 4, f"満足度の平均{stars}（5点満点）", f"mean rating {stars} of 5"
    )


def _fairness(candidate: Candidate) -> Score:
    points = 100 - min(candidate.load, BUSY) * 100 // BUSY
    return Score(
        Part.FAIRNESS, points, f"既に{candidate.load}半日を約束済み", f"{candidate.load} half-days promised already"
    )
