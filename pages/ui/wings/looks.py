"""What the pages of the two wings share: what they need, read and say first, and charts to click into."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import streamlit as st

from data_access.store import Store
from data_access.viewer import Viewer
from data_access.wings.reviewed import lacking
from metrics.scope import Filters, Period
from pages.ui import clicks, pieces, scope
from pages.ui.notices import needed, plain
from reports import charts_base

Answer = TypeVar("Answer")


def is_possible(needs: Sequence[str]) -> bool:
    """Do these data have the columns, filtered as chosen? Otherwise it is said what they lack."""
    shown = scope.current()
    missing = lacking(shown.store, shown.filters, needs)
    if missing:
        needed(missing)
    return not missing


def asked(read: Callable[[Store, Viewer, Period, Filters], Answer]) -> Answer:
    """What is read for the scope."""
    shown = scope.current()
    return read(shown.store, shown.viewer, shown.scope.period, shown.filters)


def lead(sentences: Iterable[str]) -> None:
    """The findings in words, before anything else."""
    for said in sentences:
        st.markdown(f"**{plain(said)}**")


def clickable(figure: charts_base.go.Figure, name: str, alt: str) -> Any:
    """A chart whose points can be clicked, and what was picked in it since the last run.

    Args:
        name: of the chart and all that it is made for but the filters.
    """
    key = clicks.turned(f"{name}_{hash(scope.current().filters)}")
    pieces.clickable(figure, key, lambda: clicks.pick_point(key), alt)
    return clicks.picked(key)
