"""The scope bar: period, comparison and filters, kept in the URL so that a pasted link shows the same screen."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

import streamlit as st

from data_access.store import Store
from data_access.viewer import Viewer
from metrics.scope import FILTERS, Comparison, Period, Preset, Scope, compared_period, preset_period
from pages.ui import link, load
from pages.ui.notices import explained, plain
from pages.ui.shown import Shown
from reports import text
from reports.codes import COMPARISONS, PRESETS
from reports.text import _


def current() -> Shown:
    return st.session_state["shown"]


def read_link() -> None:
    """Take language, period, comparison and filters from the URL, once per session."""
    state, query = st.session_state, st.query_params
    if "lang" not in state:
        asked = query.get("lang")
        state["lang"] = asked if asked in text.LANGUAGES else text.language_of(st.context.locale)
        text.language.set(state["lang"])
        state["link_problems"] = []
        _read_period(dict(query))
        state["change"] = query.get("change", "")
        for name, short in link.URL_NAMES.items():
            state[f"filter_{name}"] = query.get_all(short)
    text.language.set(state["lang"])


def _read_period(query: dict[str, str]) -> None:
    state = st.session_state
    try:
        state["preset"] = Preset(query.get("period", Preset.LAST_WEEK))
        state["comparison"] = Comparison(query.get("compare", Comparison.PREVIOUS))
        for key, first, last in (("days", "from", "to"), ("compared_days", "compare_from", "compare_to")):
            given = link.days(query, first, last)
            if given:
                state[key] = given
    except ValueError:
        state["preset"], state["comparison"] = Preset.LAST_WEEK, Comparison.PREVIOUS
        state["link_problems"].append(
            _("The period in this link cannot be read; the last complete week is shown instead.")
        )


def draw(store: Store, viewer: Viewer) -> Shown:
    """The scope bar; afterwards `current()` and the URL say what was chosen."""
    state = st.session_state
    state.pop("scope_changed", None)
    names = load.names(store, store.manifest.id)
    anchor = store.anchor
    with st.container(horizontal=True, vertical_alignment="bottom", key="scope_bar"):
        _choice(_("Period"), "preset", {each: _(name) for each, name in PRESETS.items()}, 200)
        if state["preset"] is Preset.CUSTOM:
            _pick_days(_("Dates"), "days", preset_period(Preset.LAST_WEEK, anchor))
        period = _chosen(state["preset"], anchor)
        _choice(_("Compare with"), "comparison", {each: _(name) for each, name in COMPARISONS.items()}, 210)
        if state["comparison"] is Comparison.CUSTOM:
            _pick_days(_("Dates to compare with"), "compared_days", compared_period(period, Comparison.PREVIOUS))
        _draw_filters(store, viewer, names)
    compared = _compared(period)
    filters = tuple((name, tuple(sorted(state[f"filter_{name}"]))) for name in FILTERS if state[f"filter_{name}"])
    shown = Shown(store, viewer, Scope(period, compared, tuple(sorted(filters))), names)
    state["shown"] = shown
    _describe(shown)
    write_link()
    return shown


def has_data() -> bool:
    """Do the data reach into the scope's period?"""
    shown = current()
    first = min(shown.store.manifest.days, default=shown.store.data_end)
    return shown.scope.period.start < shown.store.data_end and shown.scope.period.end > first


def _widget(name: str) -> dict[str, Any]:
    """Key and callback of the widget for a choice, which is kept under its plain name.

    A widget's own state goes when a page without it is opened, and its words stay when the language is switched: so
    there is one a language, set from the plain name before it is drawn and read into it when it changes.
    """
    key = f"{name} {st.session_state['lang']}"
    st.session_state[key] = st.session_state[name]
    return {"key": key, "on_change": _take, "args": (name, key)}


def _take(name: str, key: str) -> None:
    st.session_state[name] = st.session_state[key]


def _choice(label: str, name: str, spoken: dict, width: int) -> None:
    st.selectbox(label, list(spoken), format_func=lambda each: spoken[each], width=width, **_widget(name))


def _pick_days(label: str, name: str, default: Period | None) -> None:
    if name not in st.session_state:
        st.session_state[name] = (default.start, default.last) if default else ()
    st.date_input(label, format="YYYY-MM-DD", width=250, **_widget(name))


def _chosen(preset: Preset, anchor: date) -> Period:
    days = st.session_state.get("days", ())
    if preset is Preset.CUSTOM and len(days) == 2:
        return Period(days[0], days[1] + timedelta(days=1))
    return preset_period(preset, anchor)


def _compared(period: Period) -> Period | None:
    days = st.session_state.get("compared_days", ())
    if st.session_state["comparison"] is Comparison.CUSTOM:
        return Period(days[0], days[1] + timedelta(days=1)) if len(days) == 2 else None
    return compared_period(period, st.session_state["comparison"])


def _draw_filters(store: Store, viewer: Viewer, names: dict[tuple[str, str], str]) -> None:
    state = st.session_state
    known = {name: load.values(store, store.manifest.id, viewer, name) for name in FILTERS}
    for name in FILTERS:
        unknown = [each for each in state[f"filter_{name}"] if each not in known[name]]
        if unknown:
            state["link_problems"].append(
                _("{dimension} “{value}” is not in these data and was left out of the filter.").format(
                    dimension=text.dimension(name), value=", ".join(unknown)
                )
            )
            state[f"filter_{name}"] = [each for each in state[f"filter_{name}"] if each in known[name]]
    count = sum(1 for name in FILTERS if state[f"filter_{name}"])
    title = _("Filters ({count})").format(count=count) if count else _("Filters")
    with st.popover(title, icon=":material/filter_list:"):
        for name in FILTERS:
            if known[name]:
                st.multiselect(
                    text.dimension(name),
                    known[name],
                    format_func=lambda code, name=name: names.get((name, code), "") or text.code(code),
                    placeholder=_("All"),
                    **_widget(f"filter_{name}"),
                )


def _describe(shown: Shown) -> None:
    """The scope in words, a button to take away each filter, and what could not be taken from the link."""
    state = st.session_state
    words = [text.period(shown.scope.period)]
    if shown.scope.comparison:
        words.append(_("compared with {period}").format(period=text.period(shown.scope.comparison)))
    words.append(_("data up to {moment}").format(moment=text.moment(shown.store.as_of)))
    with st.container(horizontal=True, vertical_alignment="center", key="scope_words"):
        st.caption(" · ".join(words), width="content")
        for name, values in shown.filters:
            kept = ", ".join(shown.label(name, each) for each in values)
            st.button(
                plain(f"{text.dimension(name)}: {kept}"),
                key=f"drop_{name}",
                icon=":material/close:",
                help=_("Take this filter away"),
                on_click=narrow,
                args=(name, ()),
                type="tertiary",
            )
    if shown.store.anchor != shown.store.data_end:
        st.caption(
            _("From {day} on there are hardly any contacts: figures for these days are not final.").format(
                day=text.day(shown.store.anchor)
            )
        )
    for problem in state["link_problems"]:
        st.warning(plain(problem), icon=":material/link_off:")
    state["link_problems"] = []


def write_link() -> None:
    """Put the scope into the URL; defaults are left out, so that short links stay short."""
    state = st.session_state
    wanted: dict[str, str | list[str]] = {"lang": state["lang"]}
    if state["preset"] is not Preset.LAST_WEEK:
        wanted["period"] = str(state["preset"])
    if state["preset"] is Preset.CUSTOM and len(state.get("days", ())) == 2:
        wanted |= {"from": state["days"][0].isoformat(), "to": state["days"][1].isoformat()}
    if state["comparison"] is not Comparison.PREVIOUS:
        wanted["compare"] = str(state["comparison"])
    if state["comparison"] is Comparison.CUSTOM and len(state.get("compared_days", ())) == 2:
        first, last = state["compared_days"]
        wanted |= {"compare_from": first.isoformat(), "compare_to": last.isoformat()}
    if state["change"]:
        wanted["change"] = state["change"]
    for name, short in link.URL_NAMES.items():
        if state[f"filter_{name}"]:
            wanted[short] = list(state[f"filter_{name}"])
    st.query_params.from_dict(wanted)


def narrow(dimension: str, values: tuple[str, ...]) -> None:
    """For callbacks: keep only these values of a dimension; none takes the filter away."""
    st.session_state[f"filter_{dimension}"] = list(values)
    st.session_state["scope_changed"] = True


def narrow_by_chart(key: str, dimension: str) -> None:
    """For callbacks: keep what was clicked in a bar chart whose points carry codes in `customdata`."""
    points = st.session_state[key]["selection"]["points"]
    codes = tuple(point["customdata"] for point in points if point.get("customdata"))
    if codes and dimension in FILTERS:
        narrow(dimension, tuple(code if isinstance(code, str) else code[0] for code in codes))


def zoom_by_chart(key: str, days: int) -> None:
    """For callbacks: look at the week or month of the point that was clicked in a trend."""
    points = st.session_state[key]["selection"]["points"]
    if points:
        place = points[0].get("customdata") or points[0]["x"]
        start = date.fromisoformat(str(place[0] if isinstance(place, list) else place)[:10])
        last = start + timedelta(days=days - 1)
        if days > 7:
            last = (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        st.session_state["scope_changed"] = True
        st.session_state["preset"] = Preset.CUSTOM
        st.session_state["days"] = (start, last)


def widen(preset: Preset) -> None:
    """For callbacks: another period, and no filters."""
    st.session_state["preset"] = preset
    for name in FILTERS:
        narrow(name, ())


def pick_change(label: str, names: dict[str, str]) -> str:
    """The change to look at, remembered in the URL; the newest when the link names none or one that is gone."""
    known = list(names)
    asked = st.session_state["change"]
    if asked and asked not in known:
        st.warning(_("The change in this link is not on record; the newest one is shown."), icon=":material/link_off:")
    place = known.index(asked) if asked in known else len(known) - 1
    picked = st.selectbox(label, known, index=place, format_func=lambda each: names[each], width=420)
    choose_change(picked)
    write_link()
    return picked


def choose_change(change: str) -> None:
    """The change that the page shows from now on."""
    st.session_state["change"] = change


def draw_language() -> None:
    """The switch between the languages."""
    st.segmented_control(
        _("Language"),
        list(text.LANGUAGES),
        key="lang",
        format_func=lambda each: text.LANGUAGES[each],
        label_visibility="collapsed",
        required=True,
    )


def spoken(piece: Callable[..., None]) -> Callable[..., None]:
    """A piece that reruns by itself: also then it speaks the reader's language, and says what went wrong."""

    @wraps(piece)
    def said(*given: object, **named: object) -> None:
        text.language.set(st.session_state["lang"])
        if st.session_state.pop("scope_changed", False):
            st.rerun()
        with explained():
            piece(*given, **named)

    return said


def fragment(piece: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that reruns by itself."""
    return st.fragment(spoken(piece))


def keep(store: Store, viewer: Viewer) -> None:
    """On a page without the scope bar: remember what was chosen, so that it is there on the next page."""
    state = st.session_state
    period = _chosen(state["preset"], store.anchor)
    names = load.names(store, store.manifest.id)
    state["shown"] = Shown(store, viewer, Scope(period, _compared(period)), names)
    write_link()
