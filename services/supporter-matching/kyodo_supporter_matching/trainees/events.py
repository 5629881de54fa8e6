"""What happens in a supporter's training, and what is refused. No event says who the person is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Day, Id
from kyodo_supporter_matching.programmes.values import Content, Percent, VersionNumber
from kyodo_supporter_matching.trainees.values import CertificateNumber, RevocationReason

Attempt = Annotated[int, Field(ge=1, le=10, description="Which attempt it was.")]


class _OfTrainee(Event):
    """Something about a supporter who is at home in one municipality; the stream is the supporter's."""

    municipality: MunicipalityCode


class TrainingAppliedFor(
    _OfTrainee,
    type="kyodo.supporter-matching.training-applied-for",
    words="研修「{content.title_ja}」第{programme_version}版の受講を申し込んだ",
):
    """The supporter is to be trained by what this version says; a new application begins from nothing."""

    programme_id: Id
    programme_version: VersionNumber
    content: Content


class TrainingUnitCompleted(
    _OfTrainee, type="kyodo.supporter-matching.training-unit-completed", words="単元「{unit}」を修了した"
):
    """A unit is done: in a course, or online. `refresher` where it counts towards the renewal."""

    unit: Code
    course_id: Id | None
    completed_on: Day
    refresher: bool
    done: tuple[Code, ...] = Field(description="All units done by now, of the training or of the refresher.")


class TrainingTestPassed(_OfTrainee, type="kyodo.supporter-matching.training-test-passed", words="修了試験に合格した"):
    """The test was passed. The score is for the supporter and the secretariat."""

    score: Percent
    attempt: Attempt
    taken_on: Day


class TrainingTestFailed(
    _OfTrainee, type="kyodo.supporter-matching.training-test-failed", words="修了試験は不合格だった"
):
    """The test was not passed. The score is for the supporter and the secretariat."""

    score: Percent
    attempt: Attempt
    taken_on: Day


class TrainingCertificateIssued(
    _OfTrainee, type="kyodo.supporter-matching.training-certificate-issued", words="{valid_until}まで認定した"
):
    """The supporter is certified, up to and with the last day."""

    number: CertificateNumber
    certified_on: Day
    valid_until: Day


class TrainingCertificateTakenOver(
    _OfTrainee,
    type="kyodo.supporter-matching.training-certificate-taken-over",
    words="他で{certified_on}に交付された認定を引き継いだ（{valid_until}まで）",
):
    """The supporter was certified elsewhere, before this service kept the training."""

    programme_id: Id
    programme_version: VersionNumber
    content: Content
    number: CertificateNumber
    certified_on: Day
    valid_until: Day


class TrainingCertificateRenewed(
    _OfTrainee, type="kyodo.supporter-matching.training-certificate-renewed", words="認定を{valid_until}まで更新した"
):
    """The certificate is valid again or longer, without a gap from `valid_from` up to and with the last day."""

    renewed_on: Day
    valid_from: Day
    valid_until: Day


class TrainingCertificateRevoked(
    _OfTrainee, type="kyodo.supporter-matching.training-certificate-revoked", words="認定を取り消した（{reason}）"
):
    """The certificate is valid no more, from now on."""

    reason: RevocationReason


class TrainingUnderWay(Refused):
    status, type = 409, "training-under-way"
    title = "There is a training already (研修の受講中または認定済み)"
    detail = "The training stands at {status}."
    remedy = "Go on with it. A new one begins after the last attempt failed, or once the certificate cannot be renewed."


class NotInTraining(Refused):
    status, type = 409, "training-not-open"
    title = "The supporter is not in this training (受講中ではない)"
    detail = "The training stands at {status}, and does not go on with this."
    remedy = "Apply for the version of the programme first; who is certified takes units of the refresher."


class UnitsMissing(Refused):
    status, type = 409, "training-units-missing"
    title = "Units are missing (未修了の単元がある)"
    detail = "These units are not done yet: {units}."
    remedy = "Attend a course of each, or have the online ones recorded."


class NoAttemptLeft(Refused):
    status, type = 409, "training-no-attempt-left"
    title = "The test cannot be taken once more (受験回数の上限)"
    detail = "It was taken {attempts} times, which is the most."
    remedy = "Apply for the training anew."


class CertificateUnearned(Refused):
    status, type = 409, "training-test-not-passed"
    title = "The test is not passed (修了試験に未合格)"
    detail = "The training stands at {status}."
    remedy = "Record a test that is passed; a certificate follows from it."


class NotCertified(Refused):
    status, type = 409, "training-not-certified"
    title = "There is no certificate (認定なし)"
    detail = "The training stands at {status}."
    remedy = "Certify the supporter first."


class CertificateNotValid(Refused):
    status, type = 422, "training-certificate-not-valid"
    title = "The certificate is not valid today (認定が有効でない)"
    detail = "Certificate {number} was issued on {since} and is valid until {until}."
    remedy = "Check the day of issue; who is certified no more is trained anew."


class LapsedTooLong(Refused):
    status, type = 409, "training-lapsed-too-long"
    title = "The certificate lapsed too long ago (失効後6か月を超過)"
    detail = "It was valid until {until} and could be renewed until {latest}."
    remedy = "Apply for the training anew."
