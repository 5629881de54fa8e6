"""What happens to a request. All of it stays within talent; the texts are the municipality's and name nobody."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event
from kyodo_events.values.money import Amount
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.values import Offer, Outcome, OutcomeReason, RequestKind, Urgency, Wanted


class _OfMunicipality(Event):
    """Something about one municipality's request."""

    municipality: MunicipalityCode


class RequestDrafted(_OfMunicipality, type="kyodo.talent.request-drafted", words="{municipality}が依頼を起案した"):
    """A municipality began a request; `consultation_id` where it came of a question at the consult desk."""

    wanted: Wanted
    consultation_id: Id | None


class RequestRevised(_OfMunicipality, type="kyodo.talent.request-revised", words="{municipality}が依頼の内容を改めた"):
    """The draft says something else; an approval of another amount no longer holds."""

    wanted: Wanted


class RequestApproved(
    _OfMunicipality, type="kyodo.talent.request-approved", words="{municipality}の決裁権者が支出を承認した"
):
    """The municipality's approver agreed to exactly this amount."""

    amount: Amount


class RequestSubmitted(_OfMunicipality, type="kyodo.talent.request-submitted", words="{municipality}が依頼を提出した"):
    """The request is before the secretariat."""


class RequestReturned(
    _OfMunicipality, type="kyodo.talent.request-returned", words="事務局が確認のため依頼を{municipality}に戻した"
):
    """The secretariat asks something before it takes the request in."""

    question_ja: Text


class RequestTriaged(
    _OfMunicipality, type="kyodo.talent.request-triaged", words="事務局が依頼を受け付けた（{kind}、緊急度：{urgency}）"
):
    """The secretariat took the request in and settled what kind of help and of expert it is about."""

    kind: RequestKind
    persona: Persona
    urgency: Urgency
    matter: Code | None
    note_ja: Text


class RequestMatchingStarted(
    _OfMunicipality, type="kyodo.talent.request-matching-started", words="候補となる人材を探し始めた"
):
    """Experts are looked for: for the first time, or again after an offer came to nothing."""


class RequestOffered(_OfMunicipality, type="kyodo.talent.request-offered", words="候補となる人材を提示した"):
    """An assignment was proposed, or an introduction begun; `offers` are all of this request, the new one last."""

    offers: Annotated[tuple[Offer, ...], Field(min_length=1)]


class RequestClosed(_OfMunicipality, type="kyodo.talent.request-closed", words="依頼を終了した（{outcome}）"):
    """The secretariat recorded how it ended, with the reason where it was not met in full."""

    outcome: Outcome
    reason: OutcomeReason | None


class RequestWithdrawn(
    _OfMunicipality, type="kyodo.talent.request-withdrawn", words="{municipality}が依頼を取り下げた"
):
    """The municipality no longer asks."""

    reason_ja: Line
