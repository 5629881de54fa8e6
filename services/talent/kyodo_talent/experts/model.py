"""An expert: an outside professional whose time the municipalities share (外部人材の共同利用).

Only what a match needs is kept, under a pseudonym made by us: no name, no address.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.event import Event

HalfDays = Annotated[int, Field(strict=True, ge=1, le=62, description="Capacity in half-days per month.")]


class Persona(StrEnum):
    """What an expert can be to a municipality.

    Source: 自治体DX推進のための外部人材スキル標準 (Ministry of Internal Affairs and Communications, September 2022).
    """

    PRODUCER = "producer"
    PROJECT_MANAGER = "project_manager"
    SERVICE_DESIGNER = "service_designer"
    ENGINEER = "engineer"


PERSONAS_JA = {
    Persona.PRODUCER: "プロデューサー",
    Persona.PROJECT_MANAGER: "プロジェクトマネージャー",
    Persona.SERVICE_DESIGNER: "サービスデザイナー",
    Persona.ENGINEER: "エンジニア",
}


class CapacityChanged(
    Event, type="kyodo.talent.capacity-changed", words="対応可能な枠を月{half_days_per_month}コマに変更した"
):
    """The expert has more or less time from now on."""

    half_days_per_month: HalfDays


@dataclass(frozen=True)
class Expert(Aggregate, category="expert"):
    """An expert as matched: personas, and capacity in half-days per month."""

    personas: tuple[Persona, ...] = ()
    half_days_per_month: int = 0

    @property
    def pseudonym(self) -> str:
        """What the expert is called everywhere: it says nothing of the person."""
        return f"expert-{self.id}"

    # decisions

    def register(self, personas: Collection[Persona], half_days_per_month: int) -> Events:
        """Take the expert up; personas are kept once each, in the order of the standard."""
        yield ExpertRegistered(
            pseudonym=self.pseudonym,
            personas=tuple(persona for persona in Persona if persona in personas),
            half_days_per_month=half_days_per_month,
        )

    def change_capacity(self, half_days_per_month: int) -> Events:
        """Set how much time the expert has."""
        if half_days_per_month != self.half_days_per_month:
            yield CapacityChanged(half_days_per_month=half_days_per_month)

    # what events did

    @evolve
    def registered(self, event: ExpertRegistered) -> Self:
        personas = tuple(Persona(persona) for persona in event.personas)
        return replace(self, personas=personas, half_days_per_month=event.half_days_per_month)

    @evolve
    def capacity_changed(self, event: CapacityChanged) -> Self:
        return replace(self, half_days_per_month=event.half_days_per_month)
