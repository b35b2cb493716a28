"""The loop from a finding to its end: what is open and who owes it, and reviews of more than contacts."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial

import polars as pl
from sqlalchemy import Engine

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.case_facts import known_findings
from data_access.masking import check_filters, masked
from data_access.numbers import read_metrics
from data_access.rows import MOST_ROWS, Rows
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from metrics.evaluation import evaluate
from metrics.finding import FINDINGS_CLOSED, METRICS
from metrics.finding_facts import backlog_by_age, open_findings
from metrics.metric import Source
from metrics.quality import QA_PASS_RATE
from metrics.review_facts import score_rows
from metrics.scope import Filters, Period

LISTED = (
    "finding_id", "owed", "overdue_days", "age_days", "opened_at", "due_at", "training_due", "trained_at", "item",
    "agent_id", "team_id", "supervisor", "object_type", "review_id",
)  # fmt: skip
#: What reviews of contacts know and others do not.
OF_CONTACTS_ONLY = {
    "contact_ended_at": pl.Datetime("us"),
    **dict.fromkeys(("script_items", "script_items_broken"), pl.Int64),
    **dict.fromkeys(("score", "max_score"), pl.Float64),
    "level": pl.String,
}


@dataclass(frozen=True, slots=True, eq=False)
class Backlog:
    """What is open at an instant."""

    at: datetime
    count: int
    overdue: int
    ages: pl.DataFrame  # see `metrics.finding_facts.backlog_by_age`
    teams: pl.DataFrame  # `team_id supervisor open overdue untrained most_overdue`, most past their date first


def read_backlog(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Backlog:
    """What is open when the period ends, or the data do.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    made = partial(_backlog, store, viewer, period, filters)
    return answered(store, viewer, "backlog of findings", period, filters, made)


def _backlog(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Backlog:
    found = _still_open(store, viewer, period, filters)
    late = (pl.col("overdue_days") >= 0).fill_null(value=False)
    teams = found.group_by("team_id").agg(
        pl.col("supervisor").first(),
        pl.len().alias("open"),
        late.sum().alias("overdue"),
        (pl.col("owed") == "training").sum().alias("untrained"),
        pl.col("overdue_days").filter(late).max().alias("most_overdue"),
    )
    ordered = teams.sort("overdue", "open", "team_id", descending=[True, True, False], nulls_last=True)
    count = int(found.select(late.sum()).item())
    return Backlog(_end(store, period), found.height, count, backlog_by_age(found), masked(ordered, viewer))


def _end(store: Store, period: Period) -> datetime:
    return min(datetime.combine(period.last, time.max.replace(microsecond=0)), store.as_of)


def _still_open(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    dated = known_findings(store).with_columns(day=pl.col("opened_at").dt.date())
    return open_findings(cut(dated, viewer, EVERYTHING, filters), _end(store, period), store.rules)


def open_list(store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime) -> Rows:
    """The open findings one by one, most overdue first; who looked at them stands in the audit log.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the look could not be written down.
    """
    check_filters(filters, viewer)
    found = _still_open(store, viewer, period, filters)
    listed = found.head(MOST_ROWS).select(LISTED)
    told = {"metric": FINDINGS_CLOSED.id, "table": "findings", "rows": listed.height, **in_words(period, filters)}
    record(state, viewer, Act.CASES_OPENED, told, now)
    rows = Rows("findings", listed, found.height)
    return replace(rows, frame=masked(listed, viewer))


def read_objects(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Reviews by what was reviewed, and what became of their findings: `object_type` and the columns of a metric.

    Reviews count on their own day, for the team of the contact, the complaint or the agent. Other filters than the team
    narrow contacts only, so with them nothing else is told.
    """
    made = partial(_objects, store, viewer, period, filters)
    return answered(store, viewer, "reviews by object", period, filters, made)


def _objects(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    contacts = store.facts(viewer, (Source.SCORES,), period, filters).with_columns(object_type=pl.lit("contact"))
    frames = [contacts.select("day", "object_type", "reviews", "reviews_passed")]
    others = store.cases("object_reviews")
    if others.columns and all(name == "team_id" for name, _values in filters):
        missing = [pl.lit(None, kind).alias(name) for name, kind in OF_CONTACTS_ONLY.items()]
        typed = others.with_columns(
            *missing,
            pl.col("object_type", "purpose", "team_id").cast(pl.String),
            pl.col("is_automatic", "passed", "fatal", "dispute_upheld").cast(pl.Boolean),
            pl.col("reviewed_at", "disputed_at").cast(pl.Datetime("us")),
        )
        seen = cut(score_rows(typed, store.rules), viewer, period, filters)
        frames.append(seen.select("day", "object_type", "reviews", "reviews_passed"))
    reviews = evaluate([QA_PASS_RATE], pl.concat(frames), ["object_type"], rules=store.rules, data_end=store.data_end)
    findings = read_metrics(store, viewer, METRICS, period, filters, ("object_type",))
    return pl.concat([reviews, findings], how="diagonal_relaxed").sort("object_type", "metric", nulls_last=True)
