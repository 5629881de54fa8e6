"""What a process does once, before it serves."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 100_000, 50, 100


def settle_memory() -> None:
    """Take what was imported out of the garbage collector's sight, and let it look less often.

    Modules and classes never die, but each full collection walks over all of them. Decoding batches of some
    thousand records sets off many: without this, topic-to-charge did 5,200 events a second instead of 8,900.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
