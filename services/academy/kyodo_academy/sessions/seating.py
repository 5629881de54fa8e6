"""Who has a seat at a session, who waits, and who comes next: what can be asked of it, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kyodo_academy.sessions.places import Offer, Waiting
from kyodo_academy.sessions.values import Plan, Quota, SessionStatus
from kyodo_events.aggregate import Aggregate
from kyodo_events.errors import NotFound


@dataclass(frozen=True)
class Seating(Aggregate):
    """The seats of a session. Seats, offers and the queue are kept by enrolment."""

    host: str = ""
    course_id: str = ""
    contents_version: int = 0
    plan: Plan | None = None
    status: SessionStatus = SessionStatus.PLANNED
    seated: Mapping[str, str] = field(default_factory=dict)
    released: bool = False
    offers: Mapping[str, Offer] = field(default_factory=dict)
    queue: Mapping[str, Waiting] = field(default_factory=dict)

    @property
    def planned(self) -> Plan:
        """The plan. Raises NotFound for a session that is none yet."""
        if self.plan is None:
            raise NotFound(what="session", id=self.id)
        return self.plan

    @property
    def free(self) -> int:
        """Seats that are neither given nor offered."""
        return self.planned.seats - len(self.seated) - len(self.offers)

    @property
    def kept(self) -> int:
        """Free seats that quotas keep for their municipalities."""
        return sum(self._kept_by(quota) for quota in self.planned.quotas)

    def free_for(self, party: str) -> int:
        """Free seats that an official of this municipality may have."""
        return self.free - sum(self._kept_by(quota) for quota in self.planned.quotas if quota.party != party)

    @property
    def next_up(self) -> str | None:
        """The first in the queue for whom there is a seat."""
        return next((one for one in self.in_order if self.free_for(self.queue[one].party) > 0), None)

    @property
    def in_order(self) -> list[str]:
        """The queue as it moves up, the head first."""
        return sorted(self.queue, key=self._place)

    def party_of(self, enrolment_id: str) -> str | None:
        """Whose official has a seat or an offer under this enrolment, or waits; None for one that is not here."""
        if enrolment_id in self.seated:
            return self.seated[enrolment_id]
        found = self.offers.get(enrolment_id) or self.queue.get(enrolment_id)
        return found.party if found else None

    def must_release(self, now: datetime) -> bool:
        """Whether quotas keep seats although applications have ended."""
        return bool(self.planned.quotas) and not self.released and self.planned.apply_until <= now

    def _place(self, enrolment_id: str) -> tuple[bool, datetime, bool, str]:
        """The place in the queue, by the rule of `ORDER_JA`."""
        waiting = self.queue[enrolment_id]
        has = self._seats_of(waiting.party)
        quota = self.planned.quota_of(waiting.party)
        return quota is not None and has >= quota, waiting.since, has > 0, enrolment_id

    def _kept_by(self, quota: Quota) -> int:
        return 0 if self.released else max(0, quota.seats - self._seats_of(quota.party))

    def _seats_of(self, party: str) -> int:
        given = sum(one == party for one in self.seated.values())
        return given + sum(offer.party == party for offer in self.offers.values())
