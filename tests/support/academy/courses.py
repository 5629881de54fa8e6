"""A course to come, with its contents."""

from __future__ import annotations

from typing import Any

from tests.support.building import Building

COURSE = {"title_ja": "入門", "programme": "shared_training", "starts_on": "2099-06-01", "seats": 40}
SKILL = {"scheme": "dss-p", "version": "1.2", "code": "data_engineer"}


def contents(**changes: Any) -> dict[str, Any]:
    """What a course is about."""
    return {
        "objectives_ja": ["業務のデータを集計し、課題を説明できる"],
        "audience_ja": "データを扱う業務の担当者",
        "skills": [SKILL],
    } | changes


async def add(world: Building) -> None:
    """Add it."""
    course_id = (await world.send("POST", "/v1/courses", COURSE))["id"]
    await world.send("PUT", f"/v1/courses/{course_id}/contents", {"contents": contents()})
    world.paths["course_id"] = [course_id]
    world.bodies.update(
        {
            "POST /v1/courses": COURSE,
            "PUT /v1/courses/{course_id}/schedule": {"starts_on": "2099-06-08"},
            "PUT /v1/courses/{course_id}/contents": {
                "contents": contents(audience_ja="全職員"),
                "changed_ja": "対象者の拡大",
            },
        }
    )
