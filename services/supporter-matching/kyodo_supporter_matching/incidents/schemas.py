"""Incidents as they come in and go out. Texts are plain on the way in and in the answer to a GET, nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.incidents.model import Report
from kyodo_supporter_matching.incidents.values import IncidentKind, IncidentStatus, Party, Severity
from kyodo_supporter_matching.sessions.schemas import LATEST

NAME_NOBODY = "Name nobody where it can be helped. It is encrypted with a key of the incident's own."

Words = Annotated[Text, Field(min_length=1, description=NAME_NOBODY)]
Moment = Annotated[AwareDatetime, Field(ge=datetime.fromisoformat("2000-04-01T00:00:00+09:00"), le=LATEST)]


class OwnIncidentIn(Body):
    """What happened at a session, told by a supporter who was there."""

    kind: IncidentKind
    severity: Severity
    happened_at: Moment
    what_happened_ja: Words

    def report(self, by: Party, reporter_id: str | None, sealed: dict[str, str]) -> Report:
        """What is told, with its texts sealed."""
        return Report(self.kind, self.severity, self.happened_at, by, reporter_id, sealed)

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {"what_happened_ja": self.what_happened_ja}


class IncidentIn(OwnIncidentIn):
    """What happened at a session, told by its municipality or host."""

    assignment_id: Id | None = Field(
        default=None,
        description="The assignment of the supporter whom it is about, of the same session. It is sealed with the"
        " text, so that nothing else leads from the supporter to the incident.",
    )

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return super().texts | ({"assignment_id": self.assignment_id} if self.assignment_id else {})


class StepIn(Body):
    """What is done about it, by whom, and until when."""

    by: Party
    until: Day
    what_ja: Words


class ResultIn(Body):
    """What came of it."""

    result_ja: Words


class ReasonIn(Body):
    """Why it is taken up again."""

    reason_ja: Words


class IncidentErasureIn(Body):
    """Somebody's request to be forgotten, where it was written."""

    reference: Line | None = Field(default=None, description="The number of the document; name nobody.")


class IncidentOut(Resource):
    """How an incident stands. What was told in words is asked apart, by those who follow it up."""

    incident_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    session_id: str = Field(title="教室ID")
    kind: IncidentKind = Field(title="種類コード")
    kind_ja: str = Field(default="", title="種類")
    severity: Severity = Field(title="重大度コード")
    severity_ja: str = Field(default="", title="重大度")
    happened_at: datetime = Field(title="発生日時")
    reported_at: datetime = Field(title="報告日時")
    by: Party = Field(title="報告者区分コード")
    by_ja: str = Field(default="", title="報告者区分")
    status: IncidentStatus = Field(title="状態コード")
    status_ja: str = Field(default="", title="状態")
    due_on: date = Field(title="次の期限", description="Of a closed one: what was due when it was closed.")
    overdue: bool = Field(title="期限超過")
    erased: bool = Field(title="記述削除済")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja, self.severity_ja = self.kind.label_ja, self.severity.label_ja
        self.by_ja, self.status_ja = self.by.label_ja, self.status.label_ja


class StepOut(Answer):
    """One step; without words once the incident was erased."""

    step: int
    by: Party
    by_ja: str
    until: date
    done_on: date | None
    what_ja: str | None


class AccountOut(Answer):
    """What was told of an incident in words; nothing of it once it was erased."""

    incident_id: str
    erased: bool
    what_happened_ja: str | None = None
    about_pseudonym: str | None = Field(
        default=None, description="The supporter whom it is about; told to the municipality of the session alone."
    )
    result_ja: str | None = None
    reason_ja: str | None = Field(default=None, description="Why it was reopened, while it is not closed again.")
    steps: list[StepOut]
