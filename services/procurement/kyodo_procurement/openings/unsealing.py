"""Making all quotations of a call readable, in the transaction of the second opener's code."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from operator import methodcaller

from kyodo_platform.commands import CommandBus
from kyodo_procurement.openings.model import Opening
from kyodo_procurement.quotations.model import Quotation
from kyodo_procurement.quotations.sealing import open_sealed
from kyodo_procurement.quotations.values import Bid


async def open_all(commands: CommandBus, opening: Opening, private_keys: Mapping[str, str]) -> None:
    """Open every quotation that was not withdrawn, with the keys of two openers by their subjects.

    Raises CannotOpen where a stored text was changed behind our back: then nothing is opened at all.
    """
    for quotation_id in opening.live:
        quotation = await commands.read(Quotation, quotation_id)
        if quotation.sealed is None:
            raise RuntimeError(f"the quotation {quotation_id} is counted and was never handed in")
        bid: Bid = await asyncio.to_thread(
            open_sealed,
            quotation.sealed,
            call_id=opening.call_id,
            quotation_id=quotation_id,
            private_keys=dict(private_keys),
        )
        await commands.on(Quotation, quotation_id, methodcaller("open", bid))
