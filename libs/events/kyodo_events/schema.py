"""The kernel's tables, one set in each service's database.

Migrations of the services run these statements; changes to the kernel's tables become a further list
(KERNEL_2 …) that each service's next migration runs. All grants go to the group role `kyodo_app`, of which
each service's login role is a member: the application owns nothing and bypasses nothing.
"""

from __future__ import annotations

APP_ROLE = "kyodo_app"

# The municipality a transaction works for. A setting, not a function: a volatile helper made counts 28 times slower.
_SCOPE = "(SELECT current_setting('kyodo.municipality', true))"
_PERSON = "(SELECT nullif(current_setting('kyodo.person', true), ''))"

_REFUSE_CHANGES = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def append_only(table: str) -> list[str]:
    """Statements that let rows be added to the table and never changed or removed, by anybody but its owner's DDL."""
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        f"GRANT SELECT, INSERT ON {table} TO {APP_ROLE}",
    ]


def read_model(table: str, *, private_to: str | None = None, person: str | None = None) -> list[str]:
    """Grants of a read-model table; with `private_to`, row-level security by that column (the second wall of G7).

    `person` is the column that names whom the row is about, where that person sees and writes the row too.
    """
    statements = [f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}"]
    if private_to:
        own = f" OR {person} = {_PERSON}" if person else ""
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_of_its_municipality ON {table} TO {APP_ROLE}"
            f" USING ({_SCOPE} = '*' OR {private_to} = {_SCOPE}{own})",
        ]
    return statements


KERNEL_1: list[str] = [
    _REFUSE_CHANGES,
    # The truth. `record_key` and `topic` are written with the event, so that the relay needs no code of its type.
    """
    CREATE TABLE event (
        id uuid PRIMARY KEY,
        category text NOT NULL,
        stream text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        type text NOT NULL,
        type_version smallint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        organisation text NOT NULL,
        correlation uuid NOT NULL,
        causation uuid,
        traceparent text,
        topic text,
        record_key text NOT NULL,
        data jsonb NOT NULL,
        UNIQUE (category, stream, version)
    )
    """,
    *append_only("event"),
    # Everybody's commands read the streams; what they add is held to their own municipality. An event's field
    # `municipality` says whose it is, so this is the second wall (G7) for what no read model's policy can refuse:
    # a withdrawal deletes a hidden row without a word, and shared tables have no policy.
    "ALTER TABLE event ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY event_read ON event FOR SELECT TO {APP_ROLE} USING (true)",
    f"CREATE POLICY event_of_its_municipality ON event FOR INSERT TO {APP_ROLE}"
    f" WITH CHECK ({_SCOPE} = '*' OR data->>'municipality' IS NULL OR data->>'municipality' = {_SCOPE})",
    # Written with the event, in the same transaction; taken by the sequencer in the order of insertion.
    """
    CREATE TABLE outbox (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL,
        queued_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    f"GRANT SELECT, INSERT, DELETE ON outbox TO {APP_ROLE}",
    # The gap-free order in which every reader sees the events.
    "CREATE TABLE event_position (position bigint PRIMARY KEY, event_id uuid NOT NULL UNIQUE)",
    *append_only("event_position"),
    "CREATE TABLE sequencer (single boolean PRIMARY KEY DEFAULT true CHECK (single), position bigint NOT NULL)",
    "INSERT INTO sequencer (position) VALUES (0)",
    f"GRANT SELECT, UPDATE ON sequencer TO {APP_ROLE}",
    "CREATE TABLE relay (single boolean PRIMARY KEY DEFAULT true CHECK (single), position bigint NOT NULL)",
    "INSERT INTO relay (position) VALUES (0)",
    f"GRANT SELECT, UPDATE ON relay TO {APP_ROLE}",
    # What arrived from other services, whole: the proof that an event was taken once, the source of rebuilds,
    # and what an auditor reads. `arrival` orders a rebuild.
    """
    CREATE TABLE inbox (
        event_id uuid PRIMARY KEY,
        arrival bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        source text NOT NULL,
        category text NOT NULL,
        stream text NOT NULL,
        version integer NOT NULL,
        type text NOT NULL,
        type_version smallint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        organisation text NOT NULL,
        correlation uuid NOT NULL,
        causation uuid,
        traceparent text,
        position bigint,
        data jsonb NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    *append_only("inbox"),
    # How far each partition was taken; `last_record` tells whether the log is still the one that was read.
    """
    CREATE TABLE consumed (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL,
        last_record text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (consumer, topic, partition)
    )
    """,
    *read_model("consumed"),
    """
    CREATE TABLE dead_letter (
        id uuid PRIMARY KEY,
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        record_offset bigint NOT NULL,
        record_key text NOT NULL,
        event_id uuid,
        type text,
        headers jsonb NOT NULL,
        value bytea NOT NULL,
        reason text NOT NULL,
        attempts integer NOT NULL,
        parked_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'replayed', 'dismissed')),
        resolved_at timestamptz,
        resolved_by text,
        resolution text
    )
    """,
    "CREATE INDEX dead_letter_parked ON dead_letter (consumer, topic, record_key) WHERE state = 'parked'",
    "CREATE INDEX dead_letter_event ON dead_letter (event_id)",
    f"GRANT SELECT, INSERT, UPDATE ON dead_letter TO {APP_ROLE}",
]

KERNEL_2: list[str] = [
    # Where the event stood in Kafka; empty for what came before these columns.
    "ALTER TABLE inbox ADD COLUMN topic text, ADD COLUMN partition integer, ADD COLUMN record_offset bigint",
    # The moment of writing, not of the transaction's start: whoever has shut the inbox (see kyodo_events.inbox) knows
    # that whatever comes later is stamped later.
    "ALTER TABLE inbox ALTER COLUMN received_at SET DEFAULT clock_timestamp()",
    # A letter whose event had its effect long ago holds up nobody.
    "ALTER TABLE dead_letter ADD COLUMN blocks boolean NOT NULL DEFAULT true",
    # Records that a partition had and that never came: from one offset up to, and without, another.
    """
    CREATE TABLE offset_gap (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        from_offset bigint NOT NULL,
        to_offset bigint NOT NULL CHECK (to_offset > from_offset),
        found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (consumer, topic, partition, from_offset, found_at)
    )
    """,
    *append_only("offset_gap"),
]
