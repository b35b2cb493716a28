"""How long it takes to say why a metric moved: its change taken apart by every dimension, nothing looked at before."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.outcome import Outcome, spread
from data_access.home import Home
from data_access.numbers import read_metrics
from data_access.opening import open_store
from data_access.viewer import LOCAL
from data_access.why import read_decompositions
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric
from metrics.rules import Rules
from metrics.scope import Period

AIM_SECONDS = 1
METRICS = ("first_contact_resolution", "complaint_rate", "csat")
MONTHS = (Period(date(2026, 8, 1), date(2026, 9, 1)), Period(date(2026, 7, 1), date(2026, 8, 1)))


def run(home: Path, size: int) -> Iterator[Outcome]:
    """A month against the one before it, for each metric on a store that has kept no answer yet."""
    for metric in METRICS:
        store = open_store(Home(home), Rules())
        chosen = CATALOGUE[metric]
        assert isinstance(chosen, Metric)
        read_metrics(store, LOCAL, [chosen], MONTHS[0])  # who asks why has the metric before him
        taken = []
        for _again in range(2):  # first with the roll-ups to be read from disk, then with answers kept
            begun = time.perf_counter()
            found = read_decompositions(store, LOCAL, chosen, *MONTHS, ())
            taken.append(time.perf_counter() - begun)
        store.warehouse.engine.dispose()
        yield Outcome(
            f"Why {metric} moved, {size:,} contacts",
            AIM_SECONDS,
            taken[0],
            "s",
            f"{len(found)} dimensions; first and second time {spread(taken)} s",
        )
