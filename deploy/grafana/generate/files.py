"""The dashboards as the files that Grafana is provisioned with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.generate import collaboration, cost_ledger, events, overview, people

FOLDER: Final = Path(__file__).parents[1] / "dashboards"

DASHBOARDS: Final = (overview, events, cost_ledger, collaboration, people)
"""Each a module with a `build`."""


def generated() -> dict[str, str]:
    """The text of each file by its name."""
    found = [module.build() for module in DASHBOARDS]
    return {
        f"{board.uid}.json": json.dumps(board, cls=JSONEncoder, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for board in found
    }
