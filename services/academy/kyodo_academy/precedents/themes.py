"""Which precedents a theme of procurement has: "which of my needs has a precedent".

The academy does not read procurement; a theme comes by its name, as `kyodo.procurement` shows it. A precedent fits it
by each word that stands in the theme and that is either one of the precedent's own keywords, or a keyword of its
category that stands in the precedent itself too. Both are needed there: 内部事務 holds AI minutes and electronic
contracts alike, and the one is no precedent for the other. The answer names the words, so that people can judge.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from kyodo_academy.precedents.model import PrecedentContent

KEYWORDS: Final = {
    "電子申請": ("電子申請", "オンライン申請", "申請", "ローコード"),
    "内部事務のデジタル化": ("電子契約", "契約", "調達", "RPA", "AI-OCR", "議事録", "校務", "監査"),
    "窓口業務のデジタル化": ("窓口", "相談", "チャットボット", "問い合わせ", "手続き案内"),
}
"""By category of the forum; a category that is not among them is a keyword itself."""


def words_for(theme_ja: str, precedent: PrecedentContent) -> list[str]:
    """The words by which this is a precedent for the theme; none where it is none."""
    theme = _folded(theme_ja)
    itself = _folded(f"{precedent.tool or ''} {precedent.content_ja} {precedent.details_ja}")
    of_category = KEYWORDS.get(precedent.category_ja, (precedent.category_ja,))
    chosen = [word for word in precedent.keywords_ja if _folded(word) in theme]
    shared = [word for word in of_category if _folded(word) in theme and _folded(word) in itself]
    return list(dict.fromkeys([*chosen, *shared]))


def _folded(text: str) -> str:
    """Full and half width, capital and small letters are the same word."""
    return unicodedata.normalize("NFKC", text).casefold()
