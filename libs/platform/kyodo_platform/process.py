"""What a process does once, before it serves or computes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading

YOUNG, MIDDLE, OLD = 100_000, 50, 100


def settle_memory() -> None:
    """Take what was imported out of the garbage collector's sight, and let it look less often.

    Modules and classes never die, but each full collection walks over all of them. Decoding batches of some
    thousand records sets off many: without this, topic-to-charge did 5,200 events a second instead of 8,900.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def end_with_the_parent() -> None:
    """In a process that computes for another one: end as soon as that one is gone, be it killed.

    Idle workers would wait for work for ever otherwise, because they hold both ends of the pipe that brings it.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("this process was started by nobody who computes")

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, name="follows-its-parent", daemon=True).start()
