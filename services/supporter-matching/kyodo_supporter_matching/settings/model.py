"""How much each soft goal of a round counts, as the secretariat has set it. A round may still be begun with others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.texts import Line
from kyodo_supporter_matching.matching.values import Weights

FOR_ALL: Final = "all"
"""The one stream of the settings."""


class WeightsSet(Event, type="kyodo.supporter-matching.weights-set", words="調整の重みを定めた（{reason_ja}）"):
    """From now on rounds begin with these weights; all of them, and why."""

    weights: Weights
    reason_ja: Line


@dataclass(frozen=True)
class MatchingSettings(Aggregate, category="matching-settings"):
    """What holds for rounds that name nothing else."""

    weights: Weights = field(default_factory=Weights)

    def set_weights(self, weights: Weights, reason_ja: str) -> Events:
        """Count the goals otherwise, for a stated reason."""
        if weights != self.weights:
            yield WeightsSet(weights=weights, reason_ja=reason_ja)

    @evolve
    def weights_set(self, event: WeightsSet) -> Self:
        return replace(self, weights=event.weights)
