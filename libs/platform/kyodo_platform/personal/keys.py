"""The keys of persons: one row each, which outlives its key so that nobody who was erased gets a new one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kyodo_events.database import Database, Transaction
from kyodo_events.schema import APP_ROLE
from kyodo_platform.personal.cipher import KeyRing, new_key

REWRAPPED_AT_ONCE = 500

PERSONAL_1 = [
    """
    CREATE TABLE personal_key (
        person text PRIMARY KEY,
        wrapped bytea,
        begun_at timestamptz NOT NULL DEFAULT now(),
        erased_at timestamptz,
        CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
    )
    """,
    f"GRANT SELECT, INSERT, UPDATE ON personal_key TO {APP_ROLE}",
    """
    CREATE FUNCTION keep_erased() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'an erased person gets no key' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER personal_key_stays_erased BEFORE UPDATE ON personal_key"
    " FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION keep_erased()",
]


async def keys_for_sealing(tx: Transaction, ring: KeyRing, persons: Collection[str]) -> dict[str, bytes]:
    """The persons' keys, made on first use; none for who was erased. Nobody is erased while the transaction lasts."""
    in_order = sorted(persons)
    await tx.run(
        "INSERT INTO personal_key (person, wrapped) SELECT person, wrapped FROM unnest($1::text[], $2::bytea[])"
        " AS t (person, wrapped) ON CONFLICT DO NOTHING",
        in_order,
        [ring.wrap(person, new_key()) for person in in_order],
    )
    rows = await tx.rows(
        "SELECT person, wrapped FROM personal_key WHERE person = ANY($1::text[]) ORDER BY person FOR SHARE", in_order
    )
    return {row["person"]: ring.unwrap(row["person"], row["wrapped"]) for row in rows if row["wrapped"] is not None}


async def keys_for_opening(tx: Transaction, ring: KeyRing, persons: Sequence[str]) -> dict[str, bytes]:
    """The keys of those persons who have one and were not erased."""
    query = "SELECT person, wrapped FROM personal_key WHERE person = ANY($1::text[]) AND wrapped IS NOT NULL"
    return {row["person"]: ring.unwrap(row["person"], row["wrapped"]) for row in await tx.rows(query, list(persons))}


async def erase_key(tx: Transaction, person: str) -> bool:
    """Erase the person's key for good, also that of one who never had any; answers whether it was there to erase."""
    erased = await tx.run(
        "INSERT INTO personal_key (person, erased_at) VALUES ($1, now()) ON CONFLICT (person)"
        " DO UPDATE SET wrapped = NULL, erased_at = now() WHERE personal_key.erased_at IS NULL",
        person,
    )
    return erased > 0


async def to_rewrap(tx: Transaction, ring: KeyRing) -> int:
    """How many persons' keys an earlier wrapping key still wraps: as long as there are any, it cannot be destroyed."""
    query = "SELECT count(*) FROM personal_key WHERE wrapped IS NOT NULL AND substr(wrapped, 1, 4) <> $1"
    return int(await tx.scalar(query, ring.newest))


async def rewrap(database: Database, ring: KeyRing) -> int:
    """Wrap all persons' keys by the newest wrapping key, some at a time; answers with how many were changed.

    Once it is done everywhere, the earlier wrapping key can be destroyed: what backups hold is unreadable then.
    """
    changed = 0
    while True:
        async with database.transaction() as tx:
            rows = await tx.rows(
                "SELECT person, wrapped FROM personal_key WHERE wrapped IS NOT NULL AND substr(wrapped, 1, 4) <> $1"
                " ORDER BY person LIMIT $2 FOR UPDATE",
                ring.newest,
                REWRAPPED_AT_ONCE,
            )
            if not rows:
                return changed
            again = [ring.wrap(row["person"], ring.unwrap(row["person"], row["wrapped"])) for row in rows]
            await tx.run(
                "UPDATE personal_key k SET wrapped = n.wrapped"
                " FROM unnest($1::text[], $2::bytea[]) AS n (person, wrapped) WHERE k.person = n.person",
                [row["person"] for row in rows],
                again,
            )
            changed += len(rows)
