"""What the reader chose, kept in the session and in the URL: a pasted link, and the browser's back, show the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data_access.store import Store
from data_access.viewer import Viewer
from metrics.scope import FILTERS, Comparison, Period, Preset, Scope, compared_period, preset_period
from pages.ui import identity, link, load
from pages.ui.notices import explained
from pages.ui.shown import Shown
from reports import sentences, text
from reports.text import _


def current() -> Shown:
    return st.session_state["shown"]


def settled() -> Scope | None:
    return current().scope if "shown" in st.session_state else None


def first_time(what: str) -> bool:
    """True once in a session: what has happened is written down once."""
    seen = st.session_state.setdefault("happened", set())
    if what in seen:
        return False
    seen.add(what)
    return True


def note(name: str, value: Any) -> None:
    """Keep something for the rest of the session."""
    st.session_state[f"noted_{name}"] = value


def noted(name: str) -> Any:
    """What was kept; None where nothing was."""
    return st.session_state.get(f"noted_{name}")


def read_link() -> None:
    """Take what the URL says: when a session begins, and when the browser goes back or forward to an earlier link."""
    if "lang" not in st.session_state or (_in_history() and "lang" in st.query_params):
        _read_all()
    text.language.set(st.session_state["lang"])


def _in_history() -> bool:
    """Did the reader come to this run by the browser's back or forward?"""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _read_all() -> None:
    state, query = st.session_state, link.written(st.query_params)
    asked = query.get("lang")
    state["lang"] = asked if asked in text.LANGUAGES else text.language_of(st.context.locale)
    text.language.set(state["lang"])
    _read_scope(query)
    state.pop("view_page", None)


def open_view(page: str, asked: link.Asked) -> None:
    """From now on show what a link to a page asks for, in the language spoken; the caller then switches to the page."""
    _read_scope(asked)
    st.session_state["view_page"] = page


def _read_scope(query: link.Asked) -> None:
    state = st.session_state
    state["link_problems"] = []
    for name in link.DAYS:
        state.pop(name, None)
    try:
        state.update(link.kept(query))
    except ValueError:
        state.update(link.kept(link.without_periods(query)))
        state["link_problems"].append(
            _("The period in this link cannot be read; the last complete week is shown instead.")
        )


def on_page(page: str) -> None:
    """How figures are looked at, by days or by weeks, belongs to a page: another page begins with its usual view."""
    state = st.session_state
    if state.get("view_page", page) != page:
        state["view"] = {}
    state["view_page"] = page


def look_closer(page: str, view: Mapping[str, str]) -> None:
    """From now on a page shows this, such as one metric."""
    st.session_state["view"], st.session_state["view_page"] = dict(view), page


def settle(store: Store, viewer: Viewer, *, filtered: bool = True) -> Shown:
    """What was chosen, as a scope on a store: from now on `current()` says it.

    On a page that does not heed the filters they stay in the URL, for the next page.
    """
    state = st.session_state
    state.pop("scope_changed", None)
    period = chosen_period(store)
    heeded = FILTERS if filtered else ()
    filters = tuple((name, tuple(sorted(state[f"filter_{name}"]))) for name in heeded if state[f"filter_{name}"])
    names = load.names(store, viewer)
    chosen = Scope(period, _compared(period), tuple(sorted(filters)))
    state["shown"] = Shown(store, viewer, chosen, names, load.targets(viewer), load.events(store, viewer))
    return state["shown"]


def has_data() -> bool:
    """Do the data reach into the scope's period?"""
    shown = current()
    first = shown.store.data_start
    return shown.scope.period.start < shown.store.data_end and shown.scope.period.end > first


def chosen(name: str) -> Any:
    """What is chosen for a name of the scope: preset, comparison, days, compared_days, lang."""
    return st.session_state.get(name)


def widget(name: str) -> dict[str, Any]:
    """Key and callback of the widget for a choice, which is kept under its plain name.

    A widget's own state goes when a page without it is opened, and its words stay when the language is switched: so
    there is one a language, set from the plain name before it is drawn and read into it when it changes. In a popover
    that is closed it hears of no choice made elsewhere, by a chip or a click in a chart, and would bring its own back
    with the next click: so after such a choice there is another widget.
    """
    state = st.session_state
    shown, turn = state.get(f"{name} shown", (state[name], 0))
    turn += shown != state[name]
    state[f"{name} shown"] = (state[name], turn)
    key = f"{name} {state['lang']}" + (f" {turn}" if turn else "")
    state[key] = state[name]
    return {"key": key, "on_change": _take, "args": (name, key, turn)}


def _take(name: str, key: str, turn: int) -> None:
    st.session_state[name] = st.session_state[key]
    st.session_state[f"{name} shown"] = (st.session_state[name], turn)


def view_widget(name: str, options: Sequence[Any], default: Any) -> dict[str, Any]:
    """As `widget`, for how a figure is looked at; the URL carries it where it is not the default."""
    key = f"{name} {st.session_state['lang']}"
    asked = st.session_state["view"].get(name, str(default))
    st.session_state[key] = next((each for each in options if str(each) == asked), default)
    return {"key": key, "on_change": _take_view, "args": (name, key, default)}


def _take_view(name: str, key: str, default: Any) -> None:
    view, taken = st.session_state["view"], st.session_state[key]
    view.pop(name, None)
    if taken != default:
        view[name] = str(taken)
    write_link()


def suggest_days(name: str, default: Period | None) -> None:
    """Days to begin with where none were chosen yet."""
    if name not in st.session_state:
        st.session_state[name] = (default.start, default.last) if default else ()


def chosen_period(store: Store) -> Period:
    days = st.session_state.get("days", ())
    if st.session_state["preset"] is Preset.CUSTOM and len(days) == 2:
        return Period(days[0], days[1] + timedelta(days=1))
    return preset_period(st.session_state["preset"], store.anchor)


def _compared(period: Period) -> Period | None:
    days = st.session_state.get("compared_days", ())
    if st.session_state["comparison"] is Comparison.CUSTOM:
        return Period(days[0], days[1] + timedelta(days=1)) if len(days) == 2 else None
    return compared_period(period, st.session_state["comparison"])


def keep_known(dimension: str, known: Sequence[str]) -> list[str]:
    """Leave values out of a filter that these data do not have, and note it for the reader; gives the others."""
    state = st.session_state
    asked = state[f"filter_{dimension}"]
    unknown = [each for each in asked if each not in known]
    if unknown:
        state["link_problems"].append(sentences.left_out(dimension, unknown))
        state[f"filter_{dimension}"] = [each for each in asked if each in known]
    return state[f"filter_{dimension}"]


def link_problems() -> list[str]:
    """What could not be taken from the link; said once."""
    found, st.session_state["link_problems"] = st.session_state["link_problems"], []
    return found


def write_link() -> None:
    """Put what was chosen into the URL; defaults are left out, so that short links stay short. For the end of a run.

    While a page has just begun to open, the browser may still stand at the address of the one before: a link written
    then would be a step to that page, in another view than the reader left it in. A link that is written is a step of
    the browser's history: one written at an earlier step would keep the reader from ever getting behind it.
    """
    if _in_history():
        return
    wanted = here()
    if wanted != link.written(st.query_params):
        st.query_params.from_dict(wanted)


def page() -> str:
    """The address of the page that is open; empty for the first one."""
    return st.session_state["view_page"]


def here() -> link.Asked:
    """What was chosen, as a link has it; who switches the page takes it along, as that leaves the link behind."""
    return link.asked(st.session_state)


def fixed() -> link.Asked:
    """As `here`, with the days themselves: also later the link shows what is shown now."""
    shown, before = current().scope, current().scope.comparison
    told = {
        "preset": Preset.CUSTOM,
        "comparison": Comparison.NONE if before is None else Comparison.CUSTOM,
        "days": (shown.period.start, shown.period.last),
        "compared_days": () if before is None else (before.start, before.last),
    }
    rest = link.without_periods(here())
    return rest | link.periods(told)


def narrow(dimension: str, values: tuple[str, ...]) -> None:
    """For callbacks: keep only these values of a dimension; none takes the filter away."""
    st.session_state[f"filter_{dimension}"] = list(values)
    st.session_state["scope_changed"] = True


def typed(key: str) -> Any:
    """For callbacks: what stands in a field."""
    return st.session_state[key]


def taken(name: str) -> Any:
    """What was noted under this name, which is forgotten with it; None where nothing was."""
    return st.session_state.pop(f"noted_{name}", None)


def view() -> Mapping[str, str]:
    """How the page's figures are looked at, by name; stays up to date while the page is open."""
    return st.session_state["view"]


def look_at(first: date, last: date) -> None:
    """For callbacks: these days instead of the period."""
    st.session_state["scope_changed"] = True
    st.session_state["preset"] = Preset.CUSTOM
    st.session_state["days"] = (first, last)


def widen(preset: Preset) -> None:
    """For callbacks: another period, and no filters."""
    st.session_state["preset"] = preset
    for name in FILTERS:
        narrow(name, ())


def choose_change(change: str) -> None:
    """The change that the page shows from now on."""
    st.session_state["change"] = change


def spoken(piece: Callable[..., None]) -> Callable[..., None]:
    """A piece that reruns by itself: also then it speaks the reader's language, and says what went wrong."""

    @wraps(piece)
    def said(*given: object, **named: object) -> None:
        text.language.set(st.session_state["lang"])
        is_other = st.session_state.pop("scope_changed", False) or load.has_other_rules(current().store)
        if is_other or not identity.holds(current().viewer, identity.claims()):
            st.rerun()
        with explained():
            piece(*given, **named)

    return said


def fragment(piece: Callable[..., None], every: float | None = None) -> Callable[..., None]:
    """A part of a page that reruns by itself: when it is touched and, if asked, every so many seconds."""
    return st.fragment(spoken(piece), run_every=every)
