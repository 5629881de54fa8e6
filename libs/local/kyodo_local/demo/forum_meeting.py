"""The forum's fourth meeting, of 14 February 2023: what it confirmed, as the API takes it.

The facts are those the forum's papers report; the sentences are written here.
"""

from __future__ import annotations

from typing import Any


def meeting() -> dict[str, Any]:
    """The body that convenes the meeting."""
    return {"title_ja": "第4回 東京都・区市町村CIOフォーラム", "held_on": "2023-02-14"}


def confirmations() -> list[dict[str, Any]]:
    """The bodies of its three confirmations: what is done together, what is selected, who bears which cost."""
    return [
        {
            "text_ja": "東京都と区市町村は、共同調達、人材シェアリング、共同電子申請等の既存サービス、"
            "区市町村から提案される事項の4つの類型で協働を進める。"
        },
        {"text_ja": "2団体以上のニーズがあるテーマを協働事業に選定する。選定した事業には62団体のすべてが参加できる。"},
        {
            "text_ja": "協働事業の基本的な経費は参加団体の全員で、個別サービスの経費は利用した団体で負担する。"
            "内容と金額はサービスごとに協議する。"
        },
    ]
