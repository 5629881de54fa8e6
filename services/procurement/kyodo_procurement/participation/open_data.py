"""Participation as open data: who signed for which project, from when, until when."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.values.municipalities import by_code
from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, Row, from_query
from kyodo_procurement.participation.events import ParticipationKind
from kyodo_procurement.participation.views import participation
from kyodo_procurement.projects.model import Project, ProjectStatus
from kyodo_procurement.projects.views import project


def _told(row: Row) -> Row:
    return {
        **row,
        "municipality_ja": by_code(row["municipality"]).name_ja,
        "kind_ja": ParticipationKind(row["kind"]).label_ja,
        "stage_ja": Stage(row["stage"]).label_ja,
        "status_ja": ProjectStatus(row["status"]).label_ja,
    }


_OF_PARTICIPATION: Final = ("project_id", "municipality", "from_month", "last_month", "kind")

data_set: Final = DataSet(
    id="participation",
    title_ja="協働事業への参加",
    title_en="Participation in joint projects",
    description_ja="協働事業ごとの参加区市町村と参加期間。署名された参加だけで、打診中のものは含まない",
    description_en="Which municipality takes part in which project, from and until which month; signed agreements only",
    keywords_ja=("協働", "参加", "区市町村"),
    columns=(
        Column("project_id", "事業番号", "Id of the project"),
        Column("project_ja", "協働事業", "Project"),
        Column("theme_id", "テーマ番号", "Id of its theme"),
        Column("stage", "段階コード", "Stage reached, as a code"),
        Column("stage_ja", "段階", "Stage reached"),
        Column("status", "状態コード", "Whether it is worked on, as a code"),
        Column("status_ja", "状態", "Whether it is worked on"),
        Column("municipality", "団体コード", "Municipality, by its code"),
        Column("municipality_ja", "団体", "Municipality"),
        Column("kind", "参加形態コード", "Way of taking part, as a code"),
        Column("kind_ja", "参加形態", "Way of taking part"),
        Column("from_month", "参加開始月", "First month", Datatype.MONTH),
        Column("last_month", "参加終了月", "Last month, empty where there is none", Datatype.MONTH),
    ),
    rows=from_query(
        sa.select(
            *(participation.c[name] for name in _OF_PARTICIPATION),
            project.c.name_ja.label("project_ja"),
            *(project.c[name] for name in ("theme_id", "stage", "status")),
        )
        .join_from(participation, project, project.c.id == participation.c.project_id)
        .order_by(participation.c.project_id, participation.c.municipality, participation.c.from_month),
        _told,
    ),
    frequency=Frequency.IRREGULAR,
    form_since=date(2026, 11, 28),
    sources=(Project,),
)
