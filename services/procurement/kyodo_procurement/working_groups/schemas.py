"""What comes in and goes out about working groups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from kyodo_events.values.texts import Day, Id, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.documents import Minutes, Number
from kyodo_procurement.working_groups.model import Recommendation

Codes = Annotated[list[str], BeforeValidator(sorted)]
"""Municipalities in the order of their codes."""


class WorkingGroupIn(Body):
    """The theme whose group is opened."""

    theme_id: Id


class GroupMeetingIn(Body):
    """A meeting of the group, with its minutes."""

    held_on: Day
    text: Minutes


class ResolutionIn(Body):
    """How the issue is dealt with."""

    resolution: Annotated[Text, Field(min_length=1)]


class RecommendationIn(Body):
    """Which approach is recommended, naming the issues that are open at that moment."""

    approach: Annotated[Number, Field(strict=True)]
    open_issues: list[Number] = Field(default_factory=list, max_length=1000)


class WorkingGroupOut(Resource):
    """A working group as governments see it."""

    id: str = Field(description="The theme's id.")
    theme_ja: str = Field(title="テーマ")
    members: Codes = Field(title="参加団体")
    open_issues: list[int] = Field(title="未解決の課題")
    recommended: Recommendation | None = Field(title="推奨する進め方")


class GroupMeetingRow(Answer):
    """A meeting of the group."""

    number: int = Field(title="回")
    held_on: date = Field(title="開催日")
    text: str = Field(title="議事録")
    sha256: str = Field(title="SHA-256", description="Of the text's UTF-8 bytes.")
    recorded_by: str = Field(title="記録した団体", description="A municipality's code, or tokyo.")


class IssueRow(Answer):
    """An issue; open while it has no resolution."""

    number: int = Field(title="番号")
    raised_by: str = Field(title="提起した団体")
    title_ja: str = Field(title="課題")
    text: str = Field(title="内容")
    raised_at: datetime = Field(title="提起日時")
    resolution: str | None = Field(title="解決")
    resolved_at: datetime | None = Field(title="解決日時")


class ApproachRow(Answer):
    """An approach that a member proposed."""

    number: int = Field(title="番号")
    proposed_by: str = Field(title="提案した団体")
    title_ja: str = Field(title="進め方")
    text: str = Field(title="内容")
    proposed_at: datetime = Field(title="提案日時")
    recommended_at: datetime | None = Field(
        title="推奨日時", description="When it was recommended last; which one is recommended now, the group says."
    )
