"""The small parts that OCDS releases are made of: identifiers, parties, amounts, days, and the release itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from kyodo_events.event import Event, Recorded
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import TOKYO_JA, by_code

Json = dict[str, Any]

PREFIX = "ocds-kyodo0"
"""A placeholder: before publication in earnest, the Open Contracting Partnership has to register a prefix."""

GOVERNMENT_SCHEME = "JP-13"
"""全国地方公共団体コード of Tokyo (ISO 3166-2 JP-13) and its municipalities; org-id.guide knows no list of these."""

TOKYO_CODE = "130001"
"""全国地方公共団体コード of the metropolitan government."""

CORPORATE_SCHEME = "JP-JCN"
"""法人番号, as org-id.guide names the list of the National Tax Agency."""


def ocid_of(process_id: str) -> str:
    """The Open Contracting ID of a call or an order."""
    return f"{PREFIX}-{process_id}"


def moment(at: datetime) -> str:
    """A moment in Tokyo's time, to the millisecond: always of one form, so that moments sort as texts."""
    return at.astimezone(TOKYO_TIME).isoformat(timespec="milliseconds")


def beginning_of(day: date) -> str:
    """The moment at which a day begins in Tokyo."""
    return moment(datetime.combine(day, time.min, TOKYO_TIME))


def end_of(day: date) -> str:
    """The last second of a day in Tokyo."""
    return moment(datetime.combine(day, time(23, 59, 59), TOKYO_TIME))


def yen(amount: int) -> Json:
    """Whole yen, net of consumption tax."""
    return {"amount": amount, "currency": "JPY"}


def municipality(code: str, *roles: str) -> Json:
    """A municipality as a party with these roles; without any where it no longer takes part."""
    return _party(GOVERNMENT_SCHEME, code, by_code(code).name_ja, roles)


def tokyo(*roles: str) -> Json:
    """The metropolitan government as a party."""
    return _party(GOVERNMENT_SCHEME, TOKYO_CODE, TOKYO_JA, roles)


def firm(corporate_number: str, name_ja: str, *roles: str) -> Json:
    """A firm as a party; the subject of its token is never told."""
    return _party(CORPORATE_SCHEME, corporate_number, name_ja, roles)


def reference(party: Json) -> Json:
    """What the rest of a release says of a party."""
    return {"id": party["id"], "name": party["name"]}


def item(code: str, name_ja: str, unit_ja: str, **more: Any) -> Json:
    """Something bought, counted in a unit."""
    return {"id": code, "description": name_ja, "unit": {"name": unit_ja}, **more}


def release(process_id: str, record: Recorded[Event], tags: Iterable[str], **sections: Any) -> Json:
    """The release that tells of one event; its id is the event's."""
    return {
        "ocid": ocid_of(process_id),
        "id": str(record.id),
        "date": moment(record.at),
        "tag": list(tags),
        "initiationType": "tender",
        "language": "ja",
        **sections,
    }


def _party(scheme: str, id_: str, name: str, roles: Iterable[str]) -> Json:
    identifier = {"scheme": scheme, "id": id_, "legalName": name}
    return {"id": f"{scheme}-{id_}", "name": name, "identifier": identifier, "roles": list(roles)}
