"""Projects over HTTP: who may move them, what their stages rest on, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.procurement.sample_projects import CHIYODA, EVALUATION, MUSASHINO, NO_SUCH_ID, Projects
from tests.support.running import running

NO_GROUNDS: dict[str, Any] = {
    "recommended_approach": None,
    "participants": [],
    "evaluation": None,
    "verification_id": None,
    "terms_id": None,
    "waivers": [],
}


@pytest_asyncio.fixture
async def procurement(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Projects]:
    """The service, and those who use it."""
    async with running(databases, settings_for, "procurement") as service:
        yield Projects(service, as_)


async def test_from_research_to_full_introduction(procurement: Projects) -> None:
    theme = await procurement.theme()
    project = await procurement.start(theme)
    trial, full = {"stage": "trial"}, {"stage": "full"}
    answer = (await procurement.ask("PUT", f"{project}/stage", trial)).json()
    assert (answer["type"], answer["facts"]["missing"]) == (
        "/problems/requirements-not-met",
        ["recommended_approach", "two_participants"],
    )
    assert "the theme's working group has recommended none" in answer["detail"]

    await procurement.recommend(theme)
    for code in (CHIYODA, MUSASHINO):
        await procurement.sign(project, code)
    on_trial = await procurement.ok("PUT", f"{project}/stage", trial)
    assert on_trial["stage"] == "trial"
    grounds = NO_GROUNDS | {"recommended_approach": "共同調達とする", "participants": [CHIYODA, MUSASHINO]}
    assert on_trial["grounds"] == grounds

    assert await procurement.refused("PUT", f"{project}/stage", full) == (409, "requirements-not-met")
    evaluated = await procurement.ok("PUT", f"{project}/evaluation", EVALUATION)
    assert evaluated["evaluation"] == EVALUATION
    verification = await procurement.verified(theme)
    terms = await procurement.terms_in_force(project, CHIYODA, MUSASHINO)
    full |= {"verification_id": verification, "terms_id": terms}
    introduced = await procurement.ok("PUT", f"{project}/stage", full)
    grounds = NO_GROUNDS | {"evaluation": EVALUATION, "verification_id": verification, "terms_id": terms}
    assert (introduced["stage"], introduced["grounds"]) == ("full", grounds)
    assert await procurement.get(project) == introduced


async def test_a_service_that_runs_already_starts_at_full_by_a_waiver(procurement: Projects) -> None:
    theme, decision = await procurement.theme(), await procurement.decision()
    body: dict[str, Any] = {"theme_id": theme, "name_ja": "共同電子申請", "stage": "full"}
    waiver = {"reason": "以前から運用している", "decision": decision}
    assert await procurement.refused("POST", "/v1/projects", body) == (409, "requirements-not-met")
    wrong = body | {"waiver": waiver | {"decision": decision | {"confirmation": 9}}}
    assert await procurement.refused("POST", "/v1/projects", wrong) == (409, "not-confirmed")
    wrong = body | {"waiver": waiver | {"decision": decision | {"meeting_id": NO_SUCH_ID}}}
    assert await procurement.refused("POST", "/v1/projects", wrong) == (404, "not-found")

    started = await procurement.ok("POST", "/v1/projects", body | {"waiver": waiver})
    assert (started["stage"], started["version"]) == ("full", 2)
    (found,) = started["waivers"]
    assert (found["requirement"], found["reason"]) == ("skipped_stage", "以前から運用している")
    assert found["decision"] | decision == found["decision"]
    assert await procurement.get(f"/v1/projects/{started['id']}") == started


async def test_a_project_starts_on_a_selected_theme(procurement: Projects) -> None:
    body = {"theme_id": await procurement.theme(needs=1), "name_ja": "共同電子申請"}
    assert await procurement.refused("POST", "/v1/projects", body) == (409, "theme-not-selected")
    assert await procurement.refused("POST", "/v1/projects", body | {"theme_id": NO_SUCH_ID}) == (404, "not-found")
    changes: list[dict[str, Any]] = [
        {"name_ja": ""},
        {"theme_id": "theme"},
        {"stage": "concluded"},
        {"participants": {}},
    ]
    for change in changes:
        assert (await procurement.refused("POST", "/v1/projects", body | change))[0] == 422


async def test_what_is_waived_need_not_be_met(procurement: Projects) -> None:
    project, decision = await procurement.project(), await procurement.decision()
    waiver = {"requirement": "two_participants", "reason": "先行して1団体で試す", "decision": decision}
    await procurement.ok("POST", f"{project}/waivers", waiver)
    waived = await procurement.ok("POST", f"{project}/waivers", waiver | {"requirement": "recommended_approach"})
    assert [one["requirement"] for one in waived["waivers"]] == ["recommended_approach", "two_participants"]
    assert await procurement.get(project) == waived
    on_trial = await procurement.ok("PUT", f"{project}/stage", {"stage": "trial"})
    assert on_trial["grounds"]["waivers"] == waived["waivers"]
    assert await procurement.refused("POST", f"{project}/waivers", waiver) == (409, "nothing-to-waive")
    wrong = waiver | {"decision": decision | {"confirmation": 9}}
    assert await procurement.refused("POST", f"{project}/waivers", wrong) == (409, "not-confirmed")
    assert (await procurement.refused("POST", f"{project}/waivers", waiver | {"requirement": "none"}))[0] == 422


async def test_evidence_that_is_named_exists(procurement: Projects) -> None:
    project = await procurement.project(stage="trial")
    for name in ("verification_id", "terms_id"):
        body = {"stage": "full", name: NO_SUCH_ID}
        assert await procurement.refused("PUT", f"{project}/stage", body) == (404, "not-found")


async def test_a_project_rests_goes_on_and_ends(procurement: Projects) -> None:
    project = await procurement.project()
    body = {"reason": "制度改正待ち"}
    resting = await procurement.ok("PUT", f"{project}/suspension", body)
    assert (resting["status"], resting["reason"], resting["stage"]) == ("suspended", "制度改正待ち", "research")
    assert await procurement.get(project) == resting
    assert await procurement.refused("PUT", f"{project}/stage", {"stage": "trial"}) == (409, "project-not-active")
    assert await procurement.refused("PUT", f"{project}/evaluation", EVALUATION) == (409, "project-not-active")
    active = await procurement.ok("DELETE", f"{project}/suspension")
    assert (active["status"], active["reason"]) == ("active", None)
    assert await procurement.get(project) == active
    assert await procurement.refused("PUT", f"{project}/evaluation", EVALUATION) == (409, "no-trial-to-evaluate")
    over = await procurement.ok("PUT", f"{project}/conclusion", {"reason": "後継に移行"})
    assert over["status"] == "concluded"
    assert await procurement.get(project) == over
    assert await procurement.refused("DELETE", f"{project}/suspension") == (409, "project-not-active")
    assert await procurement.refused("PUT", f"{project}/suspension", body) == (409, "project-not-active")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "stage", {"stage": "trial"}),
        ("PUT", "suspension", {"reason": "制度改正待ち"}),
        ("DELETE", "suspension", None),
        ("PUT", "conclusion", {"reason": "後継に移行"}),
        ("PUT", "evaluation", EVALUATION),
        (
            "POST",
            "waivers",
            {
                "requirement": "terms_in_force",
                "reason": "無償",
                "decision": {"meeting_id": NO_SUCH_ID, "confirmation": 1},
            },
        ),
    ],
)
async def test_only_the_secretariat_moves_a_project_and_not_a_stale_one(
    procurement: Projects, method: str, path: str, body: Any
) -> None:
    project = await procurement.project(CHIYODA)
    for role in (("officer", CHIYODA), ("approver", CHIYODA), ("supplier",), ("auditor",)):
        assert await procurement.refused(method, f"{project}/{path}", body, *role) == (403, "forbidden")
    if path != "waivers":  # there the decision is looked up before the project
        stale = await procurement.refused(method, f"{project}/{path}", body, if_match='"1"')
        assert stale == (412, "stale-version")
        unknown = await procurement.refused(method, f"/v1/projects/{NO_SUCH_ID}/{path}", body)
        assert unknown == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [
        {"kpis": []},
        {"kpis": [EVALUATION["kpis"][0]] * 51},
        {"kpis": [{"name_ja": "申請率", "target": 0.5, "reached": 1, "met": True}]},
        {"conclusion_ja": ""},
    ],
)
async def test_an_evaluation_has_indicators_in_bounds_and_a_conclusion(
    procurement: Projects, change: dict[str, Any]
) -> None:
    project = await procurement.project(stage="trial")
    status, _ = await procurement.refused("PUT", f"{project}/evaluation", EVALUATION | change)
    assert status == 422


async def test_projects_are_listed_filtered_and_sorted_also_as_csv(procurement: Projects) -> None:
    chat, forms = await procurement.theme(group="joint_procurement"), await procurement.theme()
    first = await procurement.start(chat, name_ja="共同チャット")
    second = await procurement.start(forms, "full", "共同電子申請")
    await procurement.ok("PUT", f"{first}/suspension", {"reason": "予算"})

    async def listed(query: str = "") -> list[str]:
        return [f"/v1/projects/{item['id']}" for item in (await procurement.get(f"/v1/projects?{query}"))["items"]]

    assert await listed() == await listed("sort=id") == [first, second]
    assert await listed("sort=-id") == await listed("sort=-name_ja") == await listed("sort=stage") == [second, first]
    assert await listed("stage=full") == await listed("status=active") == await listed(f"theme_id={forms}") == [second]
    assert await listed("group=joint_procurement") == await listed("stage=research&status=suspended") == [first]
    assert await listed(f"theme_id={chat}&stage=full") == []
    sheet = await procurement.service.client.get("/v1/projects", headers={"Accept": "text/csv"})
    assert sheet.text.startswith("\ufeffversion,id,協働事業,theme_id,段階,状態,中断・終了の理由\r\n")


async def test_a_project_has_a_history_in_words(procurement: Projects) -> None:
    project = await procurement.project(stage="full")
    await procurement.sign(project, CHIYODA)
    history = (await procurement.get(f"{project}/history"))["items"]
    assert [row["words"] for row in history] == [
        "協働事業「共同電子申請」を本格導入の段階で開始した",
        "要件「段階を順に進むこと」を免除した：以前から運用している（第4回CIOフォーラム（2023-02-14）確認事項1：2団体以上のニーズで選ぶ。）",
        "千代田区が2024-04からの参加協定（正参加）を締結した",
        "千代田区が2024-04から参加する",
    ]
    unknown = await procurement.service.client.get(f"/v1/projects/{NO_SUCH_ID}/history")
    assert unknown.status_code == 404
