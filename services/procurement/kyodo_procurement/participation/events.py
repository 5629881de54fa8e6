"""What happens to participation agreements, and in which ways a municipality takes part. The stream is the project."""

from __future__ import annotations

from enum import StrEnum

from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode


class ParticipationKind(StrEnum):
    """How a municipality takes part: an associate may buy and bears its charges, but has no vote on burden terms."""

    FULL = "full"
    ASSOCIATE = "associate"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"full": "正参加", "associate": "準参加"}[self.value]


class AgreementStatus(StrEnum):
    """How far an agreement has come; from the signature on, its months and the day decide."""

    INVITED = "invited"
    INTENDED = "intended"
    SIGNED = "signed"
    ACTIVE = "active"
    NOTICE_GIVEN = "notice_given"
    ENDED = "ended"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "invited": "案内済",
            "intended": "参加意向",
            "signed": "締結済",
            "active": "参加中",
            "notice_given": "終了通知済",
            "ended": "終了",
        }[self.value]


class ParticipationInvited(
    Event, type="kyodo.procurement.participation-invited", words="{municipality}に参加を案内した"
):
    """The secretariat asked a municipality to take part."""

    municipality: MunicipalityCode


class ParticipationIntended(
    Event, type="kyodo.procurement.participation-intended", words="{municipality}が参加の意向を示した"
):
    """A municipality said that it means to take part; nothing binds it yet."""

    municipality: MunicipalityCode


class ParticipationSigned(
    Event,
    type="kyodo.procurement.participation-signed",
    words="{municipality}が{from_month}からの参加協定（{kind}）を締結した",
):
    """A municipality's approver signed; ParticipantJoined follows and tells it to the outside."""

    municipality: MunicipalityCode
    from_month: Month
    kind: ParticipationKind


class NoticeGiven(
    Event, type="kyodo.procurement.notice-given", words="{municipality}が{last_month}をもって参加を終えると通知した"
):
    """A municipality's approver ended the agreement; ParticipantLeft follows and tells it to the outside.

    The reason, which may be empty, is between the municipality and the secretariat.
    """

    municipality: MunicipalityCode
    last_month: Month
    reason: str
