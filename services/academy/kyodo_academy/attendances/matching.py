"""Who of a session's seats stands in an online meeting's list, and for how long: pure, by mail addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kyodo_academy.attendances.meeting_files import Stay
from kyodo_academy.sessions.values import Plan


@dataclass(frozen=True)
class Person:
    """An enrolment that was there for some of the session."""

    enrolment_id: str
    rows: list[int]
    minutes: int
    percent: int


@dataclass(frozen=True)
class Ambiguous:
    """Rows that may be about any of several enrolments."""

    rows: list[int]
    enrolment_ids: list[str]


@dataclass(frozen=True)
class Matched:
    """How a file and the seats of a session fit."""

    people: list[Person]
    ambiguous: list[Ambiguous]
    unknown: list[int]
    outside: list[int]
    missing: list[str]


def matched(stays: Iterable[Stay], mails: Mapping[str, str | None], plan: Plan) -> Matched:
    """The stays by whose they are; `mails` has the address of each enrolment with a seat, folded."""
    by_mail: dict[str, list[str]] = defaultdict(list)
    for enrolment_id, mail in mails.items():
        if mail is not None:
            by_mail[mail].append(enrolment_id)
    theirs: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        theirs[stay.mail].append(stay)
    found = Matched([], [], [], [], [])
    for mail, own in theirs.items():
        rows, enrolments = [stay.row for stay in own], by_mail.get(mail, [])
        seconds = seconds_within(own, plan.starts_at, plan.ends_at)
        if not enrolments:
            found.unknown.extend(rows)
        elif len(enrolments) > 1:
            found.ambiguous.append(Ambiguous(rows, sorted(enrolments)))
        elif not seconds:
            found.outside.extend(rows)
        else:
            percent = max(1, seconds * 100 // _seconds(plan.ends_at - plan.starts_at))
            found.people.append(Person(enrolments[0], rows, seconds // 60, percent))
    told = {person.enrolment_id for person in found.people}
    told |= {enrolment_id for one in found.ambiguous for enrolment_id in one.enrolment_ids}
    found.unknown.sort()
    found.missing.extend(enrolment_id for enrolment_id in mails if enrolment_id not in told)
    return found


def seconds_within(stays: Sequence[Stay], begins: datetime, ends: datetime) -> int:
    """For how long somebody was there between two moments: what overlaps counts once, whoever joins on two devices.

    A tool that tells only how long somebody was there is believed, up to the whole time between the first joining and
    the last leaving where it tells those.
    """
    joined = [(max(stay.since, begins), min(stay.until, ends)) for stay in stays if stay.since and stay.until]
    present, last = timedelta(0), begins
    for since, until in sorted(joined):
        present += max(until - max(since, last), timedelta(0))
        last = max(last, until)
    told = [stay.seconds for stay in stays if stay.seconds is not None]
    seconds = _seconds(present)
    if told and not joined:
        return min(sum(told), _seconds(ends - begins))
    if told and all(stay.summed for stay in stays):
        return min(seconds, sum(told))
    return seconds


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
