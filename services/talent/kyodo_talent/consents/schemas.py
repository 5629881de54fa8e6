"""Consents as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.municipalities import MunicipalityCode, municipalities
from kyodo_events.values.texts import Day
from kyodo_platform.resources import Answer, Body
from kyodo_talent.consents.model import DocumentNumber, Purpose

Some = Annotated[list[MunicipalityCode], Field(min_length=1, max_length=62)]


class AddresseesIn(Body):
    """To whom: some municipalities, or `everybody`, all 62."""

    municipalities: Some | None = None
    everybody: bool = False

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.everybody is (self.municipalities is not None):
            raise ValueError("name municipalities, or say everybody: one of the two")
        return self

    @property
    def codes(self) -> list[str]:
        """The municipalities."""
        return list(self.municipalities or [one.code for one in municipalities()])


class ConsentIn(AddresseesIn):
    """A consent, and its last day."""

    until: Day
    reference: DocumentNumber | None = Field(
        default=None, description="The expert's paper; needed where the secretariat records the consent."
    )


class ConsentOut(Answer):
    """A consent to one municipality."""

    municipality: str = Field(title="団体コード")
    expert_id: str
    purpose: Purpose = Field(title="目的")
    until_day: date = Field(title="期限")
    given_at: datetime = Field(title="同意日時")
    withdrawn_at: datetime | None = Field(title="撤回日時")
    reference: str | None = Field(title="根拠書類")
