"""The training of a supporter: applied, in training, passed or failed, certified, revoked.

One stream a supporter, under the supporter's own id: whoever asks whether somebody is certified reads it by that. What
the programme's version demands stands in the application, so that the training goes on by what it began with. That a
certificate lapsed is not an event: `certified_on` tells it of any day.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_supporter_matching.programmes.model import require_units
from kyodo_supporter_matching.programmes.values import Content, Mode
from kyodo_supporter_matching.trainees.events import (
    CertificateNotValid,
    CertificateUnearned,
    LapsedTooLong,
    NoAttemptLeft,
    NotCertified,
    NotInTraining,
    TrainingAppliedFor,
    TrainingCertificateIssued,
    TrainingCertificateRenewed,
    TrainingCertificateRevoked,
    TrainingCertificateTakenOver,
    TrainingTestFailed,
    TrainingTestPassed,
    TrainingUnderWay,
    TrainingUnitCompleted,
    UnitsMissing,
)
from kyodo_supporter_matching.trainees.values import RENEWABLE_MONTHS, RevocationReason, TraineeStatus, months_after

UNDER_WAY = (TraineeStatus.APPLIED, TraineeStatus.IN_TRAINING)


@dataclass(frozen=True, slots=True)
class Taught:
    """A version of a programme, by which somebody is trained."""

    programme_id: str
    version: int
    content: Content


@dataclass(frozen=True)
class Trainee(Aggregate, category="trainee"):
    """A supporter's training. `done` are units completed; `refreshed` those since the certificate or its renewal."""

    municipality: str = ""
    programme_id: str = ""
    programme_version: int = 0
    content: Content | None = None
    step: TraineeStatus | None = None
    done: frozenset[str] = frozenset()
    refreshed: frozenset[str] = frozenset()
    attempts: int = 0
    certified_since: date | None = None
    certified_until: date | None = None

    def certified_on(self, day: date) -> bool:
        """Whether the certificate is valid on a day, as far as is known now."""
        since, until = self.certified_since, self.certified_until
        return since is not None and until is not None and since <= day <= until

    def require_taught(self, programme_id: str, number: int, units: Collection[str]) -> None:
        """For whoever enrols in a course. Raises NotInTraining where these units would lead no further."""
        same = programme_id == self.programme_id
        if self.step is TraineeStatus.CERTIFIED:
            of_use = same and not set(self._content.refresher).isdisjoint(units)
        else:
            of_use = self.step in UNDER_WAY and same and number == self.programme_version
        require(of_use, NotInTraining(status=self._status))

    # decisions

    def apply(self, municipality: str, programme_id: str, number: int, content: Content, today: date) -> Events:
        """Ask to be trained by a version; anew only where the training before leads nowhere any more."""
        if self.step in UNDER_WAY and (programme_id, number) == (self.programme_id, self.programme_version):
            return
        require(self._over_on(today), TrainingUnderWay(status=self._status))
        yield TrainingAppliedFor(
            municipality=municipality, programme_id=programme_id, programme_version=number, content=content
        )

    def take_over(self, municipality: str, taught: Taught, number: str, certified_on: date, today: date) -> Events:
        """Begin with a certificate that was issued elsewhere and is still valid."""
        require(self.step is None, TrainingUnderWay(status=self._status))
        until = months_after(certified_on, taught.content.valid_months)
        require(certified_on <= today <= until, CertificateNotValid(number=number, since=certified_on, until=until))
        yield TrainingCertificateTakenOver(
            municipality=municipality,
            programme_id=taught.programme_id,
            programme_version=taught.version,
            content=taught.content,
            number=number,
            certified_on=certified_on,
            valid_until=until,
        )

    def attend(self, units: Collection[str], course_id: str, day: date) -> Events:
        """Count the units of a course that was attended, those that lead further."""
        yield from self._complete(sorted(set(units) & self._open_units), course_id, day)

    def complete_online(self, unit: str, today: date) -> Events:
        """Count a unit that was done online."""
        self._require_begun()
        require_units(self._content, [unit], Mode.ONLINE)
        require(self.step is not TraineeStatus.REVOKED, NotInTraining(status=self._status))
        yield from self._complete(sorted({unit} & self._open_units), None, today)

    def take_test(self, score: int, today: date) -> Events:
        """Record a test; only after all units, and not more often than the version allows."""
        self._require_begun()
        missing = [unit for unit in self._content.codes if unit not in self.done]
        require(not missing, UnitsMissing(units=", ".join(missing)))
        require(self.step in (*UNDER_WAY, TraineeStatus.FAILED), NotInTraining(status=self._status))
        require(self.attempts < self._content.most_attempts, NoAttemptLeft(attempts=self.attempts))
        happened = TrainingTestPassed if score >= self._content.passing_score else TrainingTestFailed
        yield happened(municipality=self.municipality, score=score, attempt=self.attempts + 1, taken_on=today)

    def certify(self, number: str, today: date) -> Events:
        """Issue the certificate of who passed."""
        self._require_begun()
        require(self.step is TraineeStatus.PASSED, CertificateUnearned(status=self._status))
        until = months_after(today, self._content.valid_months)
        yield TrainingCertificateIssued(
            municipality=self.municipality, number=number, certified_on=today, valid_until=until
        )

    def renew(self, today: date) -> Events:
        """Prolong the certificate after the refresher: from its last day, or from today where it lapsed."""
        until = self._require_certified()
        latest = months_after(until, RENEWABLE_MONTHS)
        require(today <= latest, LapsedTooLong(until=until, latest=latest))
        missing = [unit for unit in self._content.refresher if unit not in self.refreshed]
        require(not missing, UnitsMissing(units=", ".join(missing)))
        longer = months_after(max(until, today), self._content.valid_months)
        since = self.certified_since if today <= until else None
        yield TrainingCertificateRenewed(
            municipality=self.municipality, renewed_on=today, valid_from=since or today, valid_until=longer
        )

    def revoke(self, reason: RevocationReason) -> Events:
        """Take the certificate back."""
        self._require_begun()
        if self.step is not TraineeStatus.REVOKED:
            self._require_certified()
            yield TrainingCertificateRevoked(municipality=self.municipality, reason=reason)

    @property
    def _content(self) -> Content:
        assert self.content is not None  # noqa: S101 - a training begins with it
        return self.content

    @property
    def _status(self) -> str:
        return self.step.value if self.step else "not begun"

    @property
    def _open_units(self) -> set[str]:
        """Units that lead further if they are completed."""
        if self.step in UNDER_WAY:
            return set(self._content.codes) - self.done
        if self.step is TraineeStatus.CERTIFIED:
            return set(self._content.refresher) - self.refreshed
        return set()

    def _over_on(self, today: date) -> bool:
        """Whether the training leads nowhere any more."""
        if self.step is TraineeStatus.FAILED:
            return self.attempts >= self._content.most_attempts
        lapsed = self.certified_until is not None and today > months_after(self.certified_until, RENEWABLE_MONTHS)
        return self.step in (None, TraineeStatus.REVOKED) or (self.step is TraineeStatus.CERTIFIED and lapsed)

    def _complete(self, units: Sequence[str], course_id: str | None, day: date) -> Events:
        refresher = self.step is TraineeStatus.CERTIFIED
        done = self.refreshed if refresher else self.done
        for unit in units:
            done |= {unit}
            yield TrainingUnitCompleted(
                municipality=self.municipality,
                unit=unit,
                course_id=course_id,
                completed_on=day,
                refresher=refresher,
                done=tuple(sorted(done)),
            )

    def _require_begun(self) -> None:
        require(self.step is not None, NotFound(what="training", id=self.id))

    def _require_certified(self) -> date:
        self._require_begun()
        until = self.certified_until
        if until is None:
            raise NotCertified(status=self._status)
        return until

    # what events did

    @evolve
    def applied(self, event: TrainingAppliedFor) -> Self:
        return replace(
            type(self)(id=self.id, version=self.version),
            municipality=event.municipality,
            programme_id=event.programme_id,
            programme_version=event.programme_version,
            content=event.content,
            step=TraineeStatus.APPLIED,
        )

    @evolve
    def taken_over(self, event: TrainingCertificateTakenOver) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            programme_id=event.programme_id,
            programme_version=event.programme_version,
            content=event.content,
            done=frozenset(event.content.codes),
            step=TraineeStatus.CERTIFIED,
            certified_since=event.certified_on,
            certified_until=event.valid_until,
        )

    @evolve
    def unit_completed(self, event: TrainingUnitCompleted) -> Self:
        if event.refresher:
            return replace(self, refreshed=self.refreshed | {event.unit})
        return replace(self, done=self.done | {event.unit}, step=TraineeStatus.IN_TRAINING)

    @evolve
    def passed(self, event: TrainingTestPassed) -> Self:
        return replace(self, step=TraineeStatus.PASSED, attempts=event.attempt)

    @evolve
    def failed(self, event: TrainingTestFailed) -> Self:
        return replace(self, step=TraineeStatus.FAILED, attempts=event.attempt)

    @evolve
    def certified(self, event: TrainingCertificateIssued) -> Self:
        return replace(
            self,
            step=TraineeStatus.CERTIFIED,
            certified_since=event.certified_on,
            certified_until=event.valid_until,
        )

    @evolve
    def renewed(self, event: TrainingCertificateRenewed) -> Self:
        since, until = event.valid_from, event.valid_until
        return replace(self, certified_since=since, certified_until=until, refreshed=frozenset())

    @evolve
    def revoked(self, event: TrainingCertificateRevoked) -> Self:
        return replace(self, step=TraineeStatus.REVOKED, certified_since=None, certified_until=None)
