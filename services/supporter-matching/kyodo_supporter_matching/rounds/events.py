"""What happens to a round, and what is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Area, MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_events.values.value import Value
from kyodo_supporter_matching.matching.reasons import Empty
from kyodo_supporter_matching.matching.values import Weights

Count = Annotated[int, Field(strict=True, ge=0)]


class Proposal(Value):
    """One supporter for one seat, and what speaks for it: the way in tenths of a kilometre, and what else there is."""

    municipality: MunicipalityCode
    session_id: Id
    line: Count
    supporter_id: Id
    tenths_km: Count
    applied: bool
    liked: bool
    skills: tuple[str, ...]
    experienced: bool
    kept: bool
    lot: bool


class EmptySeats(Value):
    """Seats that the plan could not fill, and why."""

    municipality: MunicipalityCode
    session_id: Id
    line: Count
    seats: Count
    why: Empty


class Wanted(Value):
    """Whom to look for: one more such supporter would fill about so many seats."""

    area: Area
    skills: tuple[str, ...]
    experienced: bool
    seats: Count


class RoundBegun(
    Event, type="kyodo.supporter-matching.round-begun", words="{sessions}件の教室、{supporters}人を対象に調整を始めた"
):
    """A plan is being computed; the seed decides where pairs tie, the digest tells the input again.

    `keeping` is the round whose proposals are kept where that costs little.
    """

    since: AwareDatetime
    before: AwareDatetime
    weights: Weights
    seed: Count
    keeping: Id | None
    input_digest: str
    sessions: Count
    seats: Count
    supporters: Count


class RoundPlanned(
    Event, type="kyodo.supporter-matching.round-planned", words="配置案を作成した（評価値{value}、上限{bound}）"
):
    """The plan, in points, with what no plan exceeds."""

    proposals: tuple[Proposal, ...]
    empty: tuple[EmptySeats, ...]
    wanted: tuple[Wanted, ...]
    value: int
    bound: int


class ProposalDropped(
    Event, type="kyodo.supporter-matching.proposal-dropped", words="配置案から1名を外した（{reason_ja}）"
):
    """A person decided against a proposal."""

    municipality: MunicipalityCode
    session_id: Id
    supporter_id: Id
    reason_ja: Line


class RoundPublished(
    Event, type="kyodo.supporter-matching.round-published", words="結果を公表し、{offers}名に打診した"
):
    """Everybody who is proposed is asked, all at the same moment; `left_out` could not be asked any more."""

    offers: Count
    left_out: Count


class NothingToPlan(Refused):
    status, type = 409, "nothing-to-plan"
    title = "There is nothing to plan (調整の対象がない)"
    detail = "{sessions} sessions in that time have open seats, and {supporters} supporters are active."
    remedy = "Publish sessions, or activate supporters, first."


class RoundNotPlanned(Refused):
    status, type = 409, "round-not-planned"
    title = "The round has no plan that can be decided on"
    detail = "It is '{current}'."
    remedy = "Take over the plan that was computed, or begin a new round where this one was published."


class InputChanged(Refused):
    status, type = 409, "round-input-changed"
    title = "Sessions or supporters have changed since this round began"
    detail = "The plan was computed from another input: a better plan for today's would not be one for it."
    remedy = "Begin a new round."


class ProposalGone(Refused):
    status, type = 404, "proposal-unknown"
    title = "The round proposes no such thing"
    detail = "There is no proposal of this supporter for this session, or it was dropped."
    remedy = "Read the round's proposals."
