"""Charges: the journal, the balances it leads to, and the reaction that posts what new facts change."""
