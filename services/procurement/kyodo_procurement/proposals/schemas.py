"""What is asked and answered about proposals over HTTP."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_platform.resources import Body, Resource
from kyodo_procurement.proposals.events import MergeRequest
from kyodo_procurement.proposals.model import ProposalStatus


class ProposalIn(Body):
    """What a municipality proposes."""

    title_ja: Line
    purpose_ja: Annotated[Text, Field(min_length=1, description="What it is for.")]
    group: Code
    stage: Stage = Field(description="The stage that is wanted.")


class EndorsementIn(Body):
    """What is endorsed: exactly the text with this revision."""

    revision: Annotated[int, Field(strict=True, ge=1, le=100_000, description="The `revision` of the proposal.")]


class MergeRequestIn(Body):
    """With which proposal this one is to be merged, and which of the two goes on."""

    other: Id
    survivor: Id = Field(description="This proposal's id, or the other one's.")


class MergeConsentIn(Body):
    """Whose request for a merger is agreed to."""

    asker: Id = Field(description="The proposal that carries the request.")


class ProposalOut(Resource):
    """A proposal as governments see it."""

    id: str
    title_ja: str = Field(title="提案")
    purpose_ja: str = Field(title="目的")
    group: str = Field(title="区分")
    stage: Stage = Field(title="希望段階")
    lead: str = Field(title="提案団体")
    status: ProposalStatus = Field(title="状態")
    revision: int = Field(title="版", description="Counts the texts of the proposal, from 1.")
    reason: str | None = Field(title="理由", description="Why it was returned or declined.")
    endorsements: int = Field(title="賛同団体数", description="Municipalities that endorse the text as it stands.")
    endorsed_by: list[str] = Field(title="賛同団体")
    to_be_confirmed_by: list[str] = Field(
        title="再確認待ち団体", description="Who endorsed an earlier text and has not confirmed this one."
    )
    merge_request: MergeRequest | None = Field(
        title="統合の申し入れ", description="Void once the text of one of the two has changed."
    )
    merged_from: list[str] = Field(title="統合元")
    merged_into: str | None = Field(title="統合先")
    theme_id: str | None = Field(title="テーマ")
