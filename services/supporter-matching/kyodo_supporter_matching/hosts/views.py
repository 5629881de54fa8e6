"""The list of hosts; organisations, not persons, so everybody signed in reads it."""

from __future__ import annotations

import sqlalchemy as sa

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.hosts.model import HostDelegated, HostReleased
from kyodo_supporter_matching.tables import metadata

host = sa.Table(
    "host",
    metadata,
    sa.Column("host_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("released", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("host_of_municipality", "municipality", "host_id"),
)

hosts = View("hosts", host)


@hosts.on(HostDelegated)
def _(rows: Batch[HostDelegated]) -> RowWrite:
    return upsert(
        host,
        [
            {
                "host_id": r.stream,
                "municipality": r.event.municipality,
                "name_ja": r.event.name_ja,
                "released": False,
                "version": r.version,
            }
            for r in rows
        ],
    )


@hosts.on(HostReleased)
def _(rows: Batch[HostReleased]) -> RowChange:
    return change(host, [{"host_id": r.stream, "released": True, "version": r.version} for r in rows])
