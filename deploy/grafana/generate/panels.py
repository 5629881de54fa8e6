"""The few kinds of panels that the dashboards are made of: tables where people read numbers, pictures where they look.

Each panel says in English and Japanese what it is, and in its description what to make of it. Amounts of yen have no
fraction and are written out in full: an abbreviated amount cannot be compared with a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from grafana_foundation_sdk.builders import (
    barchart,
    bargauge,
    common,
    dashboard,
    gauge,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.models.common import BigValueColorMode as ColourOf
from grafana_foundation_sdk.models.common import BigValueGraphMode as GraphBehind
from grafana_foundation_sdk.models.common import BigValueTextMode as Shown
from grafana_foundation_sdk.models.common import StackingMode, VizOrientation
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from deploy.grafana.generate.words import Names

PROMETHEUS: Final = DataSourceRef(type_val="prometheus", uid="prometheus")
"""The data source, by the uid under which it is provisioned."""

YEN: Final = "locale"  # all digits, with separators
COUNT: Final = "locale"
SHARE: Final = "percentunit"
SECONDS: Final = "s"
PER_SECOND: Final = "ops"

Kind = TypeVar("Kind", stat.Panel, timeseries.Panel, table.Panel, gauge.Panel, bargauge.Panel, barchart.Panel)
AnyPanel = stat.Panel | timeseries.Panel | table.Panel | gauge.Panel | bargauge.Panel | barchart.Panel
Steps = Sequence[tuple[float | None, str]]

PLAIN: Final[Steps] = ((None, "blue"),)
NONE_IS_GOOD: Final[Steps] = ((None, "green"), (1, "red"))
MORE_IS_GOOD: Final[Steps] = ((None, "red"), (0.5, "orange"), (1, "green"))


@dataclass(frozen=True)
class Text:
    """What stands above a panel, in both languages, and what its description says, in both."""

    en: str
    ja: str
    about_en: str
    about_ja: str

    @property
    def title(self) -> str:
        """Both languages side by side."""
        return f"{self.en} ／ {self.ja}"

    @property
    def description(self) -> str:
        """Both languages, one below the other."""
        return f"{self.about_en}\n\n{self.about_ja}"


@dataclass(frozen=True)
class Query:
    """PromQL, and how a series of its answer is called: `{{label}}` stands for a label's value."""

    expr: str
    legend: str = ""


def number(
    text: Text,
    *queries: Query,
    unit: str = COUNT,
    steps: Steps = PLAIN,
    names: Names | None = None,
    span: int = 4,
    decimals: int = 0,
) -> stat.Panel:
    """A number now, or a few of them, large; coloured by its steps. `names` replaces numbers by words."""
    panel = _drawn(stat.Panel(), text, queries, unit, steps, span, 4, now=True, decimals=decimals)
    panel = panel.graph_mode(GraphBehind.NONE)
    shown = Shown.VALUE_AND_NAME if any(query.legend for query in queries) else Shown.VALUE
    panel = panel.text_mode(shown).color_mode(ColourOf.BACKGROUND if len(steps) > 1 else ColourOf.VALUE)
    return panel.mappings([_mapping(names, steps)]) if names else panel


def lines(
    text: Text,
    *queries: Query,
    unit: str = COUNT,
    steps: Steps = PLAIN,
    stacked: bool = False,
    span: int = 12,
) -> timeseries.Panel:
    """How something went over time."""
    panel = _drawn(timeseries.Panel(), text, queries, unit, steps, span, 8, now=False)
    panel = panel.color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC)).axis_soft_min(0)
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL)).fill_opacity(40)
    return panel


def bars(
    text: Text, *queries: Query, unit: str = COUNT, steps: Steps = PLAIN, names: Names | None = None, span: int = 8
) -> bargauge.Panel:
    """One horizontal bar a series, as it is now."""
    panel = _drawn(bargauge.Panel(), text, queries, unit, steps, span, 8, now=True).min(0)
    panel = panel.orientation(VizOrientation.HORIZONTAL)
    for code, name in (names or {}).items():
        panel = panel.override_by_name(code, [DynamicConfigValue("displayName", name)])
    return panel


def progress(text: Text, reached: str, target: str, span: int = 6) -> gauge.Panel:
    """What share of a target is reached; the target is a metric, as its service knows it."""
    query = Query(f"({reached}) / ({target})")
    return _drawn(gauge.Panel(), text, [query], SHARE, MORE_IS_GOOD, span, 8, now=True, decimals=1).min(0).max(1)


def columns(
    text: Text,
    query: Query,
    along: str,
    split: str,
    unit: str = COUNT,
    names: Names | None = None,
    span: int = 12,
) -> barchart.Panel:
    """Stacked columns: one a value of the label `along`, in parts by the label `split`."""
    panel = _drawn(barchart.Panel(), text, [query], unit, PLAIN, span, 8, now=True, as_table=True)
    panel = panel.transformations([_matrix(along, split)]).x_field(f"{along}\\{split}")
    panel = panel.stacking(StackingMode.NORMAL).color_scheme(
        dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC)
    )
    for code, name in (names or {}).items():
        panel = panel.override_by_name(code, [DynamicConfigValue("displayName", name)])
    return panel.mappings([_mapping(names)]) if names else panel


def matrix(
    text: Text,
    query: Query,
    row: str,
    column: str,
    unit: str = COUNT,
    names: Names | None = None,
    span: int = 12,
    height: int = 8,
) -> table.Panel:
    """A table of one number: a row a value of one label, a column a value of another."""
    panel = _drawn(table.Panel(), text, [query], unit, PLAIN, span, height, now=True, as_table=True)
    panel = panel.transformations([_matrix(row, column)])
    for code, name in (names or {}).items():
        panel = panel.override_by_name(code, [DynamicConfigValue("displayName", name)])
    return panel.mappings([_mapping(names)]) if names else panel


def rows(
    text: Text,
    labels: Names,
    queries: Mapping[str, str],
    unit: str = COUNT,
    names: Names | None = None,
    span: int = 24,
    height: int = 8,
    units: Mapping[str, str] | None = None,
) -> table.Panel:
    """A table with a row for each combination of `labels`, and a column for each of the named queries."""
    found = [Query(expr) for expr in queries.values()]
    panel = _drawn(table.Panel(), text, found, unit, PLAIN, span, height, now=True, as_table=True)
    values = ["Value"] if len(queries) == 1 else [f"Value #{_letter(place)}" for place in range(len(queries))]
    renamed = {**labels, **dict(zip(values, queries, strict=True))}
    order = {name: place for place, name in enumerate(renamed)}
    organize = {"excludeByName": {"Time": True}, "renameByName": renamed, "indexByName": order}
    panel = panel.transformations(
        [DataTransformerConfig("merge", options={}), DataTransformerConfig("organize", options=organize)]
    )
    for column, of_column in (units or {}).items():
        panel = panel.override_by_name(column, [DynamicConfigValue("unit", of_column)])
    return panel.mappings([_mapping(names)]) if names else panel


def _drawn(
    panel: Kind,
    text: Text,
    queries: Sequence[Query],
    unit: str,
    steps: Steps,
    span: int,
    height: int,
    *,
    now: bool,
    as_table: bool = False,
    decimals: int = 0,
) -> Kind:
    """What all panels have: words, queries, a unit, thresholds, a size."""
    for place, query in enumerate(queries):
        asked = prometheus.Dataquery().expr(query.expr).ref_id(_letter(place)).datasource(PROMETHEUS)
        asked = asked.legend_format(query.legend or "__auto")
        asked = asked.instant() if now else asked.range()
        panel = panel.with_target(asked.format(PromQueryFormat.TABLE) if as_table else asked)
    found = dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE)
    found = found.steps([Threshold(value=value, color=colour) for value, colour in steps])
    panel = panel.title(text.title).description(text.description).datasource(PROMETHEUS)
    panel = panel.unit(unit).thresholds(found).span(span).height(height)
    return panel.decimals(decimals) if unit in (YEN, COUNT) or decimals else panel


def _matrix(row: str, column: str) -> DataTransformerConfig:
    options = {"rowField": row, "columnField": column, "valueField": "Value", "emptyValue": "null"}
    return DataTransformerConfig("groupingToMatrix", options=options)


def _mapping(names: Names, steps: Steps = ()) -> ValueMapping:
    """Words for codes, in the colours of the steps where there are as many."""
    colours = [colour for _, colour in steps] if len(steps) == len(names) else [None] * len(names)
    results = {
        code: ValueMappingResult(text=name, color=colour, index=place)
        for place, ((code, name), colour) in enumerate(zip(names.items(), colours, strict=True))
    }
    return ValueMap(options=results)


def _letter(place: int) -> str:
    return chr(ord("A") + place)
