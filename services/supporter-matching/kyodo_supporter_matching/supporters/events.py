"""What happens to a supporter besides what is published, and what is refused. Nothing here names the person."""

from __future__ import annotations

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Line
from kyodo_supporter_matching.supporters.parts import Conditions, Grade, SupporterKind, SuspensionReason


class SupporterApplied(Event, type="kyodo.supporter-matching.supporter-applied", words="サポーターに応募した"):
    """Somebody wants to become a supporter, under a pseudonym made by us."""

    pseudonym: str
    home_municipality: MunicipalityCode
    kind: SupporterKind
    minor: bool


class GuardianConsented(
    Event, type="kyodo.supporter-matching.guardian-consented", words="保護者の同意書を{given_on}付けで受領した"
):
    """A minor's guardian agreed in writing. The document is kept elsewhere, and names nobody here."""

    given_on: Day
    reference: Line


class ConditionsStated(Event, type="kyodo.supporter-matching.conditions-stated", words="活動条件を定めた"):
    """The supporter said what may be asked for; all of it, as it stands since."""

    conditions: Conditions


class DeclarationsMade(
    Event,
    type="kyodo.supporter-matching.declarations-made",
    words="保険（{insured_until}まで）と経歴の申告（{declared_on}付け）を記録した",
):
    """The volunteer insurance and the background declaration were seen by the secretariat."""

    insured_until: Day
    declared_on: Day


class SupporterGraded(Event, type="kyodo.supporter-matching.supporter-graded", words="経験区分を「{grade}」とした"):
    """The secretariat said how much the supporter has done."""

    grade: Grade


class SupporterActivated(Event, type="kyodo.supporter-matching.supporter-activated", words="活動を開始した"):
    """The supporter can be matched."""


class SupporterRested(Event, type="kyodo.supporter-matching.supporter-rested", words="活動を休止した"):
    """The supporter is not to be matched for the time being."""


class SupporterResumed(Event, type="kyodo.supporter-matching.supporter-resumed", words="活動を再開した"):
    """The supporter is to be matched again."""


class SupporterSuspended(
    Event, type="kyodo.supporter-matching.supporter-suspended", words="活動を停止した（理由コード：{reason}）"
):
    """The secretariat stopped the supporter from being matched."""

    reason: SuspensionReason


class SupporterReinstated(Event, type="kyodo.supporter-matching.supporter-reinstated", words="活動の停止を解いた"):
    """The reason is gone; the supporter rests until resuming."""


class SupporterWithdrew(Event, type="kyodo.supporter-matching.supporter-withdrew", words="退会した"):
    """The supporter left the scheme, or was taken out of it."""


class SupporterErased(
    Event, type="kyodo.supporter-matching.supporter-erased", words="本人の求めにより個人情報を削除した"
):
    """The person's key was erased in the same transaction. What was done stays, under the pseudonym."""


class CertificateMissing(Refused):
    status, type = 409, "supporter-without-certificate"
    title = "There is no valid certificate"
    detail = "Only who finished the training is registered, and only while the certificate is valid."
    remedy = "Certify the supporter's training first, or renew it by a refresher."


class GuardianConsentMissing(Refused):
    status, type = 409, "guardian-consent-missing"
    title = "The guardian's consent is not on record"
    detail = "This supporter is a minor."
    remedy = "Record the guardian's consent first."


class DeclarationsMissing(Refused):
    status, type = 409, "declarations-missing"
    title = "Insurance or background declaration are missing or have lapsed"
    detail = "A supporter begins to help when both are on record and the insurance is valid today."
    remedy = "Record them first."


class WrongStatus(Refused):
    status, type = 409, "supporter-status-wrong"
    title = "That does not fit how the supporter stands"
    detail = "The supporter is '{current}'; this needs {needed}."
    remedy = "Look at the supporter's status, and do first what is due."


class InsuranceOver(Refused):
    status, type = 422, "insurance-over"
    title = "The insurance or declaration has an impossible date"
    detail = "An insurance ends today or later, within five years; a declaration was made today or before."
    remedy = "Check the dates on the papers."


class SupporterIsErased(Refused):
    status, type = 410, "supporter-erased"
    title = "The supporter's data were erased"
    detail = "The person asked for it. What was done before stays on record under the pseudonym."
    remedy = "Register the person anew if they wish to come back."
