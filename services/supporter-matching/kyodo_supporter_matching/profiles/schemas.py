"""Profiles as they come in and go out. What comes in is plaintext: it is sealed before anything else happens."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.values.texts import Line
from kyodo_platform.resources import Answer, Body, Resource

_PART = r"[^\s@\x00-\x1f\x7f]"
Email = Annotated[str, Field(pattern=f"^{_PART}{{1,64}}@{_PART}{{1,120}}$", examples=["placeholder@example.jp"])]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9-]{5,19}$", examples=["03-0000-0000"])]


class ProfileIn(Body):
    """The whole profile: what is left out is empty afterwards. Every field is encrypted with the person's own key."""

    name_ja: Line
    name_kana: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    school_ja: Line | None = None

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {name: text for name, text in self if text}


class ProfileWritten(Resource):
    """That a profile was written. It repeats nothing of it: answers may be stored, personal data may not."""

    supporter_id: str
    fields: list[str] = Field(description="The fields that say something now.")


class ProfileOut(Resource):
    """A supporter's profile; without personal fields once they were erased."""

    supporter_id: str
    pseudonym: str = Field(title="仮名")
    erased: bool = Field(title="削除済")
    name_ja: str | None = Field(default=None, title="氏名")
    name_kana: str | None = Field(default=None, title="氏名カナ")
    email: str | None = Field(default=None, title="メール")
    phone: str | None = Field(default=None, title="電話")
    school_ja: str | None = Field(default=None, title="学校")


class ErasureIn(Body):
    """The supporter's request to be forgotten."""

    reference: Line | None = Field(
        default=None, description="The written request; needed where the secretariat erases for the supporter."
    )


class ErasureOut(Answer):
    """What an erasure leaves."""

    supporter_id: str
    pseudonym: str
    erased: bool
