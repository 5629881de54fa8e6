"""Alerts: budgets that burn too fast, over several windows at several rates, and the causes of causes.yaml.

The windows and rates are those of The Site Reliability Workbook, chapter 5 "Alerting on SLOs", approach 6,
"Multiwindow, Multi-Burn-Rate Alerts" (https://sre.google/workbook/alerting-on-slos/): 2 % of a budget of 30 days in one
hour and 5 % in six wake somebody, 10 % in one day or in three are a ticket. The short window, a twelfth of the long
one, ends the alert soon after the trouble.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from deploy.prometheus.generate.model import Cause, Objective, Objectives, Severity
from deploy.prometheus.generate.recording import error_ratio


class Burn(NamedTuple):
    """So many times the budget's even rate, over a long window and still over a short one."""

    rate: float
    long: str
    short: str


BURNS: Final[dict[Severity, tuple[Burn, Burn]]] = {
    "page": (Burn(14.4, "1h", "5m"), Burn(6, "6h", "30m")),
    "ticket": (Burn(3, "1d", "2h"), Burn(1, "3d", "6h")),
}

Rule = dict[str, Any]


def groups(found: Objectives, causes: list[Cause]) -> list[dict[str, Any]]:
    """One group for the budgets, one for the causes."""
    budgets = [_budget(found, slo, severity) for slo in found.objectives for severity in BURNS]
    return [
        {"name": "budgets", "rules": budgets},
        {"name": "causes", "rules": [_cause(found, one) for one in causes]},
    ]


def _budget(found: Objectives, slo: Objective, severity: Severity) -> Rule:
    where = f"{{{{ $labels.{slo.by} }}}}"
    spent = {"page": "within hours or days", "ticket": "before the month is over"}[severity]
    return {
        "alert": slo.alert,
        "expr": "\nor\n".join(f"({_burning(slo, burn)})" for burn in BURNS[severity]),
        "labels": {"severity": severity, "slo": slo.name},
        "annotations": {
            "summary": f"{where}: {slo.title.lower()} below {slo.objective:g} %",
            "summary_ja": f"{where}：{slo.title_ja}が目標（{slo.objective:g}％）を下回る速さで低下",
            "description": (
                f"{slo.description} The objective is {slo.objective:g} % in {found.window}; at present"
                f" {{{{ $value | humanizePercentage }}}} are bad in {where}, which uses the budget up {spent}."
            ),
            "runbook_url": found.runbook(slo.alert),
        },
    }


def _burning(slo: Objective, burn: Burn) -> str:
    most = f"{burn.rate * slo.budget:g}"
    long, short = (error_ratio(window, slo.name) for window in (burn.long, burn.short))
    return f"{long} > {most}\nand {short} > {most}"


def _cause(found: Objectives, cause: Cause) -> Rule:
    rule: Rule = {"alert": cause.alert, "expr": cause.condition(found.services)}
    if cause.for_ is not None:
        rule["for"] = cause.for_
    rule["labels"] = {"severity": cause.severity}
    rule["annotations"] = {
        "summary": cause.summary,
        "summary_ja": cause.title_ja,
        "description": cause.description,
        "runbook_url": found.runbook(cause.alert),
    }
    return rule
