"""Rounds as they come in and go out, with their reasons in words."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field, model_validator

from kyodo_events.values.municipalities import Area, MunicipalityCode, by_code
from kyodo_events.values.texts import Id, Line
from kyodo_platform.long_runs import LongRun, RunState
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.matching.reasons import Empty
from kyodo_supporter_matching.matching.values import Weights
from kyodo_supporter_matching.matching.work import Staffing
from kyodo_supporter_matching.rounds.model import RoundStatus
from kyodo_supporter_matching.supporters.parts import SKILLS_JA, Sessions, SkillCode

AREAS_JA = {Area.WARDS: "区部", Area.TAMA: "多摩", Area.ISLANDS: "島しょ"}

Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.fromisoformat("2000-01-01T00:00:00+00:00"), le=datetime.fromisoformat("2100-01-01T00:00:00+00:00")
    ),
]


class RoundIn(Body):
    """Which sessions, by their beginning; how much each goal counts; and the seed by which exact ties are drawn."""

    since: Moment
    before: Moment
    weights: Weights | None = Field(default=None, description="Those of the settings, where none are given.")
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31)] = 0
    keeping: Id | None = Field(
        default=None,
        description="An earlier round: what it proposes is kept where it costs little, what was dropped stays so.",
    )

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.since >= self.before:
            raise ValueError("the time ends before it begins: check both moments")
        return self


class EmptyOut(Answer):
    """Seats that stay empty, and why."""

    municipality: MunicipalityCode
    session_id: str
    line: int
    seats: int
    why: Empty
    words_ja: str = ""
    words_en: str = ""

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.words_ja, self.words_en = self.why.words_ja, self.why.words_en


class WantedOut(Answer):
    """Whom to look for."""

    area: Area
    skills: list[str]
    experienced: bool
    seats: int
    words_ja: str = ""
    words_en: str = ""

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        skills_ja = "・".join(SKILLS_JA[skill] for skill in self.skills)
        who_ja = "経験のある" if self.experienced else ""
        can_ja = f"{skills_ja}に対応できる" if skills_ja else ""
        self.words_ja = f"{AREAS_JA[self.area]}に{who_ja}{can_ja}サポーターが1人増えると、約{self.seats}席が埋まる"
        skilled = f" with {', '.join(self.skills)}" if self.skills else ""
        grade = "experienced " if self.experienced else ""
        self.words_en = f"one more {grade}supporter{skilled} in {self.area.value} would fill about {self.seats} seats"


class RoundOut(Resource):
    """A round, and how good its plan is at least."""

    round_id: str
    begun_at: datetime
    since: datetime = Field(title="対象開始")
    before: datetime = Field(title="対象終了")
    weights: Weights = Field(title="重み")
    seed: int = Field(description="Where pairs tie exactly, the lot is drawn with this seed.")
    keeping: str | None = Field(description="The round whose proposals are kept where that costs little.")
    input_digest: str = Field(description="SHA-256 of the input: the same input has the same plan.")
    sessions: int = Field(title="教室数")
    seats: int = Field(title="空席数")
    supporters: int = Field(title="サポーター数")
    filled: int | None = Field(title="充足見込数")
    value: int | None = Field(description="Points of the plan.")
    bound: int | None = Field(description="Points that no plan exceeds.")
    percent_of_bound: float | None = Field(default=None, title="最善の案に対する割合")
    words_ja: str = ""
    words_en: str = ""
    empty: list[EmptyOut] | None = Field(title="埋まらない席")
    wanted: list[WantedOut] | None = Field(title="募集の助言")
    offers: int | None = Field(title="打診数")
    left_out: int | None = Field(title="打診できなかった数")
    status: RoundStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = self.status.label_ja
        if self.value is not None and self.bound:
            self.percent_of_bound = math.floor(self.value / self.bound * 1000) / 10
            self.words_ja = f"最善の案の{self.percent_of_bound}%以上"
            self.words_en = f"{self.percent_of_bound} % of the best possible, or better"


class ProposalOut(Answer):
    """One supporter for one seat, and why."""

    round_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    municipality_ja: str = Field(title="団体", default="")
    session_id: str
    line: int = Field(title="募集内訳")
    supporter_id: str
    pseudonym: str = Field(title="仮名", default="")
    parts: dict[str, Any]
    words_ja: str = Field(title="理由", default="")
    words_en: str = ""
    reason_ja: str | None = Field(title="外した理由")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja, self.pseudonym = by_code(self.municipality).name_ja, f"supporter-{self.supporter_id}"
        way, skills = self.parts["tenths_km"] / 10, self.parts["skills"]
        told = [
            (True, f"会場まで約{way}km", f"about {way} km from the venue"),
            (self.parts["applied"], "本人が希望", "applied for it"),
            (self.parts["liked"], "希望する運営団体", "likes the host"),
            (bool(skills), f"技能：{'・'.join(SKILLS_JA[one] for one in skills)}", f"can do {', '.join(skills)}"),
            (self.parts["experienced"], "経験者の席", "seat for somebody experienced"),
            (self.parts["kept"], "前の案を維持", "as in the plan before"),
            (self.parts["lot"], "同条件のため抽選", "drawn by lot among equals"),
        ]
        self.words_ja = "、".join(ja for holds, ja, _ in told if holds)
        self.words_en = ", ".join(en for holds, _, en in told if holds)


class DroppingIn(Body):
    """Why not; name nobody."""

    reason_ja: Line


class RunOut(Answer):
    """How far the computation is."""

    state: RunState
    percent: int
    step: str
    begun_at: datetime
    ended_at: datetime | None

    @classmethod
    def of_run(cls, run: LongRun) -> Self:
        """Of a run's row."""
        return cls(
            state=run.state,
            percent=run.progress.get("percent", 0),
            step=run.progress.get("step", "waiting"),
            begun_at=run.begun_at,
            ended_at=run.ended_at,
        )


class WhatIfIn(Body):
    """What to try: more supporters in a municipality, or skills taught to some who are there."""

    municipality: MunicipalityCode
    supporters: Annotated[int, Field(strict=True, ge=0, le=500)] = 0
    skills: Annotated[tuple[SkillCode, ...], Field(max_length=6)] = ()
    sessions_per_month: Sessions = 4
    taught: Annotated[int, Field(strict=True, ge=0, le=500, description="How many who are there learn the skills.")] = 0


class StaffingOut(Answer):
    """What a plan reaches."""

    seats: int = Field(title="募集数")
    filled: int = Field(title="充足数")
    sessions: int = Field(title="教室数")
    without_anybody: int = Field(title="誰もいない教室")
    percent_of_bound: float


class WhatIfOut(Answer):
    """As things are, and as they would be."""

    now: StaffingOut
    then: StaffingOut

    @classmethod
    def of_both(cls, now: Staffing, then: Staffing) -> Self:
        """From what was computed."""
        parts = ("seats", "filled", "sessions", "without_anybody", "percent_of_bound")
        both = [StaffingOut(**{name: getattr(one, name) for name in parts}) for one in (now, then)]
        return cls(now=both[0], then=both[1])
