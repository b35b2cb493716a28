"""A forecast on the screen: what is expected, what each season brings, how good it would have been, and the staff."""

from functools import partial

import streamlit as st

from data_access.watch.forecast import SUBJECTS, Lacking, read_foretold
from metrics.forecast import TOTAL, Foretold
from metrics.results import NotEstimable
from pages.ui import controls, files, scope, show, tables
from pages.ui.notices import plain
from pages.ui.pieces import CHART
from pages.ui.watch import staff_view
from reports import charts_base, text
from reports.export import Section
from reports.links import FORECAST_OF
from reports.text import Label, _
from reports.watch import charts_forecast
from reports.watch import forecast_words as words
from reports.wings.charts_forest import forest

HORIZONS = (4, 8, 13)  # weeks
UNKNOWN = "unknown"  # in a link: those whose type is not recorded
TOLD = {"consumer_day", "summer"}  # in words, beside the next season
DRAWN = {"day": 56, "week": 52}  # periods of the past
COLOURS = {"contacts": charts_base.QA, "complaints": charts_base.COMPLAINTS}


@scope.fragment
def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    subject, grain, weeks = _chosen()
    with st.spinner(_("Trying the forecast on the past year")):
        found = read_foretold(shown.store, shown.viewer, subject, shown.filters)
    if isinstance(found, NotEstimable) and not found.values["found"]:
        show.empty()
        return
    if isinstance(found, NotEstimable | Lacking):
        st.info(plain(words.refused(found)), icon=":material/info:")
        return
    name = _part(found)
    st.caption(words.begins(found))
    st.markdown(f"**{plain(words.lead(found, name, subject, weeks, shown.label))}**")
    _course(found, name, subject, grain, weeks)
    _seasons(found, name, subject)
    _tested(found, name, grain, weeks)
    if subject == "contacts" and name is not None and shown.store.warehouse.has("contacts"):
        staff_view.section(found, name)
    files.whole(_("Forecast"), partial(_whole, found, name, grain, weeks, shown.label))


def _chosen() -> tuple[str, str, int]:
    """What, at which grain and how far."""
    subjects = {each: _(words.SUBJECTS[each]) for each in SUBJECTS}
    grains = {each: _(said) for each, said in words.GRAINS.items()}
    spoken = {each: _("{count} weeks").format(count=text.number(each)) for each in HORIZONS}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        subject = controls.segments(
            _("Forecast of"), FORECAST_OF, SUBJECTS, SUBJECTS[0], lambda each: subjects[each], labelled=True
        )
        grain = controls.segments(
            _("Grain"), "grain.forecast", list(grains), "day", lambda each: grains[each], labelled=True
        )
        weeks = controls.segments(_("Ahead"), "weeks", HORIZONS, HORIZONS[0], lambda each: spoken[each], labelled=True)
    return subject, grain, weeks


def _part(found: Foretold) -> str | None:
    """All, or one type."""
    if len(found.names) == 1:
        return TOTAL
    label = scope.current().label
    codes = {UNKNOWN if name is None else name: name for name in found.names}
    spoken = {code: words.part(name, label) for code, name in codes.items()}
    widget = scope.view_widget("part", list(codes), TOTAL)
    return codes[st.selectbox(_("Type"), list(codes), format_func=lambda each: spoken[each], width=320, **widget)]


def _course(found: Foretold, name: str | None, subject: str, grain: str, weeks: int) -> None:
    shown = scope.current()
    title = _("What came and what is expected")
    ahead, past = found.of(name, grain, weeks), found.history(name, grain, DRAWN[grain])
    figure = charts_forecast.course(past, ahead.frame, grain, COLOURS[subject], shown.events)
    key = f"forecast_{subject}_{found.names.index(name)}_{grain}_{weeks}_{hash(shown.filters)}"
    st.plotly_chart(figure, key=key, config=CHART, alt=title)
    st.markdown(plain(words.tested(ahead.test)))
    with st.container(horizontal=True, vertical_alignment="center"):
        as_table = st.toggle(_("Show as table"), key="table_forecast")
        files.button(title, [_forecast_section(found, name, grain, weeks, shown.label)], key="forecast")
    if as_table:
        tables.coded(ahead.frame, words.headers(), decimals=1)


def _seasons(found: Foretold, name: str | None, subject: str) -> None:
    extras = found.extras(name)
    with show.section(_("What the seasons of the next twelve months bring")):
        if not extras:
            st.info(plain(words.no_extras(found)), icon=":material/info:")
            return
        told = [each for each in extras if each is extras[0] or each.code in TOLD]
        st.markdown("\n".join(f"* {plain(words.extra(each, subject))}" for each in told))
        left, right = st.columns([4, 9], gap="medium")
        with left:
            rows = words.extra_rows(extras)
            spoken = {code: _(said) for code, said in words.STATES.items()}
            figure = forest(rows, at=0, title=_("More than without the season"), suffix="%", spoken=spoken)
            st.plotly_chart(figure, key=f"seasons_{subject}_{found.names.index(name)}", config=CHART, alt=_("Seasons"))
        with right:
            tables.plain(words.extra_table(extras), height="content", figures=words.extra_figures())
        st.caption(
            _("At the level of the last weeks: the interval says how surely the effect is known, not how the level will"
              " move until then.")
        )  # fmt: skip
        files.button(_("Seasons"), [_season_section(found, name)], key="seasons")


def _tested(found: Foretold, name: str | None, grain: str, weeks: int) -> None:
    shown = scope.current()
    title = _("By type, and how good it would have been")
    with show.section(title):
        st.markdown(plain(words.naive_named(found, grain, shown.label)))
        tables.plain(
            words.parts_table(found, grain, weeks, shown.label),
            height="content",
            figures=words.parts_figures(),
            named=_("Type"),
        )
        st.caption(plain(text.paragraph([words.about_scores(), words.about()])))
        made = partial(_parts_section, found, grain, weeks, shown.label)
        files.lazily(title, lambda: [made()], key="forecast_parts")


def _forecast_section(found: Foretold, name: str | None, grain: str, weeks: int, label: Label) -> Section:
    frame = words.forecast_frame([found.of(name, grain, weeks)], label)
    return Section(_("What came and what is expected"), frame, words.headers())


def _season_section(found: Foretold, name: str | None) -> Section:
    return Section(_("Seasons"), words.extra_frame(found.extras(name)), words.headers())


def _parts_section(found: Foretold, grain: str, weeks: int, label: Label) -> Section:
    frame = words.forecast_frame([found.of(each, grain, weeks) for each in found.names], label)
    return Section(_("By type, and how good it would have been"), frame, words.headers())


def _whole(found: Foretold, name: str | None, grain: str, weeks: int, label: Label) -> list[Section]:
    """For the file of the whole page, which is made outside the session."""
    return [
        _forecast_section(found, name, grain, weeks, label),
        _season_section(found, name),
        _parts_section(found, grain, weeks, label),
    ]
