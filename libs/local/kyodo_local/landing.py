"""The landing page of the embedded stack: where to look, and the scenario's result as a table."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from kyodo_local.services import all_services

RESULT = "scenario.json"

_STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem } a { color: #0b57a4 }
table { border-collapse: collapse; width: 100% } th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd }
th { text-align: left; background: #f4f4f4 } td.yen, th.yen { text-align: right; font-variant-numeric: tabular-nums }
tfoot td { font-weight: 600 } code { background: #f4f4f4; padding: .1rem .3rem } .late { color: #666 }
"""


class Landing:
    """Answers `/` and `/scenario` from what the scenario wrote into the state directory."""

    def __init__(self, folder: Path) -> None:
        self._result = folder / RESULT

    async def page(self, _: Request) -> Response:
        """The page for people."""
        return HTMLResponse(_document(_services(), _scenario(self._read()), _token()))

    async def result(self, _: Request) -> Response:
        """The scenario's result for programs; 404 until it was played."""
        found = self._read()
        return JSONResponse(found or {}, status_code=200 if found else 404)

    def _read(self) -> dict[str, Any] | None:
        if not self._result.exists():
            return None
        found: dict[str, Any] = json.loads(self._result.read_text())
        return found


def _document(*sections: str) -> str:
    head = f'<meta charset="utf-8"><title>Kyodo 協働</title><style>{_STYLE}</style>'
    intro = (
        "<h1>Kyodo 協働</h1><p>東京都と62区市町村の共同デジタル事業"
        " · Joint digital work of Tokyo and its 62 municipalities."
        " A local installation with invented answers and figures.</p>"
    )
    return f'<!doctype html><html lang="ja"><head>{head}</head><body>{intro}{"".join(sections)}</body></html>'


def _services() -> str:
    rows = "".join(
        f"<tr><td>{escape(s.title_ja)} · {escape(s.title_en)}</td>"
        f'<td><a href="/{s.name}/docs">API</a></td><td><a href="/{s.name}/openapi.json">OpenAPI</a></td>'
        f'<td><a href="/{s.name}/readyz">health</a></td><td><a href="/{s.name}/metrics">metrics</a></td></tr>'
        for s in all_services()
    )
    return f"<h2>サービス · Services</h2><table>{rows}</table>"


def _token() -> str:
    return (
        "<h2>アクセストークン · Access token</h2><p>Every request needs one:"
        " <code>.venv/bin/kyodo token --role officer --municipality 131016</code>, sent as"
        " <code>Authorization: Bearer …</code>. Roles: secretariat, officer, approver, auditor and others.</p>"
    )


def _scenario(result: dict[str, Any] | None) -> str:
    title = "<h2>負担額 · Charges of the scenario</h2>"
    if result is None:
        return f'{title}<p class="late">The scenario is still being played; reload in a moment.</p>'
    rows = "".join(_row(row) for row in result["municipalities"])
    total = _row(result["total"]) + _row(result["tokyo"])
    books = "".join(f'<th class="yen">{book} (円)</th>' for book in ("基本", "利用", "計"))
    head = f"<tr><th>区市町村</th><th></th>{books}</tr>"
    checks = "".join(f"<li>{'✓' if c['holds'] else '✗'} {escape(c['says'])}</li>" for c in result["checks"])
    return f"{title}<ul>{checks}</ul><table><thead>{head}</thead><tbody>{rows}</tbody><tfoot>{total}</tfoot></table>"


def _row(row: dict[str, Any]) -> str:
    amounts = "".join(f'<td class="yen">{row[book]:,}</td>' for book in ("base", "usage", "total"))
    return f"<tr><td>{escape(row['name_ja'])}</td><td>{escape(row['name_en'])}</td>{amounts}</tr>"
