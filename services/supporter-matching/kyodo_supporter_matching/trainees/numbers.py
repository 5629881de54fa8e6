"""The number of a certificate: given once, and to one certificate.

Each number has a stream of its own, so that of two who certify with the same number at the same moment one is told that
it is taken, however far apart their trainees are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id


class CertificateNumberGiven(
    Event, type="kyodo.supporter-matching.certificate-number-given", words="この番号で認定証を発行した"
):
    """A certificate was issued under this number, which is the stream; no other one ever is."""

    municipality: MunicipalityCode
    supporter_id: Id


class CertificateNumberTaken(Refused):
    status, type = 409, "certificate-number-taken"
    title = "The number stands on another certificate (認定番号は使用済み)"
    detail = "A certificate was issued under {number} before."
    remedy = "Take the next free number; a certificate that is issued anew gets a new one."


@dataclass(frozen=True)
class GivenNumber(Aggregate, category="certificate-number"):
    """A number, which is the id, and whose certificate it stands on."""

    supporter_id: str | None = None

    def give(self, municipality: str, supporter_id: str) -> Events:
        """Put it on the certificate of a supporter."""
        require(self.supporter_id is None, CertificateNumberTaken(number=self.id))
        yield CertificateNumberGiven(municipality=municipality, supporter_id=supporter_id)

    @evolve
    def was_given(self, event: CertificateNumberGiven) -> Self:
        return replace(self, supporter_id=event.supporter_id)
