"""The parts of the printed statement, top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, Spacer, Table

from kyodo_cost_ledger.charges.model import BOOKS_JA, Book
from kyodo_cost_ledger.disputes.model import DISPUTE_DAYS
from kyodo_cost_ledger.statements.file import FileLine, ProjectSubtotal, StatementFile
from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.values.japanese import day_ja, fiscal_year_ja, month_ja
from kyodo_platform.documents import GREY, GRID, PLAIN, RULE, paragraph, text_style

BODY: Final = text_style("body", 9.5)
SMALL: Final = text_style("small", 7.5)
CELL: Final = text_style("cell", 8)
TINY: Final = text_style("tiny", 6.5)
TITLE: Final = text_style("title", 20, alignment=TA_CENTER)
SUBTITLE: Final = text_style("subtitle", 10.5, alignment=TA_CENTER)
NAME: Final = text_style("name", 15)
RIGHT: Final = text_style("right", 9.5, alignment=TA_RIGHT)

WORDS: Final = {
    StatementKind.MONTHLY: "下記のとおり、協働事業に係る負担金の額を通知します。納付期限までに納付してください。",
    StatementKind.SETTLEMENT: "出納整理期間における訂正を反映し、下記のとおり負担金の精算額を通知します。",
    StatementKind.ESTIMATE: "翌年度の予算編成のため、協働事業に係る負担金の概算額を通知します。納付は要しません。",
    StatementKind.INTERIM: "上半期の実績及び年度末までの見込みに基づく負担金の額を通知します。納付は要しません。",
    StatementKind.FINAL: "1月までの実績及び年度末までの見込みに基づく負担金の額を通知します。納付は要しません。",
}
DISPUTE: Final = (
    f"この通知書の行に異議がある場合は、発行の日から{DISPUTE_DAYS}日以内に、根拠を添えて行ごとに異議を申し立てることができます。"
    "異議のある行は、解決するまで納付期限を過ぎたものとして扱いません。"
)


def story_of(file: StatementFile, width: float) -> list[Flowable]:
    """The whole document."""
    return [
        *_head(file, width),
        *_amount(file, width),
        *_lines(file, width),
        Spacer(0, 4 * mm),
        KeepTogether(_proof(file)),
    ]


def yen(amount: int) -> str:
    """Thousands apart; below zero with the triangle that Japanese accounts use."""
    return f"{amount:,}" if amount >= 0 else f"△{-amount:,}"


def _text(words: str, look: ParagraphStyle = CELL) -> Paragraph:
    return paragraph(words, look)


def _head(file: StatementFile, width: float) -> Iterable[Flowable]:
    heading = file.heading
    issue = [_text(f"発行番号　{heading.number}", RIGHT), _text(f"発行日　{day_ja(heading.issued_on)}", RIGHT)]
    yield Table([["", issue]], colWidths=[width * 0.45, width * 0.55], style=PLAIN)
    yield Spacer(0, 2 * mm)
    yield Table(
        [[_text(f"{file.municipality_ja}　御中", NAME), [_text("東京都", _LETTERHEAD), _text(_OFFICE, RIGHT)]]],
        colWidths=[width * 0.6, width * 0.4],
        style=[*PLAIN, ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )
    yield Spacer(0, 7 * mm)
    yield _text(f"負担金通知書（{heading.kind.label_ja}）", TITLE)
    yield Spacer(0, 1.5 * mm)
    yield _text(_about(file), SUBTITLE)
    yield Spacer(0, 5 * mm)
    yield _text(WORDS[heading.kind], BODY)
    yield Spacer(0, 3 * mm)


def _about(file: StatementFile) -> str:
    heading, year = file.heading, fiscal_year_ja(file.heading.fiscal_year)
    if heading.kind is StatementKind.MONTHLY:
        return f"{month_ja(heading.statement_id)}分（{year}）"
    return f"{year}分"


def _amount(file: StatementFile, width: float) -> Iterable[Flowable]:
    """What it comes to, in large figures, and until when."""
    heading = file.heading
    label = ("納付額" if heading.total >= 0 else "還付額") if heading.kind.payable else "負担金の見込額"
    due = f"納付期限　{day_ja(heading.due_on)}" if heading.due_on and heading.total > 0 else "納付を要しません"
    figure = ParagraphStyle("figure", parent=TITLE, fontSize=22, leading=28)
    yield Table(
        [[_text(label, _LABEL), _text(f"金 {yen(heading.total)} 円", figure), _text(due, _LABEL)]],
        colWidths=[width * 0.22, width * 0.45, width * 0.33],
        style=[
            ("BOX", (0, 0), (-1, -1), 1.2, black),
            ("LINEAFTER", (0, 0), (-2, -1), 0.4, RULE),
            ("BACKGROUND", (0, 0), (0, 0), GREY),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 9),
        ],
    )
    yield Spacer(0, 3 * mm)
    parts = [(BOOKS_JA[Book.BASE], heading.base), (BOOKS_JA[Book.USAGE], heading.usage)]
    parts += [("うち過月分の訂正", heading.carried)] if heading.carried else []
    parts += [("うち見込み", heading.forecast)] if heading.forecast else []
    labels = [_text(name, _CENTRED) for name, _ in parts]
    yield Table(
        [labels, [_text(f"{yen(amount)} 円", _CENTRED) for _, amount in parts]],
        colWidths=[width / len(parts)] * len(parts),
        style=[*_RULED, ("BACKGROUND", (0, 0), (-1, 0), GREY)],
    )
    yield Spacer(0, 5 * mm)


def _lines(file: StatementFile, width: float) -> Iterable[Flowable]:
    """The ruled table: the lines by project with their subtotals, then the corrections, then the total."""
    rows: list[list[Any]] = [["区分・費目", "対象月", "数量", "単価", "算定基礎", "金額（円）"]]
    style: list[tuple[Any, ...]] = [
        *_RULED,
        ("BACKGROUND", (0, 0), (-1, 0), GREY),
        ("ALIGN", (0, 0), (-1, 0), "CENTER"),
    ]
    current = [line for line in file.lines if not line.carried]
    carried = file.carried_lines()
    for subtotal in file.projects:
        own = [line for line in current if line.project_id == subtotal.project_id]
        _project(rows, style, subtotal, own, "協働事業")
    if carried:
        _band(rows, style, "過月分の訂正", GREY)
        for project_id, run in groupby(carried, key=lambda line: line.project_id):
            subtotal = next(p for p in file.projects if p.project_id == project_id)
            _project(rows, style, subtotal, list(run), "過月分")
    _sum_row(rows, style, "合計", file.heading.total)
    style += [("LINEABOVE", (0, -1), (-1, -1), 1.2, black), ("FONTSIZE", (0, -1), (-1, -1), 10.5)]
    widths = [width * part for part in (0.25, 0.13, 0.1, 0.1, 0.27, 0.15)]
    yield LongTable(rows, colWidths=widths, repeatRows=1, style=style)


def _project(
    rows: list[list[Any]], style: list[tuple[Any, ...]], project: ProjectSubtotal, lines: Sequence[FileLine], label: str
) -> None:
    if not lines:
        return
    _band(rows, style, f"{label}　{project.project_ja or project.project_id}", None)
    rows.extend(_row(line) for line in lines)
    _sum_row(rows, style, "小計", sum(line.amount for line in lines))


def _row(line: FileLine) -> list[Any]:
    book = "基本" if line.book == "base" else "個別"
    words = f"{book}　{line.item_ja}{'（見込み）' if line.forecast else ''}"
    span = line.month if line.month == line.last_month else f"{line.month}～{line.last_month}"
    return [
        _text(words),
        _text(span, _CENTRED),
        "" if line.quantity is None else f"{yen(line.quantity)} {line.unit_ja or ''}".strip(),
        "" if line.unit_price is None else yen(line.unit_price),
        [_text(words, TINY) for words in _ground(line)],
        yen(line.amount),
    ]


def _ground(line: FileLine) -> list[str]:
    """What the line rests on: the base figure with its date and source, or why a correction came."""
    words: list[str] = []
    if line.basis is not None:
        b = line.basis
        words += [f"{b.label_ja} {_figure(b.figure)} ／ {_figure(b.total)} {b.unit_ja}", f"{b.reference} {b.source_ja}"]
    if line.reason_ja:
        words.append(line.reason_ja)
    return words


def _figure(figure: int | str) -> str:
    return f"{figure:,}" if isinstance(figure, int) else figure


def _band(rows: list[list[Any]], style: list[tuple[Any, ...]], words: str, colour: Any) -> None:
    place = len(rows)
    rows.append([_text(words), "", "", "", "", ""])
    style += [("SPAN", (0, place), (-1, place)), ("LINEABOVE", (0, place), (-1, place), 0.8, black)]
    style.append(("NOSPLIT", (0, place), (0, place + 2)))  # no heading at a page's end without what it heads
    if colour is not None:
        style.append(("BACKGROUND", (0, place), (-1, place), colour))


def _sum_row(rows: list[list[Any]], style: list[tuple[Any, ...]], words: str, amount: int) -> None:
    place = len(rows)
    rows.append([words, "", "", "", "", yen(amount)])
    style += [("SPAN", (0, place), (4, place)), ("ALIGN", (0, place), (4, place), "RIGHT")]


def _proof(file: StatementFile) -> list[Flowable]:
    proof: list[Flowable] = [_text(DISPUTE, SMALL)] if file.heading.kind.payable else []
    proof.append(_text(f"通知書ハッシュ（SHA-256）　{file.statement_hash}", SMALL))
    if file.sealed is not None:
        proof.append(_text(f"封印（{file.sealed.period}）　{file.sealed.seal}", SMALL))
    proof.append(_text("明細ファイルを「kyodo verify」で検証すると、この通知書の内容と封印を確認できます。", SMALL))
    return proof


_OFFICE: Final = "区市町村との協働事業　費用負担台帳"
_LETTERHEAD: Final = ParagraphStyle("letterhead", parent=RIGHT, fontSize=13, leading=19)
_LABEL: Final = text_style("label", 10.5, alignment=TA_CENTER)
_CENTRED: Final = text_style("centred", 8, alignment=TA_CENTER)
_RULED: Final[list[tuple[Any, ...]]] = [
    *GRID,
    ("ALIGN", (2, 1), (3, -1), "RIGHT"),
    ("ALIGN", (5, 1), (5, -1), "RIGHT"),
]
