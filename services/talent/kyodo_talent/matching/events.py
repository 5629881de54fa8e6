"""What happens to a round of matching. Rounds are the secretariat's: municipalities are told by offers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_events.values.value import Value

HalfDaysByMonth = Annotated[dict[Month, int], Field(description="Half-days by month; months without any are left out.")]


class MatchLine(Value):
    """One expert for one request."""

    request_id: Id
    municipality: MunicipalityCode
    expert_id: Id
    half_days: HalfDaysByMonth


class MatchingRoundPlanned(
    Event,
    type="kyodo.talent.matching-round-planned",
    words="依頼{requests}件、専門人材{experts}名でマッチング案を作成した",
):
    """A plan over all open requests. `value` and `bound` are weighted half-days, rounded; `input_digest` is SHA-256."""

    months: tuple[Month, ...]
    input_digest: str
    requests: int
    experts: int
    asked: int
    served: int
    value: int
    bound: int
    matches: tuple[MatchLine, ...]


class MatchingRoundImproved(
    Event, type="kyodo.talent.matching-round-improved", words="厳密計算によりマッチング案を改善した"
):
    """The plan was replaced by a better one, found by the exact search from the same input."""

    served: int
    value: int
    bound: int
    optimal: bool
    matches: tuple[MatchLine, ...]


class MatchConfirmed(Event, type="kyodo.talent.match-confirmed", words="マッチング案の一件を採用した"):
    """Somebody confirmed a match: an assignment was proposed, and offered to the municipality."""

    request_id: Id
    municipality: MunicipalityCode
    expert_id: Id
    assignment_id: Id


class MatchSetAside(Event, type="kyodo.talent.match-set-aside", words="マッチング案の一件を見送った"):
    """Somebody decided against a match."""

    request_id: Id
    municipality: MunicipalityCode
    expert_id: Id
    reason_ja: Line
