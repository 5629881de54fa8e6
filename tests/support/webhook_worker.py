"""A process that delivers talent's webhooks until it is killed: `python -m tests.support.webhook_worker <settings>`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from kyodo_platform.runtime import running
from kyodo_platform.settings import Settings
from kyodo_platform.webhooks.delivering import Deliveries
from tests.support.services import service


async def deliver(settings: dict[str, Any]) -> None:
    """Deliver for ever."""
    async with running(service("talent"), Settings.for_service("talent", **settings), messaging=False) as runtime:
        await Deliveries(runtime).run()


if __name__ == "__main__":
    asyncio.run(deliver(json.loads(sys.argv[1])))
