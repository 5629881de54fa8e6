"""The documentation is true of the code: tests it names exist, links lead somewhere, the settings are today's."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from kyodo_platform.settings import settings_table

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("libs/*/README.md"),
        *ROOT.glob("services/*/README.md"),
        *(page for page in (ROOT / "deploy").rglob("README.md") if "node_modules" not in page.parts),
    ]
)
PROMISES = [f"G{number}" for number in range(1, 10)]

NAMED = re.compile(r"`([\w./-]+\.py)::(\w+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTINGS = re.compile(r"<!-- settings:.*?-->\n(.*?)<!-- end of settings -->", re.DOTALL)


def page_id(page: Path) -> str:
    """A page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


@cache
def functions_of(path: Path) -> set[str]:
    """The functions that a Python file defines at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@cache
def anchors_of(page: Path) -> set[str]:
    """The anchors that code hosts make of a page's headings."""
    words = (heading.lower() for heading in HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8"))))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in words}


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match("[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        inside = target.is_relative_to(ROOT) and target.exists()
        if not inside or (anchor and target.suffix == ".md" and anchor not in anchors_of(target)):
            broken.append(link)
    return broken


def unknown_names(text: str) -> list[str]:
    """The `file::function` of a text that do not exist."""
    found = [(path, name) for path, name in NAMED.findall(text)]
    return [
        f"{path}::{name}"
        for path, name in found
        if not (ROOT / path).is_file() or name not in functions_of(ROOT / path)
    ]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_what_is_named_exists(page: Path) -> None:
    assert unknown_names(page.read_text(encoding="utf-8")) == []


def test_a_name_that_does_not_exist_is_noticed() -> None:
    mine = "tests/test_docs.py"
    assert unknown_names(f"`{mine}::page_id` `{mine}::gone` `tests/gone.py::page_id`") == [
        f"{mine}::gone",
        "tests/gone.py::page_id",
    ]


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# A page\n[a](#a-page) [b](#b) [c](page.md) [d](gone.md) [e](../..) [f](https://example.org/)\n")
    assert broken_links(page) == ["#b", "gone.md", "../.."]


def test_every_promise_names_its_tests() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    titles = [section.partition("\n")[0] for section in sections]
    assert titles[: len(PROMISES)] == PROMISES
    for title, section in zip(titles, sections, strict=True):
        assert NAMED.search(section), f"{title} names no test"


def test_the_settings_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    found = SETTINGS.search(text)
    assert found, "docs/operations.md has lost the marks around its settings table"
    assert found[1] == settings_table(), "put what `kyodo settings` prints into docs/operations.md"
