"""What happens to savings. Nothing of it leaves the service; amounts and reasons never get into the words."""

from __future__ import annotations

from kyodo_events.event import Event
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line
from kyodo_procurement.savings.values import Counted, SavingLine


class SavingEvent(Event):
    """Whose saving it is, and what it counted in the sums of its call until now (None: nothing)."""

    municipality: MunicipalityCode
    call_id: str
    lot: int
    before: Counted | None


class SavingForecast(
    SavingEvent,
    type="kyodo.procurement.saving-forecast",
    words="東京都が{municipality}の第{lot}ロットの節減額を見込んだ",
):
    """Tokyo expects a saving in a lot that is not awarded yet, at the call's expected prices."""

    lines: tuple[SavingLine, ...]
    amount: Yen


class SavingClaimed(
    SavingEvent,
    type="kyodo.procurement.saving-claimed",
    words="東京都が{municipality}の第{lot}ロットの節減額を算定し、確認を求めた",
):
    """Tokyo claims what the award saved the municipality; a claim in place of another one names its reason."""

    lines: tuple[SavingLine, ...]
    amount: Yen
    reason: Line | None


class SavingConfirmed(
    SavingEvent,
    type="kyodo.procurement.saving-confirmed",
    words="{municipality}が第{lot}ロットの節減額を確認した",
):
    """The municipality confirmed Tokyo's claim."""

    amount: Yen


class SavingAdjusted(
    SavingEvent,
    type="kyodo.procurement.saving-adjusted",
    words="{municipality}が第{lot}ロットの節減額を修正のうえ確認した",
):
    """The municipality reckons with baselines of its own; the saving is confirmed at that figure."""

    lines: tuple[SavingLine, ...]
    amount: Yen
    reason: Line


class SavingWithdrawn(
    SavingEvent,
    type="kyodo.procurement.saving-withdrawn",
    words="東京都が{municipality}の第{lot}ロットの節減額を取り下げた",
):
    """Tokyo took a forecast or a claim back; it no longer counts."""

    reason: Line
