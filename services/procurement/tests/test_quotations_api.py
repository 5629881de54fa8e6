"""Quotations and their opening over HTTP: sealed until two have opened, and what is refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from io import StringIO
from typing import Any

import pytest_asyncio

from kyodo_platform import logs
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.quoting import AFTER, CALL, MORNING, bid, plan, prices, put_call
from tests.support.running import running
from tests.support.sealing import CODES, OPENING, Sealing

QUOTED = ["81234", "90234", "12345", "23456", "株式会社サンプル", "8000012010038", "納期は八週間を見込む秘密の条件"]
SECRETS = [*CODES.values(), *QUOTED]


@pytest_asyncio.fixture
async def sealing(
    databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer
) -> AsyncIterator[Sealing]:
    """A service with a published call, on the last day on which quotations are taken."""
    async with running(databases, settings_for, "procurement") as service:
        await put_call(service.app, plan())
        found = Sealing(service, issuer)
        found.at(MORNING)
        yield found


def found_in(text: str) -> list[str]:
    """The secrets that stand in a text; a figure counts where it is no part of a key, a hash or a time."""
    edge = "[0-9a-zA-Z+/=.-]"
    return [secret for secret in SECRETS if re.search(f"(?<!{edge}){re.escape(secret)}(?!{edge})", text)]


async def test_nothing_of_a_quotation_is_stored_or_logged_before_two_have_opened(sealing: Sealing) -> None:
    logs.configure(level="DEBUG", json=True, stream=(logged := StringIO()))
    await sealing.register("opener-a", "opener-b", "opener-c")
    first, content = await sealing.hand_in(key="k-1"), bid().model_dump(mode="json")
    await sealing.ok("PUT", first, content, by="supplier-1", key="k-2")
    await sealing.hand_in("supplier-2", key="k-3")
    changes: list[dict[str, Any]] = [{"lots": content["lots"] * 2}, {"lots": []}, {"total": 81_234}]
    for wrong in changes:
        body = {"call_id": CALL, "kind": "primary", "bid": content | wrong}
        assert (await sealing.refused("POST", "/v1/quotations", body, by="supplier-3"))[0] == 422
    assert found_in(await sealing.everything()) == []

    sealing.at(AFTER)
    assert (await sealing.unlock("opener-b", code="not the code at all")).status_code == 403
    assert (await sealing.unlock("opener-b")).json()["status"] == "begun"
    assert found_in(await sealing.everything()) == []
    assert (await sealing.unlock("opener-a")).json()["status"] == "completed"

    assert found_in(await sealing.everything()) == QUOTED
    assert "/v1/openings/{call_id}/unlocking" in logged.getvalue()
    assert found_in(logged.getvalue()) == []


async def test_nobody_reads_a_quotation_before_the_opening(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b")
    mine = await sealing.hand_in()
    for reader in ("secretariat", "auditor", "officer", "opener-a", "supplier-2"):
        assert (await sealing.ok("GET", "/v1/quotations", by=reader))["items"] == []
        for path in (mine, f"{mine}/history"):
            assert (await sealing.send("GET", path, by=reader)).status_code == 404
    own = await sealing.ok("GET", mine, by="supplier-1")
    assert (own["status"], own["bid"], own["name_ja"]) == ("sealed", None, None)

    opening = await sealing.ok("GET", OPENING, by="officer")
    assert (opening["quotations"], opening["openers"]) == (1, ["opener-a", "opener-b"])
    receipts = (await sealing.ok("GET", f"{OPENING}/receipts", by="officer"))["items"]
    assert receipts == [{"number": 1, "received_at": "2026-05-31T01:00:00Z", "withdrawn_at": None}]
    told = await sealing.ok("GET", f"{OPENING}/history", by="officer")
    assert [row["words"] for row in told["items"]][-1] == "受付番号1の見積書を受け付けた"
    assert "supplier" not in str(told)


async def test_after_the_opening_governments_read_all_and_suppliers_their_own(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b", "opener-c")
    mine, theirs = await sealing.hand_in(pc=81_000), await sealing.hand_in("supplier-2", pc=82_000)
    sealing.at(AFTER)
    await sealing.unlock("opener-c")
    await sealing.unlock("opener-a")

    rows = (await sealing.ok("GET", f"/v1/quotations?call_id={CALL}&status=opened", by="auditor"))["items"]
    assert {row["bid"]["lots"][0]["items"][0]["tiers"][1]["unit_price"] for row in rows} == {81_000, 82_000}
    assert [row["id"] for row in (await sealing.ok("GET", "/v1/quotations", by="supplier-2"))["items"]] == [theirs[15:]]
    assert (await sealing.send("GET", mine, by="supplier-2")).status_code == 404
    assert (await sealing.ok("GET", mine, by="supplier-1"))["bid"] == bid(pc=81_000).model_dump(mode="json")
    history = await sealing.ok("GET", f"{mine}/history", by="secretariat")
    assert [row["type"].rpartition(".")[2] for row in history["items"]] == ["quotation-submitted", "quotation-opened"]
    csv = await sealing.send("GET", "/v1/quotations?sort=-received_at", by="auditor", accept="text/csv")
    assert "事業者名" in csv.text
    assert "株式会社サンプル" in csv.text


async def test_the_last_one_counts_and_a_withdrawn_one_stays_sealed(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b")
    replaced, withdrawn = await sealing.hand_in(pc=80_001), await sealing.hand_in("supplier-2", pc=80_002)
    first = await sealing.ok("GET", replaced, by="supplier-1")
    receipt = await sealing.ok("PUT", replaced, bid(pc=80_003).model_dump(mode="json"), by="supplier-1")
    assert (receipt["version"], receipt["sealed_hash"] != first["sealed_hash"]) == (2, True)
    assert (await sealing.ok("DELETE", withdrawn, by="supplier-2"))["status"] == "withdrawn"
    assert (await sealing.ok("GET", OPENING, by="auditor"))["quotations"] == 1
    sealing.at(AFTER)
    for opener in ("opener-a", "opener-b"):
        await sealing.unlock(opener)
    rows = (await sealing.ok("GET", "/v1/quotations", by="secretariat"))["items"]
    assert [row["bid"]["lots"][0]["items"][0]["tiers"][1]["unit_price"] for row in rows] == [80_003]
    text = await sealing.everything()
    assert "80003" in text
    assert not re.search("(?<![0-9a-zA-Z+/])8000[12](?![0-9a-zA-Z+/=])", text)


async def test_opening_takes_two_registered_people_and_the_deadline(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b")
    await sealing.hand_in()
    unlocking = f"{OPENING}/unlocking"
    code_of = {name: {"code": code} for name, code in CODES.items()}

    async def refused(by: str, code: str = "") -> tuple[int, str]:
        return await sealing.refused("PUT", unlocking, code_of[code or by], by=by)

    assert await refused("opener-a") == (409, "too-early-to-open")
    sealing.at(AFTER)
    assert await refused("opener-c") == (403, "not-an-opener")
    assert await refused("opener-a", "opener-b") == (403, "wrong-opening-code")
    assert (await sealing.unlock("opener-a")).is_success
    assert await refused("opener-a") == (409, "second-opener-needed")
    assert await refused("opener-b", "opener-a") == (403, "wrong-opening-code")
    assert (await sealing.unlock("opener-b")).is_success
    assert await refused("opener-b") == (409, "opening-under-way")
    for by in ("supplier-1", "officer"):
        assert await sealing.refused("PUT", unlocking, {"code": "x" * 12}, by=by) == (403, "forbidden")


async def test_a_changed_ciphertext_is_never_opened_as_something_else(sealing: Sealing) -> None:
    """Whoever changes the database makes the opening fail as a whole, and nothing is half open."""
    await sealing.register("opener-a", "opener-b")
    await sealing.hand_in()
    await sealing.hand_in("supplier-2")
    await sealing.service.as_admin(
        "SET session_replication_role = replica",  # past the triggers that keep events as they are
        "UPDATE event SET data = jsonb_set(data, '{sealed,nonce}', '\"AAAAAAAAAAAAAAAA\"')"
        " WHERE type LIKE '%quotation-submitted' AND actor = 'supplier-2'",
    )
    sealing.at(AFTER)
    await sealing.unlock("opener-a")
    assert (await sealing.unlock("opener-b")).status_code == 500
    assert (await sealing.ok("GET", OPENING, by="auditor"))["status"] == "begun"
    assert (await sealing.ok("GET", "/v1/quotations", by="auditor"))["items"] == []


async def test_what_a_supplier_may_not_hand_in(sealing: Sealing) -> None:
    content = bid().model_dump(mode="json")
    body = {"call_id": CALL, "kind": "primary", "bid": content}
    post = ("POST", "/v1/quotations")
    assert await sealing.refused(*post, body, by="supplier-1") == (409, "no-openers")
    await sealing.register("opener-a")
    assert await sealing.refused(*post, body, by="supplier-1") == (409, "no-openers")
    await sealing.ok("PUT", f"{OPENING}/opener", {"code": CODES["opener-b"]}, by="opener-b")

    other = {**body, "call_id": CALL.replace("ca", "cb")}
    assert await sealing.refused(*post, other, by="supplier-1") == (404, "not-found")
    assert await sealing.refused(*post, body, by="secretariat") == (403, "forbidden")
    off = {**content, "lots": [{"lot": 2, "items": [prices("monitor", q1=1, q50=1).model_dump(mode="json")]}]}
    assert await sealing.refused(*post, {**body, "bid": off}, by="supplier-1") == (422, "quotation-off-the-grid")
    alternative = {**body, "kind": "alternative"}
    assert await sealing.refused(*post, alternative, by="supplier-1") == (409, "primary-quotation-missing")
    wrongs: list[dict[str, Any]] = [{"corporate_number": "1000012010038"}, {"name_ja": ""}, {"lots": []}, {"total": 1}]
    for wrong in wrongs:
        assert await sealing.refused(*post, {**body, "bid": content | wrong}, by="supplier-1") == (
            422,
            "invalid-request",
        )
    sealing.at(AFTER)
    assert await sealing.refused(*post, body, by="supplier-1") == (409, "quotations-ended")


async def test_primary_and_alternative_come_and_go_together(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b")
    primary, alternative = await sealing.hand_in(), await sealing.hand_in(kind="alternative")
    body = {"call_id": CALL, "kind": "primary", "bid": bid().model_dump(mode="json")}
    assert await sealing.refused("POST", "/v1/quotations", body, by="supplier-1") == (409, "quotation-already-there")
    assert await sealing.refused("DELETE", primary, by="supplier-1") == (409, "primary-quotation-missing")
    assert await sealing.refused("DELETE", primary, by="supplier-2") == (404, "not-found")
    await sealing.ok("DELETE", alternative, by="supplier-1")
    await sealing.ok("DELETE", primary, by="supplier-1")
    content = bid().model_dump(mode="json")
    assert await sealing.refused("PUT", alternative, content, by="supplier-1") == (409, "primary-quotation-missing")
    assert await sealing.refused("PUT", primary, content, by="supplier-2") == (404, "not-found")
    assert (await sealing.ok("PUT", primary, content, by="supplier-1"))["status"] == "sealed"
    sealing.at(AFTER)
    assert await sealing.refused("PUT", primary, content, by="supplier-1") == (409, "quotations-ended")
    assert await sealing.refused("DELETE", primary, by="supplier-1") == (409, "quotations-ended")


async def test_suppliers_who_come_at_once_get_numbers_of_their_own(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b")
    names = [f"supplier-{number}" for number in range(1, 9)]
    await asyncio.gather(*(sealing.hand_in(name) for name in names))
    receipts = (await sealing.ok("GET", f"{OPENING}/receipts?sort=-number", by="auditor"))["items"]
    assert [row["number"] for row in receipts] == list(range(8, 0, -1))
    sealing.at(AFTER)
    first, second = await asyncio.gather(*(sealing.unlock(opener) for opener in ("opener-a", "opener-b")))
    assert {first.json()["status"], second.json()["status"]} == {"begun", "completed"}
    assert len((await sealing.ok("GET", "/v1/quotations?status=opened", by="auditor"))["items"]) == 8


async def test_primary_and_alternative_never_part_however_fast_the_requests(sealing: Sealing) -> None:
    """One request withdraws the primary quotation while another one hands in the alternative."""
    await sealing.register("opener-a", "opener-b")
    primary = await sealing.hand_in()
    body = {"call_id": CALL, "kind": "alternative", "bid": bid().model_dump(mode="json")}
    gone, came = await asyncio.gather(
        sealing.send("DELETE", primary, by="supplier-1"),
        sealing.send("POST", "/v1/quotations", body, by="supplier-1"),
    )
    assert sorted((gone.status_code, came.status_code)) in ([200, 409], [201, 409])


async def test_whoever_became_an_opener_can_open_what_came_in_at_the_same_moment(sealing: Sealing) -> None:
    await sealing.register("opener-a", "opener-b")
    registered, _ = await asyncio.gather(
        sealing.send("PUT", f"{OPENING}/opener", {"code": CODES["opener-c"]}, by="opener-c"), sealing.hand_in()
    )
    sealing.at(AFTER)
    pair = ("opener-c", "opener-a") if registered.is_success else ("opener-b", "opener-a")
    assert [(await sealing.unlock(opener)).json().get("status") for opener in pair] == ["begun", "completed"]


async def test_who_may_become_an_opener(sealing: Sealing) -> None:
    path, code = f"{OPENING}/opener", {"code": "a long enough code"}
    assert await sealing.refused("PUT", path, code, by="opener-a") == (404, "not-found")
    await sealing.register("opener-a")
    assert await sealing.refused("POST", "/v1/openings", {"call_id": CALL}, by="secretariat") == (
        409,
        "opening-already-prepared",
    )
    assert await sealing.refused("PUT", path, code, by="opener-a") == (409, "already-an-opener")
    assert await sealing.refused("PUT", path, {"code": "too short"}, by="opener-b") == (422, "invalid-request")
    for by in ("officer", "supplier-1", "auditor"):
        assert await sealing.refused("PUT", path, code, by=by) == (403, "forbidden")
    assert (await sealing.ok("PUT", path, code, by="secretariat"))["openers"] == ["opener-a", "secretariat"]
    await sealing.hand_in()
    assert await sealing.refused("PUT", path, code, by="opener-b") == (409, "opener-registration-over")
    listed = await sealing.ok("GET", "/v1/openings?status=sealed&sort=-quotations", by="officer")
    assert [row["call_id"] for row in listed["items"]] == [CALL]
