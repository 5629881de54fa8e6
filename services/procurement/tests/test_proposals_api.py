"""Proposals over HTTP: among governments, led by one municipality, merged by two."""

from __future__ import annotations

import pytest

from conftest import Api, As
from tests.support.procurement.caller import Caller, Json, problem

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
PROPOSAL = {
    "title_ja": "図書館システムの共同利用",
    "purpose_ja": "更新費用の抑制\n窓口の共通化",
    "group": "new_themes",
    "stage": "research",
}


@pytest.fixture
async def procurement(api: Api, as_: As) -> Caller:
    return Caller(await api("procurement"), as_)


async def proposed(procurement: Caller, lead: str = MUSASHINO, **changes: str) -> str:
    answer = await procurement.post("/v1/proposals", PROPOSAL | changes, lead)
    assert answer.status_code == 201, answer.text
    return f"/v1/proposals/{answer.json()['id']}"


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


async def endorsed(procurement: Caller, proposal: str, municipality: str, revision: int = 1) -> Json:
    answer = await procurement.put(f"{proposal}/endorsements/{municipality}", {"revision": revision}, municipality)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def test_governments_read_what_a_municipality_proposes(procurement: Caller) -> None:
    proposal = await proposed(procurement)
    for role in (("secretariat",), ("auditor",), (CHIYODA,), ("approver", CHIYODA)):
        read = await procurement.get(proposal, *role)
        assert read.json() == PROPOSAL | {
            "id": id_of(proposal),
            "lead": MUSASHINO,
            "status": "proposed",
            "revision": 1,
            "reason": None,
            "endorsements": 0,
            "endorsed_by": [],
            "to_be_confirmed_by": [],
            "merge_request": None,
            "merged_from": [],
            "merged_into": None,
            "theme_id": None,
            "version": 1,
        }
    for path in (proposal, f"{proposal}/history", "/v1/proposals"):
        assert problem(await procurement.get(path, "supplier")) == (403, "forbidden")
        assert (await procurement.client.get(path)).status_code == 401


async def test_only_officers_propose_and_each_for_its_own_municipality(
    procurement: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in (("secretariat",), ("approver", MUSASHINO)):
        assert problem(await procurement.post("/v1/proposals", PROPOSAL, *role)) == (403, "forbidden")
    monkeypatch.setattr("kyodo_platform.identity.tokens.MUNICIPALITY_CLAIM", "no_such_claim")
    assert problem(await procurement.post("/v1/proposals", PROPOSAL, MUSASHINO)) == (403, "forbidden")
    assert await procurement.items("/v1/proposals") == []


async def test_an_edit_waits_for_its_endorsers(procurement: Caller) -> None:
    proposal = await proposed(procurement)
    await endorsed(procurement, proposal, OKUTAMA)
    assert (await endorsed(procurement, proposal, CHIYODA))["endorsed_by"] == [CHIYODA, OKUTAMA]
    edited = await procurement.put(f"{proposal}/text/{MUSASHINO}", PROPOSAL | {"stage": "trial"}, MUSASHINO)
    assert {name: edited.json()[name] for name in ("revision", "stage", "endorsements", "to_be_confirmed_by")} == {
        "revision": 2,
        "stage": "trial",
        "endorsements": 0,
        "to_be_confirmed_by": [CHIYODA, OKUTAMA],
    }
    assert (await procurement.get(proposal)).json() == edited.json()

    old = await procurement.put(f"{proposal}/endorsements/{CHIYODA}", {"revision": 1}, CHIYODA)
    assert (problem(old), old.json()["facts"]) == ((409, "other-revision"), {"revision": 2})
    waiting = await procurement.items(f"/v1/proposals?to_be_confirmed_by={CHIYODA}", CHIYODA)
    assert [row["id"] for row in waiting] == [id_of(proposal)]
    confirmed = await endorsed(procurement, proposal, CHIYODA, 2)
    assert (confirmed["endorsed_by"], confirmed["to_be_confirmed_by"]) == ([CHIYODA], [OKUTAMA])
    assert await procurement.items(f"/v1/proposals?to_be_confirmed_by={CHIYODA}", CHIYODA) == []
    gone = await procurement.delete(f"{proposal}/endorsements/{OKUTAMA}", OKUTAMA)
    assert gone.json()["to_be_confirmed_by"] == []
    assert (await procurement.get(proposal)).json() == gone.json()


async def test_nobody_acts_for_another_municipality(procurement: Caller) -> None:
    proposal = await proposed(procurement)
    await endorsed(procurement, proposal, CHIYODA)
    etag = (await procurement.get(proposal)).headers["ETag"]
    for action, body in {
        "text": PROPOSAL | {"stage": "full"},
        "withdrawal": None,
        "resubmission": None,
        "merge-request": {"other": id_of(await proposed(procurement, CHIYODA)), "survivor": id_of(proposal)},
    }.items():
        as_the_lead = await procurement.put(f"{proposal}/{action}/{MUSASHINO}", body, CHIYODA)
        assert as_the_lead.status_code == 404
        in_its_stead = await procurement.put(f"{proposal}/{action}/{CHIYODA}", body, CHIYODA)
        assert (problem(in_its_stead), in_its_stead.json()["facts"]) == ((403, "not-the-lead"), {"lead": MUSASHINO})
    assert (await procurement.delete(f"{proposal}/endorsements/{CHIYODA}", MUSASHINO)).status_code == 404
    own = await procurement.put(f"{proposal}/endorsements/{MUSASHINO}", {"revision": 1}, MUSASHINO)
    assert problem(own) == (409, "own-proposal")
    for action, body in {"acceptance": None, "return": {"reason": "x"}, "declining": {"reason": "x"}}.items():
        assert problem(await procurement.put(f"{proposal}/{action}", body, MUSASHINO)) == (403, "forbidden")
    assert (await procurement.get(proposal)).headers["ETag"] == etag


async def test_an_accepted_proposal_is_a_theme_and_both_say_so(procurement: Caller) -> None:
    proposal = await proposed(procurement)
    accepted = await procurement.put(f"{proposal}/acceptance")
    assert (accepted.json()["status"], accepted.headers["ETag"]) == ("accepted", '"2"')
    assert (await procurement.get(proposal)).json() == accepted.json()
    theme = (await procurement.client.get(f"/v1/themes/{accepted.json()['theme_id']}")).json()
    assert {name: theme[name] for name in ("name_ja", "kind", "group", "stage", "status")} == {
        "name_ja": PROPOSAL["title_ja"],
        "kind": "municipal_proposal",
        "group": "new_themes",
        "stage": "research",
        "status": "drafted",
    }
    assert (theme["drafted_by"], theme["proposal_id"], theme["version"]) == (MUSASHINO, id_of(proposal), 1)
    again = await procurement.put(f"{proposal}/acceptance")
    assert (problem(again), again.json()["facts"]) == ((409, "proposal-closed"), {"status": "accepted"})
    assert len(await procurement.items("/v1/themes")) == 1


async def test_a_refused_acceptance_leaves_no_theme(procurement: Caller, as_: As) -> None:
    proposal = await proposed(procurement)
    await endorsed(procurement, proposal, CHIYODA)
    stale = await procurement.client.put(f"{proposal}/acceptance", headers=as_("secretariat") | {"If-Match": '"1"'})
    assert problem(stale) == (412, "stale-version")
    await procurement.put(f"{proposal}/return", {"reason": "対象業務の明確化"})
    assert problem(await procurement.put(f"{proposal}/acceptance")) == (409, "proposal-not-under-review")
    assert await procurement.items("/v1/themes") == []


async def test_a_proposal_is_returned_revised_and_resubmitted(procurement: Caller) -> None:
    proposal = await proposed(procurement)
    returned = await procurement.put(f"{proposal}/return", {"reason": "対象業務の明確化"})
    assert (returned.json()["status"], returned.json()["reason"]) == ("returned", "対象業務の明確化")
    await procurement.put(f"{proposal}/text/{MUSASHINO}", PROPOSAL | {"purpose_ja": "貸出業務に限る"}, MUSASHINO)
    resubmitted = await procurement.put(f"{proposal}/resubmission/{MUSASHINO}", None, MUSASHINO)
    assert (resubmitted.json()["status"], resubmitted.json()["reason"]) == ("proposed", None)
    assert (await procurement.get(proposal)).json() == resubmitted.json()
    again = await procurement.put(f"{proposal}/resubmission/{MUSASHINO}", None, MUSASHINO)
    assert problem(again) == (409, "proposal-not-returned")
    words = [row["words"] for row in await procurement.items(f"{proposal}/history", CHIYODA)]
    assert words == [
        "武蔵野市が「図書館システムの共同利用」を提案した",
        "提案を差し戻した。理由：対象業務の明確化",
        "武蔵野市が提案を第2版「図書館システムの共同利用」に改めた。再確認を要する賛同団体：なし",
        "武蔵野市が提案を再提出した",
    ]


async def test_a_proposal_is_declined_or_withdrawn(procurement: Caller) -> None:
    first, second = await proposed(procurement), await proposed(procurement)
    declined = await procurement.put(f"{first}/declining", {"reason": "既存テーマとの重複"})
    withdrawn = await procurement.put(f"{second}/withdrawal/{MUSASHINO}", None, MUSASHINO)
    for proposal, answer, status in ((first, declined, "declined"), (second, withdrawn, "withdrawn")):
        assert answer.json()["status"] == status
        assert (await procurement.get(proposal)).json() == answer.json()
        late = await procurement.put(f"{proposal}/endorsements/{CHIYODA}", {"revision": 1}, CHIYODA)
        assert problem(late) == (409, "proposal-closed")


async def test_two_proposals_are_merged_once_both_leads_want_it(procurement: Caller) -> None:
    asker, asked = await proposed(procurement), await proposed(procurement, CHIYODA, title_ja="図書館の共同化")
    await endorsed(procurement, asker, OKUTAMA)
    alone = await procurement.put(f"{asked}/merge-consent/{CHIYODA}", {"asker": id_of(asker)}, CHIYODA)
    assert problem(alone) == (409, "no-merge-request")

    request = {"other": id_of(asked), "survivor": id_of(asker)}
    requested = await procurement.put(f"{asker}/merge-request/{MUSASHINO}", request, MUSASHINO)
    assert requested.json()["merge_request"] == request | {"revision": 1, "other_revision": 1}
    assert (await procurement.get(asker)).json() == requested.json()
    agreed = await procurement.put(f"{asked}/merge-consent/{CHIYODA}", {"asker": id_of(asker)}, CHIYODA)
    assert (agreed.json()["status"], agreed.json()["merged_into"]) == ("merged", id_of(asker))
    assert (await procurement.get(asked)).json() == agreed.json()

    merged = (await procurement.get(asker)).json()
    assert (merged["status"], merged["merged_from"], merged["revision"]) == ("proposed", [id_of(asked)], 2)
    assert (merged["endorsed_by"], merged["to_be_confirmed_by"]) == ([], [CHIYODA, OKUTAMA])
    assert merged["merge_request"] is None
    assert (await endorsed(procurement, asker, CHIYODA, 2))["endorsed_by"] == [CHIYODA]


async def test_a_merger_that_was_asked_for_another_text_is_refused_whole(procurement: Caller) -> None:
    asker, asked = await proposed(procurement), await proposed(procurement, CHIYODA)
    request = {"other": id_of(asked), "survivor": id_of(asked)}
    await procurement.put(f"{asker}/merge-request/{MUSASHINO}", request, MUSASHINO)
    await procurement.put(f"{asked}/text/{CHIYODA}", PROPOSAL | {"stage": "full"}, CHIYODA)
    agreed = await procurement.put(f"{asked}/merge-consent/{CHIYODA}", {"asker": id_of(asker)}, CHIYODA)
    assert problem(agreed) == (409, "no-merge-request")
    taken_back = await procurement.delete(f"{asker}/merge-request/{MUSASHINO}", MUSASHINO)
    assert taken_back.json()["merge_request"] is None
    statuses = [(await procurement.get(proposal)).json()["status"] for proposal in (asker, asked)]
    assert statuses == ["proposed", "proposed"]


@pytest.mark.parametrize(
    ("other", "survivor", "refusal"),
    [
        ("nowhere", "asker", (404, "not-found")),
        ("asker", "asker", (409, "proposals-not-for-merging")),
        ("asked", "nowhere", (422, "survivor-not-one-of-the-two")),
    ],
)
async def test_a_merger_is_asked_of_two(
    procurement: Caller, other: str, survivor: str, refusal: tuple[int, str]
) -> None:
    asker = await proposed(procurement)
    ids = {"asker": id_of(asker), "asked": id_of(await proposed(procurement, CHIYODA)), "nowhere": NO_SUCH_ID}
    request = {"other": ids[other], "survivor": ids[survivor]}
    assert problem(await procurement.put(f"{asker}/merge-request/{MUSASHINO}", request, MUSASHINO)) == refusal
    assert (await procurement.get(asker)).headers["ETag"] == '"1"'


async def test_proposals_are_listed_by_what_they_are_also_as_csv(procurement: Caller) -> None:
    first = await proposed(procurement, title_ja="B案")
    second = await proposed(procurement, CHIYODA, title_ja="A案", group="other", stage="full")
    await endorsed(procurement, first, CHIYODA)
    await procurement.put(f"{second}/return", {"reason": "対象業務の明確化"})

    async def listed(query: str) -> list[str]:
        return [f"/v1/proposals/{row['id']}" for row in await procurement.items(f"/v1/proposals?{query}")]

    assert await listed("") == [first, second]
    for one_of_them, queries in {
        first: ["status=proposed", f"lead={MUSASHINO}", "group=new_themes", "stage=research"],
        second: ["status=returned", f"lead={CHIYODA}", "group=other", "stage=full"],
    }.items():
        assert [await listed(query) for query in queries] == [[one_of_them]] * 4
    for order in ("title_ja", "endorsements", "lead", "-id"):
        assert await listed(f"sort={order}") == [second, first]
    csv = await procurement.get("/v1/proposals", Accept="text/csv")
    assert csv.text.startswith("\ufeffversion,id,提案,目的,")


@pytest.mark.parametrize(
    "wrong",
    [{"title_ja": ""}, {"title_ja": "a\nb"}, {"purpose_ja": ""}, {"stage": "concluded"}, {"group": "A B"}, {"more": 1}],
)
async def test_what_does_not_fit_its_description_writes_nothing(procurement: Caller, wrong: Json) -> None:
    refused = await procurement.post("/v1/proposals", PROPOSAL | wrong, MUSASHINO)
    assert problem(refused) == (422, "invalid-request")
    assert await procurement.items("/v1/proposals") == []
