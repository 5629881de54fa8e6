"""Overview: is the platform there, how much is asked of it, how often does it fail, how long does it take."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.generate.boards import Choice, board
from deploy.grafana.generate.panels import (
    NONE_IS_GOOD,
    PER_SECOND,
    SECONDS,
    SHARE,
    Query,
    Steps,
    Text,
    lines,
    number,
    rows,
)
from deploy.prometheus.generate.model import objectives

_GOALS: Final = objectives()  # slo.yaml, of which the alerts are made, too: what they leave out is left out here

ASKED: Final = f'service=~"$service", route!~"{_GOALS.not_counted}"'
REQUESTS: Final = f"kyodo_http_requests_total{{{ASKED}}}"
WELL: Final = f'kyodo_http_requests_total{{{ASKED}, status!~"5.."}}'
COUNT: Final = f"kyodo_http_request_seconds_count{{{ASKED}}}"
BUCKET: Final = f"kyodo_http_request_seconds_bucket{{{ASKED}}}"
QUICK: Final = f'kyodo_http_request_seconds_bucket{{{ASKED}, le="1.0"}}'

BUDGET_LEFT: Final = "slo:error_budget:remaining_ratio30d"  # recorded by deploy/prometheus, as the alerts are

LEFT: Final[Steps] = ((None, "red"), (0, "orange"), (0.25, "green"))
AGE: Final[Steps] = ((None, "green"), (10, "orange"), (60, "red"))


def _reached(name: str) -> Steps:
    """Red below an objective, green from it on."""
    (goal,) = [one for one in _GOALS.objectives if one.name == name]
    return (None, "red"), (round(goal.objective / 100, 9), "green")


def build() -> Dashboard:
    """The dashboard."""
    return board(
        "kyodo-overview",
        "Kyodo: Overview ／ 概況",
        "Service levels, traffic, errors and latency of each service. サービス水準、通信量、エラー、応答時間。",
        {
            "Service levels ／ サービス水準": [
                number(
                    Text(
                        "Answered without an error of ours, 30 days",
                        "正常応答率（30日）",
                        "Share of requests that were not answered with a 5xx, by service.",
                        "5xx以外で応答した割合（サービス別）。",
                    ),
                    Query(_share(WELL, REQUESTS, "30d"), "{{service}}"),
                    unit=SHARE,
                    decimals=3,
                    steps=_reached("availability"),
                    span=12,
                ),
                number(
                    Text(
                        "Answered within a second, 30 days",
                        "1秒以内の応答率（30日）",
                        "Share of requests that were answered within a second, by service.",
                        "1秒以内に応答した割合（サービス別）。",
                    ),
                    Query(_share(QUICK, COUNT, "30d"), "{{service}}"),
                    unit=SHARE,
                    decimals=3,
                    steps=_reached("latency"),
                    span=12,
                ),
                number(
                    Text(
                        "Error budget left, 30 days",
                        "エラーバジェット残（30日）",
                        "What is left of what each objective allows; below nothing it is missed, and alerts came.",
                        "目標ごとの許容量のうち残っている割合。マイナスは目標未達で、通知済み。",
                    ),
                    Query(BUDGET_LEFT, "{{slo}} {{service}}{{consumer}}"),
                    unit=SHARE,
                    decimals=0,
                    steps=LEFT,
                    span=24,
                ),
            ],
            "Traffic and errors ／ 通信量とエラー": [
                lines(
                    Text(
                        "Requests a second",
                        "毎秒リクエスト数",
                        "Requests answered, by service.",
                        "応答したリクエスト（サービス別）。",
                    ),
                    Query(f"sum by (service) (rate({REQUESTS}[$__rate_interval]))", "{{service}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    Text(
                        "Answers a second by status",
                        "毎秒応答数（ステータス別）",
                        "4xx are refusals that the caller can mend; 5xx are errors of ours.",
                        "4xxは呼出側で直せる拒否、5xxはこちらのエラー。",
                    ),
                    Query(f"sum by (status) (rate({REQUESTS}[$__rate_interval]))", "{{status}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    Text(
                        "Errors of ours",
                        "エラー率（5xx）",
                        "Share of requests answered with a 5xx within five minutes, by service.",
                        "5分間に5xxで応答した割合（サービス別）。",
                    ),
                    Query(f"1 - {_share(WELL, REQUESTS, '5m')}", "{{service}}"),
                    unit=SHARE,
                    steps=((None, "green"), (0.001, "red")),
                    span=24,
                ),
            ],
            "Latency ／ 応答時間": [
                _latency("Slowest one of twenty", "応答時間（95％点）", "0.95"),
                _latency("Slowest one of a hundred", "応答時間（99％点）", "0.99"),
                rows(
                    Text(
                        "Slowest routes",
                        "応答の遅い経路",
                        "The twenty routes with the highest 95th percentile in the time shown.",
                        "表示期間の95％点が大きい20経路。",
                    ),
                    {"service": "Service ／ サービス", "method": "Method ／ メソッド", "route": "Route ／ 経路"},
                    {
                        "95th percentile ／ 95％点": (
                            "topk(20, histogram_quantile(0.95,"
                            f" sum by (le, service, method, route) (increase({BUCKET}[$__range]))) > 0)"
                        )
                    },
                    unit=SECONDS,
                    height=12,
                ),
            ],
            "What wants a person ／ 要確認": [
                number(
                    Text(
                        "Oldest event without a position",
                        "未採番イベントの最長経過",
                        "More than some seconds: the sequencer is stuck. See the dashboard Events.",
                        "数秒を超えれば採番が止まっている。イベントの画面を参照。",
                    ),
                    Query("max(kyodo_outbox_age_seconds)"),
                    unit=SECONDS,
                    steps=AGE,
                ),
                number(
                    Text(
                        "Longest wait of a consumer",
                        "消費の最長遅れ",
                        "For how long records wait without any being taken.",
                        "記録が取られずに待っている時間。",
                    ),
                    Query("max(kyodo_consumer_lag_seconds)"),
                    unit=SECONDS,
                    steps=AGE,
                ),
                number(
                    Text(
                        "Dead letters that wait",
                        "未処理のデッドレター",
                        "Records that could have no effect; each wants to be replayed or dismissed.",
                        "反映できなかった記録。再処理又は却下が必要。",
                    ),
                    Query("sum(max by (consumer) (kyodo_parked))"),
                    steps=NONE_IS_GOOD,
                ),
                number(
                    Text(
                        "Imbalance of the ledger (yen)",
                        "台帳の不一致（円）",
                        "Yen by which postings do not sum to zero; must be 0.",
                        "仕訳の合計が0にならない額。必ず0。",
                    ),
                    Query("max(kyodo_ledger_imbalance)"),
                    steps=NONE_IS_GOOD,
                ),
                number(
                    Text(
                        "Processes that answer Prometheus",
                        "応答中のプロセス",
                        "By job: scraped successfully, of all that are known.",
                        "ジョブ別：監視に応答しているプロセスの割合。",
                    ),
                    Query("avg by (job) (up)", "{{job}}"),
                    unit=SHARE,
                    steps=((None, "red"), (1, "green")),
                    span=8,
                ),
            ],
            "Processes ／ プロセス": [
                lines(
                    Text("Memory", "メモリ", "Resident memory of each process.", "プロセスごとの使用メモリ。"),
                    Query("process_resident_memory_bytes", "{{job}} {{instance}}"),
                    unit="bytes",
                ),
                lines(
                    Text("Processor", "CPU使用量", "Cores in use by each process.", "プロセスごとの使用コア数。"),
                    Query("rate(process_cpu_seconds_total[$__rate_interval])", "{{job}} {{instance}}"),
                    unit="none",
                ),
            ],
        },
        since="now-24h",
        choices=[Choice("service", "Service ／ サービス", "kyodo_http_requests_total")],
    )


def _share(part: str, whole: str, span: str) -> str:
    return f"sum by (service) (increase({part}[{span}])) / sum by (service) (increase({whole}[{span}]))"


def _latency(en: str, ja: str, quantile: str) -> timeseries.Panel:
    about_en = f"The {quantile} quantile of the time to answer, by service, estimated from the histogram."
    text = Text(en, ja, about_en, "応答に要した時間（サービス別、ヒストグラムからの推計）。")
    expr = f"histogram_quantile({quantile}, sum by (le, service) (rate({BUCKET}[$__rate_interval])))"
    return lines(text, Query(expr, "{{service}}"), unit=SECONDS)
