"""One metric: how it runs, where it differs, why it moved, and what exactly it means."""

import streamlit as st

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric
from pages.ui import cases, closer_view, controls, fair_view, note_view, pieces, show, why_view
from pages.ui.watch import control_view
from reports.text import _

PARTS = {
    "why": why_view.why,
    "fair": fair_view.compared,
    "hours": closer_view.hours,
    "distribution": closer_view.distribution,
    "definitions": closer_view.definitions,
    "statement": closer_view.statement,
}


def _page(metric: AnyMetric) -> None:
    st.title(_(metric.name))
    result = show.compared([metric])
    tile, card = st.columns([1, 3], gap="large")
    with tile:
        show.tiles([metric], result, show.sparks([metric]), opens=False)
    with card:
        st.markdown(show.card(metric, result.row(0, named=True)))
    left, right = st.columns(2, gap="large")
    with left:
        control_view.piece(metric)
    with right:
        pieces.breakdown(metric, closer_view.DIMENSIONS)
    part = closer_view.chosen_part(metric, list(PARTS))
    PARTS[part](metric)
    note_view.notes(metric)
    cases.button(metric, "metric")


chosen = controls.metric(list(CATALOGUE.values()), next(iter(CATALOGUE)))
if chosen is None:
    st.title(_("One metric"))
else:
    _page(chosen)
