"""A statement on paper: 負担金通知書 on A4, as an accountant files it.

Drawn from the statement file alone, by a worker process; the same file gives the same bytes. IPAexGothic is embedded as
a subset, so that an archived document reads the same in every viewer (docs/decisions/0019).
"""

from __future__ import annotations

import io
from functools import cache
from importlib.metadata import distribution
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.pdf_parts import FONT, story_of

MARGIN = 18 * mm
FOOT = 14 * mm


def render(text: str) -> bytes:
    """The document of a statement file, given as its JSON text."""
    file = StatementFile.read(text)
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
        title=f"負担金通知書 {file.heading.number}",
        author="東京都",
        creator="Kyodo",
        invariant=1,  # no time of day, no random id: the same statement is the same file
        lang="ja",
    )
    frame = Frame(MARGIN, MARGIN + FOOT, width - 2 * MARGIN, height - 2 * MARGIN - FOOT, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    document.build(story_of(file, frame.width), canvasmaker=_canvas_of(file))
    return buffer.getvalue()


@cache
def register_font() -> TTFont:
    """IPAexGothic, from the package that carries it. The package itself is never imported: it would want matplotlib."""
    path = distribution("matplotlib-fontja").locate_file("matplotlib_fontja/fonts/ipaexg.ttf")
    font = TTFont(FONT, str(path))
    pdfmetrics.registerFont(font)
    return font


def _canvas_of(file: StatementFile) -> type[Canvas]:
    """A canvas that writes `n / N` under each page once it knows how many there are."""
    issued_on, foot = file.heading.issued_on, f"{file.heading.number}　{file.municipality_ja}"

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
