"""What the books prove by themselves, looked at without being asked: the chain of seals, and that postings balance.

Both read the journal past everything that guards it, so that they notice who had the database in hand.
"""

from __future__ import annotations

from prometheus_client import Gauge

from kyodo_cost_ledger.periods.calendar import next_period
from kyodo_cost_ledger.periods.model import Break, fault_of, first_break
from kyodo_cost_ledger.periods.seals import chain, link_in_turn
from kyodo_events.database import Transaction

chain_broken = Gauge(
    "kyodo_ledger_seal_chain_broken", "1 where the last verification found that the books are not as they were sealed"
)
imbalance = Gauge(
    "kyodo_ledger_imbalance", "Yen by which postings of the journal do not sum to zero, without their signs; must be 0"
)

# By posting, because what is missing in one could be too much in another.
_IMBALANCE = """
SELECT coalesce(sum(abs(yen)), 0)::bigint FROM (SELECT sum(amount) AS yen FROM posting_line GROUP BY posting_id) AS p
"""


class SealWatch:
    """Verifies the chain of seals one seal a turn, so that a turn costs the same however long the chain is.

    Whoever starts begins with the first seal. At one that is broken the watch stays until it holds again: what is
    measured never says that all is well while the last thing seen was not.
    """

    def __init__(self) -> None:
        self._due = ""

    async def __call__(self, tx: Transaction) -> None:
        """Look at the next seal."""
        found = await link_in_turn(tx, self._due)
        fault = found and fault_of(*found)
        if found:
            link, _ = found
            self._due = link.period if fault else next_period(link.period)
        chain_broken.set(bool(fault))

    def saw(self, broken: Break | None) -> None:
        """Somebody verified the whole chain: go on where it breaks."""
        self._due = broken.period if broken else self._due
        chain_broken.set(broken is not None)


watch_seals = SealWatch()


async def measure_imbalance(tx: Transaction) -> None:
    """Sum the whole journal by posting: one pass over its lines, and the pauses between grow with what it takes."""
    imbalance.set(await tx.scalar(_IMBALANCE))


async def chain_of_seals(tx: Transaction) -> list[str]:
    """Where the whole chain of seals, computed anew from the journal, breaks first; in words, for `kyodo verify`."""
    broken = first_break(await chain(tx))
    return [f"the chain of seals breaks at {broken.period}: {broken.fault}"] if broken else []


async def balance_of_postings(tx: Transaction) -> list[str]:
    """Whether postings do not sum to zero; in words, for `kyodo verify`."""
    yen = await tx.scalar(_IMBALANCE)
    return [f"postings do not sum to zero, by {yen} yen together"] if yen else []
