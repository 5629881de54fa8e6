"""Documents on paper, in Japanese on A4, as an archive keeps them (docs/decisions/0019).

A service says what stands in a document, this draws it, in a worker process (see workers.py). The same content gives
the same bytes: no time of day, no random id. IPAexGothic is embedded as a subset, so that an archived document reads
the same in every viewer.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.metadata import distribution
from typing import Any, Final
from xml.sax.saxutils import escape

from fastapi import Response
from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

PDF: Final = "application/pdf"
PDF_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}
"""The `responses` of a route that answers with a document; its `response_class` is Response."""

FONT: Final = "IPAexGothic"
GREY: Final = HexColor("#eeeeee")
RULE: Final = HexColor("#444444")
MARGIN: Final = 18 * mm
FOOT: Final = 14 * mm

PLAIN: Final[list[tuple[Any, ...]]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]
"""A table that only puts things beside each other."""

GRID: Final[list[tuple[Any, ...]]] = [
    ("FONT", (0, 0), (-1, -1), FONT, 8),
    ("GRID", (0, 0), (-1, -1), 0.4, RULE),
    ("BOX", (0, 0), (-1, -1), 1.0, black),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
]
"""A ruled table."""


def text_style(name: str, size: float, **more: Any) -> ParagraphStyle:
    """How a paragraph looks."""
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.45, wordWrap="CJK", **more)


def paragraph(words: str, look: ParagraphStyle) -> Paragraph:
    """Words as they are; what looks like markup is text."""
    return Paragraph(escape(words), look)


def in_glyphs(words: str) -> str:
    """The words with what the font lacks as 〓, which printers have always put there, instead of an empty box.

    A variation selector is left out: the character before it stands in its usual form.
    """
    glyphs = register_font().face.charToGlyph
    plain = (letter for letter in words if not 0xE0100 <= ord(letter) <= 0xE01EF)
    return "".join(letter if ord(letter) in glyphs else "〓" for letter in plain)


def drawn(story_of: Callable[[float], list[Flowable]], *, title: str, foot: str, issued_on: date) -> bytes:
    """The document: `story_of` says what stands in it, given the width of its lines; `foot` stands under each page."""
    register_font()
    buffer = io.BytesIO()
    width, height = A4
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
        title=title,
        author="東京都",
        creator="Kyodo",
        invariant=1,  # no time of day, no random id: the same content is the same file
        lang="ja",
    )
    frame = Frame(MARGIN, MARGIN + FOOT, width - 2 * MARGIN, height - 2 * MARGIN - FOOT, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    document.build(story_of(frame.width), canvasmaker=_numbered(foot, issued_on))
    return buffer.getvalue()


def pdf_file(document: bytes, name: str, **headers: str) -> Response:
    """The answer with a document, shown in the browser and saved under this name."""
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(document, media_type=PDF, headers=shown | headers)


@cache
def register_font() -> TTFont:
    """IPAexGothic, from the package that carries it. The package itself is never imported: it would want matplotlib."""
    path = distribution("matplotlib-fontja").locate_file("matplotlib_fontja/fonts/ipaexg.ttf")
    font = TTFont(FONT, str(path))
    pdfmetrics.registerFont(font)
    return font


def _numbered(foot: str, issued_on: date) -> type[Canvas]:
    """A canvas that writes `n / N` under each page once it knows how many there are."""

    class Numbered(Canvas):  # type: ignore[misc]  # reportlab is untyped
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.setDateFormatter(lambda *_: f"D:{issued_on:%Y%m%d}000000+09'00'")
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for place, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self._foot(place, len(self._pages))
                super().showPage()
            super().save()

        def _foot(self, place: int, pages: int) -> None:
            width, _ = A4
            self.setLineWidth(0.4)
            self.line(MARGIN, MARGIN + 7 * mm, width - MARGIN, MARGIN + 7 * mm)
            self.setFont(FONT, 8)
            self.drawString(MARGIN, MARGIN + 2.5 * mm, foot)
            self.drawRightString(width - MARGIN, MARGIN + 2.5 * mm, f"{place} / {pages}")

    return Numbered
