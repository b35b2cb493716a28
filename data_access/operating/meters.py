"""Meters of this process, read by Prometheus: how long things took and how often they failed, never of or for whom."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

from metrics.errors import InvalidSettings

TOKEN = "TWINWING_METRICS_TOKEN"
LEAST_TOKEN = 32
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)  # upper bounds of the histograms' classes

RERUNS = Histogram("twinwing_rerun_seconds", "seconds that the script of a page ran", ["page"], buckets=SECONDS)
RUNNING = Gauge("twinwing_reruns_running", "scripts that are running now")
ERRORS = Counter("twinwing_errors", "scripts that ended with an error nobody expected", ["page"])
WINDOWS = Gauge("twinwing_sessions", "browser windows that are connected now")
READS = Histogram("twinwing_warehouse_seconds", "seconds until the warehouse had answered a statement", buckets=SECONDS)
UNREAD = Counter("twinwing_warehouse_failures", "statements that the warehouse did not answer or refused")
REFRESHES = Histogram(
    "twinwing_refresh_seconds", "seconds in which this process brought the roll-ups up to date", buckets=SECONDS
)
CHECKED = Gauge(
    "twinwing_rollups_checked_timestamp_seconds", "when the roll-ups in use were last brought up to date, 0: never"
)


@contextmanager
def measured(meter: Histogram, failures: Counter | None = None) -> Generator[None]:
    """Adds the seconds that the block took to a meter; where it raises, to the failures instead."""
    began, is_done = time.perf_counter(), False
    try:
        yield
        is_done = True
    finally:
        if is_done:
            meter.observe(time.perf_counter() - began)
        elif failures is not None:
            failures.inc()


def reruns_running() -> int:
    """How many scripts are running now."""
    return int(next(iter(RUNNING.collect())).samples[0].value)


def scrape_token() -> str:
    """What a scraper that asks has to send; empty where only this machine may ask.

    Raises:
        InvalidSettings: it is so short that it could be guessed.
    """
    told = os.environ.get(TOKEN, "")
    if told and len(told) < LEAST_TOKEN:
        raise InvalidSettings(
            "{variable} is too short: whoever guesses it can read the measurements.",
            "Write at least {least} random characters.",
            variable=TOKEN,
            least=LEAST_TOKEN,
        )
    return told
