"""What the rules of training are tried on: a programme of two units, a course of one of them, and their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from kyodo_supporter_matching.courses.events import CoursePlan
from kyodo_supporter_matching.programmes.values import Content

HOME, PROGRAMME, ANOTHER, COURSE = "132039", *(f"0193f1a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
YUKI, SORA, REN = (f"0193f1a0-0000-7000-8000-0000000000a{n}" for n in (1, 2, 3))
BASICS = {"code": "basics", "title_ja": "基本", "mode": "online", "minutes": 90}
PRACTICE = {"code": "practice", "title_ja": "実習", "mode": "face_to_face", "minutes": 120}
RAW: dict[str, Any] = {
    "title_ja": "養成研修",
    "units": [BASICS, PRACTICE],
    "passing_score": 70,
    "most_attempts": 2,
    "valid_months": 24,
    "refresher": ["basics"],
}
CONTENT = Content.model_validate(RAW)
NEXT = CONTENT.model_copy(update={"passing_score": 80})
TODAY = date(2026, 8, 31)
NOW = datetime(2026, 8, 31, 3, tzinfo=UTC)
STARTS = NOW + timedelta(days=7)
AFTERWARDS = STARTS + timedelta(hours=3)
PLAN = CoursePlan.model_validate(
    {
        "programme_id": PROGRAMME,
        "programme_version": 1,
        "units": ["practice"],
        "host": "tokyo",
        "mode": "face_to_face",
        "place_ja": "見本会館",
        "seats": 2,
        "times": {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2)},
    }
)
