"""A dashboard of rows of panels; all of them have the same clock, links and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import (
    Dashboard,
    DashboardCursorSync,
    DashboardLinkType,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from deploy.grafana.generate.panels import PROMETHEUS, AnyPanel

APRIL = 3  # months are counted from 0; the fiscal year begins then

Rows = Mapping[str, Sequence[AnyPanel]]
"""Panels by the title of their row."""


@dataclass(frozen=True)
class Choice:
    """A variable above the dashboard: the values of a metric's label, of which one chooses some, or all."""

    name: str
    label: str
    metric: str


def board(uid: str, title: str, about: str, rows: Rows, *, since: str, choices: Sequence[Choice] = ()) -> Dashboard:
    """The dashboard, looking back from now to `since`."""
    found = dashboard.Dashboard(title).uid(uid).description(about).tags(["kyodo"]).readonly()
    found = found.timezone("Asia/Tokyo").fiscal_year_start_month(APRIL).time(since, "now").refresh("1m")
    found = found.tooltip(DashboardCursorSync.CROSSHAIR).link(
        dashboard.DashboardLink("Kyodo ／ 協働")
        .type(DashboardLinkType.DASHBOARDS)
        .tags(["kyodo"])
        .as_dropdown(True)
        .keep_time(True)
    )
    for choice in choices:
        found = found.with_variable(_variable(choice))
    number = 0
    for name, panels in rows.items():
        number += 1
        found = found.with_row(dashboard.Row(name).id(number))
        for panel in panels:
            number += 1
            found = found.with_panel(panel.id(number))
    return found.build()


def _variable(choice: Choice) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(choice.name)
        .label(choice.label)
        .query(f"label_values({choice.metric}, {choice.name})")
        .datasource(PROMETHEUS)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(VariableOption(selected=True, text="All", value="$__all"))
    )
