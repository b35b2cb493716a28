"""Stopping: pages are let finish for a while, imports told to end, and the process has ended when that is over."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

from data_access.operating import logs, meters
from pages.ui.operating.standstill import standstill_told

FINISHES_WITHIN = 6.0  # seconds that reruns may go on for
ENDS_WITHIN = 9.0  # seconds after which the process ends whatever still runs: systemd and containers allow ten
LOOKS_EVERY = 0.05


@asynccontextmanager
async def stopping(_app: object) -> AsyncGenerator[None]:
    """Around the life of the server: set up when it starts, waits for what runs when it stops."""
    logs.set_up()
    before = signal.getsignal(signal.SIGTERM)

    def told(number: int, frame: FrameType | None) -> Any:
        logs.event("stopping", running=meters.reruns_running())
        deadline = threading.Timer(ENDS_WITHIN, _end)
        deadline.daemon = True
        deadline.start()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, told)
    logs.event("started")
    async with standstill_told():
        yield
    from pages.ui import load  # what it keeps needs the server's runtime, which begins after this module

    waited = 0.0
    while (load.runs().stop() or meters.reruns_running()) and waited < FINISHES_WITHIN:
        await asyncio.sleep(LOOKS_EVERY)
        waited += LOOKS_EVERY
    logs.event(
        "stopped", logging.WARNING if meters.reruns_running() else logging.INFO, unfinished=meters.reruns_running()
    )


def _end() -> None:
    """What still runs now is cut off: what it was writing is undone by the store that it was written to."""
    logs.event("cut off", logging.WARNING, running=meters.reruns_running())
    os._exit(0)
