"""A rerun as monitoring sees it: how long which page took, whether it failed, what was asked for."""

import logging
import sys
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from data_access.operating import logs, meters
from data_access.viewer import Viewer
from metrics.scope import Scope

NO_PAGE = "none"  # the run ended before a page was chosen, such as at the sign-in


@dataclass(slots=True)
class Rerun:
    """One run of the script; what it does becomes known as it goes on."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    page: str = NO_PAGE
    viewer: Viewer | None = None

    def told(self, scope: Scope | None, seconds: float) -> dict[str, Any]:
        """The fields of its line in the log: days and the names of filters, but not what is chosen in them."""
        told: dict[str, Any] = {"request": self.id, "page": self.page, "seconds": round(seconds, 3)}
        if self.viewer is not None:
            told["person"] = logs.pseudonym(self.viewer)
        if scope is not None and self.page != NO_PAGE:
            told["scope"] = f"{scope.period.start}/{scope.period.end}"
            told["filters"] = [name for name, _chosen in scope.filters]
        return told


@contextmanager
def rerun(scope: Callable[[], Scope | None]) -> Generator[Rerun]:
    """Measures a run of the script and logs it when it ends, however it ends.

    Args:
        scope: the one that the run has shown figures in.
    """
    run, began, is_done = Rerun(), time.perf_counter(), False
    meters.RUNNING.inc()
    try:
        yield run
        is_done = True
    finally:
        seconds = time.perf_counter() - began
        meters.RUNNING.dec()
        meters.RERUNS.labels(run.page).observe(seconds)
        raised = None if is_done else sys.exc_info()[1]
        told = run.told(scope(), seconds)
        if isinstance(raised, Exception):  # Streamlit's own ends, such as that of a page that stops itself, are none
            meters.ERRORS.labels(run.page).inc()
            logs.event("failed", logging.ERROR, raised, **told)
        else:
            logs.event("rerun", **told)
