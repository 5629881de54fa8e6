"""PostgreSQL's own programs for dumps. A password goes by the environment: a command line is everybody's to read."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from kyodo_local.exit_codes import Cannot
from kyodo_local.postgres_binaries import find_client
from kyodo_local.processes import CannotStart

PRIVATE = 0o600


async def dump(url: str, file: Path, server_major: int, snapshot: str) -> None:
    """Dump a database as it was in an exported snapshot, which its exporter holds open. Raises Cannot."""
    await asyncio.to_thread(file.touch, PRIVATE)
    # A rebuild that is under way has its tables in a schema of its own.
    what = f"--snapshot={snapshot}", "--exclude-schema=rebuild"
    await _run("pg_dump", server_major, url, "--format=custom", *what, f"--file={file}")


async def restore(url: str, file: Path, server_major: int) -> None:
    """Fill an empty database, whole or not at all; the role that connects owns what it makes. Raises Cannot."""
    await _run("pg_restore", server_major, url, "--no-owner", "--exit-on-error", "--single-transaction", str(file))


async def _run(program: str, server_major: int, url: str, *options: str) -> None:
    try:
        path = await asyncio.to_thread(find_client, program, server_major)
    except CannotStart as error:
        raise Cannot(str(error).replace("\n", " ")) from error
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=f"{parts.username}@{host}" if parts.username else host))
    process = await asyncio.create_subprocess_exec(
        *(str(path), "--no-password", f"--dbname={bare}", *options),
        env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await process.communicate()
    if process.returncode:
        raise Cannot(f"{program} failed: {' '.join(words.decode(errors='replace').split())[:500]}")
