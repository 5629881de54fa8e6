"""Rounds, matches and rankings as they come in and go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.long_runs import LongRun, RunState
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.assignments.forms import Engagement
from kyodo_talent.matching.scoring import LABELS_JA, WEIGHTS, Part, Score, Scored
from kyodo_talent.matching.values import gap_percent


class RoundIn(Body):
    """A round looks at all open requests and all available experts; there is nothing to choose."""


class RoundOut(Resource):
    """A round and how close it is to the best possible."""

    round_id: str
    planned_at: datetime
    input_digest: str = Field(description="SHA-256 of the input: the same input has the same plan.")
    requests: int = Field(title="依頼数")
    experts: int = Field(title="専門人材数")
    asked: int = Field(title="希望半日数")
    served: int = Field(title="充足半日数")
    value: int = Field(description="Half-days served, weighted by urgency (1, 2, 4).")
    bound: int = Field(description="What no plan exceeds, in the same measure, rounded.")
    within_percent: float = Field(default=0.0, description="The plan is within this of the best possible.")
    words_ja: str = ""
    words_en: str = ""
    optimal: bool = Field(description="Whether it is proved that there is no better plan.")
    improved_at: datetime | None

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.within_percent = gap_percent(self.value, self.bound)
        proved = self.optimal or self.value >= self.bound
        self.words_ja = "最善の案であることを確認済み" if proved else f"最善の案との差は{self.within_percent}%以内"
        self.words_en = "proved to be the best" if proved else f"within {self.within_percent} % of the best possible"
        return self


class MatchOut(Answer):
    """One expert for one request, as planned, and what became of it."""

    round_id: str
    request_id: str
    municipality: str = Field(title="団体コード")
    expert_id: str
    pseudonym: str = Field(default="", title="仮名")
    total: int = Field(title="半日数")
    half_days: dict[Month, int] = Field(title="月別半日数")
    decision: Literal["open", "confirmed", "set_aside"] = Field(title="判断")
    assignment_id: str | None
    reason_ja: str | None = Field(title="理由")

    @model_validator(mode="after")
    def _named(self) -> Self:
        self.pseudonym = f"expert-{self.expert_id}"
        return self


class ConfirmationIn(Body):
    """How the assignment that follows from a match is to be; the months' half-days are those of the match."""

    project_id: Id = Field(description="The joint project whose burden terms price the half-days.")
    engagement: Engagement
    from_day: Day | None = Field(default=None, description="The first day of the first month, where left out.")
    until_day: Day | None = Field(default=None, description="The last day of the last month, where left out.")


class SettingAsideIn(Body):
    """Why not."""

    reason_ja: Line


class ScoreOut(Answer):
    """One part of a score."""

    part: Part
    part_ja: str
    points: int = Field(description="0 to 100.")
    weight_percent: int
    words_ja: str
    words_en: str

    @classmethod
    def of_score(cls, score: Score) -> Self:
        """With the part's label and weight."""
        part = score.part
        return cls(
            part=part,
            part_ja=LABELS_JA[part],
            points=score.points,
            weight_percent=WEIGHTS[part],
            words_ja=score.words_ja,
            words_en=score.words_en,
        )


class CandidateOut(Answer):
    """An expert who may be asked, and why."""

    rank: int = Field(title="順位")
    expert_id: str
    pseudonym: str = Field(title="仮名")
    score: int = Field(title="総合点", description="0 to 100: the parts by their weights.")
    half_days: int = Field(title="応じられる半日数")
    parts: list[ScoreOut] = Field(title="内訳")

    @classmethod
    def ranked(cls, rank: int, scored: Scored) -> Self:
        """With the place in the ranking."""
        return cls(
            rank=rank,
            expert_id=scored.expert_id,
            pseudonym=f"expert-{scored.expert_id}",
            score=scored.total,
            half_days=scored.half_days,
            parts=[ScoreOut.of_score(part) for part in scored.parts],
        )


class SearchOut(Answer):
    """The search for a better plan: how far it is, and what it found."""

    state: RunState
    progress: Mapping[str, Any] = Field(
        description="`step` is municipalities, then half_days; `value` and `bound` close in on each other."
    )
    value: int | None = Field(description="What the plan that was found is worth; null before it is done.")
    optimal: bool | None
    begun_at: datetime
    ended_at: datetime | None

    @classmethod
    def of_run(cls, run: LongRun) -> Self:
        """A run as it is shown."""
        found = run.result or {}
        return cls(
            state=run.state,
            progress=run.progress,
            value=found.get("value"),
            optimal=found.get("optimal"),
            begun_at=run.begun_at,
            ended_at=run.ended_at,
        )
