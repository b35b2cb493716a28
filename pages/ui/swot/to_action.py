"""From an entry or a strategy to an action."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data_access.actions.actions import Action
from data_access.actions.declared import LONGEST, MOST_WORDS
from data_access.changes import DIMENSIONS
from metrics.catalogue import CATALOGUE
from metrics.scope import Filters
from metrics.swot.arranged import Item
from metrics.swot.evidence import Evidence, Kind
from pages.ui import scope
from pages.ui.actions import plan_form, writing
from reports.text import _

DUE = timedelta(days=28)  # what the form proposes
#: What stands elsewhere shows others how: the action is for the whole scope.
SHOWN_ELSEWHERE = (Kind.BEST_UNIT, Kind.PROVEN_ELSEWHERE)


def button(key: str, title: str, problem: str, goals: Sequence[Item | None], strategy: str = "") -> None:
    """A button for the form of an action that begins with what is known already.

    Args:
        goals: the entries that it comes from, first the one that it should change; None: not found any more.
    """
    if st.button(_("Make it an action"), key=f"swot_act_{key}", type="tertiary", icon=":material/add_task:"):
        items = [each for each in goals if each is not None]
        proofs = [each.evidence for each in items if each.evidence is not None]
        goal = next((each for each in proofs if each.metric in CATALOGUE), None)
        is_there = goal is not None and goal.kind not in SHOWN_ELSEWHERE
        plan_form.open_form(
            Action(
                title=title[:LONGEST],
                problem=problem[:MOST_WORDS],
                from_entry=items[0].key if items else "",
                strategy=strategy,
                metric=(goal.metric or "") if goal is not None else "",
                filters=_place(goal) if goal is not None and is_there else scope.current().filters,
                due=writing.today() + DUE,
            )
        )


def _place(goal: Evidence) -> Filters:
    """The scope that the board shows, narrowed to what the finding is about."""
    own: dict[str, list[str]] = {}
    for name, code in goal.subject:
        if name in DIMENSIONS:
            own.setdefault(name, []).append(code)
    return tuple(sorted((dict(goal.place.filters) | {name: tuple(kept) for name, kept in own.items()}).items()))
