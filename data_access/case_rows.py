"""The complaints, reviews and recovery cases behind a number: which ones it counts."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import polars as pl

from data_access.case_facts import OF_HISTORY, backlog_cases, complaint_cases, known_findings, lead_time_cases
from data_access.cases import COMPLAINT_INSTANTS
from data_access.chosen_rows import Choice, during
from data_access.daily import recovery_rows
from data_access.store import Store, cut
from data_access.viewer import Viewer
from metrics.calibration_facts import is_judged_again
from metrics.complaint_facts import TOLD_BY_HISTORY, complaint_history, complaint_rows, instants_of, valid
from metrics.finding_facts import finding_rows
from metrics.metric import AnyMetric, Metric, Source, Statistic
from metrics.review_facts import REVIEWS_OF, score_rows
from metrics.scope import Filters, Period

#: The table of the cases, and what they are known and ordered by.
TABLES_OF = {
    "complaints": ("complaint_id", "received_at"),
    "qa_reviews": ("review_id", "reviewed_at"),
    "recoveries": ("case_id", "day"),
    "findings": ("finding_id", "opened_at"),
}
Chosen = tuple[str, pl.DataFrame]  # a table, and its rows that the viewer may see, with `counted` where that is known


def chosen(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> Chosen | None:
    """The cases that a metric counts; None where it is made of contacts or sums."""
    for source, (table, found) in CASES.items():
        if source in metric.reads:
            return table, found(store, viewer, metric, period, filters)
    return None


def _complaints(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    counts = _measures(metric) if isinstance(metric, Metric) else None
    instants = instants_of(counts) if counts else set()
    is_on_record = len(instants) == 1 and instants.issubset(COMPLAINT_INSTANTS)
    only = [during(instants.pop(), period)] if is_on_record else []  # deadlines follow from rules
    pieces = [(each, None) for each in complaint_cases(store, viewer.teams, None, *only)]
    if counts is None or not TOLD_BY_HISTORY.isdisjoint(counts):
        whole = pl.concat([each for each, _nothing in pieces], how="vertical_relaxed")
        pieces = [(whole, _history(store, whole, only))]
    rows = (complaint_rows(each, store.as_of, store.rules, counts, history) for each, history in pieces)
    return pl.concat([_counted(metric, cut(each, viewer, period, filters)) for each in rows], how="diagonal_relaxed")


def _history(store: Store, cases: pl.DataFrame, only: Sequence[Choice]) -> pl.DataFrame:
    """What is told of the valid ones of these, in their order, by all that their customers ever complained of.

    Args:
        cases: all of which `only` holds.
    """
    customer = pl.col("customer_id")
    theirs = customer.is_null() | customer.is_in(cases["customer_id"].unique().implode())
    known = valid(pl.concat([each.filter(theirs) for each in store.case_files("complaints", OF_HISTORY)]))
    told = complaint_history(known, store.rules)
    return told.filter(known.select(pl.all_horizontal(each.holds for each in only)).to_series()) if only else told


def _scored(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    reviews = store.cases("reviews", None, during("reviewed_at", period))
    return _counted(metric, cut(score_rows(reviews, store.rules), viewer, period, filters))


def _recoveries(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    return _counted(metric, cut(recovery_rows(store.cases("recoveries"), store.rules), viewer, period, filters))


def _findings(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    return _counted(metric, cut(finding_rows(known_findings(store), store.as_of, store.rules), viewer, period, filters))


def _open(store: Store, viewer: Viewer, _metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    return cut(backlog_cases(store, period), viewer, period, filters)


def _escalated(store: Store, viewer: Viewer, _metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    return cut(lead_time_cases(store, period), viewer, period, filters)


def _judged_twice(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    twice = _of_statistic(store, viewer, metric, period, filters)
    files = store.case_files("reviews")
    judged = [each.filter(is_judged_again()).join(twice, on="contact_id", how="semi") for each in files]
    return pl.concat(judged, how="vertical_relaxed")


def _of_statistic(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    rows = store.facts(viewer, metric.reads, period, filters)
    return rows.filter(metric.counts) if isinstance(metric, Statistic) else rows


def _counted(metric: AnyMetric, found: pl.DataFrame) -> pl.DataFrame:
    """Those in the metric's denominator, or, where that is another thing, on top."""
    if not isinstance(metric, Metric):
        return found
    top, bottom = _measures(metric)
    kept = found.filter(pl.col(bottom if bottom in found.columns else top) > 0)
    return kept.with_columns(counted=(pl.col(top) > 0).fill_null(value=False).cast(pl.Int64))


def _measures(metric: Metric) -> tuple[str, str]:
    """The measures that the metric's numerator and its denominator add up."""
    return metric.numerator.meta.root_names()[0], metric.denominator.meta.root_names()[0]


def _reviewed(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    """Reviews of the period's contacts; for agents, those made in the weeks in which they were active."""
    claim = REVIEWS_OF[_measures(metric)[0]] if isinstance(metric, Metric) else pl.lit(value=True)
    if Source.AGENT_WEEKS not in metric.reads:
        return cut(store.cases("reviews", None, during("day", period)).filter(claim), viewer, period, filters)
    made = Period(period.start, period.end + timedelta(days=6))  # up to the end of the last week
    done = store.cases("reviews", None, during("reviewed_at", made)).filter(claim)
    weeks = store.facts(viewer, metric.reads, period, filters).drop_nulls("agent_id")
    agent = [pl.col("reviewed_at").dt.date().dt.truncate("1w"), pl.col("reviewed_agent_id")]
    found = done.join(weeks, left_on=agent, right_on=["day", "agent_id"], how="semi")
    if viewer.teams is not None:  # an agent who changed teams has reviews of contacts that are not the viewer's
        found = found.filter(pl.col("team_id").is_in(viewer.teams))
    return found


Cases = Callable[[Store, Viewer, AnyMetric, Period, Filters], pl.DataFrame]
CASES: dict[Source, tuple[str, Cases]] = {
    Source.COMPLAINTS: ("complaints", _complaints),
    Source.BACKLOG: ("complaints", _open),
    Source.LEAD_TIMES: ("complaints", _escalated),
    Source.REVIEWS: ("qa_reviews", _reviewed),
    Source.PLAN: ("qa_reviews", _reviewed),
    Source.AGENT_WEEKS: ("qa_reviews", _reviewed),
    Source.SCORES: ("qa_reviews", _scored),
    Source.DOUBLE_REVIEWS: ("qa_reviews", _judged_twice),
    Source.OUTCOMES: ("qa_reviews", _of_statistic),
    Source.RECOVERIES: ("recoveries", _recoveries),
    Source.FINDINGS: ("findings", _findings),
}
