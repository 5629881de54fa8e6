"""What endpoints do with personal data: seal it before it becomes an event, open it for those who may read it.

The rule for slices: plaintext is in a request's body, in memory, and in the answer of a GET. It is never in an event,
a row, a log or the answer to an unsafe request, for that answer may be stored under its Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends

from kyodo_events.errors import Refused
from kyodo_platform.context import RequestContext, current
from kyodo_platform.personal.cipher import KeyRing, seal, unseal
from kyodo_platform.personal.keys import erase_key, keys_for_opening, keys_for_sealing


class PersonErased(Refused):
    status, type = 410, "person-erased"
    title = "This person's data were erased"
    detail = "The key that the data were encrypted with is gone, on the person's request; nothing can be added."
    remedy = "Nothing is to be done. Somebody who comes back is registered anew."


class PersonalData:
    """Seals, opens and erases, inside the request's transaction."""

    def __init__(self, context: RequestContext) -> None:
        self._tx, self._runtime = context.tx, context.runtime

    async def seal(self, person: str, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts by field, sealed with the person's key, which is made on first use. Raises PersonErased."""
        return (await self.seal_each({person: texts}))[person]

    async def seal_each(self, texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """The same for many persons, by one query. Raises PersonErased where one of them was."""
        keys = await keys_for_sealing(self._tx, self._ring, texts.keys())
        if len(keys) < len(texts):
            raise PersonErased
        return {
            person: {field: seal(keys[person], person, field, text) for field, text in fields.items()}
            for person, fields in texts.items()
        }

    async def open(self, person: str, sealed: Mapping[str, str]) -> dict[str, str] | None:
        """The texts by field; None where the person was erased."""
        (opened,) = await self.open_each([(person, sealed)])
        return opened

    async def open_each(self, rows: Sequence[tuple[str, Mapping[str, str]]]) -> list[dict[str, str] | None]:
        """The same for many persons, by one query."""
        keys = await keys_for_opening(self._tx, self._ring, sorted({person for person, _ in rows}))
        return [_opened(keys.get(person), person, sealed) for person, sealed in rows]

    async def erase(self, person: str) -> bool:
        """Erase the person's key for good: all that was sealed with it is unreadable from then on."""
        return await erase_key(self._tx, person)

    @property
    def _ring(self) -> KeyRing:
        return self._runtime.ring


def _opened(key: bytes | None, person: str, sealed: Mapping[str, str]) -> dict[str, str] | None:
    if key is None:
        return None
    return {field: unseal(key, person, field, text) for field, text in sealed.items()}


async def _personal_data() -> PersonalData:
    return PersonalData(current.get())


Persons = Annotated[PersonalData, Depends(_personal_data)]
