"""The `kyodo` command as operators see it: what it wrote, and its exit code."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from kyodo_local.cli import app

SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


async def started(*words: str, env: dict[str, str], log: int = asyncio.subprocess.PIPE) -> asyncio.subprocess.Process:
    """`kyodo` in a process of its own, with this environment and nothing of ours but the way to its programs.

    What runs for long writes its log elsewhere: it would stand still once nobody empties a full pipe.
    """
    ours = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kyodo_local.cli", *words),
        env={**ours, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )


async def ended(process: asyncio.subprocess.Process) -> Answer:
    """What a process answered, once it ends by itself."""
    try:
        async with asyncio.timeout(SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    return Answer(process.returncode or 0, out.decode(), (err or b"").decode())


async def kyodo(*words: str) -> Answer:
    """Run `kyodo` with these words, in a thread: it has an event loop of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)
