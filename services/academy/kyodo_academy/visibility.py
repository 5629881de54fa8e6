"""Who may see what in the portal, as one pure rule that every slice of it goes by.

A thing has a visibility and an owner: Tokyo or a municipality. A caller belongs to an audience. The rule stands in
`Audience.sees` alone; the condition of the queries is made from it (see audiences.py), so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from kyodo_events.values.municipalities import TOKYO


class Visibility(StrEnum):
    """For whom a thing of the portal is."""

    PUBLIC = "public"
    OFFICIALS = "officials"
    TOKYO = "tokyo"
    MUNICIPALITY = "municipality"
    DRAFT = "draft"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return VISIBILITIES_JA[self]


VISIBILITIES_JA = {
    Visibility.PUBLIC: "一般公開",
    Visibility.OFFICIALS: "都・区市町村の職員",
    Visibility.TOKYO: "東京都の職員",
    Visibility.MUNICIPALITY: "当該区市町村の職員",
    Visibility.DRAFT: "下書き",
}


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom something is shown.

    `organisation` is a municipality's code or `tokyo`, None for whoever has none. `official` is whoever works for a
    government. `in_charge` acts for the organisation in the portal: its officers and approvers, for Tokyo the
    secretariat and those who audit it; a learner is an official, and in charge of nothing.
    """

    organisation: str | None = None
    official: bool = False
    in_charge: bool = False

    def sees(self, visibility: Visibility, owner: str) -> bool:
        """Whether this audience sees a thing of this visibility and owner.

        Tokyo's secretariat runs the portal and answers for what stands in it: it sees everything.
        """
        belongs = self.organisation is not None and self.organisation == owner
        runs_the_portal = self.in_charge and self.organisation == TOKYO
        match visibility:
            case Visibility.PUBLIC:
                return True
            case Visibility.OFFICIALS:
                return self.official
            case Visibility.TOKYO:
                return self.organisation == TOKYO
            case Visibility.MUNICIPALITY:
                return belongs or runs_the_portal
            case Visibility.DRAFT:
                return (belongs and self.in_charge) or runs_the_portal


ANYBODY = Audience()
"""Those who are not signed in, and those who work for no government."""


def _of_tokyo(visibility: Visibility) -> Visibility:
    if visibility is Visibility.MUNICIPALITY:
        raise ValueError("it is Tokyo's: show it to everybody, to officials, to Tokyo's officials, or keep it a draft")
    return visibility


TokyosVisibility = Annotated[Visibility, AfterValidator(_of_tokyo)]
"""For whom something is that Tokyo alone records."""
