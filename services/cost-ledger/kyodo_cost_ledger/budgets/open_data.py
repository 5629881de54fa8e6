"""Budgets as open data: what was voted, line by line; commitments and spending are no part of it."""

from __future__ import annotations

from datetime import date
from typing import Final

from kyodo_cost_ledger.budgets.model import Budget
from kyodo_cost_ledger.budgets.views import budget_line, lines_of
from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, from_query

data_set: Final = DataSet(
    id="budgets",
    title_ja="協働事業に関する東京都の予算",
    title_en="Tokyo's budget for joint work",
    description_ja="年度ごとの予算科目と前年度比、補正後の額。執行状況は含まない",
    description_en="Budget lines by fiscal year, beside the year before, with supplementary budgets; no spending",
    keywords_ja=("予算", "協働", "デジタル"),
    columns=(
        Column("fiscal_year", "年度", "Fiscal year, April to March", Datatype.YEAR),
        Column("line", "番号", "Number of the line", Datatype.INTEGER),
        Column("group_ja", "区分", "Group"),
        Column("name_ja", "事業", "Line"),
        Column("project_id", "事業番号", "Id of the joint project, where the line pays for one"),
        Column(
            "previous_amount", "前年度当初予算額（円）", "Initial budget of the year before, in yen", Datatype.INTEGER
        ),
        Column("initial_amount", "当初予算額（円）", "Initial budget, in yen", Datatype.INTEGER),
        Column("change", "増減（円）", "Change on the year before, in yen", Datatype.INTEGER),
        Column("supplemented", "補正額（円）", "By supplementary budgets, in yen", Datatype.INTEGER),
        Column("transferred", "流用額（円）", "Moved between lines, in yen", Datatype.INTEGER),
        Column("amount", "予算現額（円）", "Budget as it stands, in yen", Datatype.INTEGER),
    ),
    rows=from_query(lines_of().order_by(budget_line.c.fiscal_year, budget_line.c.line)),
    frequency=Frequency.ANNUAL,
    form_since=date(2026, 11, 28),
    sources=(Budget,),
)
