"""Experts are shared: registered, asked for, matched, agreed on by all, and their work approved where it was done."""

from __future__ import annotations

import asyncio
from datetime import datetime, time

from kyodo_events.values.fiscal import TOKYO_TIME, Month
from kyodo_events.values.money import yen
from kyodo_events.values.municipalities import by_code
from kyodo_local.demo import calendar, plan, talent_plan
from kyodo_local.demo.client import Json
from kyodo_local.demo.result import Check
from kyodo_local.demo.talent_plan import EXPERTS, MONTHS, SHARED, SHARING, WISHES, Shared, Wish
from kyodo_local.demo.telling import Advance, Telling
from kyodo_local.demo.who import AUDITOR, SECRETARIAT, Who, approver, officer
from kyodo_platform.identity.model import Role

TALENT = "/talent/v1"
ENGAGEMENT = {"form": "hands_on", "instructed_by": "nobody", "instructed_by_ja": "本人の裁量による"}


async def share_experts(telling: Telling, project_id: str) -> Shared:
    """From the registration of the experts to the approved logs of three months."""
    advance = telling.task("talent: experts, requests, work logs", len(EXPERTS) + len(WISHES) + 9 + 4)
    experts = await asyncio.gather(*(_register(telling, expert, advance) for expert in EXPERTS))
    requests = dict(zip(WISHES, await asyncio.gather(*(_ask(telling, wish, advance) for wish in WISHES)), strict=True))
    assignment_id = await _share(telling, experts[0], project_id, requests)
    advance(1)
    round_ = await _match(telling, project_id)
    advance(1)
    await _introduce(telling, requests[WISHES[-1]], experts[1])
    advance(1)
    await _consult(telling)
    advance(1)
    for month in MONTHS:
        for code in SHARED:
            await _log(telling, assignment_id, experts[0], code, month)
            advance(1)
    return Shared(round_, experts[0])


async def check_talent(telling: Telling, shared: Shared) -> list[Check]:
    """The villages are charged what was worked for them, and nothing personal is shown without consent."""
    get = telling.client.get
    logs = await get(f"{TALENT}/work-logs", AUDITOR, limit="200")
    half_days = sum(log["half_days"] for log in logs["items"])
    totals = await get("/cost-ledger/v1/totals", AUDITOR, until=plan.FISCAL_YEAR.month(12))
    usage = {row["municipality"]: row["usage"] for row in totals["municipalities"]}
    village = talent_plan.AOGASHIMA
    profile = await get(f"{TALENT}/experts/{shared.expert_id}/profile", officer(village))
    suggestions = await get("/procurement/v1/suggestions", AUDITOR)
    round_ = shared.round
    wanted = talent_plan.worked(village) * talent_plan.HALF_DAY_YEN
    return [
        Check(
            f"{half_days} half-days of one expert for three villages: {yen(talent_plan.charged())}",
            half_days * talent_plan.HALF_DAY_YEN == talent_plan.charged(),
        ),
        Check(f"{by_code(village).name_ja} is charged {yen(usage[village])} for its share", usage[village] == wanted),
        Check(
            f"a round of {round_['requests']} requests: {round_['words_en']}",
            round_["served"] > 0 and round_["value"] <= round_["bound"],
        ),
        Check("an expert without consent is shown under the pseudonym", profile["shown"] == "pseudonymised"),
        Check("what two ask alike is suggested as a theme", len(suggestions["items"]) == 1),
    ]


async def _register(telling: Telling, expert: talent_plan.Expert, advance: Advance) -> str:
    do, at, key = telling.client.do, calendar.EXPERTS_REGISTERED, f"expert-{expert.key}"
    expert_id = str((await do("POST", f"{TALENT}/experts", expert.body, SECRETARIAT, at, key=key))["id"])
    path = f"{TALENT}/experts/{expert_id}"
    await do("PUT", f"{path}/profile", expert.profile, SECRETARIAT, at, key=f"{key}-profile")
    await do("PUT", f"{path}/screening", None, SECRETARIAT, calendar.EXPERTS_QUALIFIED, key=f"{key}-screened")
    until = {"valid_until": talent_plan.QUALIFIED_UNTIL}
    await do("PUT", f"{path}/qualification", until, SECRETARIAT, calendar.EXPERTS_QUALIFIED, key=f"{key}-qualified")
    advance(1)
    return expert_id


async def _ask(telling: Telling, wish: Wish, advance: Advance) -> str:
    do, at, code = telling.client.do, calendar.EXPERTS_ASKED_FOR, wish.municipality
    key = f"request-{code}-{wish.kind}"
    request = await do("POST", f"{TALENT}/requests", wish.body, officer(code), at, key=key)
    path = f"{TALENT}/requests/{request['request_id']}"
    await do("PUT", f"{path}/submission/{code}", None, officer(code), at, key=f"{key}-submitted")
    await do("PUT", f"{path}/triage", wish.triage, SECRETARIAT, calendar.EXPERTS_TRIAGED, key=f"{key}-triaged")
    advance(1)
    return str(request["request_id"])


async def _share(telling: Telling, expert_id: str, project_id: str, requests: dict[Wish, str]) -> str:
    """One assignment over three municipalities: held, agreed on by all, begun on the first working day of April."""
    do, at = telling.client.do, calendar.EXPERTS_PROPOSED
    months = plan.FISCAL_YEAR.months()
    body = {
        "expert_id": expert_id,
        "project_id": project_id,
        "engagement": ENGAGEMENT,
        "from_day": months[0].first_day.isoformat(),
        "until_day": months[5].last_day.isoformat(),
        "lines": talent_plan.lines(),
    }
    proposed = await do("POST", f"{TALENT}/assignments", body, SECRETARIAT, at, key="shared")
    path = f"{TALENT}/assignments/{proposed['assignment_id']}"
    items = {"items": proposed["checklist_open"]}
    await do("PUT", f"{path}/checklist", items, SECRETARIAT, at, key="shared-checklist")
    until = {"until": calendar.EXPERTS_AGREE_UNTIL.isoformat()}
    await do("PUT", f"{path}/hold", until, SECRETARIAT, at, key="shared-hold")
    agree, agreed = f"{path}/confirmations", calendar.EXPERTS_AGREED
    home = {"not_needed_ja": "個人事業主のため"}
    await do("PUT", f"{agree}/home", home, SECRETARIAT, agreed, key="shared-home")
    await do("PUT", f"{agree}/expert/{expert_id}", None, _expert(expert_id), agreed, key="shared-expert")
    for code in SHARED:
        await do("PUT", f"{agree}/municipalities/{code}", None, approver(code), agreed, key=f"shared-{code}")
    await do("PUT", f"{path}/start", None, SECRETARIAT, calendar.EXPERTS_STARTED, key="shared-start")
    for wish in SHARING:
        request, key = f"{TALENT}/requests/{requests[wish]}", f"shared-request-{wish.municipality}"
        await do("PUT", f"{request}/matching", None, SECRETARIAT, at, key=f"{key}-matching")
        offer = {"kind": "assignment", "id": proposed["assignment_id"]}
        await do("POST", f"{request}/offers", offer, SECRETARIAT, agreed, key=f"{key}-offer")
        outcome = {"outcome": "fulfilled", "reason": None}
        await do("PUT", f"{request}/outcome", outcome, SECRETARIAT, agreed, key=f"{key}-outcome")
    return str(proposed["assignment_id"])


async def _match(telling: Telling, project_id: str) -> Json:
    """A round over what is still open; the secretariat confirms the first match."""
    do, at = telling.client.do, calendar.EXPERTS_MATCHED
    round_ = await do("POST", f"{TALENT}/matching-rounds", {}, SECRETARIAT, at, key="round")
    path = f"{TALENT}/matching-rounds/{round_['round_id']}/matches"
    match = (await telling.client.get(path, AUDITOR))["items"][0]
    confirmation = {"project_id": project_id, "engagement": ENGAGEMENT}
    address = f"{path}/{match['request_id']}/{match['expert_id']}/confirmation"
    await do("PUT", address, confirmation, SECRETARIAT, at, key="round-confirmed")
    return round_


async def _introduce(telling: Telling, request_id: str, expert_id: str) -> None:
    """One case from the long list to the engagement, each step by whose it is."""
    do, code, expert = telling.client.do, talent_plan.KUNITACHI, _expert(expert_id)
    at, later = calendar.EXPERTS_PROPOSED, calendar.EXPERTS_INTERVIEWED
    body = {"request_id": request_id, "expert_id": expert_id}
    case = (await do("POST", f"{TALENT}/introductions", body, SECRETARIAT, at, key="case"))["case_id"]
    path = f"{TALENT}/introductions/{case}"
    await do("PUT", f"{path}/consent-request", None, SECRETARIAT, at, key="case-asked")
    consent = {"until": talent_plan.CONSENTED_UNTIL}
    await do("PUT", f"{path}/consent/{expert_id}", consent, expert, at, key="case-consent")
    await do("PUT", f"{path}/referral", None, SECRETARIAT, at, key="case-referral")
    interview = {"day": later.date().isoformat(), "notes_ja": "見本の記録"}
    await do("PUT", f"{path}/interview/{code}", interview, officer(code), later, key="case-interview")
    offer = {"from_day": "2023-05-01"}
    await do("PUT", f"{path}/offer/{code}", offer, approver(code), later, key="case-offer")
    await do("PUT", f"{path}/acceptance/{expert_id}", None, expert, later, key="case-acceptance")
    request = f"{TALENT}/requests/{request_id}"
    await do("PUT", f"{request}/matching", None, SECRETARIAT, later, key="case-matching")
    offered = {"kind": "introduction", "id": case}
    await do("POST", f"{request}/offers", offered, SECRETARIAT, later, key="case-offered")
    outcome = {"outcome": "fulfilled", "reason": None}
    await do("PUT", f"{request}/outcome", outcome, SECRETARIAT, later, key="case-outcome")


async def _consult(telling: Telling) -> None:
    """Two municipalities ask the same; both are answered, and it becomes a suggestion to procurement."""
    do, at = telling.client.do, calendar.EXPERTS_ASKED_FOR
    for code, question in talent_plan.QUESTIONS.items():
        key = f"question-{code}"
        body = {"title_ja": "端末の更新", "question_ja": question, "matter": talent_plan.MATTER}
        asked = await do("POST", f"{TALENT}/consultations", body, officer(code), at, key=key)
        path = f"{TALENT}/consultations/{asked['consultation_id']}"
        answer = {"answer_ja": "更新年度の分散と共同調達の利用をお勧めします。"}
        await do("POST", f"{path}/answers", answer, SECRETARIAT, calendar.EXPERTS_TRIAGED, key=f"{key}-answer")
    need = {
        "found_in": "consultations",
        "matter": talent_plan.MATTER,
        "title_ja": "端末更新計画の共同作成",
        "purpose_ja": "端末の更新計画のひな形を共同で作る。",
    }
    await do("POST", f"{TALENT}/joint-needs", need, SECRETARIAT, calendar.EXPERTS_MATCHED, key="joint-need")


async def _log(telling: Telling, assignment_id: str, expert_id: str, code: str, month: Month) -> None:
    """A month's half-days: written and submitted by the expert, approved there; one returned, one adjusted."""
    do, expert, key = telling.client.do, _expert(expert_id), f"log-{code}-{month}"
    at = datetime.combine(month.next().first_day, time(10), TOKYO_TIME)
    body = {
        "assignment_id": assignment_id,
        "municipality": code,
        "month": str(month),
        "entries": talent_plan.entries(code, month),
    }
    written = await do("PUT", f"{TALENT}/experts/{expert_id}/work-logs", body, expert, at, key=key)
    path = f"{TALENT}/work-logs/{written['log_id']}"
    await do("PUT", f"{path}/submission/{expert_id}", None, expert, at, key=f"{key}-submitted")
    if (code, month) == talent_plan.RETURNED:
        reason = {"reason_ja": "対象の様式を記載してください"}
        await do("PUT", f"{path}/return/{code}", reason, officer(code), at, key=f"{key}-returned")
        await do("PUT", f"{path}/submission/{expert_id}", None, expert, at, key=f"{key}-again")
    await do("PUT", f"{path}/approval/{code}", None, officer(code), at, key=f"{key}-approved")
    if (code, month) == talent_plan.ADJUSTED[:2]:
        other = {"half_days": talent_plan.ADJUSTED[2]}
        proposal = {**other, "reason_ja": "一回は翌月に振り替えた"}
        await do("PUT", f"{path}/adjustment/experts/{expert_id}", proposal, expert, at, key=f"{key}-adjust")
        agree = f"{path}/adjustment-agreement/municipalities/{code}"
        await do("PUT", agree, other, officer(code), at, key=f"{key}-agreed")


def _expert(expert_id: str) -> Who:
    return Who(Role.EXPERT, person=expert_id)
