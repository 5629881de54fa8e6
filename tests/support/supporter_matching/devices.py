"""Tablets of each: one lent to a resident, one returned, one on the shelf; the paths lead to the other's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from kyodo_events.values.fiscal import tokyo_date
from tests.support.building import OTHER, OWN, Building

FAMILY = "tablet"
RESIDENT = {
    OWN: {"name_ja": "千代田区の見本さん", "contact": "03-0000-1111"},
    OTHER: {"name_ja": "武蔵野市の見本さん", "contact": "0422-00-2222"},
}
CONSENT = {"consented_on": "2024-04-01", "consent_reference": "第5-123号"}


def today() -> date:
    """The day on which the world is built."""
    return tokyo_date(datetime.now(UTC))


def tag(code: str, number: int) -> str:
    """An asset tag that tells whose device it is."""
    return f"TAB-{code}-{number:04}"


def wanted(number: int = 1, days: int = 14, **for_: Any) -> dict[str, Any]:
    """Tablets from today on, for a resident who consented unless a session is named."""
    window = {"from_day": today().isoformat(), "until_day": (today() + timedelta(days=days)).isoformat()}
    return {"family": FAMILY, "number": number, **window, **(for_ or {"resident": CONSENT})}


async def add(world: Building) -> None:
    """Add them."""
    for code in (OWN, OTHER):
        ids = []
        for number in range(1, 4):
            body = {"asset_tag": tag(code, number), "family": FAMILY, "product": f"見本タブレット {code}"}
            ids.append((await world.send("POST", "/v1/devices", body, "officer", code))["device_id"])
        body = wanted(2, resident=CONSENT | RESIDENT[code])
        path = "/v1/device-reservations"
        reservation_id = (await world.send("POST", path, body, "officer", code))["reservation_id"]
        await world.send("PUT", f"{path}/{reservation_id}/loans/{code}", {"device_ids": ids[:2]}, "officer", code)
        await world.send("PUT", f"/v1/devices/{ids[1]}/return/{code}", None, "officer", code)
        world.paths.update({"device_id": [ids[0]], "reservation_id": [reservation_id], "family": [FAMILY]})
    device, reservation = "/v1/devices/{device_id}", "/v1/device-reservations/{reservation_id}"
    world.bodies.update(
        {
            "POST /v1/devices": {"asset_tag": tag(OTHER, 9), "family": FAMILY, "product": "見本"},
            f"PUT {device}/inspection/{{municipality}}": {"finding": "fine"},
            f"PUT {device}/wiping/{{municipality}}": {"wiping": "factory_reset"},
            f"PUT {device}/retirement/{{municipality}}": {"reason": "outdated"},
            "POST /v1/device-reservations": wanted(),
            f"PUT {reservation}/loans/{{municipality}}": {"device_ids": [ids[2]]},
            f"PUT {reservation}/borrower-erasure/{{municipality}}": {},
        }
    )
