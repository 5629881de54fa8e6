"""Sealing: any two openers open a quotation; one alone, the server or a changed text never does."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.calls import ItemPrices, TierPrice
from kyodo_procurement.quotations import sealing
from kyodo_procurement.quotations.sealing import CannotOpen, open_sealed, private_key, public_key, seal
from kyodo_procurement.quotations.values import Bid, LotPrices, Opener, Sealed

CALL, QUOTATION = "0193f1a0-0000-7000-8000-000000000001", "0193f1a0-0000-7000-8000-000000000002"
NAMES = ["opener-a", "opener-b", "opener-c"]
SALTS = {name: sealing.new_salt() for name in NAMES}
PRIVATE = {name: private_key(f"{name} の開札コード", SALTS[name]) for name in NAMES}
OPENERS = [Opener(subject=name, salt=SALTS[name], public_key=public_key(PRIVATE[name])) for name in NAMES]


def bid(*prices: int, remarks: str = "") -> Bid:
    """A bid for one lot with one item and these prices of its tiers."""
    tiers = tuple(TierPrice(from_quantity=1 + 100 * i, unit_price=price) for i, price in enumerate(prices))
    items = (ItemPrices(item="pc", tiers=tiers),)
    return Bid(
        name_ja="株式会社サンプル",
        corporate_number="8000012010038",
        lots=(LotPrices(lot=1, items=items),),
        remarks=remarks,
    )


def sealed(content: Bid, openers: list[Opener] = OPENERS) -> Sealed:
    return seal(content, call_id=CALL, quotation_id=QUOTATION, openers=openers)


def opened(text: Sealed, keys: dict[str, str], call: str = CALL, quotation: str = QUOTATION) -> Bid:
    return open_sealed(text, call_id=call, quotation_id=quotation, private_keys=keys)


def keys_of(*names: str) -> dict[str, str]:
    return {name: PRIVATE[name] for name in names}


@settings(deadline=None)
@given_any(
    st.lists(st.integers(0, 10**8), min_size=1, max_size=10),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300),
    st.sampled_from(list(combinations(NAMES, 2))),
)
def test_every_pair_of_openers_opens_every_quotation(prices: list[int], remarks: str, pair: tuple[str, str]) -> None:
    content = bid(*prices, remarks=remarks)
    assert opened(sealed(content), keys_of(*pair)) == content


@pytest.mark.parametrize("pair", list(combinations(NAMES, 2)))
def test_the_order_of_the_openers_does_not_matter(pair: tuple[str, str]) -> None:
    text = sealed(bid(123_456))
    assert opened(text, keys_of(*pair)) == opened(text, keys_of(*reversed(pair)))


@pytest.mark.parametrize("name", NAMES)
def test_no_opener_opens_alone(name: str) -> None:
    """Also not by posing as a second one: with the own key, or with one from another code."""
    text = sealed(bid(123_456))
    guess = private_key("another code entirely", SALTS[NAMES[0]])
    for other in NAMES:
        if other != name:
            for key in (PRIVATE[name], guess):
                with pytest.raises(CannotOpen):
                    opened(text, {name: PRIVATE[name], other: key})


def test_what_the_server_stores_opens_nothing() -> None:
    """Public keys and salts in the place of private keys."""
    text = sealed(bid(123_456))
    with pytest.raises(CannotOpen):
        opened(text, {opener.subject: opener.public_key for opener in OPENERS[:2]})


def test_whoever_came_later_opens_nothing() -> None:
    text = sealed(bid(123_456), OPENERS[:2])
    with pytest.raises(CannotOpen, match="pair"):
        opened(text, keys_of(NAMES[0], NAMES[2]))


def test_a_quotation_opens_only_where_it_was_handed_in() -> None:
    text = sealed(bid(123_456))
    for place in ({"call": QUOTATION}, {"quotation": CALL}):
        with pytest.raises(CannotOpen):
            opened(text, keys_of(*NAMES[:2]), **place)


def flipped(text: str) -> str:
    raw = bytearray(b64decode(text))
    raw[len(raw) // 2] ^= 1
    return b64encode(bytes(raw)).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: {"ciphertext": flipped(text.ciphertext)},
        lambda text: {"nonce": flipped(text.nonce)},
        lambda text: {"ephemeral_key": flipped(text.ephemeral_key)},
        lambda text: {"wraps": tuple(w.model_copy(update={"key": flipped(w.key)}) for w in text.wraps)},
        lambda text: {"wraps": tuple(w.model_copy(update={"nonce": flipped(w.nonce)}) for w in text.wraps)},
        lambda text: {"wraps": tuple(w.model_copy(update={"key": text.wraps[-1].key}) for w in text.wraps)},
    ],
)
def test_a_changed_text_does_not_open(change: Callable[[Sealed], dict[str, object]]) -> None:
    text = sealed(bid(123_456))
    with pytest.raises(CannotOpen):
        opened(text.model_copy(update=change(text)), keys_of(*NAMES[:2]))


def test_the_same_quotation_never_looks_the_same_and_never_shows_its_length() -> None:
    texts = [sealed(bid(price)) for price in (1, 1, 98_765_432)]
    assert len({text.ciphertext for text in texts}) == 3
    assert len({len(text.ciphertext) for text in texts}) == 1
    assert all("98765432" not in text.model_dump_json() for text in texts)


def test_it_takes_two_openers_to_seal() -> None:
    with pytest.raises(ValueError, match="two openers"):
        sealed(bid(1), OPENERS[:1])


def test_a_code_stands_for_one_key_whatever_keyboard_it_was_typed_on() -> None:
    salt = sealing.new_salt()
    assert private_key("ｶｲｻﾂ code 2026", salt) == private_key("カイサツ code 2026", salt)
    assert private_key("カイサツ code 2026", salt) != private_key("カイサツ code 2027", salt)
    assert private_key("カイサツ code 2026", salt) != private_key("カイサツ code 2026", sealing.new_salt())
