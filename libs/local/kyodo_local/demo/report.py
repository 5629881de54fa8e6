"""The result as people read it: a table of all 62."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

from kyodo_local.demo import plan
from kyodo_local.demo.result import Result, Row


def print_result(result: Result, out: Console) -> None:
    """Print what each municipality bears, and what was checked."""
    title = f"負担額 · charges of fiscal year {plan.FISCAL_YEAR} (yen; usage of April to June)"
    table = Table(title=title, box=box.SIMPLE_HEAD)
    for column in ("code", "区市町村", ""):
        table.add_column(column)
    for column in ("基本 base", "利用 usage", "計 total"):
        table.add_column(column, justify="right")
    for row in result.municipalities:
        table.add_row(*_cells(row))
    table.add_section()
    for row in (result.total, result.tokyo):
        table.add_row(*_cells(row), style="bold")
    out.print(table)
    for check in result.checks:
        out.print("[green]✓[/green]" if check.holds else "[red]✗ does not hold:[/red]", check.says, highlight=False)


def _cells(row: Row) -> list[str]:
    return [row.code, row.name_ja, row.name_en, *(f"{amount:,}" for amount in (row.base, row.usage, row.total))]
