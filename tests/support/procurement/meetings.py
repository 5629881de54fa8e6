"""A meeting of the forum that confirmed three things, with minutes and materials; nothing of it is private."""

from __future__ import annotations

from tests.support.building import Building

HASH = "ab" * 32


async def add(world: Building) -> None:
    """Add it."""
    send = world.send
    meeting_in = {"title_ja": "第4回CIOフォーラム", "held_on": "2023-02-14"}
    meeting = f"/v1/meetings/{(await send('POST', '/v1/meetings', meeting_in))['id']}"
    material_in = {"title_ja": "協働事業の進め方", "sha256": HASH, "link": "https://www.example.jp/forum/4/1.pdf"}
    await send("PUT", f"{meeting}/agenda", {"items": ["協働事業について"]})
    await send("POST", f"{meeting}/materials", material_in)
    await send("PUT", f"{meeting}/minutes", {"text": "協働事業の進め方を確認した。"})
    for text in (
        "4つの類型で協働する。",
        "2団体以上のニーズがあるテーマを選ぶ。",
        "基本的な経費は参加団体が負担する。",
    ):
        await send("POST", f"{meeting}/confirmations", {"text_ja": text})
    await send("PUT", f"{meeting}/confirmations/2/records/cities", {"recorded_on": "2023-02-28"})
    meeting_id = meeting.rpartition("/")[2]
    world.paths.update(
        {
            "meeting_id": [meeting_id],
            "material": ["1"],
            "confirmation": ["2"],
            "assembly": ["special_wards"],
        }
    )
    world.bodies.update(
        {
            "PUT /v1/meetings/{meeting_id}/agenda": {"items": ["協働事業の進め方"]},
            "POST /v1/meetings/{meeting_id}/materials": material_in | {"title_ja": "追加資料"},
            "PUT /v1/meetings/{meeting_id}/materials/{material}/withdrawal": {"reason": "差替えのため"},
            "PUT /v1/meetings/{meeting_id}/minutes": {"text": "訂正後の議事録", "reason": "誤記の訂正"},
            "POST /v1/meetings/{meeting_id}/confirmations": {"text_ja": "年1回見直す。"},
            "PUT /v1/meetings/{meeting_id}/confirmations/{confirmation}/records/{assembly}": {
                "recorded_on": "2023-03-01"
            },
            "PUT /v1/meetings/{meeting_id}/confirmations/{confirmation}/superseding": {
                "by": {"meeting_id": meeting_id, "confirmation": 3},
                "reason": "見直し",
            },
        }
    )
