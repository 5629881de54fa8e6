"""A list of supporters as it comes in from whoever kept it before, and what became of it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Day, Id
from kyodo_platform.resources import Answer, Body
from kyodo_supporter_matching.programmes.values import VersionNumber
from kyodo_supporter_matching.supporters.model import Enrolment, Supporter
from kyodo_supporter_matching.supporters.parts import Grade, Status
from kyodo_supporter_matching.supporters.schemas import DeclarationsIn, GuardianConsentIn, SupporterIn
from kyodo_supporter_matching.trainees.values import CertificateNumber

MOST = 200


class EnrolmentIn(SupporterIn):
    """A supporter who is registered elsewhere already: with certificate, insurance and declaration."""

    grade: Grade = Grade.NEWCOMER
    guardian: GuardianConsentIn | None = Field(default=None, description="Of a minor: when the guardian signed.")
    declarations: DeclarationsIn
    certificate: CertificateNumber
    certified_on: Day

    @property
    def enrolment(self) -> Enrolment:
        """As the supporter takes it."""
        return Enrolment(
            home=self.home_municipality,
            kind=self.kind,
            minor=self.minor,
            conditions=self.stated,
            grade=self.grade,
            guardian=(self.guardian.given_on, self.guardian.reference) if self.guardian else None,
            insured_until=self.declarations.insured_until,
            declared_on=self.declarations.declared_on,
        )


class IntakeIn(Body):
    """Supporters who are registered elsewhere, and by which version of which programme they count as trained."""

    programme_id: Id
    programme_version: VersionNumber
    supporters: Annotated[tuple[EnrolmentIn, ...], Field(min_length=1, max_length=MOST)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = [one for one, times in Counter(row.certificate for row in self.supporters).items() if times > 1]
        if twice:
            raise ValueError(f"certificates stand twice in the list: {', '.join(sorted(twice))}; name each person once")
        return self


class EnrolledOut(Answer):
    """Under which id and pseudonym a row of the list is kept from now on."""

    certificate: str = Field(title="認定番号")
    supporter_id: str
    pseudonym: str = Field(title="仮名")
    status: Status = Field(title="状態コード")

    @classmethod
    def of_model(cls, supporter: Supporter, certificate: str) -> Self:
        """Of a supporter who was taken over."""
        return cls(
            certificate=certificate,
            supporter_id=supporter.id,
            pseudonym=supporter.pseudonym,
            status=supporter.status,
        )


class IntakeOut(Answer):
    """The supporters who were taken over, in the order of the list."""

    supporters: list[EnrolledOut]
