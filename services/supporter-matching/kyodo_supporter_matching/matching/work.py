"""What a worker process is asked for: the plan of a round, and what would be if there were others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from kyodo_events.values.municipalities import by_code
from kyodo_supporter_matching.matching.plan import Report, no_report, plan_round
from kyodo_supporter_matching.matching.reasons import advice, parts_of, unfilled
from kyodo_supporter_matching.matching.values import Candidate, Instance, Plan

ALL_DAY = ((9 * 60, 21 * 60),)
FOR_EVER = 4_000_000  # as the ordinal of a day: who is not there yet has a certificate


@dataclass(frozen=True, slots=True)
class Staffing:
    """What a plan reaches."""

    seats: int
    filled: int
    sessions: int
    without_anybody: int
    percent_of_bound: float

    @classmethod
    def of(cls, instance: Instance, plan: Plan) -> Staffing:
        """Of a plan."""
        reached = {one.session_id for one in plan.placements}
        alone = [one for one in instance.openings if not one.staffed and one.session_id not in reached]
        return cls(instance.seats, len(plan.placements), len(instance.openings), len(alone), plan.percent_of_bound)


def propose(instance: Instance, report: Report) -> Mapping[str, Any]:
    """The plan of a round, as the event RoundPlanned has it, in JSON."""
    planned = plan_round(instance, report)
    home = {opening.session_id: opening.municipality for opening in instance.openings}
    proposals = [
        {"municipality": home[placement.session_id], **asdict(placement), **asdict(parts)}
        for placement, parts in zip(planned.plan.placements, parts_of(instance, planned), strict=True)
    ]
    empty = [{"municipality": home[one.session_id], **asdict(one)} for one in unfilled(instance, planned)]
    wanted = [asdict(one) for one in advice(instance, planned)]
    plan = planned.plan
    return {"proposals": proposals, "empty": empty, "wanted": wanted, "value": plan.value, "bound": plan.bound}


def what_if(instance: Instance, more: Sequence[Candidate], taught: tuple[frozenset[str], int]) -> tuple[Staffing, ...]:
    """What is reached as things are, and what with more supporters and with skills taught to some."""
    changed = replace(instance, candidates=_taught(instance.candidates, *taught) + tuple(more))
    return tuple(Staffing.of(one, plan_round(one, no_report).plan) for one in (instance, changed))


def newcomers(municipality: str, number: int, skills: frozenset[str], per_month: int) -> list[Candidate]:
    """Supporters who are not there yet, at home in a municipality, with time on every day."""
    home = by_code(municipality)
    return [
        Candidate(
            supporter_id=f"newcomer-{place}",
            latitude=home.latitude,
            longitude=home.longitude,
            travel_km=10,
            per_month=per_month,
            certified_until=FOR_EVER,
            weekly=(ALL_DAY,) * 7,
            skills=skills,
        )
        for place in range(number)
    ]


def _taught(candidates: tuple[Candidate, ...], skills: frozenset[str], number: int) -> tuple[Candidate, ...]:
    """The same, and the first `number` who lack them have the skills."""
    lacking = [one.supporter_id for one in candidates if not skills <= one.skills][:number]
    learning = frozenset(lacking)
    return tuple(
        replace(one, skills=one.skills | skills) if one.supporter_id in learning else one for one in candidates
    )
