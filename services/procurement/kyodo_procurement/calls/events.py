"""What happens to a joint call inside this service; what leaves it stands in the contracts."""

from __future__ import annotations

from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_procurement.calls.plan import CallPlan, Commitment, ItemTotal


class CallDrafted(Event, type="kyodo.procurement.call-drafted", words="共同調達「{plan.title_ja}」の公告案を作成した"):
    """The secretariat drafted a joint call for a project."""

    project_id: str
    plan: CallPlan


class CallRevised(Event, type="kyodo.procurement.call-revised", words="共同調達「{plan.title_ja}」の公告案を改めた"):
    """The draft is another one from now on."""

    plan: CallPlan


class QuestionAsked(Event, type="kyodo.procurement.question-asked", words="質問第{number}号を受け付けた"):
    """A supplier asked. Who it was (`asker`, the subject of its token) is never shown to anybody."""

    number: int
    asker: str
    text: str


class QuestionAnswered(Event, type="kyodo.procurement.question-answered", words="質問第{number}号への回答を公表した"):
    """The secretariat answered, and published question and answer; `text` tells nothing of who asked."""

    number: int
    text: str
    answer: str


class CommitmentRegistered(
    Event, type="kyodo.procurement.commitment-registered", words="{municipality}が購入数量を登録した"
):
    """A municipality committed, or revised all that it had committed to.

    `totals` are the joint quantities of the items it touched, and `buyers` counts the municipalities, from then on.
    """

    municipality: MunicipalityCode
    commitments: tuple[Commitment, ...]
    totals: tuple[ItemTotal, ...]
    buyers: int


class CommitmentWithdrawn(
    Event, type="kyodo.procurement.commitment-withdrawn", words="{municipality}が購入数量の登録を取り下げた"
):
    """A municipality buys nothing after all; totals and buyers as in CommitmentRegistered."""

    municipality: MunicipalityCode
    totals: tuple[ItemTotal, ...]
    buyers: int
