"""A quarter of smartphone classes: supporters taken over, sessions planned, one round, and what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from kyodo_events.values.money import yen
from kyodo_events.values.municipalities import municipalities
from kyodo_local.demo import calendar, plan, supporters_plan
from kyodo_local.demo.client import Json
from kyodo_local.demo.result import Check
from kyodo_local.demo.supporters_plan import Class, Supported
from kyodo_local.demo.telling import Advance, Telling
from kyodo_local.demo.who import AUDITOR, SECRETARIAT, Who, officer
from kyodo_platform.identity.model import Role

MATCHING = "/supporter-matching/v1"
APPLICANTS = 60  # supporters who ask for the session that needs help most; the others wait to be asked
DECLINING = 0.06  # of those who are asked
CANCELLING = 24  # supporters who cancel what they accepted
STORM = "0602"  # the day of June on which heavy rain stopped the trains: whatever was planned did not take place


async def help_with_smartphones(telling: Telling, project_id: str, members: Sequence[str]) -> Supported:
    """From the list of trained supporters to the reports of all sessions."""
    classes = supporters_plan.classes(members)
    people = await _take_over(telling)
    sessions = await _plan(telling, classes, project_id)
    await _apply(telling, people)
    round_ = await _match(telling)
    accepted = await _answer(telling)
    cancelled, replacing = await _cancel(telling, accepted)
    coming = [one for one in accepted if one not in cancelled] + replacing
    told = await _hold(telling, sessions, coming)
    return Supported(round_, len(cancelled), len(replacing), told["sessions"], told["people"], told["paid"])


async def _take_over(telling: Telling) -> list[str]:
    """A thousand who were trained before, two hundred a list; answers with their ids."""
    do, rows = telling.client.do, supporters_plan.supporters()
    advance = telling.task("supporters: registered", len(rows))
    at, content = calendar.TRAINING_OFFERED, {"content": supporters_plan.PROGRAMME}
    programme = await do("POST", f"{MATCHING}/training-programmes", content, SECRETARIAT, at, key="training")
    path = f"{MATCHING}/training-programmes/{programme['programme_id']}/publication"
    await do("PUT", path, None, SECRETARIAT, at, key="training-published")
    version = {"programme_id": programme["programme_id"], "programme_version": 1}
    people: list[str] = []
    for first in range(0, len(rows), supporters_plan.A_LIST):
        body = version | {"supporters": rows[first : first + supporters_plan.A_LIST]}
        at, key = calendar.SUPPORTERS_REGISTERED, f"supporters-{first}"
        taken = await do("POST", f"{MATCHING}/supporter-intakes", body, SECRETARIAT, at, key=key)
        people += [one["supporter_id"] for one in taken["supporters"]]
        advance(len(taken["supporters"]))
    return people


async def _plan(telling: Telling, classes: Sequence[Class], project_id: str) -> dict[str, Class]:
    """A hall in each of the 62, a host for each that leaves classes to one, all sessions published; by their ids."""
    desks = supporters_plan.desks()
    shifts = {desk: supporters_plan.shifts(*desk) for desk in desks}
    total = len(classes) + sum(map(len, shifts.values()))
    advance = telling.task("supporters: sessions planned", total)
    venues = dict(await telling.together(_hall(telling, m.code, supporters_plan.venue(m)) for m in municipalities()))
    hosting = sorted({one.municipality for one in classes if one.kind == "community_class"})
    hosts = dict(await telling.together(_host(telling, code) for code in hosting))

    async def single(one: Class) -> dict[str, Class]:
        host_id = hosts[one.municipality] if one.kind == "community_class" else None
        paid_by = project_id if one.kind in supporters_plan.PAID_BY_PROJECT else None
        path = f"{MATCHING}/municipalities/{one.municipality}/sessions"
        who, at, body = (
            officer(one.municipality),
            calendar.SESSIONS_PLANNED,
            one.body(venues[one.municipality], host_id, paid_by),
        )
        planned = await telling.client.do("POST", path, body, who, at, key=one.key)
        await _publish(telling, one, planned["session_id"], advance)
        return {planned["session_id"]: one}

    async def series(municipality: str, weekday: int) -> dict[str, Class]:
        body = {
            "plan": supporters_plan.plan_of("permanent_desk", venues[municipality]),
            "recurrence": supporters_plan.recurrence(weekday),
        }
        path, key = f"{MATCHING}/municipalities/{municipality}/session-series", f"desk-{municipality}"
        at = calendar.SESSIONS_PLANNED
        planned = await telling.client.do("POST", path, body, officer(municipality), at, key=key)
        by_id = dict(zip(planned["session_ids"], shifts[municipality, weekday], strict=True))
        for session_id, one in by_id.items():
            await _publish(telling, one, session_id, advance)
        return by_id

    found = await telling.together([*(series(*desk) for desk in desks), *(single(one) for one in classes)])
    return {session_id: one for part in found for session_id, one in part.items()}


async def _hall(telling: Telling, code: str, body: Json) -> tuple[str, str]:
    at, key = calendar.SESSIONS_PLANNED, f"venue-{code}"
    return code, (await telling.client.do("POST", f"{MATCHING}/venues", body, officer(code), at, key=key))["venue_id"]


async def _host(telling: Telling, code: str) -> tuple[str, str]:
    path, at, body = f"{MATCHING}/municipalities/{code}/hosts", calendar.SESSIONS_PLANNED, {"name_ja": "見本町会"}
    return code, (await telling.client.do("POST", path, body, officer(code), at, key=f"host-{code}"))["host_id"]


async def _publish(telling: Telling, one: Class, session_id: str, advance: Advance) -> None:
    path = f"{MATCHING}/municipalities/{one.municipality}/sessions/{session_id}/publication"
    until, who = {"applications_until": calendar.APPLICATIONS_UNTIL.isoformat()}, officer(one.municipality)
    await telling.client.do("PUT", path, until, who, calendar.SESSIONS_PLANNED, key=f"{one.key}-published")
    advance(1)


async def _apply(telling: Telling, people: Sequence[str]) -> None:
    """Some supporters look at what is open to them, and ask for what stands first."""
    advance = telling.task("supporters: applications", APPLICANTS)

    async def ask(supporter_id: str) -> None:
        who, at, path = _supporter(supporter_id), calendar.APPLIED, f"{MATCHING}/supporters/{supporter_id}"
        openings = await telling.client.get_at(at, f"{path}/openings", who)
        for opening in openings["items"][:1]:
            wish = f"{path}/applications/{opening['session_id']}"
            await telling.client.do("PUT", wish, None, who, at, key=f"wish-{supporter_id}")
        advance(1)

    await telling.together(ask(one) for one in people[:: len(people) // APPLICANTS][:APPLICANTS])


async def _match(telling: Telling) -> Json:
    """One round over the quarter: computed, taken over, published."""
    do, at = telling.client.do, calendar.SUPPORTERS_MATCHED
    advance = telling.task("supporters: one round", 4)
    window = {"since": calendar.APPLICATIONS_UNTIL.isoformat(), "before": calendar.QUARTER_ENDED.isoformat()}
    begun = await do("POST", f"{MATCHING}/matching-rounds", window, SECRETARIAT, at, key="supporters-round")
    path = f"{MATCHING}/matching-rounds/{begun['round_id']}"
    advance(1)
    await do("PUT", f"{path}/run", None, SECRETARIAT, at, key="supporters-run")
    run: Json = {"state": "running"}
    while run["state"] == "running":
        await asyncio.sleep(0.1)
        run = await telling.client.get(f"{path}/run", AUDITOR)
    advance(1)
    await do("PUT", f"{path}/adoption", None, SECRETARIAT, at, key="supporters-adopted")
    advance(1)
    published = await do("PUT", f"{path}/publication", None, SECRETARIAT, at, key="supporters-published")
    advance(1)
    return published


async def _answer(telling: Telling) -> list[Json]:
    """Everybody who was asked answers; a few decline. Answers with those who come."""
    at, chance = calendar.SUPPORTERS_ANSWERED, Random(supporters_plan.SEED)  # noqa: S311 - a lot that all may repeat
    offers = await _assignments(telling, "round")
    advance = telling.task("supporters: answers", len(offers))

    async def answer(offer: Json, *, declines: bool) -> Json:
        reason = {"reason": "no_time"} if declines else None
        said = await _says(telling, offer, "declination" if declines else "acceptance", at, reason)
        advance(1)
        return said

    said = await telling.together([answer(offer, declines=chance.random() < DECLINING) for offer in offers])
    return [one for one in said if one["status"] == "accepted"]


async def _cancel(telling: Telling, accepted: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Some cannot come after all: others are called at once, and the first to accept has the seat.

    Answers with the assignments that were cancelled, and with those that took their places.
    """
    at = calendar.SUPPORTERS_CANCELLED
    leaving = list(accepted[:: len(accepted) // CANCELLING][:CANCELLING])
    advance = telling.task("supporters: cancellations and replacements", len(leaving))
    replacing = []
    for one in leaving:
        await _says(telling, one, "cancellation", at)
        called = await _assignments(telling, "replacement", session_id=one["session_id"])
        replacing += [await _says(telling, offer, "acceptance", at) for offer in called[:1]]
        advance(1)
    return leaving, replacing


async def _assignments(telling: Telling, origin: str, **query: str) -> list[Json]:
    """All that came about so, however they stand: a scenario that is played again finds the same."""
    found = await telling.client.all(f"{MATCHING}/assignments", SECRETARIAT, **query)
    return [one for one in found if one["origin"] == origin]


async def _hold(telling: Telling, sessions: Mapping[str, Class], coming: Sequence[Json]) -> Counter[str]:
    """Each session is confirmed, held and reported, with the time of everybody who came; the storm stops some."""
    seats = defaultdict[str, list[str]](list)
    for one in coming:
        seats[one["session_id"]].append(one["assignment_id"])
    advance = telling.task("supporters: sessions held and reported", len(sessions))
    told = Counter[str]()

    async def hold(session_id: str, one: Class) -> None:
        municipality = f"{MATCHING}/municipalities/{one.municipality}"
        path, who = f"{municipality}/sessions/{session_id}", officer(one.municipality)

        async def do(what: str, body: Json | None, at: datetime, key: str) -> None:
            await telling.client.do("PUT", what, body, who, at, key=f"{one.key}-{key}")

        advance(1)
        if f"{one.starts_at:%m%d}" == STORM:
            await do(f"{path}/cancellation", {"reason_ja": "大雨による交通機関の運休"}, one.starts_at, "cancelled")
            return
        await do(f"{path}/confirmation", None, calendar.SUPPORTERS_CONFIRMED, "confirmed")
        activity = supporters_plan.visitors(one.key)
        came = {"visitors": sum(activity["visitors"].values())}
        await do(f"{path}/holding", came, one.ends_at, "held")
        for number, assignment_id in enumerate(seats[session_id]):
            attended = f"{municipality}/assignments/{assignment_id}/attendance"
            await do(attended, {"minutes": 120}, one.ends_at, f"attended-{number}")
        await do(f"{path}/report", {"activity": activity}, one.ends_at, "reported")
        paid = len(seats[session_id]) * supporters_plan.HOURS if one.kind in supporters_plan.PAID_BY_PROJECT else 0
        told.update(sessions=1, people=activity["people_supported"], paid=paid)

    await telling.together(hold(session_id, one) for session_id, one in sessions.items())
    return told


async def check_supporters(telling: Telling, supported: Supported) -> list[Check]:
    """The targets page shows what was reported, and what the ledger charges is what supporters were paid for."""
    figures = await telling.client.get(f"{MATCHING}/targets/{plan.FISCAL_YEAR}", AUDITOR)
    reached = {row["figure"]: row["reached"] for row in figures["items"]}
    held = sum(number for figure, number in reached.items() if figure.startswith("sessions_"))
    round_ = supported.round
    filled, seats, people = round_["filled"], round_["seats"], reached["people_supported"]
    return [
        Check(
            f"{reached['supporters']:,} supporters registered, as many as the forum wanted",
            reached["supporters"] == supporters_plan.SUPPORTERS,
        ),
        Check(
            f"a round filled {filled} of {seats} seats of {round_['sessions']} sessions: {round_['words_en']}",
            round_["sessions"] == len(supporters_plan.desks()) * 13 + sum(supporters_plan.KINDS.values()),
        ),
        Check(
            f"{supported.cancelled} supporters cancelled, {supported.replaced} seats were filled again at once",
            0 < supported.replaced <= supported.cancelled,
        ),
        Check(
            f"{people:,} people supported at {held} sessions, as reported",
            (people, held) == (supported.people_supported, supported.sessions),
        ),
        Check(
            f"{supported.paid_hours} hours of supporters charged: {yen(supported.charged)}", supported.paid_hours > 0
        ),
    ]


async def _says(telling: Telling, offer: Json, what: str, at: datetime, body: Json | None = None) -> Json:
    """What a supporter says to an offer."""
    supporter_id, assignment_id = offer["supporter_id"], offer["assignment_id"]
    path = f"{MATCHING}/supporters/{supporter_id}/assignments/{assignment_id}/{what}"
    who = _supporter(supporter_id)
    return await telling.client.do("PUT", path, body, who, at, key=f"{assignment_id}-{what}")


def _supporter(supporter_id: str) -> Who:
    return Who(Role.SUPPORTER, subject=f"supporter-{supporter_id}", person=supporter_id)
