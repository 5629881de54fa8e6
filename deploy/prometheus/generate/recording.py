"""Recording rules: the share that was bad, for each objective, over each window that an alert looks at.

`slo:sli_error:ratio_rate<window>` has the labels `slo` and that by which the objective is kept. Its names are those of
Sloth and other generators, so that their dashboards fit.
"""

from __future__ import annotations

from typing import Any, Final

from deploy.prometheus.generate.model import Objective, Objectives, Ratio, Threshold

WINDOWS: Final = {"5m": 300, "30m": 1_800, "1h": 3_600, "2h": 7_200, "6h": 21_600, "1d": 86_400, "3d": 259_200}
"""In seconds: the long and short windows of alerts.BURNS."""

LATE: Final = "slo:sli_late:bool"
"""1 where a threshold is passed at the moment."""

Rule = dict[str, Any]


def error_ratio(window: str, slo: str) -> str:
    """What is recorded for a window of an objective."""
    return f'slo:sli_error:ratio_rate{window}{{slo="{slo}"}}'


def groups(found: Objectives) -> list[dict[str, Any]]:
    """One group an objective, so that what a rule takes from the one before it is of the same moment."""
    return [{"name": f"slo-{one.name}", "interval": "1m", "rules": _rules(found, one)} for one in found.objectives]


def _rules(found: Objectives, slo: Objective) -> list[Rule]:
    labels = {"slo": slo.name}
    rules: list[Rule] = []
    if slo.threshold:
        rules.append({"record": LATE, "expr": _late(slo.threshold), "labels": labels})
    for window in WINDOWS:
        expr = _share(found, slo.ratio, slo.by, window) if slo.ratio else _share_of_time(slo, window)
        rules.append({"record": f"slo:sli_error:ratio_rate{window}", "expr": expr, "labels": labels})
    rules.append({"record": "slo:objective:ratio", "expr": f"vector({slo.objective / 100:g})", "labels": labels})
    left = f"1 - avg_over_time({error_ratio('5m', slo.name)}[{found.window}]) / {slo.budget:g}"
    rules.append({"record": f"slo:error_budget:remaining_ratio{found.window}", "expr": left, "labels": labels})
    return rules


def _share(found: Objectives, ratio: Ratio, by: str, window: str) -> str:
    """Bad events of all. A label nobody has counted under yet is 0 bad events, and few are divided by more."""

    def rate(selector: str) -> str:
        return f"sum by ({by}) (rate({found.counted(selector)}[{window}]))"

    total = rate(ratio.total)
    bad = f"({rate(ratio.bad)} or 0 * {total})" if ratio.bad else f"({total} - {rate(ratio.good or '')})"
    least = ratio.least_requests / WINDOWS[window]
    return f"{bad}\n/ clamp_min({total}, {least:g})"


def _late(threshold: Threshold) -> str:
    late = f"({threshold.value} > bool {threshold.at_most:g})"
    return f"{late}\n* ({threshold.while_})" if threshold.while_ else late


def _share_of_time(slo: Objective, window: str) -> str:
    return f'avg_over_time({LATE}{{slo="{slo.name}"}}[{window}])'
