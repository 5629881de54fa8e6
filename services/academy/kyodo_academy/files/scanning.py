"""The virus scanner that an installation may have: a command, an HTTP endpoint, or none.

`KYODO_FILE_SCANNER` names it. A command (a path, such as `/usr/bin/clamdscan --no-summary -`) gets the file on its
standard input and exits with 0 for clean and 1 for infected, as ClamAV does; an endpoint gets it as the body of a POST
and answers `{"infected": true}` or `{"infected": false}`. Anything else, silence included, leaves the file in
quarantine: a scanner that is down stops nobody's work, and lets nothing through.
"""

from __future__ import annotations

import asyncio
import shlex
from contextlib import suppress
from typing import Final

import httpx
import structlog

from kyodo_academy.files.model import Scan

SECONDS: Final = 8.0  # the request's transaction waits meanwhile

_VERDICTS: Final = {0: Scan.CLEAN, 1: Scan.INFECTED}
_log = structlog.stdlib.get_logger(__name__)


async def scan(content: bytes, scanner: str | None) -> Scan:
    """What the scanner says of these bytes."""
    if scanner is None:
        return Scan.NOT_SCANNED
    ask = _endpoint if scanner.startswith("http") else _command
    try:
        async with asyncio.timeout(SECONDS):
            return await ask(content, scanner)
    except (OSError, TimeoutError, httpx.HTTPError, ValueError) as error:
        _log.warning("file_scanner_failed", error=type(error).__name__)
        return Scan.QUARANTINED


async def _command(content: bytes, command: str) -> Scan:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command), stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet
    )
    try:
        await process.communicate(content)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return _VERDICTS.get(process.returncode or 0, Scan.QUARANTINED)


async def _endpoint(content: bytes, url: str) -> Scan:
    async with httpx.AsyncClient(timeout=SECONDS) as client:
        answer = await client.post(url, content=content, headers={"Content-Type": "application/octet-stream"})
    verdict = answer.json() if answer.is_success else None
    infected = verdict.get("infected") if isinstance(verdict, dict) else None
    if not isinstance(infected, bool):
        return Scan.QUARANTINED
    return Scan.INFECTED if infected else Scan.CLEAN
