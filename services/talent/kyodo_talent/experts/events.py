"""What happens to an expert besides what is published, and what is refused. Nothing here names the person."""

from __future__ import annotations

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.skills import SkillRef
from kyodo_events.values.texts import Day
from kyodo_talent.experts.parts import (
    Availability,
    Conditions,
    EvidenceKind,
    HalfDays,
    Level,
    RemovalReason,
    SkillLevel,
)


class CapacityChanged(
    Event, type="kyodo.talent.capacity-changed", words="対応可能な枠を月{half_days_per_month}コマに変更した"
):
    """The expert had more or less time from then on. Since schedules are kept, CapacitySet says so instead."""

    half_days_per_month: HalfDays


class ConditionsStated(
    Event,
    type="kyodo.talent.conditions-stated",
    words="活動条件（人材像・言語・働き方・地域）を定めた",
):
    """The expert said what may be asked for: personas, languages, modes and areas."""

    conditions: Conditions


class SkillsClaimed(Event, type="kyodo.talent.skills-claimed", words="保有スキルを申告した"):
    """The expert said which skills there are; `skills` are all as they stand since, as in the next two."""

    skills: tuple[SkillLevel, ...]


class SkillEvidenced(
    Event, type="kyodo.talent.skill-evidenced", words="スキル「{skill.label_ja}」の根拠（{kind}）を確認した"
):
    """Something was shown for a skill."""

    skill: SkillRef
    level: Level
    kind: EvidenceKind
    skills: tuple[SkillLevel, ...]


class SkillVerified(
    Event,
    type="kyodo.talent.skill-verified",
    words="スキル「{skill.label_ja}」をレベル{level}と認めた（{expires_on}まで）",
):
    """The secretariat verified the level of a skill."""

    skill: SkillRef
    level: Level
    expires_on: Day
    skills: tuple[SkillLevel, ...]


class ExpertScreened(Event, type="kyodo.talent.expert-screened", words="審査を終えた"):
    """The secretariat screened the expert: papers read, interview held."""


class ExpertQualified(Event, type="kyodo.talent.expert-qualified", words="{valid_until}まで認定した"):
    """The secretariat vouches for the expert up to and with a day."""

    valid_until: Day


class QualificationRenewed(Event, type="kyodo.talent.qualification-renewed", words="認定を{valid_until}まで更新した"):
    """The secretariat vouches for the expert anew, whether or not the time before had run out."""

    valid_until: Day


class ExpertRemoved(Event, type="kyodo.talent.expert-removed", words="登録を抹消した（{reason}）"):
    """The expert is no longer on the list; what was worked and charged stays."""

    reason: RemovalReason


class AvailabilityChanged(
    Event, type="kyodo.talent.availability-changed", words="新規受付の状態を「{availability}」とした"
):
    """The expert takes new work, takes none up to and with `paused_until`, or takes none any more."""

    availability: Availability
    paused_until: Day | None


class ExpertErased(Event, type="kyodo.talent.expert-erased", words="個人情報を削除した"):
    """The person's key is gone. What remains says what an unnamed expert did."""


class ExpertIsErased(Refused):
    status, type = 410, "expert-erased"
    title = "The expert's data were erased"
    detail = "On request, everything that led to the person was erased (削除済); nothing can be added any more."
    remedy = "Nothing is to be done. Somebody who comes back is registered anew."


class NotToBeScreened(Refused):
    status, type = 409, "not-to-be-screened"
    title = "There is nothing to screen"
    detail = "The expert is {qualification} already."
    remedy = "Renew the qualification instead, or remove the expert and screen anew."


class NotScreened(Refused):
    status, type = 409, "expert-not-screened"
    title = "The expert was not screened"
    detail = "The expert is {qualification}; only who was screened can be qualified."
    remedy = "Record the screening first."


class AlreadyRemoved(Refused):
    status, type = 409, "expert-removed"
    title = "The expert is no longer on the list"
    detail = "The registration was taken off the list before."
    remedy = "Screen the expert anew to take the registration up again."


class DayImpossible(Refused):
    status, type = 422, "day-impossible"
    title = "The day cannot be meant"
    detail = "{day} is not between tomorrow and {latest}."
    remedy = "Give a day to come, within five years."


class PauseWithoutEnd(Refused):
    status, type = 422, "pause-without-end"
    title = "A pause has a last day, and nothing else has"
    detail = "Availability '{availability}' was given with paused_until {paused_until}."
    remedy = "Give paused_until with 'paused', and with nothing else; 'closed' is without end."
