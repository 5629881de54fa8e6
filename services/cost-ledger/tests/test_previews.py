"""What terms would cost is what they cost once they are in force."""

from __future__ import annotations

from typing import Any

from kyodo_cost_ledger.testing import PROJECT, terms
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.terms import BurdenTermsRevised
from kyodo_events.values.municipalities import TOKYO
from tests.support.ledger_desk import CHIYODA, MUSASHINO, Desk, of


async def ledger_of(app_of: Any, as_: Any) -> Desk:
    """A ledger that is told of a project of two."""
    desk = await Desk.of(app_of, as_)
    desk.story.started().joined(CHIYODA, month="2024-04").joined(MUSASHINO, month="2024-10")
    return desk


async def preview_of(desk: Desk, version: int, *who: str, status: int = 200) -> Any:
    """The preview of the terms with this number."""
    return await desk.get(f"/v1/burden-terms/{desk.story.terms_id(version)}/preview", *who, status=status)


async def test_a_preview_is_what_is_charged_once_the_terms_are_in_force(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    text = terms(1_000_003, tokyo="1/3")
    ledger.story.proposed(text)
    await ledger.learn()
    before = await preview_of(ledger, 1)
    assert (before["sum"]["base"], before["sum"]["base_now"], before["terms_hash"]) == (
        1_000_003,
        0,
        content_hash(text),
    )

    ledger.story.agreed(text)
    await ledger.learn()
    charged = await ledger.get("/v1/totals")
    posted = {row["municipality"]: row["base"] for row in [*charged["municipalities"], charged["tokyo"]]}
    assert of(before, "base") == {party: yen for party, yen in posted.items() if yen}
    assert of(await preview_of(ledger, 1), "base") == of(before, "base")


async def test_a_change_is_shown_against_the_terms_in_force(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    ledger.story.agreed(terms(1_200_000, shares={"equal": "1"}))
    ledger.story.proposed(terms(2_400_000, shares={"equal": "1"}, effective_from="2024-10"))
    await ledger.learn()
    preview = await preview_of(ledger, 2)
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
    assert of(await preview_of(ledger, 1), "usage") == {CHIYODA: 4_000, MUSASHINO: 280}
    assert of(await preview_of(ledger, 1, "approver", MUSASHINO), "usage") == {CHIYODA: None, MUSASHINO: 280}


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
    preview = await preview_of(ledger, 1)
    assert (preview["sum"]["base"], preview["terms_hash"]) == (600_000, content_hash(revised))


async def test_terms_the_ledger_has_not_heard_of(app_of: Any, as_: Any) -> None:
    ledger = await ledger_of(app_of, as_)
    assert (await preview_of(ledger, 9, status=404))["type"] == "/problems/not-found"
