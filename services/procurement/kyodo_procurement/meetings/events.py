"""What happens to a meeting of the forum."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kyodo_events.contracts.procurement.themes import DecisionReference
from kyodo_events.event import Event


class Assembly(StrEnum):
    """The assemblies of mayors, which record what the forum confirmed."""

    SPECIAL_WARDS = "special_wards"
    CITIES = "cities"
    TOWNS_AND_VILLAGES = "towns_and_villages"

    @property
    def label_ja(self) -> str:
        """The assembly's name."""
        return _ASSEMBLIES_JA[self]


_ASSEMBLIES_JA = {
    Assembly.SPECIAL_WARDS: "特別区長会",
    Assembly.CITIES: "市長会",
    Assembly.TOWNS_AND_VILLAGES: "町村長会",
}


class MeetingConvened(Event, type="kyodo.procurement.meeting-convened", words="{title_ja}を{held_on}に招集した"):
    """The secretariat called the forum together for a day."""

    title_ja: str
    held_on: date
    place: str | None


class AgendaSet(Event, type="kyodo.procurement.agenda-set", words="議題を{items}とした"):
    """The agenda is this, in this order, in place of any before."""

    items: tuple[str, ...]


class MaterialAdded(Event, type="kyodo.procurement.material-added", words="資料{material}「{title_ja}」を追加した"):
    """A document was laid before the meeting; the hash tells which."""

    material: int
    title_ja: str
    sha256: str
    link: str


class MaterialWithdrawn(
    Event, type="kyodo.procurement.material-withdrawn", words="資料{material}を取り下げた。理由：{reason}"
):
    """A document no longer counts; its number is not given again."""

    material: int
    reason: str


class MinutesRecorded(Event, type="kyodo.procurement.minutes-recorded", words="議事録を記録した"):
    """The minutes' first text."""

    text: str
    sha256: str


class MinutesCorrected(Event, type="kyodo.procurement.minutes-corrected", words="議事録を訂正した。理由：{reason}"):
    """A further text of the minutes; the earlier ones stay readable."""

    text: str
    sha256: str
    reason: str


class ConfirmationEntered(
    Event, type="kyodo.procurement.confirmation-entered", words="確認事項{confirmation}：{text_ja}"
):
    """The meeting confirmed something; it can be cited from now on."""

    confirmation: int
    text_ja: str


class ConfirmationRecorded(
    Event,
    type="kyodo.procurement.confirmation-recorded",
    words="確認事項{confirmation}を{assembly}が{recorded_on}に確認した",
):
    """An assembly of mayors recorded a confirmation."""

    confirmation: int
    assembly: Assembly
    recorded_on: date


class ConfirmationSuperseded(
    Event,
    type="kyodo.procurement.confirmation-superseded",
    words="確認事項{confirmation}は、{by_ja}により置き換えられた。理由：{reason}",
):
    """A later confirmation stands in place of this one, which no new decision may cite."""

    confirmation: int
    by: DecisionReference
    by_ja: str
    reason: str
