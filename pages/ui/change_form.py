"""The form in which a change is put on record or corrected."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import streamlit as st

from data_access.change_rows import Change, Expected, Kind, Shape
from data_access.changes import remove_change, restore_change, save_change
from data_access.judging import can_judge, direction
from data_access.viewer import Right
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope
from metrics.metric import AnyMetric
from metrics.scope import FILTERS, Filters
from pages.ui import identity, load, notices, scope
from pages.ui.menu import CHANGE_PAGE
from reports import text
from reports.change_words import EXPECTED, SHAPES
from reports.text import _

MOST_COST = 1e9
OPENED = "change_form_opened"


def blank(metric: str = "complaint_rate", where: Filters = ()) -> Change:
    """A change that is not on record yet: from the newest day on, and for the better."""
    change = Change(name="", kind=Kind.PROCESS, start=scope.current().store.anchor, metric=metric, scope=where)
    return replace(change, expected=direction(change))


def judged_metrics() -> list[AnyMetric]:
    """What a change can be judged by in these data."""
    store = scope.current().store
    return [each for each in CATALOGUE.values() if can_judge(each) and not store.missing(each, ())]


def register_button(change: Change | None = None) -> None:
    """For whoever may: a button that opens the form for a change to be put on record."""
    may = scope.current().viewer.may(Right.CHANGES)
    if may and st.button(_("Register a change"), icon=":material/add:", type="primary"):
        open_form(change or blank())


def taken_off() -> None:
    """What was taken off the record, and can be put back by whoever may."""
    shown = scope.current()
    removed = load.removed_changes(shown.store, shown.viewer)
    if not removed or not shown.viewer.may(Right.CHANGES):
        return
    with st.expander(_("Taken off the record ({count})").format(count=len(removed))):
        for change in removed:
            st.button(
                _("Put back: {name}").format(name=notices.plain(text.change_name(change.name))),
                key=f"restore_{change.id}",
                icon=":material/undo:",
                on_click=restore,
                args=(change,),
                type="tertiary",
            )


def open_form(change: Change) -> None:
    """A dialog with the form: for a change that is not on record yet, or for one to be corrected."""
    title = _("Correct this change") if change.id else _("Register a change")
    turn = (scope.noted(OPENED) or 0) + 1  # closing a dialog reruns nothing: its fields would come back as they were
    scope.note(OPENED, turn)
    st.dialog(title, width="large")(scope.spoken(_fields))(change, f"{change.id}_{turn}")


def _fields(old: Change, form: str) -> None:
    with st.form(f"change_form_{form}", border=False, enter_to_submit=False):
        name = st.text_input(_("What is done differently?"), old.name, max_chars=max(120, len(old.name)))
        filled = _declared(replace(old, name=name))
        st.markdown(_("Where does it apply? Empty means everywhere."))
        kept = {**{each: values for each, values in old.scope if each not in FILTERS}, **places(old.scope)}
        filters = tuple((dimension, tuple(values)) for dimension, values in kept.items() if values)
        filled, days = _followed(replace(filled, scope=filters))
        why = st.text_area(
            _("Why should it help?"), old.hypothesis, max_chars=max(1000, len(old.hypothesis)), height=80
        )
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            _save(replace(filled, hypothesis=why), days)


def _declared(old: Change) -> Change:
    """What is declared beforehand: the kind, the days, the metric, and how it should move."""
    metrics = known_with([each.id for each in judged_metrics()], (old.metric,))
    place = metrics.index(old.metric) if old.metric in metrics else 0
    left, right = st.columns(2)
    kind = left.selectbox(_("Kind"), list(Kind), index=list(Kind).index(old.kind), format_func=text.code)
    first = right.date_input(_("First day of the new way"), old.start, format="YYYY-MM-DD")
    metric = left.selectbox(
        _("Metric that should move"), metrics, index=place, format_func=lambda each: _(CATALOGUE[each].name)
    )
    last = right.date_input(
        _("In force everywhere from"),
        old.rolled_out,
        format="YYYY-MM-DD",
        help=_("The time of the roll-out counts neither as before nor as after. Empty: at once."),
    )
    expected = left.selectbox(
        _("Expected"), list(Expected), index=list(Expected).index(old.expected), format_func=_spoken(EXPECTED)
    )
    shape = right.selectbox(
        _("How the effect comes"), list(Shape), index=list(Shape).index(old.shape), format_func=_spoken(SHAPES)
    )
    owner = st.text_input(_("Owner"), old.owner, max_chars=80)
    return replace(
        old, kind=kind, start=first, rolled_out=last, metric=metric, expected=expected, shape=shape, owner=owner
    )


def known_with(metrics: Sequence[str], before: Sequence[str]) -> list[str]:
    """Metrics to choose from: those that these data can judge, and those on record, which no correction drops."""
    return list(dict.fromkeys([*metrics, *(each for each in before if each in CATALOGUE)]))


def _spoken(words: dict) -> Callable[[str], str]:
    """A select box is filled in a thread that does not know the reader's language."""
    known = {each: _(said) for each, said in words.items()}
    return lambda each: known[each]


def _followed(old: Change) -> tuple[Change, str]:
    """How it is followed: what must not suffer, what a case costs; and, as written, when to look."""
    known = known_with([each.id for each in judged_metrics()], old.guardrails)
    left, right = st.columns(2)
    guardrails = left.multiselect(
        _("What must not suffer"),
        known,
        [each for each in old.guardrails if each in known],
        format_func=lambda each: _(CATALOGUE[each].name),
        placeholder=_("None"),
        max_selections=5,
        select_all=False,
    )
    cost = right.number_input(
        _("Cost of a case"),
        min_value=0.0,
        max_value=MOST_COST / 10,
        value=old.cost_per_case,
        help=_("In your currency: what each case averted saves. Empty: no money is shown."),
    )
    days = left.text_input(
        _("To be checked on"),
        ", ".join(day.isoformat() for day in old.check_dates),
        help=_("Days like 2026-11-09, with commas between them."),
    )
    return replace(old, guardrails=tuple(guardrails), cost_per_case=cost), days


def _days(words: str) -> tuple[date, ...]:
    """Days with commas between them.

    Raises:
        InvalidScope: one cannot be read.
    """
    found = []
    for each in words.replace("，", ",").replace("、", ",").split(","):
        try:
            found += [date.fromisoformat(each.strip())] if each.strip() else []
        except ValueError as failure:
            raise InvalidScope(
                "'{text}' is not a day that can be shown.", "Write days like 2026-11-09.", text=each.strip()
            ) from failure
    return tuple(found)


def places(kept: Filters) -> dict[str, list[str]]:
    """Where something applies: a list for each dimension that these data can be cut by, nothing in it for all."""
    shown = scope.current()
    columns = st.columns(2)
    chosen = {}
    for place, dimension in enumerate(FILTERS):
        before = list(dict(kept).get(dimension, ()))
        known = list(dict.fromkeys([*load.values(shown.store, shown.viewer, dimension), *before]))
        if known:
            chosen[dimension] = columns[place % 2].multiselect(
                text.dimension(dimension),
                known,
                before,
                format_func=_labels(dimension),
                placeholder=_("All"),
                select_all=False,
            )
    return chosen


def _labels(dimension: str) -> Callable[[str], str]:
    shown = scope.current()
    return lambda code: shown.label(dimension, code)


def _save(change: Change, days: str) -> None:
    with notices.explained():
        whole = replace(change, check_dates=_days(days))
        shown = scope.current()
        people = load.unseen(shown.store, shown.viewer)
        saved = save_change(load.state(), shown.viewer, whole, datetime.now(UTC), people)
        scope.choose_change(saved.id)
        st.switch_page(CHANGE_PAGE, query_params=scope.here())


def remove(change: Change) -> None:
    """For callbacks: take a change off the record; it can be put back."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        remove_change(load.state(), scope.current().viewer, change, datetime.now(UTC))
        scope.choose_change("")


def restore(change: Change) -> None:
    """For callbacks: put a removed change back."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        saved = restore_change(load.state(), scope.current().viewer, change, datetime.now(UTC))
        scope.choose_change(saved.id)
