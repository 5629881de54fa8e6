"""Feedback as it comes in and goes out. Texts are plain on the way in and in the answer to a GET, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_events.values.small_counts import WHY_JA
from kyodo_events.values.texts import Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.feedback.model import Feedback
from kyodo_supporter_matching.feedback.sums import Said, mean
from kyodo_supporter_matching.feedback.values import Rater, SessionRating, SessionTag, SupporterRating, SupporterTag

SAID_BY, SAID_OF = "said_by_ja", "said_of_ja"
"""The fields to which the texts of the two directions are sealed: one does not open as the other."""


class SessionFeedbackIn(Body):
    """How a session was. The municipality reads it in sums alone, never your text."""

    rating: SessionRating
    comment_ja: Text = Field(default="", description="Encrypted with your key; read by you and the secretariat.")


class SupporterFeedbackIn(Body):
    """How a supporter did. The supporter reads all of it."""

    rating: SupporterRating
    comment_ja: Text = Field(default="", description="Encrypted with the supporter's key; read by the supporter.")


class FeedbackGiven(Resource):
    """That feedback was given. It repeats no text: answers may be stored, personal data may not."""

    assignment_id: str
    session_id: str
    until: date = Field(description="The last day to change it.")

    @classmethod
    def of_session(cls, given: Feedback) -> Self:
        """The answer to a supporter."""
        return cls.of({**vars(given.of_session), "version": given.version, "assignment_id": given.id})

    @classmethod
    def of_supporter(cls, given: Feedback) -> Self:
        """The answer to a municipality or host."""
        return cls.of({**vars(given.of_supporter), "version": given.version, "assignment_id": given.id})


class FeedbackRow(Answer):
    """A row as it rests: texts are sealed."""

    assignment_id: str
    session_id: str
    municipality: MunicipalityCode
    supporter_id: str
    session_score: int | None
    venue_score: int | None
    host_score: int | None
    session_tags: list[SessionTag] | None
    session_sealed: dict[str, str] | None
    session_said_at: datetime | None
    supporter_score: int | None
    supporter_tags: list[SupporterTag] | None
    supporter_sealed: dict[str, str] | None
    supporter_said_at: datetime | None
    rated_by: Rater | None

    @property
    def sealed(self) -> dict[str, str]:
        """The texts of both directions."""
        return (self.session_sealed or {}) | (self.supporter_sealed or {})


class OwnFeedbackRow(Answer):
    """What a supporter said after an assignment, and what was said about the supporter."""

    assignment_id: str = Field(title="従事ID")
    session_id: str = Field(title="教室ID")
    municipality: MunicipalityCode = Field(title="団体コード")
    session_score: int | None = Field(title="活動の評価")
    venue_score: int | None = Field(title="会場の評価")
    host_score: int | None = Field(title="運営団体の評価")
    session_tags_ja: list[str] = Field(title="活動への所見")
    said_by_ja: str | None = Field(title="本人の感想")
    session_said_at: datetime | None = Field(title="感想提出日時")
    supporter_score: int | None = Field(title="本人への評価")
    supporter_tags_ja: list[str] = Field(title="本人への所見")
    said_of_ja: str | None = Field(title="本人へのコメント")
    rated_by: Rater | None = Field(title="評価者")
    supporter_said_at: datetime | None = Field(title="評価日時")

    @classmethod
    def of_row(cls, row: FeedbackRow, texts: Mapping[str, str] | None) -> Self:
        """The row with its texts; without them where the supporter was erased."""
        words = dict.fromkeys((SAID_BY, SAID_OF)) | dict(texts or {})
        tags = {
            "session_tags_ja": [tag.label_ja for tag in row.session_tags or ()],
            "supporter_tags_ja": [tag.label_ja for tag in row.supporter_tags or ()],
        }
        return cls.of({**vars(row), **tags, **words})


class SessionFeedbackRow(Answer):
    """What supporters said of a municipality's sessions in a quarter. What fewer than five of them said is hidden."""

    municipality: MunicipalityCode | None = Field(title="団体コード", description="Null: the sum of what is shown.")
    municipality_ja: str = Field(title="団体")
    supporters: int | None = Field(title="回答したサポーター数")
    ratings: int | None = Field(title="回答数")
    session_mean: float | None = Field(title="活動の評価（平均）")
    venue_mean: float | None = Field(title="会場の評価（平均）")
    host_mean: float | None = Field(title="運営団体の評価（平均）")
    tags: dict[SessionTag, int | None] = Field(
        title="所見", description="By how many supporters; null where it is hidden."
    )
    hidden_ja: str | None = Field(title="非表示の理由", description="Of the whole row, or of parts that are null.")

    @classmethod
    def of_said(cls, municipality: str | None, said: Said) -> Self:
        """The row of a municipality, or of Tokyo where none is named."""
        name = by_code(municipality).name_ja if municipality else "表示分の計"
        heading: dict[str, Any] = {"municipality": municipality, "municipality_ja": name}
        if said.is_hidden:
            nothing = dict.fromkeys(("supporters", "ratings", "session_mean", "venue_mean", "host_mean"))
            return cls(**heading, **nothing, tags=dict.fromkeys(SessionTag), hidden_ja=WHY_JA)
        seen = said.as_shown
        tags = {tag: seen.tags.get(tag) for tag in SessionTag}
        parts_are_hidden = None in tags.values() or seen.supporters_on_host < said.supporters_on_host
        return cls(
            **heading,
            supporters=seen.supporters,
            ratings=seen.ratings,
            session_mean=mean(seen.session_sum, seen.ratings),
            venue_mean=mean(seen.venue_sum, seen.ratings),
            host_mean=mean(seen.host_sum, seen.ratings_of_host),
            tags=tags,
            hidden_ja=WHY_JA if parts_are_hidden else None,
        )
