"""Synthetic Japanese documents and questions: words as frequent as words are, of which some hundred are the forum's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from kyodo_academy.search.entries import Document, EntryKind
from kyodo_academy.visibility import Visibility
from kyodo_events.values.municipalities import TOKYO

_FIRST = """
    電子 共同 標準 業務 情報 窓口 行政 地域 住民 職員 防災 福祉 教育 税務 道路 施設 文書 契約 財務 人事
""".split()  # noqa: SIM905 - as it is read
_SECOND = """
    申請 調達 改革 連携 公開 研修 支援 管理 計画 活用 分析 相談 予約 決済 認証 保護 移行 運用 評価 設計
""".split()  # noqa: SIM905 - as it is read
_KATAKANA = """
    システム サービス データ クラウド スマートフォン セキュリティ デザイン ツール サーバー モデル
""".split()  # noqa: SIM905 - as it is read
_BETWEEN = ["", *"の を に で と は が から まで による における についての".split()]  # noqa: SIM905 - as it is read
_ENDS = """
    行った。 検討する。 進めている。 導入した。 課題である。 効果があった。 実施した。 参考になる。
""".split()  # noqa: SIM905 - as it is read
_KANJI = [chr(code) for code in range(0x4E00, 0x4E00 + 2_000)]
RARE = 20_000  # words of the long tail: names, places, terms


@dataclass(frozen=True, slots=True)
class Written:
    """A document with the words that it was made of."""

    document: Document
    words: list[str]


def vocabulary(random: Random) -> tuple[list[str], list[float]]:
    """All words, and how often each is used: the n-th most frequent one 1/n as often as the first (Zipf)."""
    known = [*_FIRST, *_SECOND, *_KATAKANA, *(a + b for a in _FIRST for b in _SECOND)]
    known += [a + b for a in _SECOND for b in _KATAKANA]
    random.shuffle(known)
    rare = ["".join(random.choices(_KANJI, k=random.choice((2, 2, 3, 4)))) for _ in range(RARE)]
    words = [*known, *rare]
    return words, [1 / (10 + rank) for rank in range(len(words))]


def written(count: int, seed: int = 8) -> Iterator[Written]:
    """Documents of about 350 characters, one in a hundred of several thousand."""
    random = Random(seed)  # noqa: S311 - the same documents each time
    words, weights = vocabulary(random)
    kinds, begun = list(EntryKind), datetime(2022, 4, 1, tzinfo=UTC)
    for number in range(count):
        length = random.randint(800, 1_500) if number % 100 == 0 else random.randint(30, 110)
        chosen = random.choices(words, weights, k=length)
        text = "".join(
            word + (random.choice(_ENDS) if place % 9 == 8 else random.choice(_BETWEEN))
            for place, word in enumerate(chosen)
        )
        yield Written(
            Document(
                kind=random.choice(kinds),
                id=f"{number:08}",
                title_ja="".join(random.choices(words, weights, k=3)),
                texts=[text],
                visibility=random.choice([Visibility.PUBLIC, Visibility.OFFICIALS]),
                owner=TOKYO,
                url=f"/v1/materials/{number:08}",
                at=begun + timedelta(minutes=number),
                tags=random.choices(_SECOND, k=2),
            ),
            chosen,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the document that it was taken from."""

    q: str
    source: str
    meant: str


def questions(sample: list[Written], each: int, seed: int = 9) -> dict[str, list[Asked]]:
    """Questions of each kind, taken from documents, a word as often as it is used."""
    random = Random(seed)  # noqa: S311 - the same questions each time
    kinds: dict[str, list[Asked]] = {
        "two letters": [],
        "four letters": [],
        "two words": [],
        "part of a sentence": [],
        "with a slip": [],
        "found nowhere": [],
    }
    for _ in range(each):
        one = random.choice(sample)
        text, id_ = one.document.text, one.document.id
        two = _word(random, sample, 2)
        four = _word(random, sample, 4)
        kinds["two letters"].append(Asked(two.meant, two.source, two.meant))
        kinds["four letters"].append(Asked(four.meant, four.source, four.meant))
        pair = " ".join(random.sample(one.words, 2))
        kinds["two words"].append(Asked(pair, id_, pair))
        start = random.randrange(len(text) - 8)
        part = max(text[start : start + 8].split("。"), key=len)
        kinds["part of a sentence"].append(Asked(part, id_, part))
        place = random.randrange(4)
        slip = four.meant[:place] + random.choice(_KANJI) + four.meant[place + 1 :]
        kinds["with a slip"].append(Asked(slip, four.source, four.meant))
        nowhere = "".join(random.choices(_KANJI, k=5))
        kinds["found nowhere"].append(Asked(nowhere, "", nowhere))
    return kinds


def _word(random: Random, sample: list[Written], length: int) -> Asked:
    while True:
        one = random.choice(sample)
        word = random.choice(one.words)
        if len(word) == length:
            return Asked(word, one.document.id, word)
