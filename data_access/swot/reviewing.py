"""What QA does: contacts that it passed and were complained of, reviewers who drift, answers unlike the others'."""

from typing import Any

import polars as pl

from data_access.swot.asked import Asked, Found, Reason, about, lacking, refused, together
from data_access.swot.levels import values
from data_access.wings import answers
from data_access.wings import calibration as reviewers
from data_access.wings.responsibility import MISS_NEEDS
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric
from metrics.results import Estimate
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import confidence, of_p, share_of
from metrics.wings.drift import Drift, by_quarter

KINDS = (Kind.QA_MISS, Kind.DRIFTING_REVIEWER, Kind.OTHER_ANSWER)
HALF = 50.0  # percent: QA that misses more of what went wrong than it finds. House rule.
HALF_A_YEAR = 6  # months at each end over which a drift is told
TREND = 12


def found(asked: Asked) -> Found:
    """All three."""
    return together((_missed(asked), _drifting(asked), _otherwise(asked)))


def _missed(asked: Asked) -> Found:
    """Does QA pass more than half of the reviewed contacts of which upheld service complaints came?"""
    if missing := asked.store.warehouse.missing(MISS_NEEDS):
        return lacking((Kind.QA_MISS,), missing)
    metric = CATALOGUE["qa_miss_rate"]
    told = values(asked, [metric]) if isinstance(metric, Metric) else {}
    if metric.id not in told:
        return refused((Kind.QA_MISS,), Reason.TOO_FEW)
    row, days = told[metric.id]
    estimate = Estimate(row["value"], row["low"], row["high"])
    if estimate.low <= HALF:
        return Found()
    return Found(
        (
            Evidence(
                kind=Kind.QA_MISS, subject=(), metric=metric.id, estimate=estimate, reference=HALF,
                size=asked.monthly(row["numerator"], days), size_unit=SizeUnit.CASES, base=asked.complaints,
                confidence=confidence(estimate, HALF), n=int(row["denominator"]), since=asked.period.start,
                place=asked.place("responsibility"),
            ),
        )
    )  # fmt: skip


def _drifting(asked: Asked) -> Found:
    """Reviewers by name, so for cleared viewers only."""
    if not asked.viewer.is_cleared:
        return refused((Kind.DRIFTING_REVIEWER,), Reason.PEOPLE)
    if missing := asked.store.warehouse.missing(reviewers.NEEDS):
        return lacking((Kind.DRIFTING_REVIEWER,), missing)
    drift = reviewers.read_calibration(asked.store, asked.viewer, asked.period, asked.filters).drift
    if not isinstance(drift, Drift):
        return refused((Kind.DRIFTING_REVIEWER,), Reason.TOO_FEW)
    every = drift.paths["month"].n_unique()
    base = float(drift.paths["reviews"].sum()) / every
    return Found(
        tuple(_drifts(asked, drift, row, base) for row in drift.reviewers.filter("is_drifting").iter_rows(named=True))
    )


def _drifts(asked: Asked, drift: Drift, row: dict[str, Any], base: float) -> Evidence:
    """Percent a year by which it grows; what was taken off in percent of the others', half a year each."""
    own = drift.paths.filter(
        pl.col("reviewer_id") == row["reviewer_id"], pl.col("level").eq_missing(pl.lit(row["level"], pl.String))
    ).sort("month")
    ends = [_off(part) for part in (own.head(HALF_A_YEAR), own.tail(HALF_A_YEAR))]
    quarters = by_quarter(drift, (row["reviewer_id"], row["level"]))
    return Evidence(
        kind=Kind.DRIFTING_REVIEWER, subject=about(level=row["level"], reviewer_id=row["reviewer_id"]), metric=None,
        estimate=Estimate(row["yearly"], row["low"], row["high"]), reference=0.0,
        size=row["reviews"] / row["months"], size_unit=SizeUnit.CASES, base=base, confidence=of_p(row["p"]),
        n=row["reviews"], since=own["month"][0], place=asked.place("calibration"),
        values={"first": ends[0], "last": ends[1]}, trend=tuple(quarters["share"].tail(TREND)),
    )  # fmt: skip


def _off(months: pl.DataFrame) -> float:
    """Points taken off in percent of what the others would have."""
    lost, expected = months.select(pl.col("lost", "expected").sum()).row(0)
    return 100 * lost / expected


def _otherwise(asked: Asked) -> Found:
    """Teams that give another answer to a question than the others."""
    if missing := asked.store.warehouse.missing((*answers.NEEDS, "contacts.team_id")):
        return lacking((Kind.OTHER_ANSWER,), missing)
    counts = answers.read_answers(asked.store, asked.viewer, asked.period, asked.filters, "team_id")
    if counts.is_empty():
        return refused((Kind.OTHER_ANSWER,), Reason.TOO_FEW)
    base = asked.monthly(float(counts["answered"].sum()))
    rows = answers.read_otherwise(asked.store, asked.viewer, asked.period, asked.filters, "team_id")
    rows = rows.filter(pl.col("verdict") == "other")
    return Found(tuple(_other(asked, row, base) for row in rows.iter_rows(named=True)))


def _other(asked: Asked, row: dict[str, Any], base: float) -> Evidence:
    return Evidence(
        kind=Kind.OTHER_ANSWER, subject=about(issue_type=row["issue_type"], team_id=row["team_id"]), metric=None,
        estimate=share_of(row["given"], row["answered"]), reference=row["others_share"],
        size=asked.monthly(row["difference"] / 100 * row["answered"]), size_unit=SizeUnit.CONTACTS, base=base,
        confidence=of_p(row["adjusted_p"]), n=row["answered"], since=asked.period.start,
        place=asked.place("answer_consistency"), values={"answer": row["answer_code"]},
    )  # fmt: skip
