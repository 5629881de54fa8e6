"""The queries of dashboards and rules, read by a parser of PromQL: which metrics they name, and what must have a value.

A query of a panel must have a value. An alert has none as long as all is well, and so proves nothing by being silent;
but its operands have: the sides of its comparison, or of `and`, `or` and `unless`. An alert whose operands all have
values is silent because of the comparison alone, and not because it looks at something that is not there. One
exception: a metric of what an installation may have none of, such as certificates, is declared and has no series.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

from tests.support.prometheus import Prometheus

ROOT = Path(__file__).parents[2]
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"
RULES = ROOT / "deploy" / "prometheus" / "rules"

GRAFANAS = {"$__rate_interval": "1m", "$__range": "5m", "$service": ".*", "$project": ".*"}
"""What Grafana puts in the place of its variables; here all values, and spans that a test can wait for."""

CONDITIONS = {"==", "!=", "<", "<=", ">", ">=", "and", "or", "unless"}
ABSENCE = {"absent", "absent_over_time"}


@dataclass(frozen=True)
class Asked:
    """A query and where it stands; one that is `idle` may be of something that an installation has none of."""

    where: str
    expr: str
    idle: bool = False


@dataclass(frozen=True)
class Known:
    """The metrics that have series, and those that are merely declared."""

    seen: set[str]
    declared: set[str]

    @classmethod
    def to(cls, prometheus: Prometheus) -> Known:
        """What Prometheus knows now."""
        seen = prometheus.names()
        return cls(seen, prometheus.declared() - seen)


def of_dashboards() -> list[Asked]:
    """Every query of every panel, as Grafana would send it."""
    return [
        Asked(f"{path.name}: {panel['title']}", _filled_in(target["expr"]))
        for path in sorted(DASHBOARDS.glob("*.json"))
        for panel in json.loads(path.read_text("utf-8"))["panels"]
        for target in panel.get("targets", [])
    ]


def variables() -> list[tuple[str, str]]:
    """Metric and label of every variable above a dashboard."""
    listed = (
        variable["query"]
        for path in sorted(DASHBOARDS.glob("*.json"))
        for variable in json.loads(path.read_text("utf-8"))["templating"].get("list", [])
    )
    found = (re.fullmatch(r"label_values\((\w+), (\w+)\)", query) for query in listed)
    return [(match[1], match[2]) for match in found if match]


def rule_files() -> list[Path]:
    """The files of rules that there are."""
    return sorted(RULES.glob("*.yml"))


def recorded() -> list[str]:
    """The names that recording rules give."""
    return [rule["record"] for _, rule in _rules() if "record" in rule]


def of_rules() -> list[Asked]:
    """Everything in the rules that must have a value: what is recorded, and each operand of an alert."""
    return [
        Asked(f"{name}: {rule.get('record') or rule['alert']}", operand, idle="alert" in rule)
        for name, rule in _rules()
        for operand in ([rule["expr"]] if "record" in rule else operands_of(rule["expr"]))
    ]


def operands_of(condition: str) -> list[str]:
    """What must have a value for a condition to be about something."""
    return _operands(promql.parse(condition))


def _operands(expr: Any) -> list[str]:
    match expr:
        case promql.ParenExpr():
            return _operands(expr.expr)
        case promql.BinaryExpr() if str(expr.op).split()[0] in CONDITIONS:
            return [*_operands(expr.lhs), *_operands(expr.rhs)]
        case promql.Call() if expr.func.name in ABSENCE:
            return _operands(expr.args[0])
        case promql.MatrixSelector():  # of absent_over_time
            return [str(expr.vector_selector)]
        case promql.NumberLiteral():
            return []
    return [str(expr)]


def metrics_of(expr: str) -> set[str]:
    """The names of all metrics that a query looks at."""
    return set(_named(promql.parse(expr)))


def findings(prometheus: Prometheus, asked: Asked, known: Known) -> list[str]:
    """What is wrong with a query: metrics that nobody exposes, or no value."""
    absent = metrics_of(asked.expr) - known.seen
    if unknown := absent - known.declared if asked.idle else absent:
        return [f"{asked.where}: no such metric: {', '.join(sorted(unknown))}"]
    return [] if absent or prometheus.series(asked.expr) else [f"{asked.where}: no value: {asked.expr}"]


def _rules() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in rule_files():
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                yield path.name, rule


def _named(expr: Any) -> Iterator[str]:
    if isinstance(expr, promql.MatrixSelector):
        expr = expr.vector_selector
    if isinstance(expr, promql.VectorSelector):
        yield expr.name or next(one.value for one in expr.matchers.matchers if one.name == "__name__")
    for part in ("lhs", "rhs", "expr", "param"):
        if isinstance(child := getattr(expr, part, None), promql.Expr):
            yield from _named(child)
    for argument in getattr(expr, "args", []):
        yield from _named(argument)


def _filled_in(expr: str) -> str:
    for variable, value in GRAFANAS.items():
        expr = expr.replace(variable, value)
    assert "$" not in expr, f"a variable of Grafana without a value here: {expr}"
    return expr
