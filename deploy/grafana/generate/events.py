"""Events: from the transaction that appends them to their effect in other services, and what got stuck on the way."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.generate.boards import board
from deploy.grafana.generate.panels import (
    NONE_IS_GOOD,
    PER_SECOND,
    SECONDS,
    Query,
    Steps,
    Text,
    bars,
    lines,
    number,
    rows,
)

RATE: Final = "[$__rate_interval]"
AGE: Final[Steps] = ((None, "green"), (10, "orange"), (60, "red"))
SERVICE: Final = {"service": "Service ／ サービス"}


def build() -> Dashboard:
    """The dashboard."""
    return board(
        "kyodo-events",
        "Kyodo: Events ／ イベント",
        "Append, sequencer, relay, consumers, dead letters, rebuild. 追記、採番、中継、消費、デッドレター、再構築。",
        {
            "Append and sequencer ／ 追記と採番": [
                lines(
                    Text(
                        "Events appended a second",
                        "毎秒追記イベント数",
                        "Events that were committed, by service.",
                        "確定したイベント（サービス別）。",
                    ),
                    Query(f"sum by (service) (rate(kyodo_events_appended_total{RATE}))", "{{service}}"),
                    unit=PER_SECOND,
                    stacked=True,
                    span=8,
                ),
                lines(
                    Text(
                        "Events sequenced a second",
                        "毎秒採番イベント数",
                        "Events that got a position, by service; as many as are appended, a moment later.",
                        "位置番号が付いたイベント（サービス別）。追記と同数になる。",
                    ),
                    Query(f"sum by (service) (rate(kyodo_sequenced_events_sum{RATE}))", "{{service}}"),
                    unit=PER_SECOND,
                    stacked=True,
                    span=8,
                ),
                lines(
                    Text(
                        "Rounds of the sequencer a second",
                        "毎秒採番回数",
                        "How often the sequencer found something, by service: few rounds with many events are cheap.",
                        "採番の実行回数（サービス別）。少ない回数でまとめて採番する方が軽い。",
                    ),
                    Query(f"sum by (service) (rate(kyodo_sequenced_events_count{RATE}))", "{{service}}"),
                    unit=PER_SECOND,
                    span=8,
                ),
                lines(
                    Text(
                        "Age of the outbox",
                        "アウトボックスの経過時間",
                        "Age of the oldest event without a position. More than some seconds: the sequencer is stuck.",
                        "位置番号のない最古のイベントの経過時間。数秒を超えれば採番が止まっている。",
                    ),
                    Query("max by (service) (kyodo_outbox_age_seconds)", "{{service}}"),
                    unit=SECONDS,
                    steps=AGE,
                ),
                rows(
                    Text(
                        "Positions",
                        "位置番号",
                        "How far each service's events were sequenced and published, and what waits for either.",
                        "各サービスのイベントの採番済み・送信済みの位置と待ち件数。",
                    ),
                    SERVICE,
                    {
                        "Sequenced ／ 採番済み": "max by (service) (kyodo_sequencer_position)",
                        "Published ／ 送信済み": "max by (service) (kyodo_relay_position)",
                        "Wait for a position ／ 採番待ち": "max by (service) (kyodo_outbox_depth)",
                        "Wait for Kafka ／ 送信待ち": "max by (service) (kyodo_relay_lag)",
                    },
                    span=12,
                ),
            ],
            "Relay ／ 中継": [
                lines(
                    Text(
                        "Events published a second",
                        "毎秒送信イベント数",
                        "Events that Kafka acknowledged, by topic.",
                        "Kafkaが受領したイベント（トピック別）。",
                    ),
                    Query(f"sum by (topic) (rate(kyodo_published_total{RATE}))", "{{topic}}"),
                    unit=PER_SECOND,
                ),
                lines(
                    Text(
                        "Events that wait for Kafka",
                        "送信待ちイベント数",
                        "Events with a position that the relay has not passed, by service.",
                        "採番済みで未送信のイベント（サービス別）。",
                    ),
                    Query("max by (service) (kyodo_relay_lag)", "{{service}}"),
                    span=6,
                ),
                lines(
                    Text(
                        "Attempts of the relay that failed",
                        "中継の失敗",
                        "In ten minutes, by service: the broker is away or refuses. The log says relay-trouble.",
                        "10分間の失敗回数（サービス別）。ログのrelay-troubleを参照。",
                    ),
                    Query("sum by (service) (increase(kyodo_relay_errors_total[10m]))", "{{service}}"),
                    steps=NONE_IS_GOOD,
                    span=6,
                ),
            ],
            "Consumers ／ 消費": [
                lines(
                    Text(
                        "Lag",
                        "遅れ",
                        "For how long records have been waiting without any being taken, by consumer and topic.",
                        "記録が取られずに待っている時間（消費側・トピック別）。",
                    ),
                    Query("max by (consumer, topic) (kyodo_consumer_lag_seconds)", "{{consumer}} {{topic}}"),
                    unit=SECONDS,
                    steps=AGE,
                ),
                lines(
                    Text(
                        "Age of what was read",
                        "反映時の経過時間",
                        "How old the newest event was when its effect was committed, by consumer. In a rehearsal with"
                        " days of its own it means nothing.",
                        "反映が確定したときの最新イベントの経過時間。演習用の日付では意味を持たない。",
                    ),
                    Query("max by (consumer) (kyodo_read_model_lag_seconds)", "{{consumer}}"),
                    unit=SECONDS,
                ),
                lines(
                    Text(
                        "Events taken a second",
                        "毎秒反映イベント数",
                        "Events that had their effect, by consumer.",
                        "反映したイベント（消費側別）。",
                    ),
                    Query(f"sum by (consumer) (rate(kyodo_consumed_total{RATE}))", "{{consumer}}"),
                    unit=PER_SECOND,
                    span=8,
                ),
                lines(
                    Text(
                        "Duplicates",
                        "重複",
                        "Events that came again and had no effect, in ten minutes: harmless after a restart.",
                        "再送され反映しなかったイベント（10分間）。再起動や再送の後は無害。",
                    ),
                    Query("sum by (consumer) (increase(kyodo_duplicates_total[10m]))", "{{consumer}}"),
                    span=8,
                ),
                lines(
                    Text(
                        "Batches tried again",
                        "再試行",
                        "Batches that failed and are tried again, in ten minutes. The log says batch-postponed.",
                        "失敗して再試行するまとまり（10分間）。ログのbatch-postponedを参照。",
                    ),
                    Query("sum by (consumer) (increase(kyodo_consumer_retries_total[10m]))", "{{consumer}}"),
                    steps=NONE_IS_GOOD,
                    span=8,
                ),
            ],
            "Dead letters ／ デッドレター": [
                number(
                    Text(
                        "Waiting",
                        "未処理",
                        "Records that could have no effect and wait for a person, by consumer.",
                        "反映できず人の判断を待つ記録（消費側別）。",
                    ),
                    Query("max by (consumer) (kyodo_parked)", "{{consumer}}"),
                    steps=NONE_IS_GOOD,
                    span=8,
                ),
                lines(
                    Text(
                        "Parked",
                        "新規",
                        "Records that were put aside in an hour, by consumer.",
                        "1時間に退避した記録（消費側別）。",
                    ),
                    Query("sum by (consumer) (increase(kyodo_dead_letters_total[1h]))", "{{consumer}}"),
                    steps=NONE_IS_GOOD,
                    span=8,
                ),
                number(
                    Text(
                        "Gaps in topics, one day",
                        "トピックの欠落（1日）",
                        "Records were removed before they were read. Have the service publish again.",
                        "読む前に記録が消えた。発行側で再送する。",
                    ),
                    Query("sum by (consumer) (increase(kyodo_offset_gaps_total[1d]))", "{{consumer}}"),
                    steps=NONE_IS_GOOD,
                    span=8,
                ),
            ],
            "Rebuild ／ 再構築": [
                bars(
                    Text(
                        "Progress of rebuilds",
                        "再構築の進み",
                        "Events applied, beside all. Both are 0 where none is under way; a bar that does not grow is a"
                        " rebuild that broke off.",
                        "適用済みと全件。実行中でなければ共に0。伸びない棒は中断した再構築。",
                    ),
                    Query("max by (service, state) (kyodo_rebuild_events)", "{{service}}: {{state}}"),
                    span=24,
                ),
            ],
        },
        since="now-6h",
    )
