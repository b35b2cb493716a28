"""What is answered about each issue type, and by whom."""

import polars as pl

from data_access.masking import check_filters
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.metric import Source
from metrics.scope import Filters, Period
from metrics.wings.answers import answering_otherwise

NEEDS = ("contacts.issue_type", "contacts.answer_code")


def groups_of(store: Store, viewer: Viewer) -> list[str]:
    """By whom answers can be compared: single people only for who may know them."""
    named = ("team_id", "agent_id") if viewer.is_cleared else ("team_id",)
    return [name for name in named if store.warehouse.has("contacts", name)]


def read_answers(
    store: Store, viewer: Viewer, period: Period, filters: Filters, group: str | None = None
) -> pl.DataFrame:
    """Contacts with a noted answer: `issue_type answer_code answered`, by teams or agents where asked.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    check_filters(filters, viewer)
    by = () if group is None else (group,)
    key = ("answers of a period", viewer.sight, period, filters, by)
    return store.answers.once(key, lambda: _counted(store, viewer, period, filters, by))


def _counted(store: Store, viewer: Viewer, period: Period, filters: Filters, by: tuple[str, ...]) -> pl.DataFrame:
    facts = store.facts(viewer, (Source.ANSWERS,), period, filters, by)
    known = facts.drop_nulls(["issue_type", "answer_code"])
    return known.group_by(*by, "issue_type", "answer_code").agg(pl.col("answered").sum())


def read_otherwise(store: Store, viewer: Viewer, period: Period, filters: Filters, group: str) -> pl.DataFrame:
    """Who answers otherwise, by teams or agents: see `metrics.wings.answers.answering_otherwise`.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    counts = read_answers(store, viewer, period, filters, group)
    key = ("answering otherwise", viewer.sight, period, filters, group)
    return store.answers.once(key, lambda: answering_otherwise(counts, group))
