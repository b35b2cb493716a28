"""The form of an alert: what it watches, from where on, for whom, and what it would have done so far."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from data_access.data_quality.facts import missing
from data_access.watch.ahead import read_expected
from data_access.watch.alert_rules import SetRule, new_key
from data_access.watch.past import has_past, read_past
from data_access.watch.watching import is_possible
from metrics.alerts.rule import (
    DUE,
    FORETOLD,
    LONGEST,
    MOST_LASTING,
    ON_METRICS,
    ON_ROWS,
    OVERDUE,
    TABLES,
    WINDOWS,
    WITH_INTERVAL,
    AlertRule,
    Kind,
    Side,
)
from metrics.catalogue import CATALOGUE
from metrics.data_quality.declared import CHECKS
from metrics.errors import ServiceQualityError
from metrics.metric import Metric
from metrics.scope import FILTERS
from pages.ui import load, notices, scope
from pages.ui.notices import plain
from pages.ui.watch import alert_channels, watching
from reports import text
from reports.text import N_, _
from reports.watch import alert_words as words
from reports.watch import rule_details

Save = Callable[[SetRule | None, AlertRule], None]
OPENED = "alert_form_opened"
OFFERED = tuple(each for each in Kind if each is not Kind.EVALUATION)
STEPS = {
    OVERDUE: N_("Past the deadline"),
    "soon": N_("Due soon (first step)"),
    "later": N_("Due later (second step)"),
    "last": N_("Due at last (third step)"),
}


def opened(before: SetRule | None, save: Save) -> None:
    """The form in a dialog; nothing counts before it is saved."""
    title = _("Add an alert") if before is None else _("Change an alert")
    turn = (scope.noted(OPENED) or 0) + 1  # closing a dialog reruns nothing: its fields would come back as they were
    scope.note(OPENED, turn)
    form = f"{before.rule.key if before else 'new'}_{turn}"
    st.dialog(title, width="large")(scope.spoken(_fields))(before, save, form)


def _fields(before: SetRule | None, save: Save, form: str) -> None:
    old = before.rule if before else AlertRule(key="", kind=Kind.THRESHOLD, about="first_contact_resolution")
    rule = _watched(old, form, is_new=before is None)
    left, right = st.columns(2)
    with left:
        rule = _limits(rule, form)
    with right:
        rule = _people(rule, old, form)
    rule = replace(rule, filters=_filters(rule, old, form))
    _preview(rule)
    if st.button(_("Save"), type="primary", icon=":material/save:", key="alert_save"):
        with notices.explained():
            save(before, rule if before else replace(rule, key=new_key()))
            st.rerun()


def _watched(old: AlertRule, form: str, *, is_new: bool) -> AlertRule:
    """The kind, which stays once it is set, and what is watched."""
    spoken = {each: _(words.KINDS[each]) for each in Kind}
    left, right = st.columns(2)
    kinds = OFFERED if is_new else (old.kind,)
    kind = left.selectbox(
        _("Kind"), kinds, format_func=lambda each: spoken[each], disabled=not is_new, key=f"alert_kind_{form}"
    )
    about = old.about
    with right:
        if kind in ON_METRICS:
            about = _metric(kind, old.about, form)
        elif kind is Kind.DEADLINE:
            named = {each: _(STEPS[each]) for each in DUE}
            about = _one_of(_("Deadline"), DUE, old.about, named, f"alert_due_{form}")
        elif kind is Kind.FORECAST:
            named = {each: _(words.TABLES[each]) for each in FORETOLD}
            about = _one_of(_("What is foretold"), FORETOLD, old.about, named, f"alert_foretold_{form}")
        elif kind is Kind.NO_DATA:
            about = _table(TABLES, old.about, form)
        elif kind is Kind.CHECK:
            about = _check(old.about, form)
        elif kind is Kind.VOLUME:
            about = _table(TABLES, old.about, form)
        else:
            about = ""
    fresh = replace(old, kind=kind, about=about)
    return _usual(fresh) if kind is not old.kind or is_new else fresh


def _usual(rule: AlertRule) -> AlertRule:
    """Numbers to begin with."""
    if rule.kind is Kind.THRESHOLD:
        metric = CATALOGUE[rule.about]
        side = Side.BELOW if metric.better == "higher" else Side.ABOVE
        return replace(rule, side=side, limit=metric.target or 0.0, least=30, window_days=7)
    limits = {Kind.GROWTH: 10.0, Kind.NO_DATA: 36.0, Kind.FORECAST: 100.0, Kind.VOLUME: 30.0}
    if rule.kind is Kind.CHECK:
        limits[Kind.CHECK] = CHECKS[rule.about].limit(scope.current().store.rules)
    days = {Kind.GROWTH: 28, Kind.CASES: 1}
    least = 30 if rule.kind in WITH_INTERVAL else 1
    return replace(
        rule, side=Side.ABOVE, limit=limits.get(rule.kind, 1.0), window_days=days.get(rule.kind, 7), least=least
    )


def _one_of(label: str, known: tuple[str, ...], before: str, spoken: dict[str, str], key: str) -> str:
    known = known if before in known or before not in spoken else (*known, before)  # no correction changes it
    place = known.index(before) if before in known else 0
    return str(st.selectbox(label, known, place, format_func=lambda each: spoken[each], key=key))


def _table(known: tuple[str, ...], before: str, form: str) -> str:
    return _one_of(_("Table"), known, before, {each: _(words.TABLES[each]) for each in known}, f"alert_table_{form}")


def _check(before: str, form: str) -> str:
    """Checks of the data that can be made here."""
    store = scope.current().store
    known = tuple(name for name, check in CHECKS.items() if not missing(store, check) or name == before)
    return _one_of(_("Check"), known, before, {each: _(CHECKS[each].name) for each in known}, f"alert_check_{form}")


def _metric(kind: Kind, before: str, form: str) -> str:
    """Metrics that these data have; of single cases only ratios count any."""
    store = scope.current().store
    known = tuple(
        name
        for name, metric in CATALOGUE.items()
        if (not store.missing(metric, ()) and (kind is not Kind.CASES or isinstance(metric, Metric))) or name == before
    )
    spoken = {each: _(CATALOGUE[each].name) for each in known}
    return _one_of(_("Metric"), known, before, spoken, f"alert_metric_{form}")


def _limits(rule: AlertRule, form: str) -> AlertRule:
    """From where on it alerts. The fields of another kind or metric begin anew, with its usual numbers."""
    key = f"{rule.kind}_{rule.about}_{form}"
    if rule.kind in {Kind.EMERGING, Kind.EVALUATION, Kind.DRIFT}:
        return rule
    if rule.kind in {Kind.THRESHOLD, Kind.GROWTH, Kind.SPECIAL_CAUSE}:
        rule = _side(rule, key)
    if rule.kind is Kind.SPECIAL_CAUSE:
        return rule
    label = words.limit_label(rule)
    limit = st.number_input(label, value=float(rule.limit), min_value=0.0, format="%g", key=f"alert_limit_{key}")
    rule = replace(rule, limit=float(limit))
    if rule.kind in WITH_INTERVAL:
        rule = _estimated(rule, key)
    if rule.kind is Kind.FORECAST:
        rule = replace(rule, is_sure=_sure(rule, key))
    return _lasting(rule, key) if rule.kind in {*WITH_INTERVAL, Kind.DEADLINE} else rule


def _side(rule: AlertRule, key: str) -> AlertRule:
    spoken = {each: _((words.HEADINGS if rule.kind is not Kind.THRESHOLD else words.SIDES)[each]) for each in Side}
    label = _("Alert where the value is") if rule.kind is Kind.THRESHOLD else _("Alert where the value")
    side = st.segmented_control(
        label, list(Side), default=rule.side, required=True, format_func=lambda each: spoken[each],
        key=f"alert_side_{key}",
    )  # fmt: skip
    return replace(rule, side=Side(side))


def _estimated(rule: AlertRule, key: str) -> AlertRule:
    """Of which days the value is, and how sure it has to be."""
    window = st.selectbox(
        _("Value of the last so many days"), WINDOWS, WINDOWS.index(rule.window_days), key=f"alert_window_{key}"
    )
    least = st.number_input(_("Least number of cases"), value=rule.least, min_value=1, key=f"alert_least_{key}")
    is_sure = _sure(rule, key)
    return replace(rule, window_days=window, least=int(least), is_sure=is_sure)


def _sure(rule: AlertRule, key: str) -> bool:
    told = _("The whole 95 % interval has to lie beyond the limit.")
    return st.checkbox(_("Only when it is sure"), rule.is_sure, key=f"alert_sure_{key}", help=told)


def _lasting(rule: AlertRule, key: str) -> AlertRule:
    """How long it has to hold, and when it is over."""
    lasting = st.number_input(
        _("Days in a row before it alerts"), value=rule.lasting, min_value=1, max_value=MOST_LASTING,
        key=f"alert_lasting_{key}",
    )  # fmt: skip
    margin = st.number_input(
        _("Way back inside the limit before it is over"), value=float(rule.margin), min_value=0.0, format="%g",
        key=f"alert_margin_{key}", help=_("Without it a value that moves about the limit alerts again and again."),
    )  # fmt: skip
    return replace(rule, lasting=int(lasting), margin=float(margin))


def _people(rule: AlertRule, old: AlertRule, form: str) -> AlertRule:
    """Who is told, and what it is called."""
    name = st.text_input(
        _("Name"),
        old.name,
        max_chars=LONGEST,
        key=f"alert_name_{form}",
        placeholder=words.declared(rule, scope.current().store.rules),
    )
    owner = st.text_input(
        _("Owner"), old.owner, max_chars=LONGEST, key=f"alert_owner_{form}", placeholder=_("Who looks after it")
    )
    known = list(dict.fromkeys([*alert_channels.channel_names(), *old.channels]))
    channels = st.multiselect(
        _("Channels"), known, list(old.channels), key=f"alert_channels_{form}",
        placeholder=_("None: on this page only"), disabled=not known,
        help=None if known else _("No channel is set up yet: see the part “Channels”."), select_all=False,
    )  # fmt: skip
    is_urgent = st.checkbox(_("Send it in quiet hours too"), old.is_urgent, key=f"alert_urgent_{form}")
    is_on = st.toggle(_("Switched on"), old.is_on, key=f"alert_on_{form}")
    return replace(rule, name=name, owner=owner, channels=tuple(channels), is_urgent=is_urgent, is_on=is_on)


def _filters(rule: AlertRule, old: AlertRule, form: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What it is narrowed to: only what the metric can be narrowed by."""
    shown = scope.current()
    if rule.kind in {Kind.NO_DATA, Kind.EVALUATION, *ON_ROWS}:
        return ()
    before = dict(old.filters)
    possible = [name for name in FILTERS if is_possible(shown.store, replace(rule, filters=((name, ("",)),)))]
    kept = [(name, values) for name, values in old.filters if name not in possible and rule.about == old.about]
    with st.expander(_("Scope"), icon=":material/filter_list:", expanded=bool(before)):
        for name in possible:
            chosen = list(before.get(name, ()))  # also what these data do not know: without any, all would be meant
            known = list(dict.fromkeys([*load.values(shown.store, shown.viewer, name), *chosen]))
            if known:
                spoken = {code: shown.label(name, code) for code in known}
                values = st.multiselect(
                    text.dimension(name), known, chosen,
                    format_func=lambda code, spoken=spoken: spoken[code], placeholder=_("All"),
                    key=f"alert_{name}_{form}", select_all=False,
                )  # fmt: skip
                kept += [(name, tuple(sorted(values)))] if values else []
    return tuple(sorted(kept))


def _preview(rule: AlertRule) -> None:
    """What the rule as it stands in the form would have done, and a forecast would do now, before it is saved."""
    shown = scope.current()
    if not has_past(rule) or not is_possible(shown.store, rule):
        return
    try:
        said = [rule_details.past(read_past(shown.store, shown.viewer, rule, watching.decisions()), rule)]
        if rule.kind is Kind.FORECAST:
            said.insert(0, rule_details.ahead(read_expected(shown.store, shown.viewer, rule), rule))
    except ServiceQualityError as failure:
        st.caption(plain(text.paragraph(text.explained(failure))))
        return
    st.info(plain(text.paragraph(said)), icon=":material/history:")
