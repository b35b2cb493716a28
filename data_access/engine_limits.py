"""How much memory a DuckDB engine may take in this process, and how many statements share it; the rest goes to disk.

Other engines are servers: their memory is for those to bound who keep them.
"""

import os
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import Any

import duckdb
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

#: Bytes while roll-ups are made, or all that customers did in a year is held together. A month of 100 million contacts
#: sorts in it without a detour; in a third of it the same statement takes half as long again, for what does not fit
#: goes to files beside the warehouse, and that of the year ends without an answer.
ROOMY = 3 * 2**30
READING = 2**30  # bytes while pages are looked at
AT_ONCE = 2  # statements: each holds what it sorts, and more of them end no sooner on the cores of one machine
OPTION = "engine_limits"
#: Else DuckDB draws a bar into the output of any program whose statement takes two seconds, files and pipes included.
SILENT = "SET enable_progress_bar = false"


@dataclass(eq=False)
class EngineLimits:
    """What one engine may take now."""

    memory: int = READING
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))
    lock: Lock = field(default_factory=Lock)
    in_need: int = 0  # statements and builds that need more than pages do


def bound(engine: Engine) -> None:
    """Hold every connection of an engine to the limits."""
    if engine.dialect.name != "duckdb":
        return
    limits = EngineLimits()
    engine.update_execution_options(**{OPTION: limits})
    event.listen(engine, "connect", lambda raw, _record: _limit(raw, limits.memory))
    event.listen(engine, "connect", lambda raw, _record: raw.execute(SILENT))


def turn(engine: Engine) -> AbstractContextManager[object]:
    """The right to send a statement: whoever comes when AT_ONCE are under way waits for one of them."""
    limits = _of(engine)
    return limits.turns if limits else nullcontext()


@contextmanager
def roomy(engine: Engine) -> Generator[None]:
    """For as long as anything here needs it, the engine may take more."""
    limits = _of(engine)
    if limits is None:
        yield
        return
    _needed(engine, limits, 1)
    try:
        yield
    finally:
        _needed(engine, limits, -1)


def _needed(engine: Engine, limits: EngineLimits, more: int) -> None:
    with limits.lock:
        limits.in_need += more
        wanted = ROOMY if limits.in_need else READING
        if wanted != limits.memory:
            _allow(engine, limits, wanted)


def _of(engine: Engine) -> EngineLimits | None:
    found = engine.get_execution_options().get(OPTION)
    return found if isinstance(found, EngineLimits) else None


def _allow(engine: Engine, limits: EngineLimits, memory: int) -> None:
    limits.memory = memory
    with suppress(SQLAlchemyError, duckdb.Error, RuntimeError, OSError):  # whoever reads next is told what is wrong
        borrowed = engine.raw_connection()
        try:
            _limit(borrowed.driver_connection, memory)
        finally:
            borrowed.close()


def _limit(raw: Any, memory: int) -> None:
    """At most half of what the machine has; one setting for all connections to a file."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    raw.execute(f"SET memory_limit = '{min(memory, whole // 2) // 2**20}MiB'")
