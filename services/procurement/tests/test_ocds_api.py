"""Open contracting over HTTP, on a whole story: valid by the official schemas, true to the yen, silent on the rest."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.procurement import ocds_story
from tests.support.procurement.calls_desk import CHIYODA, MITAKA, MUSASHINO, Desk, opened
from tests.support.procurement.ocds_schemas import faults
from tests.support.procurement.ocds_story import FIRM, FIRMS, FIRST, OPTIONAL, SECOND, Story

Json = dict[str, Any]

NO_SUCH_OCID = "ocds-kyodo0-0193f1a0-0000-7000-8000-000000000000"
STEPS = [
    "published",
    "three",
    "committed",
    "quoted",
    "opened",
    "proposed",
    "awarded",
    "decided",
    "ordered",
    "delivered",
]
TOLD: list[Story] = []  # what was read in the story's course is data, and good for every test


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    async with opened(databases, settings_for, as_) as desk:
        yield desk


@pytest_asyncio.fixture
async def story(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> Story:
    if not TOLD:
        async with opened(databases, settings_for, as_) as desk:
            TOLD.append(await ocds_story.told(desk))
    return TOLD[0]


def compiled(story: Story, id_: str, step: str = "delivered") -> Json:
    """The compiled release of a process."""
    (found,) = (one for one in story.records[step]["records"] if one["ocid"].endswith(id_))
    release: Json = found["compiledRelease"]
    return release


def with_role(release: Json, role: str) -> list[str]:
    """The parties that have a role."""
    return [party["id"] for party in release["parties"] if role in party["roles"]]


def leaves(part: Any) -> Iterator[Any]:
    """Every text and number within."""
    if isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from leaves(one)
    else:
        yield part


def references(part: Any) -> Iterator[str]:
    """The parties that a release refers to."""
    if isinstance(part, list):
        for one in part:
            yield from references(one)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name in ("buyer", "procuringEntity", "payer", "payee"):
                yield one["id"]
            elif name in ("tenderers", "suppliers"):
                yield from (firm["id"] for firm in one)
            elif name != "parties":
                yield from references(one)


@pytest.mark.parametrize("step", STEPS)
def test_everything_is_valid_by_the_official_schemas(story: Story, step: str) -> None:
    for package in (story.releases[step], story.records[step]):
        assert faults(package) == []
        assert faults(package, strict=True) == []


def test_the_schemas_notice_what_is_wrong(story: Story) -> None:
    def broken(**changes: Any) -> list[str]:
        return faults({**story.releases["published"], **changes})

    (first, *_) = story.releases["published"]["releases"]
    assert broken(releases=[])
    assert broken(publishedDate="2024-04-10")
    assert broken(uri="releases")
    assert broken(releases=[{**first, "tag": ["called"]}])
    assert broken(releases=[{**first, "tender": {"status": "published", "id": "1"}}])
    misspelt = {**story.releases["published"], "releases": [{**first, "tenders": []}]}
    assert faults(misspelt, strict=True)
    assert not faults(misspelt)


def test_each_release_is_of_one_process_and_names_the_parties_it_refers_to(story: Story) -> None:
    releases = story.releases["delivered"]["releases"]
    assert len({release["id"] for release in releases}) == len(releases)
    for release in releases:
        assert set(references(release)) <= {party["id"] for party in release.get("parties", ())}
    for record in story.records["delivered"]["records"]:
        assert record["releases"] == [release for release in releases if release["ocid"] == record["ocid"]]
        dates = [release["date"] for release in record["releases"]]
        assert dates == sorted(dates)


def test_what_was_told_never_changes(story: Story) -> None:
    for earlier, later in pairwise(STEPS):
        told = {release["id"]: release for release in story.releases[later]["releases"]}
        for release in story.releases[earlier]["releases"]:
            assert told[release["id"]] == release


def test_a_joint_call_lists_every_participant_as_buyer_and_tokyo_as_procuring_entity(story: Story) -> None:
    assert with_role(compiled(story, story.call, "published"), "buyer") == []
    three = compiled(story, story.call, "three")
    assert with_role(three, "buyer") == [f"JP-13-{code}" for code in (CHIYODA, MUSASHINO, MITAKA)]
    for step in STEPS[2:]:
        call = compiled(story, story.call, step)
        assert with_role(call, "buyer") == [f"JP-13-{code}" for code in (CHIYODA, MUSASHINO)]
        assert with_role(call, "procuringEntity") == ["JP-13-130001"]
        assert call["tender"]["procuringEntity"] == {"id": "JP-13-130001", "name": "東京都"}


def test_drafts_are_never_told(story: Story) -> None:
    for step in STEPS[: STEPS.index("ordered")]:
        ids = [record["ocid"].removeprefix("ocds-kyodo0-") for record in story.records[step]["records"]]
        assert ids == [story.call, story.cancelled]
        assert ocds_story.DRAFT_TITLE not in set(leaves(story.releases[step]))


def test_what_is_private_is_never_told(story: Story) -> None:
    secrets = [ocds_story.QUESTION, ocds_story.REMARK, "@", "秘密", "R-秘", "数量を見直すため", "在庫がない"]
    for package in (*story.releases.values(), *story.records.values()):
        text = json.dumps(package, ensure_ascii=False)
        assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize("step", STEPS[: STEPS.index("opened")])
def test_suppliers_and_joint_quantities_are_told_after_the_opening(story: Story, step: str) -> None:
    text = json.dumps([story.releases[step], story.records[step]], ensure_ascii=False)
    assert "サンプル" not in text
    assert "JP-JCN" not in text
    assert sum(FIRM.values()) not in set(leaves(story.releases[step]))
    after = compiled(story, story.call, "opened")
    assert with_role(after, "tenderer") == [f"JP-JCN-{number}" for number in sorted(FIRMS)]
    assert after["tender"]["numberOfTenderers"] == len(FIRMS)
    assert [item["quantity"] for item in after["tender"]["items"]] == [sum(FIRM.values())] * 2
    assert with_role(after, "supplier") == []


@pytest.mark.parametrize("step", STEPS[: STEPS.index("awarded")])
def test_what_one_municipality_takes_is_told_with_the_award(story: Story, step: str) -> None:
    private = {*FIRM.values(), *OPTIONAL.values(), 911}
    assert private & {leaf for leaf in leaves(story.releases[step]) if isinstance(leaf, int)} == set()
    assert set(FIRM.values()) <= set(leaves(compiled(story, story.call, "awarded")["contracts"]))


def test_awards_follow_the_proposals(story: Story) -> None:
    def awards(step: str) -> list[tuple[str, str, list[str]]]:
        return [
            (award["relatedLots"][0], award["status"], [firm["id"] for firm in award.get("suppliers", ())])
            for award in compiled(story, story.call, step)["awards"]
        ]

    first, second = [f"JP-JCN-{FIRST}"], [f"JP-JCN-{SECOND}"]
    assert awards("proposed") == [("1", "cancelled", second), ("1", "pending", first)]
    assert awards("awarded") == [("1", "cancelled", second), ("1", "active", first)]
    assert awards("decided")[2] == ("2", "unsuccessful", [])
    assert with_role(compiled(story, story.call), "supplier") == first
    tender = {step: compiled(story, story.call, step)["tender"] for step in ("awarded", "decided")}
    assert tender["awarded"]["status"] == "active"
    assert [lot["status"] for lot in tender["awarded"]["lots"]] == ["complete", "active"]
    assert tender["decided"]["status"] == "complete"
    assert [lot["status"] for lot in tender["decided"]["lots"]] == ["complete", "unsuccessful"]


def test_the_compiled_call_is_its_last_state_to_the_yen(story: Story) -> None:
    call = compiled(story, story.call)
    assert call["tender"]["tenderPeriod"]["endDate"] == "2024-07-05T23:59:59.000+09:00"
    assert call["tender"]["enquiryPeriod"]["endDate"] == "2024-06-14T23:59:59.000+09:00"
    assert [one["rationale"] for one in call["tender"]["amendments"]] == ["仕様書の補足"]
    amounts = {f"{story.call}-1-{line['municipality']}": line["firm_amount"] for line in story.contracts}
    assert {one["id"]: one["value"]["amount"] for one in call["contracts"]} == amounts
    (award,) = (one for one in call["awards"] if one["status"] == "active")
    assert award["value"] == {"amount": sum(amounts.values()), "currency": "JPY"}
    assert {one["awardID"] for one in call["contracts"]} == {award["id"]}
    period = {"startDate": "2024-08-01T00:00:00.000+09:00", "endDate": "2025-07-31T23:59:59.000+09:00"}
    assert [award["contractPeriod"], *(one["period"] for one in call["contracts"])] == [period] * 3
    assert {one["amendments"][0]["rationale"] for one in call["contracts"]} == {"第三者の価格改定"}
    cancelled = compiled(story, story.cancelled)["tender"]
    assert (cancelled["status"], cancelled["amendments"][0]["rationale"]) == ("cancelled", "予算の見直し")


def test_each_call_off_is_a_process_of_its_own_that_leads_to_the_call(story: Story) -> None:
    assert len(story.orders) == 4
    for id_, buyer in zip(story.orders, (CHIYODA, MUSASHINO, CHIYODA, CHIYODA), strict=True):
        order = compiled(story, id_)
        (related,) = order["relatedProcesses"]
        assert (related["relationship"], related["scheme"]) == (["framework"], "ocid")
        assert related["identifier"] == compiled(story, story.call)["ocid"]
        assert related["title"] == compiled(story, story.call)["tender"]["title"]
        assert (order["buyer"]["id"], with_role(order, "buyer")) == (f"JP-13-{buyer}", [f"JP-13-{buyer}"])
        assert with_role(order, "supplier") == [f"JP-JCN-{FIRST}"]


def test_the_compiled_orders_are_their_last_state_to_the_yen(story: Story) -> None:
    nets = {order["id"]: order["net"] for order in story.placed}
    orders = [compiled(story, id_) for id_ in story.orders]
    contracts = [one for order in orders for one in order["contracts"]]
    assert [one["value"]["amount"] for one in contracts] == [nets[id_] for id_ in story.orders]
    assert [one["status"] for one in contracts] == ["terminated", "active", "cancelled", "cancelled"]
    assert [one["status"] for order in orders for one in order["awards"]] == ["active"] * 2 + ["cancelled"] * 2
    paid = [
        [one["value"]["amount"] for one in contract["implementation"]["transactions"]] for contract in contracts[:2]
    ]
    assert (len(paid[0]), sum(paid[0])) == (2, nets[story.orders[0]])
    assert paid[1] == [nets[story.orders[1]] * 4 // 23]
    assert compiled(story, story.orders[0], "ordered")["contracts"][0]["status"] == "pending"


async def test_pages_lead_on_to_the_last_process(desk: Desk) -> None:
    story = Story(desk)
    await story.publish()
    for path, rows in (("/ocds/releases", "releases"), ("/ocds/records", "records")):
        found, pages, link = [], 0, f"{path}?limit=1"
        while link and pages < 5:
            page = (await desk.service.client.get(link)).json()
            assert faults(page) == []
            found += [one["ocid"] for one in page[rows]]
            link, pages = page["links"].get("next"), pages + 1
        assert (found, pages) == ([f"ocds-kyodo0-{id_}" for id_ in (story.call, story.cancelled)], 2)
    only = await desk.get("/ocds/records", "officer", CHIYODA, ocid=found[1])
    assert [record["ocid"] for record in only["records"]] == [found[1]]


async def test_what_is_not_published_is_not_found(desk: Desk) -> None:
    draft = (await desk.drafted()).rpartition("/")[2]
    for path in ("/ocds/releases", "/ocds/records"):
        for query in ("", f"?ocid={NO_SUCH_OCID}", f"?ocid=ocds-kyodo0-{draft}"):
            answer = await desk.service.client.get(f"{path}{query}")
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        answer = await desk.service.client.get(f"{path}?ocid={draft}")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
