"""`python -m deploy.prometheus.generate`: writes the rules, or with `--check` says which ones are not as generated.

Status 1 where one differs.
"""

from __future__ import annotations

import sys

from deploy.prometheus.generate.files import RULES, generated


def main(arguments: list[str]) -> int | str:
    """The exit status, or what is wrong."""
    files = {RULES / name: text for name, text in generated().items()}
    if arguments == ["--check"]:
        stale = [path.name for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
        return f"not as generated: {', '.join(stale)}; run python -m deploy.prometheus.generate" if stale else 0
    if arguments:
        return "usage: python -m deploy.prometheus.generate [--check]"
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return 0


sys.exit(main(sys.argv[1:]))
