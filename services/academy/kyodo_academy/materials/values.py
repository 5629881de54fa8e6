"""What a material says of itself: title, licence, tags, and for whom it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_academy.visibility import Visibility
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_events.values.value import Value


class Licence(StrEnum):
    """What others may do with a material."""

    CC0 = "cc0"
    CC_BY = "cc_by_4_0"
    CC_BY_SA = "cc_by_sa_4_0"
    CC_BY_NC = "cc_by_nc_4_0"
    GOVERNMENT = "gov_standard_2_0"
    GOVERNMENTS_ONLY = "governments_only"
    OWN_USE = "own_use"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return LICENCES_JA[self]


LICENCES_JA = {
    Licence.CC0: "CC0 1.0（権利放棄）",
    Licence.CC_BY: "CC BY 4.0（表示）",
    Licence.CC_BY_SA: "CC BY-SA 4.0（表示－継承）",
    Licence.CC_BY_NC: "CC BY-NC 4.0（表示－非営利）",
    Licence.GOVERNMENT: "政府標準利用規約（第2.0版）",
    Licence.GOVERNMENTS_ONLY: "都・区市町村の業務利用に限る",
    Licence.OWN_USE: "閲覧者本人の学習利用に限る",
}

Tag = Annotated[Line, Field(max_length=40)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=20)]
MaterialNumber = Annotated[int, Field(ge=1, le=10_000, description="The number of a published version.")]


class MaterialStatus(StrEnum):
    """How far a material has come; a published one may be changed, towards its next version."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"draft": "下書き", "published": "公開中", "withdrawn": "公開終了"}[self.value]


class MaterialContent(Value):
    """All that a version says, besides its files."""

    title_ja: Line
    description_ja: Text = ""
    licence: Licence
    tags: Tags = ()
    skills: Annotated[
        tuple[Code, ...], Field(max_length=20, description="The codes of the skills that it teaches (DSS).")
    ] = ()
    course_ids: Annotated[tuple[Id, ...], Field(max_length=50, description="Courses that it belongs to.")] = ()
    visibility: Visibility = Field(description="For whom it is once it is published; never `draft`.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.visibility is Visibility.DRAFT:
            raise ValueError("a material is a draft until it is published: say for whom it is then")
        for named in (self.tags, self.skills, self.course_ids):
            if len(set(named)) < len(named):
                raise ValueError("a tag, skill or course is named twice")
        return self
