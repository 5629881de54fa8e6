"""What all answers of the ledger share: who is named in a row, and who may read."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.errors import Forbidden, require
from kyodo_events.values.municipalities import TOKYO, Party, by_code
from kyodo_platform.context import current
from kyodo_platform.identity.model import MUNICIPAL_ROLES, NOWHERE, Role
from kyodo_platform.identity.policies import Policy, role
from kyodo_platform.resources import Answer

TOKYO_JA = "東京都"

overseers: Policy = role(Role.SECRETARIAT, Role.AUDITOR)
"""Who sees the charges of all municipalities."""

readers: Policy = role(*MUNICIPAL_ROLES) | overseers
"""Who sees charges at all; row-level security leaves a municipality's people its own rows."""


def party_ja(party: str) -> str:
    """The Japanese name of a municipality, or Tokyo's."""
    return TOKYO_JA if party == TOKYO else by_code(party).name_ja


def sees_only() -> str | None:
    """The municipality whose private rows the caller is left with; None for who sees all."""
    identity = current.get().identity
    return NOWHERE if identity is None else identity.scope_municipality


def require_all_of_tokyo() -> None:
    """A check over all parties is wrong on a part of the rows: whose token is narrowed to a municipality is refused.

    Raises Forbidden.
    """
    require(sees_only() is None, Forbidden(needed="a token that is not narrowed to one municipality"))


class PartyRow(Answer):
    """A row about one party; the name stands beside the code."""

    municipality: Party = Field(description="Six-digit code, or 'tokyo' for the metropolitan government's own share.")
    municipality_ja: str = ""

    def model_post_init(self, context: object) -> None:
        self.municipality_ja = party_ja(self.municipality)
