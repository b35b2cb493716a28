"""Decisions about control limits on the screen: which count, a form for a new one, taking back, and the history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import streamlit as st

from data_access.change_rows import Change
from data_access.viewer import Right
from data_access.watch.control import Controlled
from data_access.watch.decisions import (
    LEAST_BASELINE,
    LONGEST,
    Decided,
    LimitDecision,
    PastDecision,
    decide,
    restore,
    take_back,
)
from metrics.metric import AnyMetric
from metrics.scope import Filters
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from pages.ui.watch import watching
from reports import text
from reports.text import _
from reports.watch import decision_words as words

MADE = "limits_decided"  # counts the decisions of the session: each begins with an empty form


def section(metric: AnyMetric, found: Controlled) -> None:
    """The decisions that count in a chart, with a form for who may, and the history of the metric."""
    shown = scope.current()
    st.subheader(_("Phases, and points left out"))
    st.caption(
        _("Limits are made anew only where the process was changed, and a point is left out only where its cause is "
          "known and will not return: each with a reason, a name and a date.")
    )  # fmt: skip
    with notices.explained():
        past = [each for each in watching.past_decisions() if each.decision.metric == metric.id]
        for each in found.decisions:
            _one(each)
        if not found.decisions:
            st.markdown(_("One phase, no point left out."))
        if shown.viewer.may(Right.CHANGES) and not shown.viewer.covers(shown.filters):
            st.caption(_("Limits of all teams are not yours to change: choose one or more of your own in the scope."))
        elif shown.viewer.may(Right.CHANGES):
            with st.expander(_("Begin a phase, or leave a point out"), icon=":material/vertical_split:"):
                _form(metric, found)
        else:
            st.caption(_("Your role looks at control limits and does not change them."))
        _history(past)


def _one(decision: LimitDecision) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"- {plain(words.decision(decision))}")
        st.caption(plain(text.person(decision.made_by)), width="content")
        if _may_change(decision):
            st.button(
                _("Take back"), key=f"undecide_{decision.id}", icon=":material/undo:", type="tertiary",
                on_click=_take_back, args=(decision,),
            )  # fmt: skip


def _may_change(decision: LimitDecision) -> bool:
    viewer = scope.current().viewer
    return viewer.may(Right.CHANGES) and viewer.covers(decision.filters)


def _form(metric: AnyMetric, found: Controlled) -> None:
    """What is decided and because of which change come first: what can be said follows from them."""
    shown = scope.current()
    kinds = {each: words.kind(each) for each in Decided}
    kind = st.segmented_control(
        _("Decision"), list(kinds), default=Decided.PHASE, required=True, format_func=lambda each: kinds[each],
        key=f"decide_kind_{metric.id}",
    )  # fmt: skip
    change = _because(metric, found) if kind is Decided.PHASE else None
    with st.form(f"decide_{metric.id}_{kind}_{change and change.id}_{scope.noted(MADE) or 0}", border=False):
        left, right = st.columns([1, 2])
        last = found.last[found.grain.value] if found.last else shown.scope.period.last
        day = left.date_input(_("Day"), change.start if change else last, format="YYYY-MM-DD")
        reason = right.text_input(
            _("Reason"), text.change_name(change.name)[:LONGEST] if change else "", max_chars=LONGEST,
            placeholder=_("What changed in the process, or what happened that day?"),
        )  # fmt: skip
        baseline = _baseline(left) if kind is Decided.PHASE else None
        filters = _for(right, shown.filters)
        if st.form_submit_button(_("Put on record"), type="primary", icon=":material/gavel:"):
            _decide(
                LimitDecision(
                    metric=metric.id, kind=kind, day=day, reason=reason, baseline=baseline, filters=filters,
                    change_id=change.id if change else None,
                )
            )  # fmt: skip


def _because(metric: AnyMetric, found: Controlled) -> Change | None:
    """A change of the register, those of this metric first; None: something else."""
    known = _changes(metric, found)
    named = {each.id: f"{text.day(each.start)} · {text.change_name(each.name)}" for each in known}
    chosen = st.selectbox(
        _("Because of the change"), [None, *named],
        format_func=lambda each: named[each] if each else _("none on record: written below"),
        key=f"decide_change_{metric.id}",
    )  # fmt: skip
    return next((each for each in known if each.id == chosen), None)


def _changes(metric: AnyMetric, found: Controlled) -> Sequence[Change]:
    shown = scope.current()
    begins = found.days.start if found.days else date.min
    known = [each for each in load.changes(shown.store, shown.viewer) if each.start >= begins]
    return sorted(known, key=lambda each: (each.metric != metric.id, -each.start.toordinal()))


def _baseline(place: st.delta_generator.DeltaGenerator) -> int | None:
    given = place.number_input(
        _("Freeze the limits after so many points"), min_value=LEAST_BASELINE, value=None, step=1,
        placeholder=_("no: from all of the phase"),
    )  # fmt: skip
    return None if given is None else int(given)


def _for(place: st.delta_generator.DeltaGenerator, filters: Filters) -> Filters:
    """For these filters alone, or for all."""
    shown = scope.current()
    if not filters:
        return ()
    spoken = {filters: text.listed(shown.filter_words(filters))}
    spoken |= {(): _("All")} if shown.viewer.covers(()) else {}
    return place.selectbox(_("For"), list(spoken), format_func=lambda each: spoken[each])


def _decide(decision: LimitDecision) -> None:
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        decide(load.state(), scope.current().viewer, decision, datetime.now(UTC))
        scope.note(MADE, (scope.noted(MADE) or 0) + 1)
        st.rerun()


def _history(past: Sequence[PastDecision]) -> None:
    """Everything that was ever decided of the metric; the last one taken back can be restored."""
    if not past:
        return
    shown = scope.current()
    with st.expander(_("History: {count}").format(count=text.number(len(past))), icon=":material/history:"):
        zone = shown.store.warehouse.site_zone
        tables.plain(words.history(past, zone, shown.filter_words))
        gone = [each for each in past if each.removed_at is not None and _may_change(each.decision)]
        if gone:
            last = max(gone, key=lambda each: each.removed_at or datetime.min.replace(tzinfo=UTC)).decision
            st.button(
                _("Restore: {name}").format(name=plain(words.decision(last))), key=f"restore_{last.id}",
                icon=":material/undo:", type="tertiary", on_click=_restore, args=(last,),
            )  # fmt: skip


def _take_back(decision: LimitDecision) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        take_back(load.state(), scope.current().viewer, decision, datetime.now(UTC))


def _restore(decision: LimitDecision) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        restore(load.state(), scope.current().viewer, decision, datetime.now(UTC))
