"""What a worker process is asked for: a plan with its bound, and the search for a better one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from kyodo_talent.matching.bound import upper_bound
from kyodo_talent.matching.exact import Report, exact
from kyodo_talent.matching.greedy import greedy
from kyodo_talent.matching.values import Instance, Match, Plan


def plan_with_bound(instance: Instance) -> tuple[Plan, float]:
    """The plan at once, and what no plan exceeds."""
    _mute()
    return greedy(instance), upper_bound(instance)


def improve(instance: Instance, start: Plan, report: Report) -> Mapping[str, Any]:
    """The best plan found, as JSON: matches, value, bound, and whether it is proved to be the best."""
    _mute()
    found = exact(instance, report, start=start)
    return {
        "matches": [[match.request_id, match.expert_id, list(match.half_days)] for match in found.plan.matches],
        "value": found.plan.value(instance.seekers),
        "bound": found.bound,
        "optimal": found.optimal,
    }


def matches_of(result: Mapping[str, Any]) -> list[Match]:
    """The matches in such a result."""
    return [Match(request_id, expert_id, tuple(half_days)) for request_id, expert_id, half_days in result["matches"]]


def _mute() -> None:
    """HiGHS greets on the standard output whenever it is made; a service's log is for events."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)
