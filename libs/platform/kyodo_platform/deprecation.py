"""What goes away is announced: in OpenAPI, and in the head of every answer of the route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from kyodo_events.values.fiscal import TOKYO_TIME

SUNSET = "x-sunset"
"""Where an operation in OpenAPI names the day after which it may be gone."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since when a route should not be used any more, on which day it may go, and what replaces it.

    `successor` is a path of the same service, such as "/v2/themes/{theme_id}"; days are those of Tokyo.
    Raises ValueError for a sunset before the beginning, which RFC 9745 §4 forbids.
    """

    since: date
    sunset: date | None = None
    successor: str | None = None

    def __post_init__(self) -> None:
        if self.sunset is not None and self.sunset < self.since:
            raise ValueError(f"the sunset {self.sunset} is before the deprecation on {self.since}")

    def headers(self, root_path: str, parameters: Mapping[str, Any]) -> dict[str, str]:
        """`Deprecation` (RFC 9745), `Sunset` (RFC 8594), and links to the successor and to what documents this.

        The parameters are those of the path that was asked; `root_path` is what stands before the service's paths.
        """
        links = [f'<{root_path}/docs>; rel="deprecation"; type="text/html"']
        if self.successor:
            path = self.successor.format_map({name: quote(str(value), safe="") for name, value in parameters.items()})
            links.insert(0, f'<{root_path}{path}>; rel="successor-version"')
        found = {"Deprecation": f"@{int(_begins(self.since).timestamp())}", "Link": ", ".join(links)}
        if self.sunset:
            found["Sunset"] = format_datetime(_begins(self.sunset), usegmt=True)
        return found

    def described(self) -> dict[str, Any]:
        """The same for OpenAPI: clients that are generated from it warn their developers."""
        said: dict[str, Any] = {"deprecated": True, "x-deprecated-since": self.since.isoformat()}
        if self.sunset:
            said[SUNSET] = self.sunset.isoformat()
        if self.successor:
            said["x-successor"] = self.successor
        return said


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO_TIME).astimezone(UTC)
