"""Pages for people: plain HTML, made here, with nothing from other hosts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem } h3 { font-size: 1rem } a { color: #0b57a4 }
table { border-collapse: collapse; width: 100% } th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd }
th { text-align: left; background: #f4f4f4 } td.yen, th.yen { text-align: right; font-variant-numeric: tabular-nums }
td { vertical-align: top } tfoot td { font-weight: 600 } .late { color: #666 }
code { background: #f4f4f4; padding: .1rem .3rem; overflow-wrap: anywhere }
pre { background: #f4f4f4; padding: .6rem; overflow-x: auto; font-size: .85rem; line-height: 1.4 }
"""


def document(title: str, *sections: str, lang: str = "ja") -> str:
    """A whole page; its sections are HTML, the title is text."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{"".join(sections)}</body></html>'


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; all cells are HTML."""
    titles = "".join(f"<th>{cell}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def code(text: object) -> str:
    """Text as code."""
    return f"<code>{escape(str(text))}</code>"
