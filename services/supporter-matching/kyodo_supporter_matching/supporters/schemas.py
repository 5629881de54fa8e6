"""Supporters as they come in and go out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Body, Resource, labelled
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.supporters.parts import (
    LANGUAGES_JA,
    Conditions,
    Grade,
    Language,
    Status,
    SupporterKind,
    SuspensionReason,
)


class ConditionsIn(Body, Conditions):
    """What may be asked of the supporter; all of it, what is left out is as if it were never said."""

    @property
    def stated(self) -> Conditions:
        """As the supporter takes them."""
        return Conditions(**{name: getattr(self, name) for name in Conditions.model_fields})


class SupporterIn(ConditionsIn):
    """A new candidate. The pseudonym is made here; send nothing that names the person."""

    home_municipality: MunicipalityCode
    kind: SupporterKind = SupporterKind.WORKING
    minor: bool = Field(default=False, description="Under 18: the guardian's consent is needed.")


class GuardianConsentIn(Body):
    """When the guardian signed, and the document's number. Send no name."""

    given_on: Day
    reference: Line


class DeclarationsIn(Body):
    """The last day of the volunteer insurance, and the day of the background declaration."""

    insured_until: Day
    declared_on: Day


class GradeIn(Body):
    """How much the supporter has done."""

    grade: Grade


class SuspensionIn(Body):
    """Why."""

    reason: SuspensionReason


class SupporterOut(Resource):
    """One supporter, under a pseudonym."""

    id: str
    pseudonym: str = Field(title="仮名")
    home_municipality: MunicipalityCode = Field(title="居住区市町村")
    kind: SupporterKind | None = Field(title="区分コード")
    kind_ja: str | None = Field(title="区分", default=None)
    minor: bool = Field(title="未成年")
    languages: Annotated[dict[Language, str], labelled(LANGUAGES_JA)] = Field(
        title="対応言語", description="Code and Japanese label."
    )
    sessions_per_month: int = Field(title="月あたり上限回数")
    conditions: Conditions | None = Field(title="活動条件")
    insured_until: date | None = Field(title="保険期限")
    declared_on: date | None = Field(title="身上申告日")
    grade: Grade = Field(title="経験区分コード")
    grade_ja: str = Field(title="経験区分", default="")
    status: Status = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    erased: bool = Field(title="削除済")

    @classmethod
    def of_model(cls, supporter: Supporter) -> Self:
        """The answer after a decision."""
        conditions = supporter.conditions
        asked = {"languages": conditions.languages, "sessions_per_month": conditions.sessions_per_month}
        return cls.of({**vars(supporter), **asked, "pseudonym": supporter.pseudonym})

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja = self.kind.label_ja if self.kind else None
        self.grade_ja, self.status_ja = self.grade.label_ja, self.status.label_ja
