"""A municipality's proposal (区市町村からの提案): led by one, endorsed by others, taken up as a theme or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.errors import require
from kyodo_procurement.proposals.events import (
    EndorsementWithdrawn,
    MergeRequest,
    MergeRequested,
    MergeRequestWithdrawn,
    ProposalAbsorbed,
    ProposalAccepted,
    ProposalDeclined,
    ProposalEndorsed,
    ProposalMade,
    ProposalMerged,
    ProposalResubmitted,
    ProposalReturned,
    ProposalRevised,
    ProposalWithdrawn,
)
from kyodo_procurement.proposals.refusals import (
    NoMergeRequest,
    NotForMerging,
    NotOneOfTheTwo,
    NotReturned,
    NotTheLead,
    NotUnderReview,
    OtherRevision,
    OwnProposal,
    ProposalClosed,
)


class ProposalStatus(StrEnum):
    """How far a proposal has come; it is open while proposed or returned."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN = (ProposalStatus.PROPOSED, ProposalStatus.RETURNED)


@dataclass(frozen=True)
class MunicipalProposal(Aggregate, category="proposal"):
    """The proposal with its endorsements: by municipality, the revision of the text that it endorsed last.

    Whoever endorsed an earlier revision does not count until it confirms the text as it stands. `reason` is why the
    secretariat returned or declined it.
    """

    status: ProposalStatus = ProposalStatus.PROPOSED
    lead: str = ""
    title_ja: str = ""
    purpose_ja: str = ""
    group: str = ""
    stage: Stage = Stage.RESEARCH
    revision: int = 0
    endorsed: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    merge_request: MergeRequest | None = None
    merged_from: tuple[str, ...] = ()
    merged_into: str | None = None
    theme_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything may still change."""
        return self.status in OPEN

    @property
    def endorsed_by(self) -> tuple[str, ...]:
        """Who endorses the text as it stands, in the order of their codes."""
        return self._endorsers(self.endorsed, current=True)

    @property
    def to_be_confirmed_by(self) -> tuple[str, ...]:
        """Who endorsed an earlier text and has not confirmed this one."""
        return self._endorsers(self.endorsed, current=False)

    @property
    def endorsements(self) -> int:
        """How many endorse the text as it stands."""
        return len(self.endorsed_by)

    # decisions of the lead

    def propose(self, municipality: str, title_ja: str, purpose_ja: str, group: str, stage: Stage) -> Events:
        """A municipality proposes joint work."""
        yield ProposalMade(
            municipality=municipality, title_ja=title_ja, purpose_ja=purpose_ja, group=group, stage=stage
        )

    def revise(self, municipality: str, title_ja: str, purpose_ja: str, group: str, stage: Stage) -> Events:
        """The lead changes the text, so that all endorsements are to be confirmed."""
        self._led(municipality)
        text = {"title_ja": title_ja, "purpose_ja": purpose_ja, "group": group, "stage": stage}
        if any(getattr(self, name) != value for name, value in text.items()):
            yield ProposalRevised(
                municipality=municipality,
                title_ja=title_ja,
                purpose_ja=purpose_ja,
                group=group,
                stage=stage,
                revision=self.revision + 1,
                to_be_confirmed_by=tuple(sorted(self.endorsed)),
            )

    def resubmit(self, municipality: str) -> Events:
        """The lead puts a returned proposal before the secretariat again."""
        self._led(municipality)
        require(self.status is ProposalStatus.RETURNED, NotReturned(status=self.status))
        yield ProposalResubmitted(municipality=municipality)

    def withdraw(self, municipality: str) -> Events:
        """The lead no longer proposes it."""
        self._led(municipality)
        yield ProposalWithdrawn(municipality=municipality)

    # decisions of others

    def endorse(self, municipality: str, revision: int) -> Events:
        """Another municipality endorses the text with this revision, which must be the one that stands."""
        require(self.is_open, ProposalClosed(status=self.status))
        require(municipality != self.lead, OwnProposal(municipality=municipality))
        require(revision == self.revision, OtherRevision(revision=self.revision))
        if self.endorsed.get(municipality) != revision:
            endorsed = {**self.endorsed, municipality: revision}
            yield ProposalEndorsed(municipality=municipality, revision=revision, **self._as_they_are(endorsed))

    def withdraw_endorsement(self, municipality: str) -> Events:
        """A municipality no longer endorses it."""
        require(self.is_open, ProposalClosed(status=self.status))
        if municipality in self.endorsed:
            endorsed = {code: revision for code, revision in self.endorsed.items() if code != municipality}
            yield EndorsementWithdrawn(municipality=municipality, **self._as_they_are(endorsed))

    # decisions of the secretariat

    def accept(self, theme_id: str) -> Events:
        """The secretariat takes it up as this theme."""
        self._under_review()
        yield ProposalAccepted(theme_id=theme_id)

    def send_back(self, reason: str) -> Events:
        """The secretariat asks the lead for another text."""
        self._under_review()
        yield ProposalReturned(reason=reason)

    def decline(self, reason: str) -> Events:
        """The secretariat does not take it up."""
        require(self.is_open, ProposalClosed(status=self.status))
        yield ProposalDeclined(reason=reason)

    # mergers

    def request_merge(self, municipality: str, other: MunicipalProposal, survivor: str) -> Events:
        """The lead asks for a merger with another proposal; the other lead must agree."""
        self._led(municipality)
        require(other.is_open and other.id != self.id, NotForMerging(status=other.status))
        require(survivor in (self.id, other.id), NotOneOfTheTwo())
        request = MergeRequest(other=other.id, survivor=survivor, revision=self.revision, other_revision=other.revision)
        if request != self.merge_request:
            yield MergeRequested(municipality=municipality, request=request, other_title_ja=other.title_ja)

    def withdraw_merge_request(self, municipality: str) -> Events:
        """The lead no longer asks for it."""
        self._led(municipality)
        if self.merge_request:
            yield MergeRequestWithdrawn(municipality=municipality)

    def agree_to_merge(self, municipality: str, asker: MunicipalProposal) -> Events:
        """The lead that was asked agrees, to what the asker requested for both texts as they stand now."""
        self._led(municipality)
        request = asker.merge_request
        asked = request is not None and (request.other, request.other_revision) == (self.id, self.revision)
        require(asked, NoMergeRequest(proposal_id=asker.id))
        asker._standing_by(request)
        yield from self._merged_with(asker, request)

    def merge_as_agreed(self, agreed: MunicipalProposal, request: MergeRequest | None) -> Events:
        """The asker's side of a merger that the other lead agreed to."""
        self._standing_by(request)
        yield from self._merged_with(agreed, request)

    def _led(self, municipality: str) -> None:
        require(municipality == self.lead, NotTheLead(lead=self.lead))
        require(self.is_open, ProposalClosed(status=self.status))

    def _under_review(self) -> None:
        require(self.is_open, ProposalClosed(status=self.status))
        require(self.status is ProposalStatus.PROPOSED, NotUnderReview(status=self.status))

    def _standing_by(self, request: MergeRequest | None) -> None:
        # It is for this text as it stands: a further revision takes the request with it.
        stands = self.is_open and request is not None and request == self.merge_request
        require(stands, NoMergeRequest(proposal_id=self.id))

    def _merged_with(self, other: MunicipalProposal, request: MergeRequest | None) -> Events:
        if request and request.survivor != self.id:
            yield ProposalMerged(into=other.id, into_title_ja=other.title_ja)
            return
        endorsers = {*self.endorsed, *other.endorsed, other.lead} - {self.lead}
        yield ProposalAbsorbed(
            proposal_id=other.id,
            title_ja=other.title_ja,
            revision=self.revision + 1,
            to_be_confirmed_by=tuple(sorted(endorsers)),
            merged_from=(*self.merged_from, other.id),
        )

    def _endorsers(self, endorsed: Mapping[str, int], *, current: bool) -> tuple[str, ...]:
        return tuple(sorted(code for code, revision in endorsed.items() if (revision == self.revision) is current))

    def _as_they_are(self, endorsed: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
        return {
            "endorsed_by": self._endorsers(endorsed, current=True),
            "to_be_confirmed_by": self._endorsers(endorsed, current=False),
        }

    # what events did

    @evolve
    def proposed(self, event: ProposalMade) -> Self:
        text = {name: value for name, value in event if name != "municipality"}
        return replace(self, lead=event.municipality, revision=1, **text)

    @evolve
    def revised(self, event: ProposalRevised) -> Self:
        text = {name: value for name, value in event if name not in ("municipality", "to_be_confirmed_by")}
        return replace(self, merge_request=None, **text)

    @evolve
    def endorsement_given(self, event: ProposalEndorsed) -> Self:
        return replace(self, endorsed={**self.endorsed, event.municipality: event.revision})

    @evolve
    def endorsement_withdrawn(self, event: EndorsementWithdrawn) -> Self:
        kept = {code: revision for code, revision in self.endorsed.items() if code != event.municipality}
        return replace(self, endorsed=kept)

    @evolve
    def returned(self, event: ProposalReturned) -> Self:
        return replace(self, status=ProposalStatus.RETURNED, reason=event.reason)

    @evolve
    def resubmitted(self, event: ProposalResubmitted) -> Self:
        return replace(self, status=ProposalStatus.PROPOSED, reason=None)

    @evolve
    def declined(self, event: ProposalDeclined) -> Self:
        return replace(self, status=ProposalStatus.DECLINED, reason=event.reason, merge_request=None)

    @evolve
    def withdrawn(self, event: ProposalWithdrawn) -> Self:
        return replace(self, status=ProposalStatus.WITHDRAWN, merge_request=None)

    @evolve
    def accepted(self, event: ProposalAccepted) -> Self:
        return replace(self, status=ProposalStatus.ACCEPTED, theme_id=event.theme_id, merge_request=None)

    @evolve
    def merge_requested(self, event: MergeRequested) -> Self:
        return replace(self, merge_request=event.request)

    @evolve
    def merge_request_withdrawn(self, event: MergeRequestWithdrawn) -> Self:
        return replace(self, merge_request=None)

    @evolve
    def absorbed(self, event: ProposalAbsorbed) -> Self:
        return replace(
            self,
            revision=event.revision,
            endorsed={**dict.fromkeys(event.to_be_confirmed_by, 0), **self.endorsed},
            merge_request=None,
            merged_from=event.merged_from,
        )

    @evolve
    def merged(self, event: ProposalMerged) -> Self:
        return replace(self, status=ProposalStatus.MERGED, merged_into=event.into, merge_request=None)
