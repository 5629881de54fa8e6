"""All documents of the published contracts, events and HTTP, as the code says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from kyodo_cost_ledger.charges import announcing
from kyodo_events import parking
from kyodo_events.aggregate import Aggregate
from kyodo_events.contracts.cost_ledger.corrections import LineCorrected
from kyodo_events.contracts.webhooks import webhook_disabled
from kyodo_events.schemas import compatibility
from kyodo_events.schemas.asyncapi import Example
from kyodo_events.schemas.compatibility import Break
from kyodo_events.schemas.generate import PLATFORM, Documents, documents, published
from kyodo_local.services import all_services
from kyodo_platform.app import create_app
from kyodo_platform.openapi.breaks import http_breaks
from kyodo_platform.openapi.merging import merged
from kyodo_platform.settings import Settings
from kyodo_platform.webhooks.model import Webhook

_NOWHERE: Final = {  # a document needs an app that could run, not one that runs
    "database_url": "postgresql://nowhere.invalid/none",
    "kafka_bootstrap": "nowhere.invalid:9092",
    "oidc_issuer": "https://nowhere.invalid",
    "oidc_audience": "none",
    "oidc_jwks_url": "https://nowhere.invalid/jwks",
    "cursor_secret": "no secret, for no cursor is made of it",
}


def all_documents(standing: Mapping[str, dict[str, Any]]) -> Documents:
    """The documents by their path in the folder of contracts; schemas of earlier versions are the standing ones.

    Raises MissingVersion where such a schema is not among them.
    """
    return {**documents(published(), standing, examples()), **openapi_documents()}


def openapi_documents() -> Documents:
    """The OpenAPI document of each service, and that of all together."""
    found = {
        service.name: create_app(service, Settings.for_service(service.name, **_NOWHERE), messaging=False).openapi()
        for service in all_services()
    }
    return {openapi_path(name): document for name, document in {**found, PLATFORM: merged(found)}.items()}


def openapi_path(service: str) -> str:
    """Where the OpenAPI document of a service stands."""
    return f"openapi/{service}.json"


def examples() -> dict[str, Example]:
    """The stored example of each version of each published event, by message name."""
    categories = {
        LineCorrected.event_type: announcing.CATEGORY,  # recorded without an aggregate
        **{parking.announcement(service.name).event_type: parking.CATEGORY for service in all_services()},
        **{webhook_disabled(service.name).event_type: Webhook.category for service in all_services()},
        **{event.event_type: kind.category for kind in _aggregates(Aggregate) for event in kind.evolvers()},
    }
    wanted = {event.event_type for event in published()}
    found = {}
    for service in all_services():
        for path in (service.home.parent / "tests" / "examples").glob("*.json"):
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["type"] in wanted:
                found[path.stem] = Example(categories[stored["type"]], stored["data"])
    return found


def all_breaks(before: Documents, after: Documents, today: date) -> list[Break]:
    """The incompatible changes of events and of HTTP interfaces from one set of documents to another."""
    found = compatibility.breaks(before, after)
    for path in (openapi_path(service.name) for service in all_services()):
        if path in before and before[path] != after[path]:
            found += http_breaks(path, before[path], after[path], today)
    return found


def _aggregates(kind: type[Aggregate]) -> list[type[Aggregate]]:
    """All kinds that have streams of their own."""
    found = [deeper for direct in kind.__subclasses__() for deeper in (direct, *_aggregates(direct))]
    return [one for one in found if one.category]
