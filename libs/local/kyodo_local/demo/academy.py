"""A year of the academy: officials registered and enrolled by lists, sessions held, attendance recorded by lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from kyodo_events.values.fiscal import Month
from kyodo_events.values.money import yen
from kyodo_events.values.municipalities import TOKYO
from kyodo_local.demo import academy_plan, calendar
from kyodo_local.demo.academy_figure import check_figure, freeze_months
from kyodo_local.demo.academy_plan import ACADEMY, CUSTOMISED, SHARED, Trained, Training
from kyodo_local.demo.academy_requests import ask_for_trainings, record_trainings
from kyodo_local.demo.client import Json
from kyodo_local.demo.result import Check
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.who import AUDITOR, SECRETARIAT, Who, officer
from kyodo_platform.identity.model import Role

CANCELLED_BEFORE = timedelta(days=5)
SOUGHT = "電子申請"


async def train_officials(telling: Telling, project_id: str, members: Sequence[str]) -> Trained:
    """The three programmes, from the lists of officials to the attendances of the last session."""
    trainings = academy_plan.trainings(members)
    people = await _register(telling, trainings)
    courses = await _announce(telling)
    sessions = await _plan(telling, trainings, courses, project_id)
    await ask_for_trainings(telling, trainings, courses[CUSTOMISED], sessions)
    advance = telling.task("academy: sessions enrolled, held, recorded", len(trainings))

    async def one(training: Training) -> list[Json]:
        path = f"{ACADEMY}/sessions/{sessions[training.key]}"
        seated = await _enrol(telling, training, path, people)
        attended = await _hold(telling, training, path, seated)
        advance(1)
        return attended

    told = await telling.together(one(training) for training in trainings)
    await record_trainings(telling, sessions)
    await freeze_months(telling)
    attendances = Counter[str]()
    for training, attended in zip(trainings, told, strict=True):
        attendances[training.programme] += len(attended)
    charged = [
        one
        for training, attended in zip(trainings, told, strict=True)
        for one in attended
        if training.programme == SHARED and one["municipality"] != TOKYO
    ]
    heads = {one["learner_id"] for attended in told for one in attended}
    return Trained(project_id, attendances, len(heads), len(charged))


async def _register(telling: Telling, trainings: Sequence[Training]) -> dict[str, list[str]]:
    """Each employer's list; answers with the ids of its officials in their order."""
    lists = academy_plan.learners(trainings)
    advance = telling.task("academy: officials registered", sum(map(len, lists.values())))

    async def register(party: str, rows: Sequence[Json]) -> tuple[str, list[str]]:
        body, at, key = {"learners": rows}, calendar.LEARNERS_REGISTERED, f"learners-{party}"
        taken = await telling.client.do("POST", f"{ACADEMY}/learner-intakes", body, _employer(party), at, key=key)
        advance(len(rows))
        return party, [one["learner_id"] for one in taken["learners"]]

    return dict(await telling.together(register(party, rows) for party, rows in lists.items()))


async def _announce(telling: Telling) -> dict[str, str]:
    """A course of each programme, by the programme."""
    courses: dict[str, str] = {}
    for programme, title_ja in academy_plan.TITLES_JA.items():
        seats, starts_on = academy_plan.ATTENDANCES[programme], academy_plan.FIRST_DAYS[programme].isoformat()
        course = {"title_ja": title_ja, "programme": programme, "starts_on": starts_on, "seats": seats}
        path, at, key = f"{ACADEMY}/courses", calendar.TRAINING_PLANNED, f"course-{programme}"
        courses[programme] = (await telling.client.do("POST", path, course, SECRETARIAT, at, key=key))["id"]
    return courses


async def _plan(
    telling: Telling, trainings: Sequence[Training], courses: Mapping[str, str], project_id: str
) -> dict[str, str]:
    """The sessions of the courses, open for applications; by their keys."""
    do, at = telling.client.do, calendar.TRAINING_PLANNED

    async def open_(training: Training) -> tuple[str, str]:
        path, body = f"{ACADEMY}/courses/{courses[training.programme]}/sessions", training.body(project_id)
        planned = await do("POST", path, body, SECRETARIAT, at, key=training.key)
        path = f"{ACADEMY}/sessions/{planned['session_id']}/opening"
        await do("PUT", path, None, SECRETARIAT, at, key=f"{training.key}-opened")
        return training.key, str(planned["session_id"])

    return dict(await telling.together(open_(training) for training in trainings))


async def _enrol(telling: Telling, training: Training, path: str, people: Mapping[str, Sequence[str]]) -> list[Json]:
    """The employers' lists, one after the other; then some leave, and the heads of the queue have their seats.

    Answers with the enrolments that have a seat in the end, by what was answered: so it is the same each time.
    """
    do, enrolled = telling.client.do, list[Json]()
    for party, of_list in training.lists:
        body = {"learner_ids": [people[party][number] for number in of_list]}
        who, at, key = _employer(party), calendar.LEARNERS_NOMINATED, f"{training.key}-{party}"
        enrolled += (await do("POST", f"{path}/nominations", body, who, at, key=key))["enrolments"]
    seated = [one for one in enrolled if one["status"] == "confirmed"]
    waiting = [one for one in enrolled if one["status"] == "waitlisted"]
    for one in seated[: training.leaving]:
        learner_id, at = one["learner_id"], training.begins - CANCELLED_BEFORE
        own = f"{ACADEMY}/learners/{learner_id}/enrolments/{one['session_id']}/cancellation"
        who = Who(Role.LEARNER, subject=f"learner-{learner_id}", person=learner_id)
        await do("PUT", own, None, who, at, key=f"{training.key}-{learner_id}-left")
    return [*seated[training.leaving :], *waiting[: training.leaving]]


async def _hold(telling: Telling, training: Training, path: str, seated: Sequence[Json]) -> list[Json]:
    """The host's list of who was there; answers with their enrolments."""
    do, at, coming = telling.client.do, training.ended, len(seated) - training.absent
    rows = [{"enrolment_id": one["enrolment_id"], "percent": _percent(n, coming)} for n, one in enumerate(seated)]
    body, key = {"attendances": rows}, training.key
    await do("POST", f"{path}/attendances", body, SECRETARIAT, at, key=f"{key}-attended")
    await do("PUT", f"{path}/holding", None, SECRETARIAT, at, key=f"{key}-held")
    return list(seated[:coming])


def _percent(number: int, coming: int) -> int:
    if number >= coming:
        return 0
    return academy_plan.PARTIAL_PERCENT if number % academy_plan.PARTIAL == 1 else 100


async def tell_precedents(telling: Telling) -> None:
    """What the forum told of others: five precedents at home, two visits abroad."""
    for what in ("precedents", "visits"):
        path, at = f"{ACADEMY}/{what}/forum-2023", calendar.MEETING
        await telling.client.do("POST", path, None, SECRETARIAT, at, key=f"forum-{what}")


async def check_academy(telling: Telling, trained: Trained) -> list[Check]:
    """What stands on record is what was planned, the ledger charges what was attended, and the precedents are found."""
    get, planned = telling.client.get, academy_plan.ATTENDANCES
    attended = await telling.client.all(f"{ACADEMY}/enrolments", AUDITOR, status="attended")
    heads = {one["learner_id"] for one in attended}
    absent = await telling.client.all(f"{ACADEMY}/enrolments", AUDITOR, status="absent")
    charged = await _charged(telling, trained.project_id)
    found = await get(f"{ACADEMY}/search", AUDITOR, q=SOUGHT, kind="precedent")
    visits = await get(f"{ACADEMY}/visits", AUDITOR)
    audit = await get(f"{ACADEMY}/sessions/audit", AUDITOR)
    by_programme = ", ".join(f"{trained.attendances[programme]:,}" for programme in planned)
    return [
        Check(
            f"{len(attended):,} attendances at three programmes ({by_programme}), {len(absent)} absences",
            len(attended) == sum(planned.values()) and dict(trained.attendances) == dict(planned),
        ),
        Check(f"{len(heads):,} people attended, some of them several times", len(heads) == trained.people),
        Check(
            f"{trained.charged_attendances} attendances of municipalities at shared training: {yen(charged)}",
            charged == trained.charged > 0,
        ),
        Check(
            f"{found['total']} precedents found for {SOUGHT}, {len(visits['items'])} visits abroad told",
            (found["total"], len(visits["items"])) == (2, 2),
        ),
        Check("seats were never oversold, and none is free while somebody waits", audit["items"] == []),
        *await check_figure(telling, trained),
    ]


async def _charged(telling: Telling, project_id: str) -> int:
    """Yen that the ledger charges for attendances."""
    amount = 0
    for day in academy_plan.SHARED_DAYS:
        query = {"project_id": project_id, "month": str(Month.containing(day))}
        rows = await telling.client.all("/cost-ledger/v1/charges", AUDITOR, **query)
        amount += sum(row["amount"] for row in rows if row["item"] == "training_attendances")
    return amount


def _employer(party: str) -> Who:
    return SECRETARIAT if party == TOKYO else officer(party)
