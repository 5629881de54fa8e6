"""Usage by month and by source, and where each event stood in Kafka."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import APP_ROLE, read_model
from kyodo_platform.database.migrations import execute, forward_only, places_in_kafka

revision = "m0004"
down_revision = "m0003"
downgrade = forward_only

_KEY = ("municipality", "project_id", "meter", "month")

# Partitions are made by the owner, on behalf of the service, when a month comes that has none. Made apart and then
# attached, because that lets readers and writers of the other months go on. There is no default partition: rows
# without a month of their own cannot come, and with one, each further month would have to lock and search it.
# Row-level security stands on the whole table; a partition by itself can be read by nobody but the owner.
_MAKE_ROOM = """
CREATE FUNCTION make_room_for_usage(month text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    name text := 'usage_record_' || replace(month, '-', '_');
BEGIN
    IF month !~ '^[0-9]{4}-(0[1-9]|1[0-2])$' OR to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    LOCK TABLE usage_record IN SHARE UPDATE EXCLUSIVE MODE;  -- one at a time, and each sees what the last one made
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE usage_record INCLUDING CONSTRAINTS)', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE usage_record ATTACH PARTITION %I FOR VALUES IN (%L)', name, month);
    END IF;
END $$
"""


def upgrade() -> None:
    """Usage is filled anew by a rebuild where there is any: `kyodo rebuild cost-ledger --switch`."""
    places_in_kafka()
    op.drop_table("usage_record")
    op.create_table(
        "usage_record",
        *(sa.Column(name, sa.Text, nullable=False) for name in _KEY),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("used_on", sa.Date, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.CheckConstraint("left(used_on::text, 7) = month", name="usage_record_month"),
        postgresql_partition_by="LIST (month)",
    )
    op.create_index("usage_record_of_cell", "usage_record", ["municipality", "project_id", "meter"])
    op.create_table(
        "usage_intake",
        *(sa.Column(name, sa.Text, primary_key=True) for name in (*_KEY, "source")),
        sa.Column("records", sa.BigInteger, nullable=False),
    )
    execute(
        *read_model("usage_record", private_to="municipality"),
        *read_model("usage_intake", private_to="municipality"),
        _MAKE_ROOM,
        "REVOKE ALL ON FUNCTION make_room_for_usage FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION make_room_for_usage TO {APP_ROLE}",
    )
