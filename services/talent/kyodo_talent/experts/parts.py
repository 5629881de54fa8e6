"""What an expert is described by, besides the persona: skills with their levels, and how far the expert reaches."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.values.municipalities import Area
from kyodo_events.values.skills import SkillRef
from kyodo_events.values.texts import Day
from kyodo_events.values.value import Value
from kyodo_talent.reference.personas import Persona

HalfDays = Annotated[int, Field(strict=True, ge=1, le=62, description="Capacity in half-days per month.")]
Level = Annotated[
    int,
    Field(
        strict=True,
        ge=0,
        le=5,
        description="0 has heard of it, 1 helps under guidance, 2 does parts alone, 3 does it alone, 4 leads others, "
        "5 sets the way for a whole organisation.",
    ),
]


class Qualification(StrEnum):
    """How far the secretariat vouches for an expert. `expired` is never stored: it follows from the day."""

    REGISTERED = "registered"
    SCREENED = "screened"
    QUALIFIED = "qualified"
    EXPIRED = "expired"
    REMOVED = "removed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return QUALIFICATION_JA[self]


QUALIFICATION_JA = {
    Qualification.REGISTERED: "登録済み",
    Qualification.SCREENED: "審査済み",
    Qualification.QUALIFIED: "認定",
    Qualification.EXPIRED: "認定期限切れ",
    Qualification.REMOVED: "登録抹消",
}


class Availability(StrEnum):
    """Whether the expert takes new work at present, by the expert's own word."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return AVAILABILITY_JA[self]


AVAILABILITY_JA = {
    Availability.OPEN: "受付中",
    Availability.PAUSED: "一時休止",
    Availability.CLOSED: "受付終了",
}


class Engagement(StrEnum):
    """What the expert works on, as the assignments say it."""

    FREE = "free"
    PROMISED = "promised"
    WORKING = "working"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"free": "従事なし", "promised": "従事予定", "working": "従事中"}[self.value]


class RemovalReason(StrEnum):
    """Why an expert is no longer on the list. No free text: it would be about a person."""

    OWN_WISH = "own_wish"
    NOT_SUITABLE = "not_suitable"
    MISCONDUCT = "misconduct"
    UNREACHABLE = "unreachable"
    MISTAKE = "mistake"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "own_wish": "本人の申出",
            "not_suitable": "審査の結果",
            "misconduct": "規程違反",
            "unreachable": "連絡不能",
            "mistake": "登録誤り",
        }[self.value]


class Mode(StrEnum):
    """How the expert works."""

    REMOTE = "remote"
    ON_SITE = "on_site"


MODES_JA = {Mode.REMOTE: "遠隔", Mode.ON_SITE: "現地"}

AREAS_JA = {Area.WARDS: "区部", Area.TAMA: "多摩", Area.ISLANDS: "島しょ"}


class Language(StrEnum):
    """A language in which the expert can work (ISO 639-1), of those that are asked for in Tokyo's offices."""

    JA = "ja"
    EN = "en"
    ZH = "zh"
    KO = "ko"
    NE = "ne"
    VI = "vi"
    TL = "tl"
    MY = "my"
    TH = "th"
    ID = "id"
    ES = "es"
    PT = "pt"
    FR = "fr"
    DE = "de"
    RU = "ru"
    UK = "uk"


LANGUAGES_JA = {
    Language.JA: "日本語",
    Language.EN: "英語",
    Language.ZH: "中国語",
    Language.KO: "韓国語",
    Language.NE: "ネパール語",
    Language.VI: "ベトナム語",
    Language.TL: "フィリピノ語",
    Language.MY: "ミャンマー語",
    Language.TH: "タイ語",
    Language.ID: "インドネシア語",
    Language.ES: "スペイン語",
    Language.PT: "ポルトガル語",
    Language.FR: "フランス語",
    Language.DE: "ドイツ語",
    Language.RU: "ロシア語",
    Language.UK: "ウクライナ語",
}


class Conditions(Value):
    """What the expert can be, in which languages, how and where; each once, in the order of its list."""

    personas: tuple[Persona, ...]
    languages: tuple[Language, ...]
    modes: tuple[Mode, ...]
    areas: tuple[Area, ...]

    def in_order(self) -> Self:
        """The same, whatever order and repetitions it was given in."""
        return self.model_copy(
            update={
                "personas": tuple(one for one in Persona if one in self.personas),
                "languages": tuple(one for one in Language if one in self.languages),
                "modes": tuple(one for one in Mode if one in self.modes),
                "areas": tuple(one for one in Area if one in self.areas),
            }
        )


class EvidenceKind(StrEnum):
    """What was shown for a skill. The papers stay with the secretariat: they name the person."""

    CERTIFICATE = "certificate"
    WORK_SAMPLE = "work_sample"
    REFERENCE = "reference"
    ASSIGNMENT = "assignment"
    INTERVIEW = "interview"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "certificate": "資格・証明書",
            "work_sample": "成果物",
            "reference": "推薦・照会",
            "assignment": "過去の従事実績",
            "interview": "面談",
        }[self.value]


class Stage(StrEnum):
    """How well founded a level is."""

    CLAIMED = "claimed"
    EVIDENCED = "evidenced"
    VERIFIED = "verified"


class SkillLevel(SkillRef):
    """A skill of an expert: the level claimed, and as far as they came, those evidenced and verified.

    None of them is above the one before. What was verified counts up to and with the day `expires_on`.
    """

    claimed: Level
    evidenced: Level | None = None
    verified: Level | None = None
    expires_on: Day | None = None

    def proven(self, today: date) -> int | None:
        """The level verified, as long as it counts."""
        return self.verified if self.expires_on is not None and today <= self.expires_on else None
