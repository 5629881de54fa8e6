"""Statements are compiled once for each shape; what they ask for is their own each time."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, select, update

from kyodo_events.database import Database

_jar = Table("jar", MetaData(), Column("id", Text, primary_key=True), Column("number", Integer))


async def test_statements_of_one_shape_keep_their_own_values(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.script("CREATE TEMPORARY TABLE jar (id text, number integer) ON COMMIT DROP")
        for number in range(5):
            await tx.run(_jar.insert().values(id=f"jar-{number}", number=number))
        for number in range(5):
            asked = select(_jar.c.number).where(_jar.c.id == f"jar-{number}")
            assert await tx.scalar(asked) == number
            assert await tx.scalar(select(_jar.c.id).where(_jar.c.number == number)) == f"jar-{number}"
        for names in (["jar-0"], ["jar-1", "jar-2"], ["jar-4", "jar-3", "jar-0"], []):
            found = await tx.rows(select(_jar.c.id).where(_jar.c.id.in_(names), _jar.c.number < 9).order_by(_jar.c.id))
            assert [row["id"] for row in found] == sorted(names)
        assert await tx.run(update(_jar).where(_jar.c.id == "jar-1").values(number=11)) == 1
        assert await tx.run(update(_jar).where(_jar.c.id == "jar-2").values(number=12)) == 1
        assert await tx.run(delete(_jar).where(_jar.c.number == 11)) == 1
        left = await tx.rows(select(_jar.c.number).order_by(_jar.c.number))
        assert [row["number"] for row in left] == [0, 3, 4, 12]
