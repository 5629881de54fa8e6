"""Cost ledger: who is charged what, what is not charged yet and why, whether the books hold, how budgets run."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.generate import words
from deploy.grafana.generate.boards import Choice, board
from deploy.grafana.generate.panels import (
    NONE_IS_GOOD,
    SHARE,
    YEN,
    Query,
    Steps,
    Text,
    bars,
    columns,
    lines,
    matrix,
    number,
    rows,
)

CELL: Final = "project_id, project, book, month, bearer"
UNCHARGED: Final = "max by (outcome, reason, state) (kyodo_ledger_uncharged_usage)"
USAGE: Final = "max by (source, municipality, outcome) (kyodo_ledger_usage_events)"
LINE: Final = "fiscal_year, line, name"

STATES: Final[Steps] = ((None, "orange"), (1, "blue"), (2, "green"))
YEAR_STATES: Final[Steps] = ((None, "orange"), (1, "blue"), (2, "purple"), (3, "green"))
NEAR: Final[Steps] = ((None, "green"), (0.9, "orange"), (1, "red"))


def build() -> Dashboard:
    """The dashboard."""
    return board(
        "kyodo-cost-ledger",
        "Kyodo: Cost ledger ／ 費用負担台帳",
        "Charges, usage without a charge, the books, budgets. 負担金、負担計算前の利用、帳簿、予算。",
        {
            "The books ／ 帳簿": [
                number(
                    Text(
                        "Imbalance (yen)",
                        "不一致（円）",
                        "Yen by which postings do not sum to zero; must be 0, else somebody changed the journal.",
                        "仕訳の合計が0にならない額。0でなければ帳簿が改変されている。",
                    ),
                    Query("max(kyodo_ledger_imbalance)"),
                    steps=NONE_IS_GOOD,
                ),
                number(
                    Text(
                        "Chain of seals",
                        "封印の連鎖",
                        "Whether the books are as they were sealed.",
                        "帳簿が封印時のままか。",
                    ),
                    Query("max(kyodo_ledger_seal_chain_broken)"),
                    steps=NONE_IS_GOOD,
                    names={"0": "intact ／ 正常", "1": "BROKEN ／ 破損"},
                ),
                number(
                    Text(
                        "Borne by municipalities (yen)",
                        "区市町村の負担（円）",
                        "Of the newest two fiscal years in the books.",
                        "帳簿にある直近2年度の合計。",
                    ),
                    Query(f"sum({_charges(bearer='municipalities')})"),
                    unit=YEN,
                    span=5,
                ),
                number(
                    Text(
                        "Borne by Tokyo (yen)",
                        "都の負担（円）",
                        "Of the newest two fiscal years in the books.",
                        "帳簿にある直近2年度の合計。",
                    ),
                    Query(f"sum({_charges(bearer='tokyo')})"),
                    unit=YEN,
                    span=5,
                ),
                number(
                    Text(
                        "Fiscal years",
                        "会計年度",
                        "How far the books of each year have come.",
                        "年度の帳簿の進み。",
                    ),
                    Query("max by (fiscal_year) (kyodo_ledger_fiscal_year_state)", "{{fiscal_year}}"),
                    steps=YEAR_STATES,
                    names=words.YEARS,
                    span=6,
                ),
                number(
                    Text(
                        "Months",
                        "月次",
                        "Months that are open, closed (what is booked in them stands) or sealed (and provably so).",
                        "月の状態。締めた月の計上は変わらず、封印した月はそれを証明できる。",
                    ),
                    Query("max by (month) (kyodo_ledger_month_state)", "{{month}}"),
                    steps=STATES,
                    names=words.MONTHS,
                    span=24,
                ),
            ],
            "Charges ／ 負担金": [
                columns(
                    Text(
                        "Charges by month and book (yen)",
                        "月別・経費別の負担（円）",
                        "By the month of the service; municipalities and Tokyo together.",
                        "利用月別。区市町村と都の合計。",
                    ),
                    Query(f"sum by (month, book) ({_charges()})"),
                    "month",
                    "book",
                    unit=YEN,
                    names=words.BOOKS,
                ),
                rows(
                    Text(
                        "Charges by project (yen)",
                        "事業別の負担（円）",
                        "Of the newest two fiscal years in the books.",
                        "帳簿にある直近2年度の合計。",
                    ),
                    {"project": "Project ／ 協働事業"},
                    {
                        "Base ／ 基本的な経費": f"sum by (project) ({_charges(book='base')})",
                        "Usage ／ 個別サービスの経費": f"sum by (project) ({_charges(book='usage')})",
                        "Together ／ 合計": f"sum by (project) ({_charges()})",
                    },
                    unit=YEN,
                    span=12,
                ),
                matrix(
                    Text(
                        "Charges by project and month (yen)",
                        "事業別・月別の負担（円）",
                        "By the month of the service; municipalities and Tokyo together, both books.",
                        "利用月別。区市町村と都、両経費の合計。",
                    ),
                    Query(f"sum by (project, month) ({_charges()})"),
                    "project",
                    "month",
                    unit=YEN,
                    span=24,
                    height=10,
                ),
            ],
            "Usage ／ 利用": [
                rows(
                    Text(
                        "Usage without a charge",
                        "負担計算されていない利用",
                        "Records by what they wait for, or why they are quarantined. What is open wants terms, a"
                        " participation or a decision.",
                        "待ち・隔離の理由別の件数。未処理のものは条件、参加又は判断が必要。",
                    ),
                    {
                        "outcome": "Outcome ／ 結果",
                        "reason": "Reason ／ 理由",
                        "state": "State ／ 状態",
                    },
                    {"Records ／ 件数": UNCHARGED},
                    names={**words.OUTCOMES, **words.REASONS},
                    span=12,
                ),
                bars(
                    Text(
                        "Usage by what became of it",
                        "利用の結果",
                        "Every record that came is in exactly one outcome; all sources together.",
                        "届いた記録はいずれか1つに入る（全サービス）。",
                    ),
                    Query(f"sum by (outcome) ({USAGE})", "{{outcome}}"),
                    names=words.OUTCOMES,
                    span=6,
                ),
                bars(
                    Text(
                        "Usage by its source",
                        "発生元別の利用",
                        "Records that came, by the service that published them.",
                        "届いた記録（発行サービス別）。",
                    ),
                    Query(f"sum by (source) ({USAGE})", "{{source}}"),
                    span=6,
                ),
                lines(
                    Text(
                        "Waiting and quarantined over time",
                        "待ち・隔離の推移",
                        "What only grows wants a person.",
                        "増え続けるものは確認が必要。",
                    ),
                    Query(f"sum by (outcome, reason) ({UNCHARGED})", "{{outcome}}: {{reason}}"),
                    span=24,
                ),
            ],
            "Budgets ／ 予算": [
                rows(
                    Text(
                        "Budget lines (yen)",
                        "予算の執行（円）",
                        "How each line stands today. Run-rate: spent by month begun; forecast: what it comes to.",
                        "今日時点の執行。月平均は経過月当たりの支出、見込みは年度末の額。",
                    ),
                    {"fiscal_year": "Year ／ 年度", "line": "No. ／ 番号", "name": "Line ／ 事業"},
                    {
                        "Amount ／ 予算現額": _budget("amount"),
                        "Spent ／ 支出済額": _budget("spent"),
                        "Committed ／ 負担行為済額": _budget("committed"),
                        "Remaining ／ 残額": _budget("remaining"),
                        "Run-rate ／ 月平均": _budget("run_rate"),
                        "Forecast ／ 執行見込額": _budget("forecast"),
                    },
                    unit=YEN,
                    height=12,
                ),
                bars(
                    Text(
                        "Forecast by the year's end, of the budget",
                        "執行見込率",
                        "Above 100 % the forecast passes what the line holds. The twenty highest.",
                        "100％を超えると予算を上回る見込み。上位20事業。",
                    ),
                    Query(
                        f"topk(20, max by ({LINE}) (kyodo_ledger_budget_forecast_ratio) / 10000)",
                        "{{fiscal_year}} {{name}}",
                    ),
                    unit=SHARE,
                    steps=NEAR,
                    span=24,
                ),
            ],
        },
        since="now-30d",
        choices=[Choice("project", "Project ／ 協働事業", "kyodo_ledger_charges_yen")],
    )


def _charges(**wanted: str) -> str:
    """The charges of the chosen projects with these labels. Each process measures them all, so that one is taken."""
    labels = "".join(f', {name}="{value}"' for name, value in wanted.items())
    return f'max by ({CELL}) (kyodo_ledger_charges_yen{{project=~"$project"{labels}}})'


def _budget(figure: str) -> str:
    return f'max by ({LINE}) (kyodo_ledger_budget_yen{{figure="{figure}"}})'
