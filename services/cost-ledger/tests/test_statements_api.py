"""Statements over HTTP: issued with a month's closing, whole with their lines, acknowledged, overdue, on paper."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pypdf
import pytest
import pytest_asyncio

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.verification import verify
from kyodo_events.database import Transaction
from kyodo_events.values.municipalities import municipalities
from tests.support.statement_desk import CHIYODA, CHUO, Desk, desk, path_of


@pytest_asyncio.fixture
async def ledger_desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """A ledger in which April 2024 is closed on 10 May."""
    async with desk(databases, settings_for, as_) as found:
        await found.close("2024-04")
        yield found


async def test_a_statement_names_everything_an_accountant_needs(ledger_desk: Desk) -> None:
    found = await ledger_desk.statement("2024-04")
    assert (found["number"], found["kind_ja"], found["state"]) == ("令和6年度-月次-04-0001", "月次", "issued")
    assert (found["issued_on"], found["due_on"], found["period"]) == ("2024-05-10", "2024-07-01", "2024-04")
    assert found["total"] == found["due"] == found["base"] + 450
    lines = (await ledger_desk.get(f"{path_of('2024-04')}/lines", "officer", CHIYODA))["items"]
    assert sum(line["amount"] for line in lines) == found["total"] == found["projects"][0]["total"]
    assert found["lines"] == len(lines) == 3
    by_item = {line["item"]: line for line in lines}
    population = by_item["population"]["basis"]
    assert (population["figure"], population["total"], population["unit_ja"]) == (66_680, 66_680 + 169_179, "人")
    used = by_item["applications"]
    assert (used["quantity"], used["unit_ja"], used["unit_price"], used["amount"]) == (15, "件", 30, 450)
    assert (used["project_ja"], used["item_ja"]) == ("共同電子申請システム", "applicationsの件数")


async def test_a_correction_is_carried_with_its_reason_and_names_only_what_came_on_top(ledger_desk: Desk) -> None:
    before = await ledger_desk.statement("2024-04")
    ledger_desk.story.used(CHIYODA, 100, "2024-04-30").used(CHIYODA, 3, "2024-05-02")
    await ledger_desk.learn()
    ledger_desk.today = "2024-06-03"
    await ledger_desk.close("2024-05")
    assert await ledger_desk.statement("2024-04") == before
    found = await ledger_desk.statement("2024-05")
    assert found["carried"] == 3_000
    lines = (await ledger_desk.get(f"{path_of('2024-05')}/lines"))["items"]
    [carried] = [line for line in lines if line["carried"]]
    assert carried == lines[-1]
    assert (carried["month"], carried["quantity"], carried["amount"]) == ("2024-04", 100, 3_000)
    assert carried["reason_ja"] == "利用実績の追加・訂正"
    [current] = [line for line in lines if line["book"] == "usage" and not line["carried"]]
    assert (current["quantity"], current["amount"], current["reason_ja"]) == (3, 90, None)


async def test_a_municipality_acknowledges_its_own_statement(ledger_desk: Desk) -> None:
    path = f"{path_of('2024-04')}/acknowledgement"
    found = await ledger_desk.ask("POST", path, None, "officer", CHIYODA)
    assert (found["state"], found["version"]) == ("acknowledged", 2)
    again = await ledger_desk.ask("POST", path, None, "approver", CHIYODA)
    assert again["version"] == 2
    await ledger_desk.ask("POST", path, None, "officer", CHUO, status=404)
    await ledger_desk.ask("POST", path, None, "secretariat", status=403)
    history = await ledger_desk.get(f"{path_of('2024-04')}/history", "officer", CHIYODA)
    assert [row["words"] for row in history["items"]] == [
        "千代田区に月次の負担金通知書（令和6年度-月次-04-0001）を発行した",
        "千代田区が負担金通知書（令和6年度-月次-04-0001）を確認した",
    ]


async def test_a_statement_is_overdue_after_its_day_until_it_is_paid(ledger_desk: Desk) -> None:
    total = (await ledger_desk.statement("2024-04"))["total"]
    ledger_desk.today = "2024-07-01"
    assert not (await ledger_desk.statement("2024-04"))["overdue"]
    ledger_desk.today = "2024-07-02"
    assert (await ledger_desk.statement("2024-04"))["overdue"]
    await ledger_desk.pay(total - 1, "a part")
    overdue = await ledger_desk.get("/v1/statements", overdue="true")
    assert {(row["municipality"], row["due_now"]) for row in overdue["items"]} >= {(CHIYODA, 1)}
    await ledger_desk.pay(1, "the rest", paid_on="2024-07-02")
    assert [row["municipality"] for row in (await ledger_desk.get("/v1/statements", overdue="true"))["items"]] == [CHUO]
    assert [row["municipality"] for row in (await ledger_desk.get("/v1/statements", state="paid"))["items"]] == [
        CHIYODA
    ]


async def test_lists_are_narrowed(ledger_desk: Desk) -> None:
    async def count(*who: str, **query: Any) -> int:
        return len((await ledger_desk.get("/v1/statements", *who, **query))["items"])

    assert await count() == 2
    assert await count("officer", CHUO) == 1
    assert (await count(kind="monthly"), await count(kind="interim")) == (2, 0)
    assert (await count(fiscal_year="2024"), await count(fiscal_year="2023")) == (2, 0)
    assert await count(municipality=CHUO, state="issued", overdue="false") == 1


async def test_the_file_proves_itself(ledger_desk: Desk) -> None:
    answer = await ledger_desk.get(f"{path_of('2024-04')}/file", "officer", CHIYODA)
    file = StatementFile.read(json.dumps(answer))
    assert all(finding.holds for finding in verify(file))
    assert file.sealed is None
    stated = await ledger_desk.statement("2024-04")
    assert (file.statement_hash, file.heading.total) == (stated["statement_hash"], stated["total"])
    other = await ledger_desk.get(f"{path_of('2024-04', CHUO)}/file")
    assert other["salt"] != file.salt
    await ledger_desk.get(f"{path_of('2024-04')}/file", "officer", CHUO, status=404)
    await ledger_desk.get(f"{path_of('2024-05')}/file", status=404)


async def test_the_lines_of_a_statement_cannot_be_changed(ledger_desk: Desk) -> None:
    for change in ("UPDATE statement_line SET amount = 0", "DELETE FROM statement_line"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await ledger_desk.service.as_owner(change)


async def test_the_statement_on_paper(ledger_desk: Desk) -> None:
    answer = await ledger_desk.get(f"{path_of('2024-04')}/pdf", "officer", CHIYODA)
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    stated = await ledger_desk.statement("2024-04")
    for words in (
        "千代田区",
        "御中",
        "負担金通知書",
        stated["number"],
        f"{stated['total']:,}",
        stated["statement_hash"],
    ):
        assert words in text
    again = await ledger_desk.get(f"{path_of('2024-04')}/pdf")
    assert again.content == answer.content
    await ledger_desk.get(f"{path_of('2024-04')}/pdf", "officer", CHUO, status=404)


async def test_closing_62_statements_takes_as_many_queries_as_closing_two(ledger_desk: Desk, monkeypatch: Any) -> None:
    counted: list[Any] = []
    for name in ("rows", "row", "scalar", "run"):
        real = getattr(Transaction, name)

        async def counting(self: Any, statement: Any, *args: Any, _real: Any = real) -> Any:
            counted.append(statement)
            return await _real(self, statement, *args)

        monkeypatch.setattr(Transaction, name, counting)
    ledger_desk.today = "2024-06-03"
    await ledger_desk.close("2024-05")
    of_two = len(counted)
    ledger_desk.story.joined(*(m.code for m in municipalities()), month="2024-06").used(CHUO, 1, "2024-06-02")
    await ledger_desk.learn()
    ledger_desk.today = "2024-07-03"
    counted.clear()
    await ledger_desk.close("2024-06")
    assert len(counted) == of_two
    assert len((await ledger_desk.get("/v1/statements", limit="200"))["items"]) == 4 + 62
