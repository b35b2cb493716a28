"""From an entry or a strategy to an action: what is to be done, by whom, until when, and what it should change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st
from sqlalchemy import Engine

from data_access.actions.actions import Action, add_action
from data_access.viewer import Viewer
from metrics.catalogue import CATALOGUE
from metrics.scope import Filters
from metrics.swot.arranged import Item
from pages.ui import scope
from pages.ui.swot import reading
from reports.text import _

DONE = "swot action"  # under which the session keeps the title of the action that was made last
DUE = timedelta(days=28)
LONGEST = 200  # characters of a title


@dataclass(frozen=True, slots=True)
class Draft:
    """What an action begins with. `inner` and `outer`: the entries it comes from, where they are still found."""

    title: str
    problem: str
    inner: Item | None
    outer: Item | None = None
    strategy: str = ""

    @property
    def metric(self) -> str:
        """The metric by which it is to be checked: that of the entry inside, else of the one outside."""
        known = [each.evidence.metric for each in (self.inner, self.outer) if each and each.evidence]
        return next((each for each in known if each in CATALOGUE), "")

    @property
    def filters(self) -> Filters:
        """The scope of the entry, narrowed to what it is about."""
        found = [each.evidence.place.filters for each in (self.inner, self.outer) if each and each.evidence]
        return found[0] if found else scope.current().filters


def opener(part: str, name: str, draft: Draft) -> None:
    """A button that opens the form below it."""
    open_name = f"swot action form {part}"
    is_open = scope.noted(open_name) == name
    st.button(
        _("Close") if is_open else _("Make it an action"), key=f"swot_act_{part}_{name}", type="tertiary",
        icon=":material/close:" if is_open else ":material/add_task:", on_click=scope.note,
        args=(open_name, None if is_open else name),
    )  # fmt: skip
    if is_open:
        form(part, name, draft)


def form(part: str, name: str, draft: Draft) -> None:
    """What the action begins with; whatever is still missing can be filled in where actions are."""
    key = f"swot_action_{part}_{name}"
    if scope.noted(DONE) == key:
        st.success(_("It is on record under Actions."), icon=":material/task_alt:")
        return
    with st.container(border=True):
        st.text_area(_("What is to be done"), draft.title[:LONGEST], key=f"{key}_title", max_chars=LONGEST, height=80)
        left, right = st.columns(2)
        left.text_input(_("Owner"), key=f"{key}_owner", max_chars=60)
        right.date_input(_("In force by"), datetime.now(UTC).date() + DUE, key=f"{key}_due", format="YYYY-MM-DD")
        metrics = ["", *CATALOGUE]
        spoken = {each: _(metric.name) for each, metric in CATALOGUE.items()} | {"": _("none yet")}
        left.selectbox(
            _("Metric that it should move"), metrics, metrics.index(draft.metric), key=f"{key}_metric",
            format_func=lambda each: spoken[each],
        )  # fmt: skip
        right.number_input(
            _("Expected change, %"), -100.0, 1000.0, None, 5.0, key=f"{key}_change",
            placeholder=_("−20 is a fifth less"),
        )  # fmt: skip
        st.button(
            _("Put it on record"), key=f"{key}_do", type="primary", icon=":material/add_task:", on_click=_add,
            args=(part, key, draft),
        )  # fmt: skip


def _add(part: str, key: str, draft: Draft) -> None:
    """For callbacks."""
    title, owner, due, metric, percent = (
        scope.typed(f"{key}_{each}") for each in ("title", "owner", "due", "metric", "change")
    )
    action = Action(
        title=title, problem=draft.problem, from_entry=draft.inner.key if draft.inner else "",
        strategy=draft.strategy, metric=metric, filters=draft.filters, owner=owner, due=due,
        expected_change=None if percent is None else percent / 100,
    )  # fmt: skip

    def done() -> None:
        scope.note(DONE, key)

    reading.write(part, _put, action, then=done)


def _put(engine: Engine, viewer: Viewer, _filters: Filters, action: Action, now: datetime) -> Any:
    return add_action(engine, viewer, action, now)
