"""What happens to an introduction case. Nothing names the expert; texts about the person are sealed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Day, Id
from kyodo_talent.introductions.values import Outcome, Reason

FollowUpMonths = Annotated[int, Field(strict=True, ge=3, le=12, description="Months after the engagement: 3, 6 or 12.")]


class ExpertLonglisted(
    Event, type="kyodo.talent.expert-longlisted", words="{municipality}の依頼の候補に専門人材を挙げた"
):
    """The secretariat thinks of an expert for a municipality's request."""

    request_id: Id
    municipality: MunicipalityCode
    expert_id: Id


class IntroductionConsentAsked(Event, type="kyodo.talent.introduction-consent-asked", words="本人に紹介の同意を求めた"):
    """The expert was asked whether the municipality may know."""

    municipality: MunicipalityCode


class IntroductionConsented(
    Event, type="kyodo.talent.introduction-consented", words="本人が{until}までの開示に同意した"
):
    """The expert agreed to be introduced."""

    municipality: MunicipalityCode
    until: Day


class ExpertIntroduced(
    Event, type="kyodo.talent.expert-introduced", words="{municipality}に専門人材を紹介した（{expires_on}まで）"
):
    """The municipality may read the profile as it stood, up to and with a day. It is sealed with the expert's key."""

    municipality: MunicipalityCode
    expert_id: Id
    snapshot: dict[Code, Sealed]
    expires_on: Day


class ExpertInterviewed(Event, type="kyodo.talent.expert-interviewed", words="{municipality}が{day}に面談した"):
    """The municipality met the expert; its notes are about a person and therefore sealed."""

    municipality: MunicipalityCode
    day: Day
    notes: Sealed | None


class EngagementOffered(Event, type="kyodo.talent.engagement-offered", words="{municipality}が条件を提示した"):
    """The municipality offers an engagement from a day on."""

    municipality: MunicipalityCode
    from_day: Day


class ExpertEngaged(Event, type="kyodo.talent.expert-engaged", words="{municipality}での任用・契約が成立した"):
    """The expert accepted. Other municipalities may go on asking for the expert."""

    municipality: MunicipalityCode
    expert_id: Id
    from_day: Day


class CaseEnded(Event):
    """Base of the ends without an engagement."""

    municipality: MunicipalityCode
    reason: Reason


class ExpertNotReferred(CaseEnded, type="kyodo.talent.expert-not-referred", words="紹介を見送った（{reason}）"):
    """The secretariat does not introduce the expert."""


class ExpertNotSelected(CaseEnded, type="kyodo.talent.expert-not-selected", words="採用を見送った（{reason}）"):
    """The municipality does not go on with the expert."""


class ExpertDeclined(CaseEnded, type="kyodo.talent.expert-declined", words="本人が辞退した（{reason}）"):
    """The expert does not want to go on."""


class IntroductionWithdrawn(
    CaseEnded, type="kyodo.talent.introduction-withdrawn", words="依頼元が取り下げた（{reason}）"
):
    """The municipality no longer looks for anybody."""


class FollowUpRecorded(
    Event, type="kyodo.talent.follow-up-recorded", words="{months}か月後の状況を確認した（{outcome}）"
):
    """How the engagement goes, some months after it began."""

    municipality: MunicipalityCode
    months: FollowUpMonths
    day: Day
    outcome: Outcome
    notes: Sealed | None
    next_due: Annotated[Day | None, Field(description="When the next follow-up is due; null after the last one.")]
