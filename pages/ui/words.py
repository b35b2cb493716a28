"""Findings said in sentences on a page."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from metrics.metric import AnyMetric
from pages.ui import scope, show
from reports import sentences, text
from reports.text import _

ICONS = {
    "better": ":green[:material/trending_up:]",
    "worse": ":red[:material/warning:]",
    "changed": ":blue[:material/sync_alt:]",
}


def movers(moved: pl.DataFrame, metrics: Sequence[AnyMetric]) -> None:
    """The biggest movers, a sentence each; or that nothing moved more than chance."""
    if scope.current().scope.comparison is None:
        st.caption(_("Choose a comparison above to see what moved."))
        return
    if moved.is_empty():
        st.markdown(_("Taken together, none of these figures moved more than chance explains."))
    known = {metric.id: metric for metric in metrics}
    for row in moved.iter_rows(named=True):
        st.markdown(f"{ICONS[row['verdict']]} {show.plain(sentences.moved(known[row['metric']], row))}")


def period_title() -> str:
    """The title of the overview: the week while it shows one, otherwise the period."""
    period = scope.current().scope.period
    return _("This week") if period.is_week else text.period(period)


def file_title() -> str:
    """What files and snapshots of the overview are called; like all of them they say their days beside it."""
    return _("This week") if scope.current().scope.period.is_week else _("Overview")
