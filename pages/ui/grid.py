"""A grid of metrics under headings: what a dimension of the centre's work looks like at a glance."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl
import streamlit as st

from metrics.metric import AnyMetric
from pages.ui import files, show
from reports.text import _


def themes(
    title: str,
    groups: Mapping[str, Sequence[AnyMetric]],
    result: pl.DataFrame,
    helps: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Tiles by theme; metrics without a value are listed below with what they need, and all goes into one file.

    Args:
        result: `show.compared` of all metrics of the groups.
        helps: what there is to say of a theme, by its name.
    """
    metrics = [metric for chosen in groups.values() for metric in chosen]
    rows = {row["metric"]: row for row in result.iter_rows(named=True)}
    if result["value"].is_null().all():
        show.tiles(metrics, result, {})
        return
    weeks = show.sparks(metrics)
    for theme, chosen in groups.items():
        given = [metric for metric in chosen if rows[metric.id]["value"] is not None]
        if given:
            st.subheader(_(theme), help=helps.get(theme))
            show.tiles(given, result.filter(pl.col("metric").is_in([metric.id for metric in given])), weeks)
    show.refusals([metric for metric in metrics if rows[metric.id]["value"] is None], rows)
    files.page(title, result, metrics, splits={metric.id: () for metric in metrics})
