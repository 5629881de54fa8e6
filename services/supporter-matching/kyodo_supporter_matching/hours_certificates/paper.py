"""A certificate on paper: 活動時間証明書 on A4, drawn by a worker process; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, Spacer, Table

from kyodo_events.values.japanese import day_ja
from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_events.values.texts import Day
from kyodo_events.values.value import Value
from kyodo_platform.documents import GREY, GRID, PLAIN, drawn, in_glyphs, paragraph, text_style
from kyodo_supporter_matching.hours_certificates.model import Attended, HoursCertified
from kyodo_supporter_matching.sessions.values import SessionKind

BODY: Final = text_style("body", 10.5)
SMALL: Final = text_style("small", 8)
TITLE: Final = text_style("title", 20, alignment=TA_CENTER)
NAME: Final = text_style("name", 14)
RIGHT: Final = text_style("right", 9.5, alignment=TA_RIGHT)
LETTERHEAD: Final = text_style("letterhead", 13, alignment=TA_RIGHT)
TOTAL: Final = text_style("total", 12, alignment=TA_CENTER)

WORDS: Final = (
    "上記の者は、東京都のスマホサポーターとして下記のとおり活動したことを証明します。"
    "活動時間は、教室を実施した区市町村又は運営団体の記録によります。"
)
PROOF: Final = (
    "この証明書の真偽及び現在の記録との相違の有無は、発行番号と照合コードにより、サービスの"
    "「/v1/hours-certificates/verification/発行番号」で確認できます。"
)
MISSING: Final = "〓は、この書類の書体にない文字です。"


class PaperLine(Value):
    """One session on the paper."""

    day: Day
    municipality: MunicipalityCode
    kind: SessionKind
    minutes: int


class Paper(Value):
    """All that stands on the paper."""

    number: str
    issued_on: Day
    name_ja: str
    school_ja: str | None
    from_day: Day
    until_day: Day
    lines: tuple[PaperLine, ...]
    minutes: int
    digest: str


LINES: Final = TypeAdapter(list[PaperLine])
A_FIELD: Final = 50
"""Sessions that are sealed together: a sealed text has an end."""


def texts_of(attended: Sequence[Attended]) -> dict[str, str]:
    """The sessions as texts to be sealed, by field."""
    lines = [PaperLine(**one.model_dump(exclude={"assignment_id"})) for one in attended]
    starts = range(0, len(lines), A_FIELD)
    return {f"lines_{start:04}": LINES.dump_json(lines[start : start + A_FIELD]).decode() for start in starts}


def paper_of(issued: HoursCertified, opened: Mapping[str, str], person: Mapping[str, str]) -> Paper:
    """What is printed: as it was issued, with the name that the supporter has today."""
    lines = [line for _, text in sorted(opened.items()) for line in LINES.validate_json(text)]
    return Paper(
        number=issued.number,
        issued_on=issued.issued_on,
        name_ja=person["name_ja"],
        school_ja=person.get("school_ja"),
        from_day=issued.from_day,
        until_day=issued.until_day,
        lines=tuple(lines),
        minutes=issued.minutes,
        digest=issued.digest,
    )


def render(text: str) -> bytes:
    """The document of a paper, given as its JSON text."""
    paper = Paper.model_validate_json(text)
    return drawn(
        partial(_story_of, paper),
        title=f"活動時間証明書 {paper.number}",
        foot=f"発行番号　{paper.number}",
        issued_on=paper.issued_on,
    )


def hours_ja(minutes: int) -> str:
    """'12時間05分'."""
    return f"{minutes // 60}時間{minutes % 60:02}分"


def _story_of(paper: Paper, width: float) -> list[Flowable]:
    return [*_head(paper, width), *_sessions(paper, width), Spacer(0, 5 * mm), KeepTogether(_proof(paper))]


def _head(paper: Paper, width: float) -> Iterable[Flowable]:
    yield paragraph(f"発行番号　{paper.number}", RIGHT)
    yield paragraph(f"発行日　{day_ja(paper.issued_on)}", RIGHT)
    yield Spacer(0, 8 * mm)
    yield paragraph("活動時間証明書", TITLE)
    yield Spacer(0, 8 * mm)
    who = [paragraph(f"氏名　{in_glyphs(paper.name_ja)}", NAME)]
    who += [paragraph(f"所属　{in_glyphs(paper.school_ja)}", BODY)] if paper.school_ja else []
    issuer = [paragraph("東京都", LETTERHEAD), paragraph("スマホサポーター事業", RIGHT)]
    yield Table(
        [[who, issuer]], colWidths=[width * 0.6, width * 0.4], style=[*PLAIN, ("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
    yield Spacer(0, 8 * mm)
    yield paragraph(WORDS, BODY)
    yield Spacer(0, 5 * mm)
    rows = [
        ["対象期間", paragraph(f"{day_ja(paper.from_day)}から{day_ja(paper.until_day)}まで", TOTAL)],
        ["活動", paragraph(f"{len(paper.lines)}回　合計　{hours_ja(paper.minutes)}", TOTAL)],
    ]
    yield Table(
        rows,
        colWidths=[width * 0.2, width * 0.8],
        style=[*GRID, ("BACKGROUND", (0, 0), (0, -1), GREY), ("FONTSIZE", (0, 0), (0, -1), 10)],
    )
    yield Spacer(0, 5 * mm)


def _sessions(paper: Paper, width: float) -> Iterable[Flowable]:
    rows: list[list[Any]] = [["", "活動日", "区市町村", "種類", "活動時間"]]
    rows += [
        [place, day_ja(line.day), by_code(line.municipality).name_ja, line.kind.label_ja, hours_ja(line.minutes)]
        for place, line in enumerate(paper.lines, start=1)
    ]
    rows.append(["合計", "", "", "", hours_ja(paper.minutes)])
    yield LongTable(
        rows,
        colWidths=[width * part for part in (0.08, 0.27, 0.22, 0.23, 0.2)],
        repeatRows=1,
        style=[
            *GRID,
            ("BACKGROUND", (0, 0), (-1, 0), GREY),
            ("ALIGN", (0, 0), (-1, 0), "CENTER"),
            ("ALIGN", (0, 1), (0, -1), "RIGHT"),
            ("ALIGN", (4, 1), (4, -1), "RIGHT"),
            ("SPAN", (0, -1), (3, -1)),
            ("LINEABOVE", (0, -1), (-1, -1), 1.2, black),
        ],
    )


def _proof(paper: Paper) -> list[Flowable]:
    unknown = "〓" in in_glyphs(f"{paper.name_ja}{paper.school_ja or ''}")
    words = [f"照合コード（SHA-256）　{paper.digest}", PROOF, *([MISSING] if unknown else [])]
    return [paragraph(line, SMALL) for line in words]
