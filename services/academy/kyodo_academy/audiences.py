"""To which audience a caller belongs, and the portal's rule (see visibility.py) as the condition of a query."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends

from kyodo_academy.learners.views import learner
from kyodo_academy.visibility import ANYBODY, Audience, Visibility
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Identity, Role
from kyodo_platform.resources import Reader, ReadSession

_OF_TOKYO = frozenset({Role.SECRETARIAT, Role.AUDITOR})


def audience_by_token(identity: Identity) -> Audience:
    """What the token alone says. A municipality in it narrows whatever role it names, as everywhere."""
    if identity.roles & _OF_TOKYO:
        return Audience(identity.municipality or TOKYO, official=True, in_charge=True)
    if identity.roles & MUNICIPAL_ROLES:
        return Audience(identity.municipality, official=True, in_charge=identity.municipality is not None)
    return Audience(official=True) if Role.LEARNER in identity.roles else ANYBODY


async def audience_of(reader: ReadSession, identity: Identity) -> Audience:
    """The caller's audience; a learner's token names the person alone, so the organisation is looked up.

    From then on `reader` shows a learner what the learner's municipality holds private too, as to its officers.
    """
    audience = audience_by_token(identity)
    if Role.LEARNER not in identity.roles or audience.organisation is not None:
        return audience
    organisation = await organisation_of_learner(reader, identity.person)
    if organisation not in (None, TOKYO):
        await reader.see_as_member(organisation)
    return Audience(organisation, official=True)


async def organisation_of_learner(reader: ReadSession, person: str | None) -> str | None:
    """Where a learner works: a municipality's code or `tokyo`; None for whoever is registered nowhere any more."""
    works_at = sa.select(learner.c.municipality).where(learner.c.learner_id == person, sa.not_(learner.c.gone))
    organisation: str | None = await reader.tx.scalar(reader.own(works_at))
    return organisation


async def _audience(reader: Reader, commands: Commands) -> Audience:
    return await audience_of(reader, commands.identity)


Asking = Annotated[Audience, Depends(_audience)]
"""The audience of whoever asks, for an endpoint."""


def seen_by(
    audience: Audience, visibility: sa.ColumnElement[str], owner: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    """The condition on rows with a visibility and an owner: those of them that this audience sees."""
    of_others = visibility.in_([one.value for one in Visibility if audience.sees(one, owner="")])
    if audience.organisation is None:
        return of_others
    own = [one.value for one in Visibility if audience.sees(one, owner=audience.organisation)]
    return sa.or_(of_others, sa.and_(owner == audience.organisation, visibility.in_(own)))
