"""The calendar of smartphone classes as open data, in the form of イベント一覧."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_events.values.municipalities import by_code
from kyodo_platform.open_data import DataSet, Frequency, Row, from_query
from kyodo_platform.open_data.forms import CANCELLED_JA, EVENTS, at_times, of_party
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.sessions.values import KINDS_JA, SessionKind, SessionStatus
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.venues.model import Venue
from kyodo_supporter_matching.venues.views import venue

# Only a publication sets a date for applications: what was cancelled before it was nobody's to know.
_published = session.c.applications_until.is_not(None)


def _told(row: Row) -> Row:
    """Who supports, how many are expected and how many came is not for everybody: those columns stay empty."""
    return {
        **of_party(row["municipality"], row["session_id"]),
        **at_times(row["starts_at"], row["ends_at"]),
        "イベント名": row["title_ja"],
        "説明": f"スマートフォンの{KINDS_JA[SessionKind(row['kind'])]}",
        "主催者": by_code(row["municipality"]).name_ja,
        "場所名称": row["venue_ja"],
        "住所": row["address_ja"],
        "緯度": row["latitude"],
        "経度": row["longitude"],
        "備考": CANCELLED_JA if row["step"] == SessionStatus.CANCELLED.value else None,
    }


data_set: Final = DataSet(
    id="smartphone-classes",
    title_ja="スマートフォン体験会・相談会等の開催予定（イベント一覧）",
    title_en="Calendar of smartphone classes and consultations",
    description_ja="公開されたスマートフォンの体験会、相談会等の日時と会場。公開後に中止したものは備考に記載",
    description_en="Smartphone classes and consultations that were published: when and where; cancelled ones say so",
    keywords_ja=("スマートフォン", "体験会", "相談会", "イベント"),
    columns=EVENTS.columns,
    form=EVENTS,
    rows=from_query(
        sa.select(
            *(
                session.c[name]
                for name in ("municipality", "session_id", "kind", "title_ja", "starts_at", "ends_at", "step")
            ),
            *(session.c[name] for name in ("latitude", "longitude")),
            venue.c.name_ja.label("venue_ja"),
            venue.c.address_ja,
        )
        .join_from(session, venue, venue.c.venue_id == session.c.venue_id)
        .where(_published)
        .order_by(session.c.starts_at, session.c.session_id),
        _told,
    ),
    frequency=Frequency.CONTINUOUS,
    form_since=date(2026, 11, 28),
    sources=(Session, Venue),
)
