"""A certificate on paper: 修了証 on A4, drawn by a worker process; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from kyodo_academy.certificates.model import CourseCompleted
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.japanese import day_ja
from kyodo_events.values.municipalities import TOKYO, TOKYO_JA, by_code
from kyodo_events.values.texts import Day
from kyodo_events.values.value import Value
from kyodo_platform.documents import GREY, GRID, drawn, in_glyphs, paragraph, text_style

BODY: Final = text_style("body", 12)
CELL: Final = text_style("cell", 10)
SMALL: Final = text_style("small", 8)
TITLE: Final = text_style("title", 26, alignment=TA_CENTER)
NAME: Final = text_style("name", 18, alignment=TA_CENTER)
RIGHT: Final = text_style("right", 10, alignment=TA_RIGHT)
LETTERHEAD: Final = text_style("letterhead", 14, alignment=TA_RIGHT)

WORDS: Final = "上記の者は、東京デジタルアカデミーの次の講座について、修了要件を満たしたことを証します。"
PROOF: Final = (
    "この修了証の真偽及び有効性は、番号と照合コードにより、"
    "サービスの「/v1/certificates/verification/番号」で確認できます。"
)
MISSING: Final = "〓は、この書類の書体にない文字です。"


class Paper(Value):
    """All that stands on the paper."""

    number: str
    issued_on: Day
    valid_until: Day | None
    name_ja: str
    works_for_ja: str
    title_ja: str
    skills_ja: tuple[str, ...]
    criteria_ja: tuple[str, ...]
    attendance_percent: int
    digest: str


def paper_of(issued: CourseCompleted, name_ja: str) -> Paper:
    """What is printed: as it was issued, with the name that the learner has today."""
    completed = issued.completed
    return Paper(
        number=issued.number,
        issued_on=tokyo_date(issued.issued_at),
        valid_until=issued.valid_until,
        name_ja=name_ja,
        works_for_ja=TOKYO_JA if issued.municipality == TOKYO else by_code(issued.municipality).name_ja,
        title_ja=completed.title_ja,
        skills_ja=tuple(skill.label_ja for skill in completed.skills),
        criteria_ja=completed.criteria_ja,
        attendance_percent=completed.attendance_percent,
        digest=issued.digest,
    )


def render(text: str) -> bytes:
    """The document of a paper, given as its JSON text."""
    paper = Paper.model_validate_json(text)
    return drawn(
        partial(_story_of, paper),
        title=f"修了証 {paper.number}",
        foot=f"修了証番号　{paper.number}",
        issued_on=paper.issued_on,
    )


def _story_of(paper: Paper, width: float) -> list[Flowable]:
    return [*_head(paper), *_completed(paper, width), Spacer(0, 14 * mm), KeepTogether(_proof(paper))]


def _head(paper: Paper) -> Iterable[Flowable]:
    yield paragraph(f"修了証番号　{paper.number}", RIGHT)
    yield Spacer(0, 22 * mm)
    yield paragraph("修了証", TITLE)
    yield Spacer(0, 22 * mm)
    yield paragraph(paper.works_for_ja, text_style("works_for", 12, alignment=TA_CENTER))
    yield Spacer(0, 2 * mm)
    yield paragraph(in_glyphs(paper.name_ja), NAME)
    yield Spacer(0, 16 * mm)
    yield paragraph(WORDS, BODY)
    yield Spacer(0, 8 * mm)


def _completed(paper: Paper, width: float) -> Iterable[Flowable]:
    until = f"{day_ja(paper.valid_until)}まで" if paper.valid_until else "期限なし"
    told = {
        "講座": in_glyphs(paper.title_ja),
        "習得したスキル": "、".join(paper.skills_ja) or "－",
        "修了要件": "、".join(paper.criteria_ja),
        "出席率": f"{paper.attendance_percent}％",
        "有効期間": until,
    }
    yield Table(
        [[label, paragraph(words, CELL)] for label, words in told.items()],
        colWidths=[width * 0.2, width * 0.8],
        style=[*GRID, ("BACKGROUND", (0, 0), (0, -1), GREY), ("FONTSIZE", (0, 0), (0, -1), 10)],
    )
    yield Spacer(0, 18 * mm)
    yield paragraph(day_ja(paper.issued_on), RIGHT)
    yield Spacer(0, 4 * mm)
    yield paragraph("東京都", LETTERHEAD)
    yield paragraph("東京デジタルアカデミー", RIGHT)


def _proof(paper: Paper) -> list[Flowable]:
    unknown = "〓" in in_glyphs(f"{paper.name_ja}{paper.title_ja}")
    words = [f"照合コード（SHA-256）　{paper.digest}", PROOF, *([MISSING] if unknown else [])]
    return [paragraph(line, SMALL) for line in words]
