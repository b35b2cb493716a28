"""Clusters of which cases pile up now: batches and issues that complaints or QA alarm about."""

from typing import Any

import polars as pl

from data_access.splits import SPLITS
from data_access.swot.asked import Asked, Found, Subject, about, lacking
from data_access.wings.early_warning import NEEDS, read_standing, read_warnings
from metrics.metric import Source
from metrics.results import Estimate
from metrics.scope import WEEK, Period
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import of_p
from metrics.wings.clusters import Warnings, course, told_once

KINDS = (Kind.EARLY_WARNING,)
TREND = 12
BASE_WEEKS = 13
RECENT_WEEKS = 8
NEW_WEEKS = 26  # what has alarmed for longer warns of nothing any more


def found(asked: Asked) -> Found:
    """What alarms at the period's end; of a batch one finding, whatever of it alarms."""
    end = asked.period.end
    warnings = read_warnings(asked.store, asked.viewer, end, asked.filters)
    if not warnings:
        return lacking(KINDS, asked.store.warehouse.missing(NEEDS))
    begun = end - NEW_WEEKS * WEEK
    made: dict[Subject, Evidence] = {}
    for kind, each in warnings.items():
        rows = told_once(read_standing(asked.store, asked.viewer, end, asked.filters, kind, end))
        for row in rows.filter(pl.col("expected") > 0, pl.col("since") > begun).iter_rows(named=True):
            made.setdefault(_subject(row), _alarm(asked, each, row))  # the clearest, by issue before by failed item
    return Found(tuple(made.values()))


def _subject(row: dict[str, Any]) -> Subject:
    """A batch of a product, or else an issue."""
    names = ("product", "batch") if row.get("batch") else ("issue_type", "subtype", "item")
    return about(**{name: row.get(name) for name in names})


def _alarm(asked: Asked, warnings: Warnings, row: dict[str, Any]) -> Evidence:
    """How many times the usual; how many complaints a month beyond it, or reviews where none alarm yet."""
    cell = {name: row[name] for name in warnings.keys}
    weeks = course(warnings, cell, asked.period.end, TREND)
    told = "complaints" if row["other_since"] is not None else row["side"]
    since = row["since"] if told == row["side"] else row["other_since"]
    own = weeks.filter(pl.col("side") == told, pl.col("end") >= since)
    beyond = float((own["observed"] - own["usual"]).sum())
    subject, values = _subject(row), {"side": row["side"], "last": row["observed"], "weeks": row["weeks"]}
    if told != row["side"]:
        values |= {"side": "followed", "a_month": _complaints(asked, cell)}
    return Evidence(
        kind=Kind.EARLY_WARNING, subject=subject, metric=None,
        estimate=Estimate(row["ratio"], row["low"], row["high"]), reference=1.0,
        size=asked.monthly(max(0.0, beyond), 7 * own.height), size_unit=SizeUnit.CASES,
        base=asked.complaints if told == "complaints" else _reviews(asked, warnings),
        confidence=of_p(min(1.0, row["by_chance"])), n=int(row["observed"]), since=row["since"],
        place=asked.place("early_warning", None, subject=subject), values=values,
        trend=tuple(weeks.filter(pl.col("side") == row["side"])["observed"]),
    )  # fmt: skip


def _complaints(asked: Asked, cell: dict[str, Any]) -> float:
    """Every valid complaint of a cluster in the last weeks, as so many a month: an alarm counts repeated ones once."""
    days = Period(asked.period.end - RECENT_WEEKS * WEEK, asked.period.end)
    own = tuple((name, (code,)) for name, code in cell.items() if code and name in SPLITS[Source.COMPLAINTS])
    filters = tuple(sorted((*asked.filters, *own)))
    facts = asked.store.facts(asked.viewer, (Source.COMPLAINTS,), days, filters)
    return asked.monthly(float(facts["complaints"].sum()), days.days)


def _reviews(asked: Asked, warnings: Warnings) -> float:
    """Faults that reviews find a month."""
    counts = warnings.sides["quality"].observed[:, -BASE_WEEKS:]
    return asked.monthly(float(counts.sum()), 7 * BASE_WEEKS)
