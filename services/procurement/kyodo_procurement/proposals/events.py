"""What happens to a municipality's proposal.

Events that move endorsements name all of them as they are from then on: `endorsed_by` endorse the text as it stands,
`to_be_confirmed_by` endorsed an earlier one and have not confirmed it since.
"""

from __future__ import annotations

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.value import Value


class MergeRequest(Value):
    """A lead's wish to merge its proposal with `other`; `survivor` is the one of the two that goes on.

    It is for the texts of both as they stood then, by their revisions.
    """

    other: str
    survivor: str
    revision: int
    other_revision: int


class ProposalMade(Event, type="kyodo.procurement.proposal-made", words="{municipality}が「{title_ja}」を提案した"):
    """A municipality proposes joint work, and leads the proposal."""

    municipality: MunicipalityCode
    title_ja: str
    purpose_ja: str
    group: str
    stage: Stage


class ProposalRevised(
    Event,
    type="kyodo.procurement.proposal-revised",
    words="{municipality}が提案を第{revision}版「{title_ja}」に改めた。再確認を要する賛同団体：{to_be_confirmed_by}",
):
    """The lead changed the text: whoever endorsed it is to confirm that."""

    municipality: MunicipalityCode
    title_ja: str
    purpose_ja: str
    group: str
    stage: Stage
    revision: int
    to_be_confirmed_by: tuple[MunicipalityCode, ...]


class ProposalEndorsed(
    Event, type="kyodo.procurement.proposal-endorsed", words="{municipality}が第{revision}版に賛同した"
):
    """A municipality endorses the text with this revision, or confirms an earlier endorsement."""

    municipality: MunicipalityCode
    revision: int
    endorsed_by: tuple[MunicipalityCode, ...]
    to_be_confirmed_by: tuple[MunicipalityCode, ...]


class EndorsementWithdrawn(
    Event, type="kyodo.procurement.endorsement-withdrawn", words="{municipality}が賛同を取り下げた"
):
    """A municipality no longer endorses the proposal."""

    municipality: MunicipalityCode
    endorsed_by: tuple[MunicipalityCode, ...]
    to_be_confirmed_by: tuple[MunicipalityCode, ...]


class ProposalReturned(Event, type="kyodo.procurement.proposal-returned", words="提案を差し戻した。理由：{reason}"):
    """The secretariat asks the lead for another text."""

    reason: str


class ProposalResubmitted(
    Event, type="kyodo.procurement.proposal-resubmitted", words="{municipality}が提案を再提出した"
):
    """The lead put a returned proposal before the secretariat again."""

    municipality: MunicipalityCode


class ProposalDeclined(
    Event, type="kyodo.procurement.proposal-declined", words="提案を採用しないこととした。理由：{reason}"
):
    """The secretariat does not take the proposal up."""

    reason: str


class ProposalWithdrawn(Event, type="kyodo.procurement.proposal-withdrawn", words="{municipality}が提案を取り下げた"):
    """The lead no longer proposes it."""

    municipality: MunicipalityCode


class ProposalAccepted(Event, type="kyodo.procurement.proposal-accepted", words="提案を採用し、テーマとして起案した"):
    """The secretariat took the proposal up; the theme goes on from there."""

    theme_id: str


class MergeRequested(
    Event,
    type="kyodo.procurement.merge-requested",
    words="{municipality}が提案「{other_title_ja}」との統合を申し入れた",
):
    """The lead asks the lead of another proposal to merge the two."""

    municipality: MunicipalityCode
    request: MergeRequest
    other_title_ja: str


class MergeRequestWithdrawn(
    Event, type="kyodo.procurement.merge-request-withdrawn", words="{municipality}が統合の申し入れを取り下げた"
):
    """The lead no longer asks for it."""

    municipality: MunicipalityCode


class ProposalAbsorbed(
    Event,
    type="kyodo.procurement.proposal-absorbed",
    words="提案「{title_ja}」を統合し、第{revision}版とした。再確認を要する賛同団体：{to_be_confirmed_by}",
):
    """Both leads agreed: the other proposal goes on as part of this one; `merged_from` names all that do.

    Whoever endorsed one of the two, and the other one's lead, is to confirm it.
    """

    proposal_id: str
    title_ja: str
    revision: int
    to_be_confirmed_by: tuple[MunicipalityCode, ...]
    merged_from: tuple[str, ...]


class ProposalMerged(Event, type="kyodo.procurement.proposal-merged", words="提案「{into_title_ja}」に統合した"):
    """Both leads agreed: the proposal goes on as part of another one."""

    into: str
    into_title_ja: str
