"""Collaboration: what municipalities want, which projects they take part in, what they buy together and save."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.generate import words
from deploy.grafana.generate.boards import board
from deploy.grafana.generate.panels import YEN, Query, Text, bars, columns, number, rows

THEMES: Final = "max by (stage, status) (kyodo_procurement_themes)"
PROJECTS: Final = "max by (stage, status) (kyodo_procurement_projects)"
ANSWERS: Final = "max by (kind, answer) (kyodo_procurement_answers)"
SAVINGS: Final = "max by (status) (kyodo_procurement_savings_yen)"
CALLS: Final = "max by (phase) (kyodo_procurement_calls)"


def build() -> Dashboard:
    """The dashboard."""
    return board(
        "kyodo-collaboration",
        "Kyodo: Collaboration ／ 協働",
        "Themes, demand, participation, joint calls, savings. テーマ、ニーズ、参加、共同調達、節減。",
        {
            "At a glance ／ 概要": [
                number(
                    Text("Themes", "テーマ", "All that were ever drafted.", "これまでの全テーマ。"),
                    Query(f"sum({THEMES})"),
                ),
                number(
                    Text(
                        "Selected themes", "選定テーマ", "Taken up by the forum.", "CIOフォーラムで選定されたテーマ。"
                    ),
                    Query('sum(max by (stage, status) (kyodo_procurement_themes{status="selected"}))'),
                ),
                number(
                    Text("Projects", "協働事業", "That are being worked on.", "実施中の協働事業。"),
                    Query('sum(max by (stage, status) (kyodo_procurement_projects{status="active"}))'),
                ),
                number(
                    Text(
                        "Participations",
                        "参加",
                        "Agreements that hold in the current month, over all projects.",
                        "今月有効な参加（全事業の延べ数）。",
                    ),
                    Query(f"sum({_standing('active|notice_given')})"),
                ),
                number(
                    Text(
                        "Open joint calls",
                        "進行中の共同調達",
                        "Calls before their last deadline.",
                        "締切前の共同調達。",
                    ),
                    Query('sum(max by (phase) (kyodo_procurement_calls{phase=~"committing|topping_up|quoting"}))'),
                ),
                number(
                    Text(
                        "Confirmed savings (yen)",
                        "確認済みの節減額（円）",
                        "Confirmed by the municipalities; calls with fewer than three are left out.",
                        "区市町村が確認した額。3団体未満の調達は含まない。",
                    ),
                    Query('max(kyodo_procurement_savings_yen{status="confirmed"})'),
                    unit=YEN,
                ),
            ],
            "Themes and demand ／ テーマとニーズ": [
                columns(
                    Text(
                        "Themes by stage",
                        "段階別のテーマ",
                        "By the stage that is wanted, in parts by status.",
                        "希望段階別、状態別のテーマ数。",
                    ),
                    Query(f"sum by (stage, status) ({THEMES})"),
                    "stage",
                    "status",
                    names={**words.STAGES, **words.THEMES},
                ),
                columns(
                    Text(
                        "Answers of municipalities",
                        "区市町村の回答",
                        "What municipalities answered to themes, by kind of theme.",
                        "テーマへの区市町村の回答（類型別）。",
                    ),
                    Query(f"sum by (kind, answer) ({ANSWERS})"),
                    "kind",
                    "answer",
                    names={**words.THEME_KINDS, **words.ANSWERS},
                ),
            ],
            "Projects and participation ／ 協働事業と参加": [
                columns(
                    Text(
                        "Projects by stage",
                        "段階別の協働事業",
                        "By the stage that is reached, in parts by status.",
                        "到達段階別、状態別の協働事業数。",
                    ),
                    Query(f"sum by (stage, status) ({PROJECTS})"),
                    "stage",
                    "status",
                    names={**words.STAGES, **words.PROJECTS},
                    span=8,
                ),
                rows(
                    Text(
                        "Participation by project",
                        "事業別の参加",
                        "How many municipalities take part this month, will, are leaving, or are asked.",
                        "今月の参加、参加予定、離脱予定、招待・意向の団体数。",
                    ),
                    {"project": "Project ／ 協働事業", "stage": "Stage ／ 段階"},
                    {
                        "Take part ／ 参加": _by_project("active"),
                        "Leaving ／ 離脱予定": _by_project("notice_given"),
                        "From later on ／ 参加予定": _by_project("signed"),
                        "Asked or intending ／ 招待・意向": _by_project("invited|intended"),
                    },
                    names=words.STAGES,
                    span=16,
                ),
            ],
            "Joint calls and savings ／ 共同調達と節減": [
                bars(
                    Text(
                        "Joint calls by phase",
                        "共同調達の進み",
                        "What may be done in them today.",
                        "今日時点でできること別の件数。",
                    ),
                    Query(CALLS, "{{phase}}"),
                    names=words.PHASES,
                    span=12,
                ),
                bars(
                    Text(
                        "Savings (yen)",
                        "節減額（円）",
                        "What joint buying saved against buying alone, by how far the figure is. Calls with fewer than"
                        " three municipalities are left out: their sum would tell one's own amount to the other.",
                        "単独調達との差（確からしさ別）。3団体未満の調達は、他団体の額が分かるため含まない。",
                    ),
                    Query(SAVINGS, "{{status}}"),
                    unit=YEN,
                    names=words.SAVINGS,
                    span=12,
                ),
            ],
        },
        since="now-30d",
    )


def _standing(status: str) -> str:
    labels = "project_id, project, stage, status"
    return f'max by ({labels}) (kyodo_procurement_participations{{status=~"{status}"}})'


def _by_project(status: str) -> str:
    return f"sum by (project, stage) ({_standing(status)})"
