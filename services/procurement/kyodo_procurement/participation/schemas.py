"""What participation agreements are asked and answered in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Day, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.participation.events import AgreementStatus, ParticipationKind
from kyodo_procurement.projects.model import Project

REMAINS = "参加の終了によって、発注済みの注文と未払いの負担金が取り消されることはありません。"


class SignatureIn(Body):
    """From which month on a municipality takes part, and in which way."""

    from_month: Month
    from_day: Day | None = Field(default=None, description="First day, for burden terms that charge by day (日割).")
    kind: ParticipationKind = Field(
        default=ParticipationKind.FULL,
        description="An associate may buy and bears its charges like everybody, but has no vote on burden terms.",
    )

    @model_validator(mode="after")
    def _day_in_month(self) -> Self:
        require_in_month(self.from_day, self.from_month)
        return self


def require_in_month(day: date | None, month: Month) -> None:
    """Raises ValueError for a day of another month."""
    if day is not None and Month.containing(day) != month:
        raise ValueError(f"the day {day.isoformat()} does not lie in {month}")


class NoticeIn(Body):
    """With which month a municipality's participation ends."""

    last_month: Month = Field(description="The month is included; it is not over yet.")
    last_day: Day | None = Field(default=None, description="Last day, for burden terms that charge by day (日割).")
    reason: Text = Field(default="", description="Read by the municipality and the secretariat only.")

    @model_validator(mode="after")
    def _day_in_month(self) -> Self:
        require_in_month(self.last_day, self.last_month)
        return self


class AgreementOut(Resource):
    """How a municipality's agreement stands now. Version and ETag are the project's."""

    project_id: str
    municipality: str
    status: AgreementStatus
    kind: ParticipationKind | None
    from_month: Month | None
    last_month: Month | None
    note_ja: str | None = Field(description="What stays in spite of a notice.")

    @classmethod
    def in_month(cls, project: Project, municipality: str, month: Month) -> Self:
        """The agreement that was last acted on, as it stands in a month."""
        agreement = project.agreement(municipality)
        period = None if agreement.step else agreement.latest
        return cls(
            version=project.version,
            project_id=project.id,
            municipality=municipality,
            status=agreement.status(month),
            kind=period.kind if period else None,
            from_month=period.from_month if period else None,
            last_month=period.last_month if period else None,
            note_ja=REMAINS if period and period.last_month else None,
        )


class AgreementRow(Answer):
    """An agreement, signed or to be signed, as everybody may see it; its status follows the calendar."""

    municipality: str = Field(title="団体コード")
    status: AgreementStatus = Field(title="状態")
    kind: ParticipationKind | None = Field(title="参加区分")
    from_month: Month | None = Field(title="参加開始月")
    last_month: Month | None = Field(title="参加終了月")


class ParticipantRow(Answer):
    """A period in which a municipality takes part."""

    municipality: str = Field(title="団体コード")
    from_month: Month = Field(title="参加開始月")
    last_month: Month | None = Field(title="参加終了月")
    kind: ParticipationKind = Field(title="参加区分")
    from_day: date | None = Field(title="参加開始日", description="Where it is not the first of the month.")
    last_day: date | None = Field(title="参加終了日", description="Where it is not the last of the month.")


class NoticeRow(Answer):
    """A notice with its reason."""

    municipality: str = Field(title="団体コード")
    last_month: Month = Field(title="参加終了月")
    reason: str = Field(title="理由")
    given_at: datetime = Field(title="通知日時")


class Standing(Answer):
    """One cell of the matrix: how a municipality's agreement on a project stands."""

    project_id: str
    municipality: str
    status: AgreementStatus
