"""Instances drawn from a seed: invented experts and requests in the proportions that known schemes report."""

from __future__ import annotations

from random import Random

from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import Area, municipalities
from kyodo_talent.matching.values import Candidate, Instance, Seeker
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.values import RequestMode

# Engineers and project managers are asked for, and are there, more often than the other two.
PERSONAS = [Persona.ENGINEER] * 3 + [Persona.PROJECT_MANAGER] * 3 + [Persona.SERVICE_DESIGNER] * 2 + [Persona.PRODUCER]
MODES = [RequestMode.EITHER] * 3 + [RequestMode.REMOTE] * 2 + [RequestMode.ON_SITE] * 2


def instance(experts: int, requests: int, seed: int = 20230214) -> Instance:
    """Experts and requests of one fiscal year, about as many half-days asked for as there are."""
    chance = Random(seed)  # noqa: S311 - invented people, not secrets
    months = tuple(FiscalYear(2024).months())
    return Instance(
        months,
        tuple(_seeker(number, len(months), chance) for number in range(requests)),
        tuple(_candidate(number, len(months), chance) for number in range(experts)),
    )


def _seeker(number: int, months: int, chance: Random) -> Seeker:
    home = chance.choice(municipalities())
    first = chance.randrange(months - 2)
    last = min(months, first + chance.choice((3, 6, 6, 12)))
    half_days = chance.choice((1, 2, 2, 3, 4, 6))
    return Seeker(
        request_id=f"request-{number:05}",
        municipality=home.code,
        area=home.area,
        persona=chance.choice(PERSONAS),
        urgency=chance.choice((1, 2, 2, 2, 3)),
        mode=chance.choice(MODES),
        asked=tuple(half_days if first <= month < last else 0 for month in range(months)),
    )


def _candidate(number: int, months: int, chance: Random) -> Candidate:
    capacity = chance.choice((4, 6, 8, 8, 12, 16))
    remote = chance.random() < 0.8
    return Candidate(
        expert_id=f"expert-{number:05}",
        personas=frozenset(chance.sample(list(dict.fromkeys(PERSONAS)), chance.choice((1, 1, 2)))),
        areas=frozenset(area for area in Area if chance.random() < (0.15 if area is Area.ISLANDS else 0.6)),
        remote=remote,
        on_site=not remote or chance.random() < 0.7,
        free=tuple(capacity if chance.random() < 0.92 else capacity // 2 for _ in range(months)),
        level=chance.randrange(6),
        load=chance.randrange(40),
    )
