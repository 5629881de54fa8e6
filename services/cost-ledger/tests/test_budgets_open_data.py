"""Open data of the ledger: budgets as they were voted; what is committed and spent is not told."""

from __future__ import annotations

from collections.abc import Callable

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.running import running

LINES = [
    {"group_ja": "DX", "name_ja": "共同調達", "amount": 10_000_000, "previous_amount": 4_000_000, "change": 6_000_000},
    {"group_ja": "DX", "name_ja": "研修", "amount": 2_000_000, "previous_amount": 2_000_000, "change": 0},
]
EXERCISE = {"Kyodo-Exercise-Time": "2023-07-31T10:00:00+09:00"}


async def test_budgets_are_published_as_voted(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with running(databases, settings_for, "cost-ledger", exercise=True) as service:
        headers = as_("secretariat") | EXERCISE | ANY

        async def post(path: str, body: object) -> None:
            answer = await service.client.post(f"/v1/budgets{path}", json=body, headers=headers)
            assert answer.is_success, answer.text

        await post("", {"fiscal_year": 2023, "decided_on": "2023-03-28", "unit": "yen", "lines": LINES})
        changed = [{"line": 1, "amount": 500_000}]
        changes = {"changes": changed, "decided_on": "2023-06-20", "reason": "補正の理由"}
        await post("/2023/supplements", changes)
        spent = {"reference": "支出1", "day": "2023-07-01", "amount": 1_234_567, "commitment": None}
        await post("/2023/lines/1/spendings", spent)
        answer = await service.client.get("/v1/open-data/budgets.json")
        assert answer.json() == [
            {
                "fiscal_year": 2023,
                "line": 1,
                "group_ja": "DX",
                "name_ja": "共同調達",
                "project_id": None,
                "previous_amount": 4_000_000,
                "initial_amount": 10_000_000,
                "change": 6_000_000,
                "supplemented": 500_000,
                "transferred": 0,
                "amount": 10_500_000,
            },
            {
                "fiscal_year": 2023,
                "line": 2,
                "group_ja": "DX",
                "name_ja": "研修",
                "project_id": None,
                "previous_amount": 2_000_000,
                "initial_amount": 2_000_000,
                "change": 0,
                "supplemented": 0,
                "transferred": 0,
                "amount": 2_000_000,
            },
        ]
        assert "1234567" not in answer.text
