"""What terms would cost is what they cost once they are in force."""

from __future__ import annotations

from typing import Any

import httpx

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.terms import BurdenTermsRevised
from kyodo_events.values.municipalities import TOKYO

CHIYODA, MUSASHINO = "131016", "132039"


class Ledger:
    """A running ledger and what procurement told it."""

    def __init__(self, app: Any, client: httpx.AsyncClient, as_: Any) -> None:
        self.database, self.client, self.as_ = app.state.runtime.database, client, as_
        self.story = Story().started().joined(CHIYODA, month="2024-04").joined(MUSASHINO, month="2024-10")

    async def learn(self) -> None:
        """Take what was told since the last time."""
        async with self.database.transaction() as tx:
            await learn(tx, self.story.told)
        self.story.told.clear()

    async def preview(self, version: int, *who: str, status: int = 200) -> Any:
        """The preview of the terms with this number."""
        address = f"/v1/burden-terms/{self.story.terms_id(version)}/preview"
        answer = await self.client.get(address, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == status, answer.text
        return answer.json()


async def ledger_of(app_of: Any, as_: Any) -> Ledger:
    """A ledger that knows a project of two."""
    app = await app_of(service.name)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return Ledger(app, httpx.AsyncClient(transport=transport, base_url="http://kyodo.test"), as_)


def of(preview: Any, name: str) -> dict[str, int]:
    """One column, by party."""
    return {row["municipality"]: row[name] for row in preview["parties"]}


async def test_a_preview_is_what_is_charged_once_the_terms_are_in_force(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    text = terms(1_000_003, tokyo="1/3")
    ledger.story.proposed(text)
    await ledger.learn()
    before = await ledger.preview(1)
    assert (before["base"], before["base_now"], before["terms_hash"]) == (1_000_003, 0, content_hash(text))

    ledger.story.agreed(text)
    await ledger.learn()
    charged = (await ledger.client.get("/v1/totals", headers=as_("secretariat"))).json()
    posted = {row["municipality"]: row["base"] for row in [*charged["municipalities"], charged["tokyo"]]}
    assert of(before, "base") == {party: yen for party, yen in posted.items() if yen}
    assert of(await ledger.preview(1), "base") == of(before, "base")


async def test_a_change_is_shown_against_the_terms_in_force(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    ledger.story.agreed(terms(1_200_000, shares={"equal": "1"}))
    ledger.story.proposed(terms(2_400_000, shares={"equal": "1"}, effective_from="2024-10"))
    await ledger.learn()
    preview = await ledger.preview(2)
    assert of(preview, "base") == {CHIYODA: 600_000, MUSASHINO: 600_000}
    assert of(preview, "base_now") == {CHIYODA: 300_000, MUSASHINO: 300_000}
    assert of(preview, "change") == {CHIYODA: 300_000, MUSASHINO: 300_000}
    assert TOKYO not in of(preview, "base")


async def test_last_years_use_at_the_new_prices_is_shown_to_whoever_used(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    ledger.story.used(CHIYODA, 100, "2024-05-10").used(MUSASHINO, 7, "2024-11-10").used(CHIYODA, 9, meter="seats")
    ledger.story.used(CHIYODA, 1_000, "2024-03-31").used(CHIYODA, 1_000, "2025-04-01")  # in the years beside it
    ledger.story.proposed(terms(None, prices={"applications": 40}, year=2025))
    await ledger.learn()
    assert of(await ledger.preview(1), "usage") == {CHIYODA: 4_000, MUSASHINO: 280}
    assert of(await ledger.preview(1, "approver", MUSASHINO), "usage") == {MUSASHINO: 280}


async def test_a_revision_is_previewed_in_place_of_the_text_before_it(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    ledger.story.proposed(terms(1_200_000))
    revised: BurdenTerms = terms(600_000)
    event = BurdenTermsRevised(
        project_id=PROJECT,
        terms_version=1,
        terms=revised,
        terms_hash=content_hash(revised),
        needed=(),
        reason="減額",
    )
    ledger.story.tell(event, ledger.story.terms_id(1))
    await ledger.learn()
    preview = await ledger.preview(1)
    assert (preview["base"], preview["terms_hash"]) == (600_000, content_hash(revised))


async def test_terms_the_ledger_has_not_heard_of(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    assert (await ledger.preview(9, status=404))["type"] == "/problems/not-found"
