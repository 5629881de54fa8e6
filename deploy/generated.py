"""What `python -m deploy.<program>.generate` does: writes files, or with `--check` says which are not as generated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def main(program: str, files: Mapping[Path, str], arguments: list[str]) -> int | str:
    """The exit status, or what is wrong: arguments that are none, or files that differ."""
    command = f"python -m deploy.{program}.generate"
    if arguments == ["--check"]:
        stale = [path.name for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
        return f"not as generated: {', '.join(stale)}; run {command}" if stale else 0
    if arguments:
        return f"usage: {command} [--check]"
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return 0
