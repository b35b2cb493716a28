"""A server that stands still says in its log where each of its threads stands: it could not be asked any more.

One thread that waits for another with Python's lock in hand stops all of them, health check included. What writes the
stacks then is a thread that needs no such lock.
"""

import asyncio
import faulthandler
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

STILL = 60.0  # seconds in which the server's loop has not turned: nobody was answered
TURNS_EVERY = 5.0
STANDARD_ERROR = 2


@asynccontextmanager
async def standstill_told() -> AsyncGenerator[None]:
    """For as long as the block runs stacks go to the standard error output once the loop stands still."""
    turning = asyncio.create_task(_turning())
    try:
        yield
    finally:
        turning.cancel()
        faulthandler.cancel_dump_traceback_later()


async def _turning() -> None:
    while True:
        faulthandler.dump_traceback_later(STILL, file=STANDARD_ERROR)  # in the place of the one before
        await asyncio.sleep(TURNS_EVERY)
