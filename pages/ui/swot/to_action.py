"""From an entry or a strategy to an action."""

from datetime import timedelta

import streamlit as st

from data_access.actions.actions import Action
from data_access.actions.declared import LONGEST, MOST_WORDS
from metrics.catalogue import CATALOGUE
from metrics.swot.arranged import Item
from pages.ui import scope
from pages.ui.actions import plan_form, writing
from reports.text import _

DUE = timedelta(days=28)  # what the form proposes


def button(
    key: str, title: str, problem: str, inner: Item | None, outer: Item | None = None, strategy: str = ""
) -> None:
    """A button for the form of an action that begins with what is known already.

    Args:
        inner, outer: the entries that it comes from; None: not found any more.
    """
    if st.button(_("Make it an action"), key=f"swot_act_{key}", type="tertiary", icon=":material/add_task:"):
        proofs = [each.evidence for each in (inner, outer) if each is not None and each.evidence is not None]
        plan_form.open_form(
            Action(
                title=title[:LONGEST],
                problem=problem[:MOST_WORDS],
                from_entry="" if inner is None else inner.key,
                strategy=strategy,
                metric=next((each.metric for each in proofs if each.metric in CATALOGUE), None) or "",
                filters=proofs[0].place.filters if proofs else scope.current().filters,
                due=writing.today() + DUE,
            )
        )
