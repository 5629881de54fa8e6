"""The intake: reported records become events, each judged by itself, all written together.

The ordinary record is new and right, so it is judged by facts that are loaded once and appended with its neighbours
in one statement. Only what turns out not to be new is looked up and compared with what stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.database import Transaction
from kyodo_events.errors import NotFound, Refused
from kyodo_events.event import Event, Recorded
from kyodo_platform.commands import CommandBus
from kyodo_platform.problems import Problem, problem_of
from kyodo_procurement.catalogue.model import NotTheOperator
from kyodo_procurement.meter_months.views import closed_months, lock_readings
from kyodo_procurement.usage.access import reports_for
from kyodo_procurement.usage.facts import Metered, metered_offerings
from kyodo_procurement.usage.model import CATEGORY, MeterRead, content_of, stream_of
from kyodo_procurement.usage.refusals import OtherContent
from kyodo_procurement.usage.reports import Reported, Unfit
from kyodo_procurement.usage.schemas import Outcome
from kyodo_procurement.usage_conflicts.model import CATEGORY as CONFLICTS
from kyodo_procurement.usage_conflicts.model import UsageConflictReported, conflict_id

Judged = ServiceUsed | MeterRead | Refused
Result = dict[str, Any]
"""A RecordResult as plain JSON: a thousand of them are not made models only to be written."""

STATE = 409  # a refusal that does not say the record is wrong: it may have been recorded before


async def take_report(entries: Sequence[Reported | Unfit], commands: CommandBus, tx: Transaction) -> dict[str, Any]:
    """Record what is new and right, and say what became of each entry: a UsageReportOut as plain JSON."""
    reported = [entry for entry in entries if isinstance(entry, Reported)]
    results = iter(await _take(reported, commands, tx))
    answers = [_unfit(entry) if isinstance(entry, Unfit) else next(results) for entry in entries]
    outcomes = Counter(answer["outcome"] for answer in answers)
    return {
        "received": len(answers),
        "recorded": outcomes[Outcome.RECORDED],
        "duplicates": outcomes[Outcome.DUPLICATE],
        "conflicts": outcomes[Outcome.CONFLICT],
        "refused": outcomes[Outcome.REFUSED],
        "results": answers,
    }


async def _take(reported: Sequence[Reported], commands: CommandBus, tx: Transaction) -> list[Result]:
    facts = await _facts(reported, commands, tx)
    judged = [facts.judge(entry) for entry in reported]
    streams = [stream_of(entry.offering_id, entry.record) for entry in reported]
    right = [(stream, what) for stream, what in zip(streams, judged, strict=True) if not isinstance(what, Refused)]
    new = {r.stream: str(r.id) for r in await commands.record_each(CATEGORY, right)}
    known: Mapping[str, Recorded[Event]] = {}
    if len(new) < len(reported):
        known = await commands.first_of(CATEGORY, _perhaps_known(streams, judged, new))
    conflicts: list[tuple[str, Event]] = []
    results = []
    for entry, what, stream in zip(reported, judged, streams, strict=True):
        first = None if isinstance(what, Refused) else new.pop(stream, None)  # its repetition in this report is not new
        if first:
            results.append({"record": entry.record, "outcome": Outcome.RECORDED, "status": 201, "id": first})
        elif stream in known and (not isinstance(what, Refused) or what.status == STATE):
            results.append(_compared(entry, known[stream], conflicts))
        else:
            assert isinstance(what, Refused)  # noqa: S101 - what was not refused is new or known
            results.append(_refused(entry.record, problem_of(what)))
    await commands.record_each(CONFLICTS, conflicts)
    return results


@dataclass(frozen=True, slots=True)
class _Facts:
    """What all records of a report are judged by; `refused` are the offerings that the caller may not report for."""

    offerings: Mapping[str, Metered]
    refused: Mapping[str, Refused]
    closed: Mapping[str, Collection[str]]
    municipality: str | None
    today: date

    def judge(self, entry: Reported) -> Judged:
        if entry.offering_id in self.refused:
            return self.refused[entry.offering_id]
        if self.municipality not in (None, entry.municipality):
            return NotFound(what="municipality", id=entry.municipality)
        try:
            return self.offerings[entry.offering_id].judge(entry, self.closed[entry.offering_id], self.today)
        except Refused as refusal:
            return refusal


async def _facts(reported: Sequence[Reported], commands: CommandBus, tx: Transaction) -> _Facts:
    """Loaded once for the whole report. Who reports readings shares their lock with others who report."""
    asked, identity = {entry.offering_id for entry in reported}, commands.identity
    offerings = await metered_offerings(tx, asked)
    refused: dict[str, Refused] = {id_: NotFound(what="offering", id=id_) for id_ in asked - offerings.keys()}
    refused |= {id_: NotTheOperator() for id_, o in offerings.items() if not reports_for(identity, o.operator)}
    read = {e.offering_id for e in reported if e.offering_id not in refused and offerings[e.offering_id].is_read(e)}
    closed: dict[str, set[str]] = defaultdict(set)
    if read:
        await lock_readings(tx, read, alone=False)
        for offering_id, month in await closed_months(tx, read):
            closed[offering_id].add(month)
    return _Facts(offerings, refused, closed, identity.municipality, commands.today)


def _perhaps_known(streams: Sequence[str], judged: Sequence[Judged], new: Mapping[str, str]) -> set[str]:
    """The streams of what is not new, and of what comes twice in this report."""
    counted = Counter(streams)
    return {
        stream
        for stream, what in zip(streams, judged, strict=True)
        if (stream not in new or counted[stream] > 1) and (not isinstance(what, Refused) or what.status == STATE)
    }


def _compared(entry: Reported, known: Recorded[Event], conflicts: list[tuple[str, Event]]) -> Result:
    """The result of a record that stands already; what was reported otherwise is added to the conflicts."""
    first, second, id_ = content_of(known.event), entry.content, str(known.id)
    if first == second:
        return {"record": entry.record, "outcome": Outcome.DUPLICATE, "status": 200, "id": id_}
    conflict = conflict_id(entry.offering_id, entry.record, second)
    reported = UsageConflictReported(
        offering_id=entry.offering_id,
        record=entry.record,
        record_id=id_,
        municipality=first.municipality,
        first=first,
        second=second,
    )
    conflicts.append((conflict, reported))
    problem = problem_of(OtherContent(record=entry.record, conflict_id=conflict))
    return {
        "record": entry.record,
        "outcome": Outcome.CONFLICT,
        "status": OtherContent.status,
        "id": id_,
        "conflict_id": conflict,
        "problem": _plain(problem),
    }


def _unfit(entry: Unfit) -> Result:
    return _refused(entry.record, entry.problem)


def _refused(record: str | None, problem: Problem) -> Result:
    return {"record": record, "outcome": Outcome.REFUSED, "status": problem.status, "problem": _plain(problem)}


def _plain(problem: Problem) -> dict[str, Any]:
    return problem.model_dump(mode="json", exclude_none=True)
