"""Who sees what in the portal: every kind of visibility × every role, and the same in PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from kyodo_academy.audiences import audience_by_token, audience_of, seen_by
from kyodo_academy.visibility import ANYBODY, Audience, Visibility
from kyodo_events.database import NOBODY, Scope
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.identity.model import Identity, Role
from kyodo_platform.resources import ReadSession

OWN, OTHER = "131016", "132039"
PERSON = "0193f1a0-0000-7000-8000-000000000001"


def by_token(*roles: Role, municipality: str | None = None) -> Audience:
    return audience_by_token(Identity("x", frozenset(roles), municipality, PERSON))


# Things owned by Chiyoda (131016) or by Tokyo, and who of these callers sees them.
CALLERS = {
    "secretariat": by_token(Role.SECRETARIAT),
    "auditor": by_token(Role.AUDITOR),
    "officer of the owner": by_token(Role.OFFICER, municipality=OWN),
    "approver of the owner": by_token(Role.APPROVER, municipality=OWN),
    "officer of another": by_token(Role.OFFICER, municipality=OTHER),
    "approver of another": by_token(Role.APPROVER, municipality=OTHER),
    "officer of nowhere": by_token(Role.OFFICER),
    "secretariat narrowed to another": by_token(Role.SECRETARIAT, municipality=OTHER),
    "learner of Tokyo": Audience(TOKYO, official=True),
    "learner of the owner": Audience(OWN, official=True),
    "learner of another": Audience(OTHER, official=True),
    "learner of an unknown place": by_token(Role.LEARNER),
    **{
        str(role): by_token(role)
        for role in Role
        if role not in (Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.LEARNER)
    },
    "anonymous": ANYBODY,
}
OUTSIDE = {"operator", "supplier", "expert", "supporter", "host", "lecturer", "integrator", "anonymous"}
OFFICIALS = CALLERS.keys() - OUTSIDE
PORTAL = {"secretariat", "auditor"}
MATRIX = {
    (Visibility.PUBLIC, OWN): set(CALLERS),
    (Visibility.PUBLIC, TOKYO): set(CALLERS),
    (Visibility.OFFICIALS, OWN): OFFICIALS,
    (Visibility.OFFICIALS, TOKYO): OFFICIALS,
    (Visibility.TOKYO, OWN): PORTAL | {"learner of Tokyo"},
    (Visibility.TOKYO, TOKYO): PORTAL | {"learner of Tokyo"},
    (Visibility.MUNICIPALITY, OWN): PORTAL | {"officer of the owner", "approver of the owner", "learner of the owner"},
    (Visibility.MUNICIPALITY, TOKYO): PORTAL | {"learner of Tokyo"},
    (Visibility.DRAFT, OWN): PORTAL | {"officer of the owner", "approver of the owner"},
    (Visibility.DRAFT, TOKYO): PORTAL,
}


def test_the_matrix_leaves_out_no_visibility_and_no_role() -> None:
    assert {visibility for visibility, _ in MATRIX} == set(Visibility)
    assert len(CALLERS) == 12 + len(OUTSIDE)


@pytest.mark.parametrize(("visibility", "owner"), MATRIX)
def test_the_rule(visibility: Visibility, owner: str) -> None:
    assert {name for name, audience in CALLERS.items() if audience.sees(visibility, owner)} == MATRIX[visibility, owner]


async def test_postgresql_says_the_same(app_of: Callable[[str], Awaitable[FastAPI]]) -> None:
    things = sa.values(sa.column("visibility", sa.Text), sa.column("owner", sa.Text), name="things")
    things = things.data([(visibility.value, owner) for visibility in Visibility for owner in (OWN, TOKYO)])
    database = (await app_of("academy")).state.runtime.database
    async with database.transaction(NOBODY, read_only=True) as tx:
        for name, audience in CALLERS.items():
            condition = seen_by(audience, things.c.visibility, things.c.owner)
            seen = {(row["visibility"], row["owner"]) for row in await tx.rows(sa.select(things).where(condition))}
            assert seen == {kind for kind, callers in MATRIX.items() if name in callers}, name


class Seeing(ReadSession):
    """A reader without a database, which notes with whose eyes it is to read."""

    def __init__(self) -> None:
        self._scope = Scope("", PERSON)
        self.seen_as: list[Scope] = []

    async def _see_as(self, scope: Scope) -> None:
        self.seen_as.append(scope)


@pytest.mark.parametrize(
    ("works_for", "scopes"), [(OWN, [Scope(OWN, PERSON)]), (TOKYO, []), (None, [])], ids=["municipality", TOKYO, "-"]
)
async def test_a_learner_reads_with_the_eyes_of_the_own_municipality(
    works_for: str | None, scopes: list[Scope], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looked_up(reader: ReadSession, person: str | None) -> str | None:
        assert person == PERSON
        return works_for

    monkeypatch.setattr("kyodo_academy.audiences.organisation_of_learner", looked_up)
    reader: Any = Seeing()
    learner = Identity("x", frozenset({Role.LEARNER}), None, PERSON)
    assert await audience_of(reader, learner) == Audience(works_for, official=True)
    assert reader.seen_as == scopes
