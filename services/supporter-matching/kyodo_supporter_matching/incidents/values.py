"""What incidents are about, how bad they are, how they stand, and who does something about them."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class IncidentKind(StrEnum):
    """What happened."""

    INJURY = "injury"
    LOST_PROPERTY = "lost_property"
    DEVICE_DAMAGED = "device_damaged"
    FRAUD_SUSPECTED = "fraud_suspected"
    COMPLAINT = "complaint"
    PRIVACY = "privacy"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return KINDS_JA[self]


KINDS_JA = {
    IncidentKind.INJURY: "けが・急病",
    IncidentKind.LOST_PROPERTY: "遺失物",
    IncidentKind.DEVICE_DAMAGED: "端末の破損",
    IncidentKind.FRAUD_SUSPECTED: "詐欺の疑い",
    IncidentKind.COMPLAINT: "苦情",
    IncidentKind.PRIVACY: "個人情報",
    IncidentKind.OTHER: "その他",
}


class Severity(StrEnum):
    """How bad it is."""

    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"minor": "軽微", "moderate": "中程度", "severe": "重大"}[self.value]


class IncidentStatus(StrEnum):
    """How far it has come."""

    REPORTED = "reported"
    IN_FOLLOW_UP = "in_follow_up"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"reported": "報告済み", "in_follow_up": "対応中", "closed": "完了"}[self.value]


class Party(StrEnum):
    """Who reports an incident, or does something about it."""

    MUNICIPALITY = "municipality"
    HOST = "host"
    SUPPORTER = "supporter"
    SECRETARIAT = "secretariat"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return PARTIES_JA[self]


PARTIES_JA = {
    Party.MUNICIPALITY: "区市町村",
    Party.HOST: "運営団体",
    Party.SUPPORTER: "サポーター",
    Party.SECRETARIAT: "事務局",
}

FIRST_STEP_WITHIN: Final = {
    Severity.MINOR: timedelta(days=14),
    Severity.MODERATE: timedelta(days=7),
    Severity.SEVERE: timedelta(days=1),
}
"""How long after the report somebody has to say what is done about it."""

DECIDED_WITHIN: Final = timedelta(days=7)
"""How long after the last step was done the incident has to be closed, or a further step planned."""
