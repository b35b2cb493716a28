"""What rules about the warehouse's own rows see: checks of the data, days with an unusual count, tables that change."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import polars as pl

from data_access.data_quality.arrival import no_course, read_course
from data_access.data_quality.drifting import read_drifts
from data_access.data_quality.facts import missing, read_facts
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.alerts.finding import Finding
from metrics.alerts.rule import AlertRule, Kind
from metrics.data_quality.check import SHARE
from metrics.data_quality.declared import CHECKS
from metrics.data_quality.drift import Turn
from metrics.errors import NotAllowed, SourceUnavailable
from metrics.evaluation import evaluate
from metrics.results import NotEstimable

TOLD = ("rows", "expected", "least", "most")  # of a day's rows
NEW_FOR = timedelta(days=14)  # how long it is told that a table or column came


def is_possible(store: Store, rule: AlertRule) -> bool:
    """Do the data have what a rule about their rows watches? That no contacts come can always be seen."""
    if rule.kind is Kind.CHECK:
        return rule.about in CHECKS and not missing(store, CHECKS[rule.about])
    is_seen = rule.kind is Kind.DRIFT or (rule.kind is Kind.NO_DATA and rule.about == "contacts")
    return is_seen or store.warehouse.has(rule.about)


def read_checked(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    """The share of a check in the last days before each end, as JUDGED.

    Raises:
        SourceUnavailable: the data lack what the check needs.
    """
    if not is_possible(store, rule):
        raise SourceUnavailable(
            "The check '{check}' cannot be made: these data lack {needs}.",
            "Switch the alert off, or connect what is missing.",
            check=CHECKS[rule.about].name if rule.about in CHECKS else rule.about,
            needs=", ".join(missing(store, CHECKS[rule.about])) if rule.about in CHECKS else rule.about,
        )
    facts = read_facts(store, viewer).filter(pl.col("check") == rule.about)
    starts = [end - timedelta(days=rule.window_days) for end in ends]
    spans = pl.DataFrame({"end": list(ends), "start": starts}, schema={"end": pl.Date, "start": pl.Date})
    is_inside = pl.col("day").is_null() | ((pl.col("day") >= pl.col("start")) & (pl.col("day") < pl.col("end")))
    found = evaluate([SHARE], spans.join(facts, how="cross").filter(is_inside), ["end"], rules=store.rules)
    usable = pl.col("value").is_not_null().alias("usable")  # the rule says how many rows are enough
    told = spans.select("end").join(found, on="end", how="left").sort("end")
    return told.select("end", "value", "low", "high", "numerator", pl.col("denominator").alias("count"), usable)


def read_volumes(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    """The last day before each end, in percent off what was expected, as JUDGED with `flagged` and TOLD.

    Raises:
        NotAllowed: the viewer sees some teams only, and rows are counted for all of them together.
        SourceUnavailable: the table is not there.
    """
    if viewer.teams is not None:
        raise NotAllowed(
            "Rows of a table are counted for all teams together.", "Ask someone who sees every team to look."
        )
    store.warehouse.table(rule.about)
    found = read_course(store, rule.about)
    course = no_course() if isinstance(found, NotEstimable) else found
    every = pl.DataFrame({"end": list(ends)}, schema={"end": pl.Date})
    known = course.with_columns(end=pl.col("day").dt.offset_by("1d"))
    off = {name: (pl.col(name) / pl.col("expected") - 1) * 100 for name in ("low", "high")}
    told = every.join(known, on="end", how="left").sort("end")
    return told.select(
        "end",
        pl.col("share_off").alias("value"),
        *(each.alias(name) for name, each in off.items()),
        pl.col("count").alias("numerator"),
        pl.col("expected").alias("count"),
        pl.col("share_off").is_not_null().alias("usable"),
        (pl.col("outside") & (pl.col("share_off").abs() > rule.limit)).fill_null(value=False).alias("flagged"),
        pl.col("count").alias("rows"),
        "expected",
        pl.col("low").alias("least"),
        pl.col("high").alias("most"),
    )


def turned(store: Store, now: datetime) -> list[Finding]:
    """Every change of the tables that still holds; what came is told for two weeks."""
    at = now.astimezone(UTC).replace(tzinfo=None)
    held = [x for x in read_drifts(store) if x.drift.turn is not Turn.NEW or at - x.seen_at < NEW_FOR]
    return [
        Finding(
            f"{each.drift.place} {each.drift.turn}", store.data_end, starts=True, is_over=False, value=None,
            told=asdict(each.drift) | {"turn": str(each.drift.turn)},
        )
        for each in held
    ]  # fmt: skip
