"""The weights of the kinds of findings on the screen: a form for all of them, by quadrant, and a word on the board."""

from collections.abc import Mapping

import streamlit as st

from data_access.swot.weights import WEIGHTS
from data_access.viewer import Right
from metrics.adjustable import Value
from metrics.swot.evidence import Kind, Quadrant
from metrics.swot.rules import MOST_WEIGHT, RULES, weight_of
from pages.ui import load, scope, set_values_view
from pages.ui.menu import WEIGHTS_URL
from pages.ui.notices import plain
from pages.ui.set_values_view import Shown, Words
from reports import text
from reports.links import link
from reports.swot import board_words, kind_words
from reports.text import _

WIDE = 3  # fields in a row


def shown() -> Shown:
    """The weights in force, and all that were ever set."""
    words = Words(
        title=_("Weights of this centre"), nothing=_("No weight was set: all are as shipped."),
        one=_("Kind of finding"), name=lambda name: kind_words.kind(Kind(name)),
        value=lambda _name, value: kind_words.weight(float(value)),
    )  # fmt: skip
    state = load.state()
    return Shown(WEIGHTS, WEIGHTS.history(state, scope.current().viewer), WEIGHTS.read(state), {}, words)


def form(found: Shown) -> None:
    """Every kind with the weight in force; nothing counts before it is saved."""
    with st.form("swot_weights", border=False):
        given: dict[str, Value] = {}
        for quadrant in Quadrant:
            st.subheader(board_words.name(quadrant))
            kinds = [kind for kind, rule in RULES.items() if rule.quadrant is quadrant]
            for start in range(0, len(kinds), WIDE):  # row by row, so that a narrow screen keeps the order
                for column, kind in zip(st.columns(WIDE), kinds[start : start + WIDE], strict=False):
                    with column:
                        given[str(kind)] = _field(kind, found)
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            set_values_view.save(found, given)


def _field(kind: Kind, found: Shown) -> float:
    weight = weight_of(found.now, str(kind))
    return st.number_input(
        kind_words.kind(kind), value=weight, min_value=0.0, max_value=MOST_WEIGHT, step=0.25, format="%g",
        help=set_values_view.told(found, str(kind), _(RULES[kind].source)),
        key=f"{kind} {weight} {text.language.get()}",  # what someone else sets meanwhile shows, the rest stays
    )  # fmt: skip


def told(weights: Mapping[Kind, float]) -> None:
    """On the board: that it is not ranked as it ships, and for who may set weights the way to them."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if weights:
            st.caption(plain(kind_words.weighed(weights)))
        if scope.current().viewer.may(Right.TARGETS):
            address = link(".", WEIGHTS_URL, text.language.get(), None, (), {})
            st.caption(f"[{_('Weights of the SWOT board')}]({address})")
