"""What is known of each file, as rows; and the bytes beside them, which are no read model and are never rebuilt."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.files.model import FileScanned, FileStored
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

stored_file = sa.Table(
    "stored_file",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("scan", sa.Text, nullable=False),
)
file_content = sa.Table(
    "file_content",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

files = View("files", stored_file)


@files.on(FileStored)
def _(rows: Batch[FileStored]) -> RowWrite:
    return upsert(
        stored_file,
        [
            {"digest": r.stream, "kind": r.event.kind.value, "size": r.event.size, "scan": r.event.scan.value}
            for r in rows
        ],
    )


@files.on(FileScanned)
def _(rows: Batch[FileScanned]) -> RowChange:
    return change(stored_file, [{"digest": r.stream, "scan": r.event.scan.value} for r in rows])


def content_of(digest: str) -> sa.Select[Any]:
    """The bytes under a digest."""
    return sa.select(file_content.c.content).where(file_content.c.digest == digest)


def scans_of(digests: list[str]) -> sa.Select[Any]:
    """What is known about viruses in these files."""
    return sa.select(stored_file.c.digest, stored_file.c.scan).where(stored_file.c.digest.in_(digests))
