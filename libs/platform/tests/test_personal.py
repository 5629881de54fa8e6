"""How personal data is encrypted, and what remains of it once a key is erased."""

from __future__ import annotations

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, TypeAdapter

from kyodo_events.database import Database
from kyodo_events.values.sealed import Sealed
from kyodo_platform.personal.cipher import KeyRing, NoWrappingKey, new_key, seal, unseal
from kyodo_platform.personal.keys import PERSONAL_1, erase_key, keys_for_opening, keys_for_sealing, rewrap
from kyodo_platform.runtime import KeysMissing, ring_of
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings
from tests.support.running import Running

ANNA, BERND = "0193f1a0-0000-7000-8000-000000000001", "0193f1a0-0000-7000-8000-000000000002"
OLD, NEW = "01" * 32, "02" * 32
texts = st.text(max_size=2000).filter(lambda text: "\x00" not in text and _is_utf8(text))


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


@given(texts)
def test_what_was_sealed_opens_with_the_key_only(text: str) -> None:
    key = new_key()
    sealed = TypeAdapter(Sealed).validate_python(seal(key, ANNA, "name_ja", text))
    assert unseal(key, ANNA, "name_ja", sealed) == text
    for other in ((new_key(), ANNA, "name_ja"), (key, BERND, "name_ja"), (key, ANNA, "email")):
        with pytest.raises(InvalidTag):
            unseal(*other, sealed)


def test_the_same_text_is_never_sealed_alike_and_its_length_does_not_show() -> None:
    key = new_key()
    one, again, longer = (seal(key, ANNA, "name_ja", text) for text in ("見本", "見本", "見本 花子"))
    assert one != again
    assert len(one) == len(longer)


def test_a_text_with_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        seal(new_key(), ANNA, "name_ja", "a\x00")


def test_a_key_is_wrapped_by_the_first_and_unwrapped_by_all() -> None:
    key = new_key()
    wrapped = KeyRing.of(OLD).wrap(ANNA, key)
    assert key not in wrapped
    assert KeyRing.of(f"{NEW}, {OLD}").unwrap(ANNA, wrapped) == key
    with pytest.raises(NoWrappingKey, match="personal_keys"):
        KeyRing.of(NEW).unwrap(ANNA, wrapped)
    with pytest.raises(InvalidTag):
        KeyRing.of(OLD).unwrap(BERND, wrapped)


@pytest.mark.parametrize("wrong", ["short", "0" * 63, f"{OLD},", "g" * 64])
def test_a_wrong_setting_is_named_before_anything_starts(wrong: str, sample: Running) -> None:
    settings: Settings = sample.app.state.runtime.settings
    people = Service(name="people", title_ja="", title_en="", home=sample.service.home, personal_data=True)
    for value in (wrong, None):
        with pytest.raises(KeysMissing, match=r"KYODO_PERSONAL_KEYS is (malformed|not set)"):
            ring_of(people, settings.model_copy(update={"personal_keys": value and SecretStr(value)}))


@pytest.fixture
async def database(sample: Running) -> Database:
    """The sample's database, with keys of persons in it."""
    await sample.as_owner(*PERSONAL_1)
    found: Database = sample.app.state.runtime.database
    return found


async def test_an_erased_person_never_gets_a_key_again(database: Database) -> None:
    ring = KeyRing.of(OLD)
    async with database.transaction() as tx:
        keys = await keys_for_sealing(tx, ring, [ANNA])
        assert keys.keys() == {ANNA}
        assert keys == await keys_for_sealing(tx, ring, [ANNA])
    async with database.transaction() as tx:
        assert await erase_key(tx, ANNA)
        assert not await erase_key(tx, ANNA)
        assert (await keys_for_sealing(tx, ring, [BERND, ANNA])).keys() == {BERND}
        assert (await keys_for_opening(tx, ring, [ANNA, BERND])).keys() == {BERND}
    with pytest.raises(asyncpg.RestrictViolationError):
        async with database.transaction() as tx:
            await tx.run("UPDATE personal_key SET wrapped = $1, erased_at = NULL", b"key")


async def test_who_never_had_a_key_can_be_erased_too(database: Database) -> None:
    async with database.transaction() as tx:
        assert await erase_key(tx, BERND)
        assert await keys_for_sealing(tx, KeyRing.of(OLD), [BERND]) == {}


async def test_all_keys_are_wrapped_anew_so_that_the_earlier_key_can_go(database: Database) -> None:
    async with database.transaction() as tx:
        keys = await keys_for_sealing(tx, KeyRing.of(OLD), [ANNA, BERND])
    assert await rewrap(database, KeyRing.of(f"{NEW},{OLD}")) == 2
    assert await rewrap(database, KeyRing.of(f"{NEW},{OLD}")) == 0
    async with database.transaction() as tx:
        assert await keys_for_opening(tx, KeyRing.of(NEW), [ANNA, BERND]) == keys
