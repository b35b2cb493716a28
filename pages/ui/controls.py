"""What the reader chooses by: the scope bar, the language, the change to look at, how a figure is looked at."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import streamlit as st

from data_access.store import Store
from data_access.viewer import Viewer
from metrics.metric import AnyMetric
from metrics.scope import FILTERS, Comparison, Period, Preset, compared_period, preset_period
from pages.ui import load, scope
from pages.ui.notices import plain
from pages.ui.shown import Shown
from reports import text
from reports.codes import COMPARISONS, PRESETS
from reports.text import _

Option = TypeVar("Option")


def scope_bar(store: Store, viewer: Viewer) -> Shown:
    """The scope bar; afterwards `scope.current()` and the URL say what was chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="scope_bar"):
        _choice(_("Period"), "preset", {each: _(name) for each, name in PRESETS.items()}, 200)
        if scope.chosen("preset") is Preset.CUSTOM:
            _pick_days(_("Dates"), "days", preset_period(Preset.LAST_WEEK, store.anchor))
        _choice(_("Compare with"), "comparison", {each: _(name) for each, name in COMPARISONS.items()}, 210)
        if scope.chosen("comparison") is Comparison.CUSTOM:
            before = compared_period(scope.chosen_period(store), Comparison.PREVIOUS)
            _pick_days(_("Dates to compare with"), "compared_days", before)
        filters(store, viewer)
    shown = scope.settle(store, viewer)
    _describe(shown)
    return shown


def _choice(label: str, name: str, spoken: dict, width: int) -> None:
    st.selectbox(label, list(spoken), format_func=lambda each: spoken[each], width=width, **scope.widget(name))


def _pick_days(label: str, name: str, default: Period | None) -> None:
    scope.suggest_days(name, default)
    st.date_input(label, format="YYYY-MM-DD", width=250, **scope.widget(name))


def filters(store: Store, viewer: Viewer) -> None:
    """A button behind which every dimension has its values to keep."""
    names = load.names(store, viewer)
    known = {name: load.values(store, viewer, name) for name in FILTERS}
    count = sum(1 for name in FILTERS if scope.keep_known(name, known[name]))
    title = _("Filters ({count})").format(count=count) if count else _("Filters")
    with st.popover(title, icon=":material/filter_list:"):
        for name in FILTERS:
            if known[name]:
                st.multiselect(
                    text.dimension(name),
                    known[name],
                    format_func=lambda code, name=name: text.named(names, name, code),
                    placeholder=_("All"),
                    **scope.widget(f"filter_{name}"),
                    select_all=False,
                )


def _describe(shown: Shown) -> None:
    """The scope in words, a button to take away each filter, and what could not be taken from the link."""
    words = [text.period(shown.scope.period)]
    if shown.scope.comparison:
        words.append(_("compared with {period}").format(period=text.period(shown.scope.comparison)))
    words.append(_("data up to {moment}").format(moment=text.moment(shown.store.as_of)))
    with st.container(horizontal=True, vertical_alignment="center", key="scope_words"):
        st.caption(" · ".join(words), width="content")
        filters_in_force(shown)
    anchor = shown.store.anchor
    if anchor == shown.store.today:
        st.caption(_("{day} is not over yet: its figures are not final.").format(day=text.day(anchor)))
    elif anchor != shown.store.data_end:
        st.caption(
            _("From {day} on there are hardly any contacts: figures for these days are not final.").format(
                day=text.day(anchor)
            )
        )
    link_problems()


def filters_in_force(shown: Shown) -> None:
    """A button to take away each filter."""
    for name, values in shown.filters:
        kept = text.listed([shown.label(name, each) for each in values])
        st.button(
            plain(text.labelled(text.dimension(name), kept)),
            key=f"drop_{name}",
            icon=":material/close:",
            help=_("Take this filter away"),
            on_click=scope.narrow,
            args=(name, ()),
            type="tertiary",
        )


def link_problems() -> None:
    """What could not be taken from the link."""
    for problem in scope.link_problems():
        st.warning(plain(problem), icon=":material/link_off:")


def language() -> None:
    """The switch between the languages."""
    st.segmented_control(
        _("Language"),
        list(text.LANGUAGES),
        key="lang",
        format_func=lambda each: text.LANGUAGES[each],
        label_visibility="collapsed",
        required=True,
    )


def change(label: str, names: dict[str, str]) -> str:
    """The change to look at, remembered in the URL; the newest when the link names none or one that is gone."""
    known, asked = list(names), scope.chosen("change")
    if asked and asked not in known:
        st.warning(_("The change in this link is not on record; the newest one is shown."), icon=":material/link_off:")
    if asked not in known:
        scope.choose_change(known[-1])
    return st.selectbox(label, known, format_func=lambda each: names[each], width=420, **scope.widget("change"))


def segments(
    label: str,
    name: str,
    options: Sequence[Option],
    default: Option,
    spoken: Callable[[Option], str] = str,
    *,
    labelled: bool = False,
) -> Option:
    """One of a few ways to look at a figure, kept in the URL under this name."""
    return st.segmented_control(
        label,
        options,
        required=True,
        format_func=spoken,
        label_visibility="visible" if labelled else "collapsed",
        **scope.view_widget(name, options, default),
    )


def as_of(ends: Sequence[date]) -> date:
    """The day after the last of the weeks that are looked back on, kept in the URL; at first the newest."""
    if len(ends) < 2:
        return ends[-1]
    return st.select_slider(
        _("As of the week up to"),
        ends,
        format_func=lambda each: text.day(each - timedelta(days=1)),
        width=360,
        **scope.view_widget("as_of", ends, ends[-1]),
    )


def whole_number(label: str, name: str, default: int, most: int, help_: str) -> int:
    """A number that is typed in, from 1 on, kept in the URL under this name where it is not the default."""
    widget = scope.view_widget(name, range(1, most + 1), min(default, most))
    return int(st.number_input(label, min_value=1, max_value=most, step=1, width=220, help=help_, **widget))


def split(name: str, dimensions: Sequence[str]) -> str:
    """The dimension by which a figure is split."""
    spoken = {each: text.column(each) for each in dimensions}
    return segments(_("By"), f"by.{name}", dimensions, dimensions[0], lambda each: spoken[each])


def chosen(
    label: str,
    name: str,
    options: Sequence[Option],
    default: Option,
    spoken: Callable[[Option], str] = str,
    width: int = 420,
) -> Option:
    """One of many ways to look at a figure, kept in the URL under this name."""
    return st.selectbox(label, options, format_func=spoken, width=width, **scope.view_widget(name, options, default))


def metric(known: Sequence[AnyMetric], usual: str) -> AnyMetric | None:
    """The metric to look at, kept in the URL; in the order of the catalogue, where kindred ones stand together.

    None where a link asks for one that there is not: the list then says so and waits.
    """
    names = {each.id: _(each.name) for each in known}
    ids = list(names)
    asked = scope.view().get("metric", usual)
    is_known = asked in names
    if not is_known:
        said = _("There is no metric “{metric}”, which this link asks for: choose one from the list.")
        st.warning(plain(said.format(metric=asked)), icon=":material/link_off:")
    found = st.selectbox(
        _("Metric"),
        ids,
        index=0 if is_known else None,
        format_func=lambda each: names[each],
        placeholder=_("Choose a metric"),
        width=420,
        **scope.view_widget("metric", ids, usual if is_known else None),
    )
    return next((each for each in known if each.id == found), None)
