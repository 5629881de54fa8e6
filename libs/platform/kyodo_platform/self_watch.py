"""What a process says of itself beside what it measures of its data: whether it is ready, and how old its keys are.

Moments are metrics, never ages: an age stands still where the process does, and a moment goes on growing old. Where
a moment is not known, nothing is said: of personal keys nobody can tell when they were made, only how many persons'
keys an earlier one still wraps (docs/decisions/0037-alerts-from-one-file.md).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import httpx
import structlog
from prometheus_client import Gauge

from kyodo_platform.certificates import expiry_at
from kyodo_platform.personal.keys import to_rewrap
from kyodo_platform.signing import SigningKeys

if TYPE_CHECKING:
    from kyodo_platform.runtime import Runtime

OK: Final = "ok"  # what a check of readiness says where nothing hinders
WATCH_SECONDS: Final = 15.0  # between two looks: about as often as Prometheus scrapes
EDGE_SECONDS: Final = 3600.0  # a certificate has days

ready = Gauge("kyodo_ready", "1 where this check of /readyz holds, 0 where not", ["service", "check"])
identity_keys_read = Gauge(
    "kyodo_identity_keys_read_timestamp_seconds",
    "When the identity provider's keys were read last, in Unix time; 0 before the first time",
    ["service"],
)
certificate_expiry = Gauge(
    "kyodo_certificate_expiry_timestamp_seconds",
    "When the certificate expires that this party showed last, in Unix time; +Inf where it is reached without TLS",
    ["service", "party"],
)
signing_key_created = Gauge(
    "kyodo_signing_key_created_timestamp_seconds", "When the key that signs was made, in Unix time", ["service"]
)
personal_keys_to_rewrap = Gauge(
    "kyodo_personal_keys_to_rewrap", "Persons' keys that an earlier wrapping key still wraps", ["service"]
)

_log = structlog.stdlib.get_logger(__name__)


async def keep_watching(runtime: Runtime) -> None:
    """Look again and again, so that trouble shows before a request meets it."""
    while True:
        for look in (_readiness, _identity, _signing, _personal):
            try:
                await look(runtime)
            except Exception:  # a figure is missing while the database is; the loop has to go on
                _log.exception("watching_failed", what=look.__name__)
        await asyncio.sleep(WATCH_SECONDS)


async def keep_watching_edge(runtime: Runtime) -> None:
    """Look again and again at the certificate under which people reach this service, where it knows its address.

    It is nobody's of ours, and when it ends nobody comes in. Where the network lets no service out to its own address,
    nothing is said of it.
    """
    url, service = runtime.settings.public_url, runtime.service.name
    while "public_url" in runtime.settings.model_fields_set:
        try:
            certificate_expiry.labels(service, "edge").set(await expiry_at(f"{url}/livez"))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _log.warning("edge_not_reached", url=url, error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(EDGE_SECONDS)


async def _readiness(runtime: Runtime) -> None:
    for check, found in (await runtime.readiness()).items():
        ready.labels(runtime.service.name, check).set(found == OK)


async def _identity(runtime: Runtime) -> None:
    keys, service = runtime.identity_keys, runtime.service.name
    await keys.renew()
    identity_keys_read.labels(service).set(keys.read_at)
    # Before the first answer nobody knows a certificate; saying 0 would call it expired.
    if keys.certificate_expires:
        certificate_expiry.labels(service, "identity-provider").set(keys.certificate_expires)


async def _signing(runtime: Runtime) -> None:
    setting = runtime.settings.signing_keys
    created = setting and SigningKeys.of(setting.get_secret_value()).created
    if created:
        signing_key_created.labels(runtime.service.name).set(created)


async def _personal(runtime: Runtime) -> None:
    if runtime.service.personal_data:
        async with runtime.database.transaction(read_only=True) as tx:
            personal_keys_to_rewrap.labels(runtime.service.name).set(await to_rewrap(tx, runtime.ring))
