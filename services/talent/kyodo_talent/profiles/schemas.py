"""Profiles as they come in and go out. What comes in is plaintext: it is sealed before anything else happens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.values.texts import Line, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.consents.model import DocumentNumber, Purpose

_PART = r"[^\s@\x00-\x1f\x7f]"
Email = Annotated[str, Field(pattern=f"^{_PART}{{1,64}}@{_PART}{{1,120}}$", examples=["placeholder@example.jp"])]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9-]{5,19}$", examples=["03-0000-0000"])]


class Shown(StrEnum):
    """How much of a profile the answer shows."""

    PSEUDONYMISED = "pseudonymised"
    OPEN = "open"
    ERASED = "erased"


SHOWN_JA = {Shown.PSEUDONYMISED: "仮名", Shown.OPEN: "開示", Shown.ERASED: "削除済"}


class ProfileIn(Body):
    """The whole profile: what is left out is empty afterwards. Every field is encrypted with the expert's own key."""

    name_ja: Line
    name_kana: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    employer_ja: Line | None = Field(default=None, description="The home organisation.")
    cv_ja: Text | None = None

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {name: text for name, text in self if text}


class ProfileWritten(Resource):
    """That a profile was written. It repeats nothing of it: answers may be stored, personal data may not."""

    expert_id: str
    fields: list[str] = Field(description="The fields that say something now.")


class ProfileOut(Resource):
    """An expert's profile: personal fields only for those who may read them at this moment."""

    expert_id: str
    pseudonym: str = Field(title="仮名")
    shown: Shown
    shown_ja: str = Field(title="表示区分")
    name_ja: str | None = Field(default=None, title="氏名")
    name_kana: str | None = Field(default=None, title="氏名カナ")
    email: str | None = Field(default=None, title="メール")
    phone: str | None = Field(default=None, title="電話")
    employer_ja: str | None = Field(default=None, title="所属")
    cv_ja: str | None = Field(default=None, title="経歴")


class ProfileViewIn(Body):
    """What the profile is opened for."""

    purpose: Purpose


class ProfileViewOut(Answer):
    """One look at a profile."""

    view_id: str
    expert_id: str
    municipality: str = Field(title="閲覧団体", description="`tokyo` for the secretariat.")
    purpose: Purpose = Field(title="目的")
    viewer: str = Field(title="閲覧者", description="The opaque name under which the viewer signs in.")
    viewed_at: datetime = Field(title="閲覧日時")
    open_until: datetime = Field(title="閲覧期限")


class ErasureIn(Body):
    """The expert's request to be forgotten."""

    reference: DocumentNumber | None = Field(
        default=None, description="The written request; needed where the secretariat erases on behalf of the expert."
    )


class ErasureOut(Answer):
    """What an erasure leaves."""

    expert_id: str
    pseudonym: str
    erased: bool
    kept_ja: str = "仮名による活動履歴、稼働実績及び負担額は保持されます。"
