"""Ratios of yen as people read them, without a float: integers in, a text with decimals out."""

from __future__ import annotations


def two_decimals(amount: int, per: int) -> str:
    """amount ÷ per with two decimals, half a hundredth away from zero: two_decimals(1, 8) is '0.13'.

    Raises ValueError where `per` is not above zero.
    """
    if per <= 0:
        raise ValueError(f"{per} is nothing to divide by")
    hundredths = (abs(amount) * 200 + per) // (2 * per)
    sign = "-" if amount < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"
