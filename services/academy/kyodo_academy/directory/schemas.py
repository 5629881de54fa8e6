"""The directory as it comes in and goes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from kyodo_academy.directory.model import MOST_SKILLS, Asked
from kyodo_academy.directory.values import Help
from kyodo_events.values.municipalities import Party
from kyodo_events.values.skills import KnownSkill, SkillRef, label_of
from kyodo_events.values.texts import Line
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer, Body, Resource


class EntryIn(Body):
    """How an official agrees to be found; name and contact are encrypted with the official's own key."""

    skills: Annotated[tuple[KnownSkill, ...], Field(min_length=1, max_length=MOST_SKILLS)]
    can_be_asked: Asked
    name_ja: Line
    contact_ja: Line = Field(description="A telephone extension or a mail address.")

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {"name_ja": self.name_ja, "contact_ja": self.contact_ja}

    @property
    def refs(self) -> tuple[SkillRef, ...]:
        """The skills as they are kept, each once."""
        return tuple({skill.key: SkillRef(**skill.model_dump()) for skill in self.skills}.values())


class SkillOut(Answer):
    """A skill with its name."""

    scheme: str
    version: str
    code: str
    label_ja: str = ""

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.label_ja = label_of(self.scheme, self.version, self.code)


class EntryOut(Resource):
    """An official who can be found, under the pseudonym."""

    learner_id: str
    pseudonym: str = Field(title="仮名", default="")
    organisation: Party = Field(title="所属コード")
    organisation_ja: str = Field(title="所属", default="")
    skills: list[SkillOut] = Field(title="スキル")
    can_be_asked: list[Help] = Field(title="相談できることコード")
    can_be_asked_ja: list[str] = Field(title="相談できること", default=[])
    consented_on: date = Field(title="同意日")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.pseudonym, self.organisation_ja = f"learner-{self.learner_id}", name_of(self.organisation)
        self.can_be_asked_ja = [one.label_ja for one in self.can_be_asked]


class ConsentState(Resource):
    """Whether an official is to be found. It repeats nothing of name and contact: answers may be stored."""

    learner_id: str
    listed: bool = Field(title="掲載中")


class LookOut(Answer):
    """A look at an official's name and contact."""

    look_id: str
    learner_id: str
    municipality: Party = Field(title="閲覧した団体コード")
    municipality_ja: str = Field(title="閲覧した団体", default="")
    viewer: str = Field(title="閲覧者", description="A learner's id, or the organisation that somebody acted for.")
    viewed_at: datetime = Field(title="閲覧日時")
    open_until: datetime = Field(title="閲覧期限")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja = name_of(self.municipality)


class ContactOut(Answer):
    """Who it is, and how to get there."""

    learner_id: str
    name_ja: str = Field(title="氏名")
    contact_ja: str = Field(title="連絡先")
    open_until: datetime | None = Field(title="閲覧期限", description="Null for the official's own entry.")
