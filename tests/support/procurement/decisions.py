"""A decision of the forum, for tests that select a theme."""

from __future__ import annotations

from typing import Any

import httpx

CITED = "第4回CIOフォーラム（2023-02-14）確認事項1：2団体以上のニーズがあるテーマを選ぶ。"


async def decided(client: httpx.AsyncClient, secretariat: dict[str, str]) -> dict[str, Any]:
    """Put a meeting with one confirmation on record; answers with the reference to it, as bodies take it."""
    meeting_in = {"title_ja": "第4回CIOフォーラム", "held_on": "2023-02-14"}
    meeting = await client.post("/v1/meetings", json=meeting_in, headers=secretariat)
    assert meeting.status_code == 201, meeting.text
    id_ = meeting.json()["id"]
    confirmation = {"text_ja": "2団体以上のニーズがあるテーマを選ぶ。"}
    confirmed = await client.post(
        f"/v1/meetings/{id_}/confirmations", json=confirmation, headers=secretariat | {"If-Match": "*"}
    )
    assert confirmed.status_code == 200, confirmed.text
    return {"meeting_id": id_, "confirmation": 1}
