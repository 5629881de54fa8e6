"""Words that stand for one another in the texts of Tokyo and its municipalities; a word may be part of a longer one."""

from __future__ import annotations

from kyodo_academy.search.folding import fold

GROUPS_JA = [
    ("スマホ", "スマートフォン", "スマートホン", "携帯電話"),
    ("議事録AI", "AI議事録", "議事録作成支援", "音声認識議事録", "会議録作成"),
    ("電子申請", "オンライン申請", "オンライン手続", "ネット申請"),
    ("生成AI", "ChatGPT", "大規模言語モデル", "LLM"),
    ("RPA", "業務自動化", "ロボティックプロセスオートメーション"),
    ("DX", "デジタルトランスフォーメーション", "デジタル変革"),
    ("UI", "ユーザーインターフェース", "画面設計"),
    ("研修", "講座", "セミナー", "勉強会"),
    ("デジタルデバイド", "情報格差", "デジタル格差"),
    ("高齢者", "シニア", "お年寄り"),
    ("区市町村", "市区町村", "基礎自治体"),
    ("マイナンバーカード", "個人番号カード", "マイナカード"),
    ("チャットボット", "自動応答", "対話システム"),
    ("テレワーク", "在宅勤務", "リモートワーク"),
    ("オープンデータ", "データ公開"),
    ("キャッシュレス", "電子決済", "電子マネー"),
    ("BPR", "業務改革", "業務改善", "業務見直し"),
    ("ガバメントクラウド", "ガバクラ", "政府共通クラウド"),
    ("ローコード", "ノーコード"),
    ("書かない窓口", "ワンストップ窓口", "行かない窓口"),
    ("GIS", "地理情報システム", "地図システム"),
    ("UX", "ユーザー体験", "利用者体験"),
    ("クラウド", "SaaS"),
    ("韓国", "ソウル"),
    ("オーストラリア", "豪州"),
]
AT_MOST = 12  # spellings of one word

_GROUPS = [tuple(fold(word) for word in group) for group in GROUPS_JA]


def synonyms_of(folded: str) -> list[str]:
    """Other words for a folded word: with each term in it replaced by those that stand for the same."""
    others: dict[str, None] = {}
    for group in _GROUPS:
        # the longest that it contains: スマートフォン holds no shorter one, but 個人番号カード might
        term = max((term for term in group if _within(term, folded)), key=len, default=None)
        for other in group if term else ():
            if term and other not in folded:
                others[folded.replace(term, other)] = None
    return list(others)[:AT_MOST]


def _within(term: str, folded: str) -> bool:
    """Whether a term is in a word; one of two letters (DX, UI) is the word itself, or kanji."""
    if term.isascii() and len(term) <= 3:
        return term == folded
    return term in folded
