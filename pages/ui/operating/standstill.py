"""A server that stands still says in its log where each of its threads stands: it could not be asked any more.

One thread that waits for another with Python's lock in hand stops all of them, health check included. What writes the
stacks then, and ends the process where that is wanted, is a thread that needs no such lock.
"""

import asyncio
import faulthandler
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from data_access.operating.health import ends_when_still

STILL = 60.0  # seconds in which the server's loop has not turned: nobody was answered
TURNS_EVERY = 5.0
STANDARD_ERROR = 2


@asynccontextmanager
async def standstill_told() -> AsyncGenerator[None]:
    """For as long as the block runs stacks go to the standard error output once the loop stands still.

    With TWINWING_STANDSTILL=end the process then ends with status 1.
    """
    turning = asyncio.create_task(_turning(ends_when_still()))
    try:
        yield
    finally:
        turning.cancel()
        faulthandler.cancel_dump_traceback_later()


async def _turning(is_ended: bool) -> None:
    while True:
        faulthandler.dump_traceback_later(STILL, file=STANDARD_ERROR, exit=is_ended)  # in the place of the one before
        await asyncio.sleep(TURNS_EVERY)
