"""The statement on paper: all that it must say, in glyphs that exist, on as many pages as it takes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.pdf import render
from kyodo_events.values.municipalities import municipalities
from kyodo_platform.documents import register_font
from tests.support.statement_samples import CHIYODA, file_of, lines_of


def pages_of(file: StatementFile) -> list[str]:
    """The text of each page."""
    reader = pypdf.PdfReader(io.BytesIO(render(file.model_dump_json())))
    return [page.extract_text() for page in reader.pages]


def fonts_of(document: bytes) -> Iterator[tuple[str, bool]]:
    """The fonts that text is drawn in, and whether each is embedded."""
    for page in pypdf.PdfReader(io.BytesIO(document)).pages:
        resources: Any = page["/Resources"]
        for font in (entry.get_object() for entry in resources["/Font"].values()):
            if "/FontDescriptor" in font:  # the standard ones, which reportlab names and nothing uses, have none
                yield str(font["/BaseFont"]), "/FontFile2" in font["/FontDescriptor"]


def test_it_says_all_that_an_accountant_looks_for() -> None:
    file = file_of(lines_of())
    text = "".join(pages_of(file))
    assert file.sealed
    for words in (
        "千代田区　御中",
        "東京都",
        "負担金通知書（月次）",
        "令和6年4月分（令和6年度）",
        "令和6年度-月次-04-0001",
        "令和6年5月10日",
        "納付期限",
        "令和6年7月1日",
        f"金 {file.heading.total:,} 円",
        "過月分の訂正",
        "利用実績の追加・訂正",
        "△300",
        "人口割 66,680 ／ 14,047,594 人",
        "2020-10-01 令和2年国勢調査",
        "異議",
        file.statement_hash,
        file.sealed.seal,
    ):
        assert words in text.replace(" 御中", "　御中"), words
    for project in file.projects:
        assert project.project_ja
        assert project.project_ja in text


def test_the_table_goes_on_over_pages_with_its_head_and_numbers() -> None:
    pages = pages_of(file_of(lines_of(projects=40)))
    assert len(pages) > 3
    for place, text in enumerate(pages, start=1):
        assert f"{place} / {len(pages)}" in text
        assert "金額（円）" in text or place == len(pages)
    assert sum(text.count("小計") for text in pages) == 41
    assert sum(len(re.findall("^合計", text, re.MULTILINE)) for text in pages) == 1


def test_the_same_statement_is_the_same_file_byte_for_byte() -> None:
    file = file_of(lines_of()).model_dump_json()
    assert render(file) == render(file)
    metadata = pypdf.PdfReader(io.BytesIO(render(file))).metadata
    assert metadata
    assert str(metadata["/CreationDate"]) == "D:20240510000000+09'00'"
    assert str(metadata["/Title"]) == "負担金通知書 令和6年度-月次-04-0001"


def test_without_a_seal_none_is_printed() -> None:
    assert "封印（" not in "".join(pages_of(file_of(lines_of(), sealed=False)))


def test_a_credit_asks_for_nothing() -> None:
    [credit] = [line for line in lines_of() if line.month == "2024-03"]
    text = "".join(pages_of(file_of([credit])))
    assert "還付額" in text
    assert "納付を要しません" in text


def test_every_municipality_has_glyphs_for_its_name() -> None:
    glyphs = register_font().face.charToGlyph
    names = "".join(m.name_ja for m in municipalities())
    assert {"檜", "奥", "蔵", "ケ"} & set(names)
    assert [letter for letter in sorted(set(names)) if ord(letter) not in glyphs] == []


@pytest.mark.parametrize("code", ["133078", "133086", "133825", "133639", "132195", CHIYODA])
def test_names_are_drawn_and_can_be_read_back(code: str) -> None:
    file = file_of(lines_of(code, 1))
    assert file.municipality_ja in pages_of(file)[0]


def test_the_font_is_embedded_and_only_what_is_used_of_it() -> None:
    document = render(file_of(lines_of()).model_dump_json())
    assert len(document) < 200_000  # the whole font is 6 MB
    fonts = dict(fonts_of(document))
    assert fonts
    assert all(embedded and name.endswith("+IPAexGothic") for name, embedded in fonts.items())


def test_what_looks_like_markup_is_text() -> None:
    file = file_of(lines_of(projects=1, project_ja="<b>&試行</b>"))
    assert "<b>&試行</b>0" in "".join(pages_of(file))
