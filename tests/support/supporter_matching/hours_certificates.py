"""A certificate needs an attendance, and the sessions here are still to come: so only bodies are told."""

from __future__ import annotations

from tests.support.building import Building


async def add(world: Building) -> None:
    """Add them."""
    certificates = "/v1/supporters/{supporter_id}/hours-certificates"
    world.bodies.update(
        {
            f"POST {certificates}": {"from_day": "2026-04-01", "until_day": "2026-11-01"},
            f"PUT {certificates}/{{certificate_id}}/withdrawal": {"reason_ja": "記載の誤り"},
        }
    )
