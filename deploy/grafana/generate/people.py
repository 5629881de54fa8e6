"""People: experts shared, supporters of smartphone users, officials trained; each beside its target, if it has one."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.generate import words
from deploy.grafana.generate.boards import board
from deploy.grafana.generate.panels import NONE_IS_GOOD, Query, Text, bars, columns, lines, number, progress, rows

SUPPORTERS: Final = 'sum(max by (status) (kyodo_supporter_supporters{status=~"registered|active|resting|suspended"}))'
SUPPORTERS_TARGET: Final = "max(kyodo_supporter_supporters_target)"
SUPPORTED: Final = "max by (fiscal_year) (kyodo_supporter_people_supported)"
SUPPORTED_TARGET: Final = "max by (fiscal_year) (kyodo_supporter_people_supported_target)"
SUPPORTED_IN_TIME: Final = f"sum({SUPPORTED} and on (fiscal_year) {SUPPORTED_TARGET})"
ATTENDANCES: Final = 'max by (fiscal_year, programme) (kyodo_academy_attendances{programme!="all"})'
CUMULATIVE: Final = "max(kyodo_academy_attendances_cumulative)"
CUMULATIVE_TARGET: Final = "max(kyodo_academy_attendances_cumulative_target)"


def build() -> Dashboard:
    """The dashboard."""
    return board(
        "kyodo-people",
        "Kyodo: People ／ 人材",
        "Experts, smartphone supporters, training of officials. デジタル人材、スマホサポーター、職員研修。",
        {
            "Against the targets ／ 目標に対して": [
                progress(
                    Text(
                        "Supporters",
                        "スマホサポーター",
                        "Registered and not left, of the forum's target for the end of 2023.",
                        "退会していない登録者の、2023年末の目標に対する割合。",
                    ),
                    SUPPORTERS,
                    SUPPORTERS_TARGET,
                    span=8,
                ),
                progress(
                    Text(
                        "People supported",
                        "支援した人数",
                        "As reported of sessions of the target's year.",
                        "目標年度の実施報告による人数の割合。",
                    ),
                    SUPPORTED_IN_TIME,
                    f"sum({SUPPORTED_TARGET})",
                    span=8,
                ),
                progress(
                    Text(
                        "Training attendances since 2022",
                        "研修の延べ出席数（2022年度以降）",
                        "Of municipalities' officials, of the target for the end of fiscal year 2025.",
                        "区市町村職員の延べ数の、2025年度末の目標に対する割合。",
                    ),
                    CUMULATIVE,
                    CUMULATIVE_TARGET,
                    span=8,
                ),
                number(
                    Text("Supporters", "スマホサポーター", "Reached, and the target.", "実績と目標。"),
                    Query(SUPPORTERS, "Reached ／ 実績"),
                    Query(SUPPORTERS_TARGET, "Target ／ 目標"),
                    span=8,
                ),
                number(
                    Text(
                        "People supported",
                        "支援した人数",
                        "Reached in the target's year, and the target.",
                        "目標年度の実績と目標。",
                    ),
                    Query(SUPPORTED_IN_TIME, "Reached ／ 実績"),
                    Query(f"sum({SUPPORTED_TARGET})", "Target ／ 目標"),
                    span=8,
                ),
                number(
                    Text("Training attendances", "研修の延べ出席数", "Reached, and the target.", "実績と目標。"),
                    Query(CUMULATIVE, "Reached ／ 実績"),
                    Query(CUMULATIVE_TARGET, "Target ／ 目標"),
                    span=8,
                ),
            ],
            "Experts ／ デジタル人材": [
                bars(
                    Text(
                        "Funnel of experts",
                        "人材の流れ",
                        "Experts who reached a step: many registered and few engaged want a person.",
                        "各段階に達した人数。登録が多く従事が少なければ確認が必要。",
                    ),
                    Query("max by (step) (kyodo_talent_experts)", "{{step}}"),
                    names=words.STEPS,
                ),
                columns(
                    Text(
                        "Requests",
                        "依頼",
                        "By kind, in parts by status. Requests that stay submitted want a person.",
                        "種類別、状態別の件数。提出のまま残る依頼は確認が必要。",
                    ),
                    Query("max by (kind, status) (kyodo_talent_requests)"),
                    "kind",
                    "status",
                    names=words.REQUESTS,
                    span=8,
                ),
                bars(
                    Text(
                        "Half-days this month",
                        "今月の半日数",
                        "What experts offer, what is held and confirmed of it, and what was worked.",
                        "提供可能、仮押さえ、確定、実績の半日数。",
                    ),
                    Query("max by (state) (kyodo_talent_half_days)", "{{state}}"),
                    names=words.HALF_DAYS,
                ),
            ],
            "Smartphone supporters ／ スマホサポーター": [
                number(
                    Text(
                        "Open seats",
                        "未充足の枠",
                        "Of published sessions of the next 14 days.",
                        "今後14日の公開済みの回。",
                    ),
                    Query("max(kyodo_supporter_open_seats)"),
                    span=6,
                ),
                number(
                    Text(
                        "Sessions with nobody",
                        "担当者のいない回",
                        "Published sessions of the next 7 days to which nobody comes: call for replacement.",
                        "今後7日の公開済みの回。補充の呼びかけが必要。",
                    ),
                    Query("max(kyodo_supporter_sessions_with_nobody)"),
                    steps=NONE_IS_GOOD,
                    span=6,
                ),
                number(
                    Text("Unanswered offers", "未回答の依頼", "That are not expired.", "期限内のもの。"),
                    Query("max(kyodo_supporter_unanswered_offers)"),
                    span=6,
                ),
                number(
                    Text("Devices", "貸出機器", "For lending, by state.", "貸出機器（状態別）。"),
                    Query("max by (state) (kyodo_supporter_devices)", "{{state}}"),
                    span=6,
                ),
                columns(
                    Text(
                        "Sessions held",
                        "実施回数",
                        "By fiscal year, in parts by kind.",
                        "年度別、種類別の実施回数。",
                    ),
                    Query("max by (fiscal_year, kind) (kyodo_supporter_sessions_held)"),
                    "fiscal_year",
                    "kind",
                    names=words.SESSIONS,
                    span=8,
                ),
                rows(
                    Text(
                        "People supported by year",
                        "年度別の支援人数",
                        "As reported of sessions that took place.",
                        "実施報告による人数。",
                    ),
                    {"fiscal_year": "Fiscal year ／ 年度"},
                    {"People ／ 人数": SUPPORTED, "Target ／ 目標": SUPPORTED_TARGET},
                    span=8,
                ),
                bars(
                    Text("Supporters by status", "状態別のサポーター", "As decided.", "決定された状態別。"),
                    Query("max by (status) (kyodo_supporter_supporters)", "{{status}}"),
                    names=words.SUPPORTERS,
                ),
            ],
            "Training of officials ／ 職員研修": [
                columns(
                    Text(
                        "Attendances by year and programme",
                        "年度別・事業別の延べ出席数",
                        "Of municipalities' officials.",
                        "区市町村職員の延べ数。",
                    ),
                    Query(ATTENDANCES),
                    "fiscal_year",
                    "programme",
                    names=words.PROGRAMMES,
                ),
                rows(
                    Text(
                        "Attendances and people by year",
                        "年度別の延べ出席数と実人数",
                        "All programmes together; people are counted once a year.",
                        "全事業。実人数は年度に1回数える。",
                    ),
                    {"fiscal_year": "Fiscal year ／ 年度"},
                    {
                        "Attendances ／ 延べ数": _together("kyodo_academy_attendances"),
                        "Target ／ 目標": "max by (fiscal_year) (kyodo_academy_attendances_target)",
                        "People ／ 実人数": _together("kyodo_academy_heads"),
                    },
                    span=12,
                ),
                number(
                    Text(
                        "Municipalities reached",
                        "出席のあった区市町村",
                        "Of 62, since fiscal year 2022.",
                        "62団体のうち、2022年度以降。",
                    ),
                    Query("max(kyodo_academy_municipalities_reached)"),
                    span=6,
                ),
                number(
                    Text(
                        "Months not frozen",
                        "未確定の月",
                        "Months that are over and whose figure is not frozen: more than two want to be.",
                        "終了して未確定の月。3以上なら確定が必要。",
                    ),
                    Query("max(kyodo_academy_months_not_frozen)"),
                    steps=((None, "green"), (3, "orange")),
                    span=6,
                ),
                lines(
                    Text(
                        "Attendances since 2022",
                        "延べ出席数の推移",
                        "The sum since fiscal year 2022, and what it shall come to.",
                        "2022年度以降の累計と目標。",
                    ),
                    Query(CUMULATIVE, "Reached ／ 実績"),
                    Query(CUMULATIVE_TARGET, "Target ／ 目標"),
                ),
            ],
        },
        since="now-90d",
    )


def _together(metric: str) -> str:
    return f'max by (fiscal_year) ({metric}{{programme="all"}})'
