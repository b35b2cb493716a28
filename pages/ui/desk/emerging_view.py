"""Emerging issues on the screen: hot tags, kinds that grow, words that rise and codes that are new, as of a week."""

from datetime import date, timedelta
from functools import partial

import polars as pl
import streamlit as st

from data_access.desk.emerging import (
    NEEDS,
    USUAL_WINDOW,
    WINDOWS,
    Emerging,
    hot_tags,
    open_code,
    open_term,
    read_emerging,
    weeks_of_kind,
    weeks_of_term,
)
from data_access.source_days import days_of
from metrics.complaint import COMPLAINT_RATE
from metrics.desk.growth import LEVEL_WEEKS, WEEKS, fitted_weeks
from metrics.desk.new_codes import NEW_WEEKS
from metrics.desk.rising import Rising
from metrics.metric import Source
from metrics.scope import Period
from metrics.wings.scan import week_ends
from pages.ui import cases, clicks, controls, files, pieces, scope, show, tables
from pages.ui.notices import needed
from pages.ui.pieces import CHART, behind
from pages.ui.shown import Shown
from reports import text
from reports.desk import charts_emerging
from reports.desk import emerging_words as words
from reports.export import Section
from reports.text import _
from reports.wings.charts_forest import Row, forest

LOOKED_BACK = 52  # weeks that the slider offers
MOST_DRAWN = 14


@scope.fragment
def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    if missing := shown.store.warehouse.missing(NEEDS):
        needed(missing)
        return
    known = days_of(shown.store, (Source.COMPLAINTS,))
    if pieces.complaints_refused() or known is None:
        return
    last = min(shown.scope.period.end, shown.store.anchor)
    ends = week_ends(last, max(1, min((last - known.start).days // 7, LOOKED_BACK)))
    spoken = {each: _("{count} weeks").format(count=text.number(each)) for each in WINDOWS}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        end = controls.as_of(ends)
        weeks = controls.segments(
            _("Words of the last"), "weeks", WINDOWS, USUAL_WINDOW, lambda each: spoken[each], labelled=True
        )
    with st.spinner(_("Looking through the weeks")):
        found = read_emerging(shown.store, shown.viewer, end, weeks, shown.filters)
    if found is None or found.is_empty:
        show.empty()
        return
    _tags(found)
    _growth(found)
    _words(found)
    _codes(found)
    files.whole(_("Emerging issues"), partial(_whole, found))


def _tags(found: Emerging) -> None:
    """The finding in a sentence, and what the floor should listen for."""
    shown = scope.current()
    said = words.headline(found, shown.label, shown.store.site_rules.growth_alarm)
    st.markdown(f"**{show.plain(said)}**")
    tags = hot_tags(shown.store, shown.viewer, found.end, shown.filters)
    if tags:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(_("Hot issues:"), width="content")
            for each in tags:
                icon = {"type": ":material/trending_up:", "words": ":material/format_quote:"}
                st.badge(
                    show.plain(words.tag(each, shown.label)),
                    icon=icon.get(each.kind, ":material/fiber_new:"), color="orange",
                )  # fmt: skip


def _growth(found: Emerging) -> None:
    shown = scope.current()
    title = _("Kinds of complaints that grow")
    with show.section(title):
        if found.growth is None or found.growth["value"].is_null().all():
            st.info(_("Too few complaints in the last year to tell how any kind grows."), icon=":material/info:")
            return
        alarm = shown.store.site_rules.growth_alarm
        drawn = found.growth.drop_nulls("value").head(MOST_DRAWN)
        left, right = st.columns(2, gap="large")
        with left:
            key = clicks.turned(f"growth_{found.end}_{hash(shown.filters)}")
            figure = forest(
                [_row(place, row, shown) for place, row in enumerate(drawn.iter_rows(named=True))],
                at=alarm, title=_("Growth a month, %"), suffix="%",
                spoken={"inside": _("no alarm"), "apart": _("alarm")},
            )  # fmt: skip
            st.plotly_chart(figure, key=key, config=CHART, alt=title)
        with right:
            _kind(found, drawn)
        st.caption(words.about_growth(alarm))
        tables.plain(words.growth_table(found.growth, shown.label))
        files.button(title, [_section(title, found.growth, _year(found.end))], key="growth")


def _row(place: int, row: dict, shown: Shown) -> Row:
    told = [words.monthly(row), _("{count} complaints").format(count=text.number(row["count"]))]
    state = "apart" if row["verdict"] == "alarm" else "inside"
    return Row(str(place), words.kind(row, shown.label), row["value"], row["low"], row["high"], state, told)


def _kind(found: Emerging, drawn: pl.DataFrame) -> None:
    """The weeks of one kind, and its cases."""
    shown = scope.current()
    rows = list(drawn.iter_rows(named=True))
    names = [words.kind(row, shown.label) for row in rows]
    place = st.selectbox(
        _("Kind of complaint"), range(len(rows)), format_func=lambda each: names[each], key=f"grown_{found.end}"
    )
    row = rows[place]
    kind = {name: row[name] for name in ("issue_type", "subtype")}
    weeks = weeks_of_kind(shown.store, shown.viewer, found.end, shown.filters, kind)
    fitted = fitted_weeks(row, week_ends(found.end, LEVEL_WEEKS + WEEKS))
    figure = charts_emerging.course(weeks, _("Complaints a week"), fitted)
    st.plotly_chart(
        figure, key=f"grown_weeks_{found.end}_{place}_{hash(shown.filters)}", config=CHART, alt=names[place]
    )
    behind(figure, "grown_weeks")
    narrowed = shown.scope
    for name, code in kind.items():
        narrowed = narrowed.narrowed(name, (code,)) if code else narrowed
    cases.button(
        COMPLAINT_RATE,
        "grown",
        Period(weeks["end"][-5], found.end),
        narrowed.filters,
        words=_("Cases of the last weeks"),
    )


def _words(found: Emerging) -> None:
    shown = scope.current()
    title = _("Words and phrases that rise")
    with show.section(title):
        rising = found.words
        if not isinstance(rising, Rising):
            st.info(show.plain(words.no_words(rising)), icon=":material/info:")
            return
        if rising.terms.height:
            left, right = st.columns(2, gap="large")
            with left:
                key = f"words_{found.end}_{rising.window.start}_{hash(shown.filters)}"
                figure = charts_emerging.words(rising.terms.head(MOST_DRAWN))
                st.plotly_chart(figure, key=key, config=CHART, alt=title)
            with right:
                _term(rising, found.end)
            tables.plain(words.words_table(rising))
        else:
            st.success(_("No word or phrase of customers rises beyond chance."), icon=":material/check_circle:")
        st.caption(show.plain(words.about_words(rising)))
        files.button(title, [_section(title, _flat(rising.terms), rising.window)], key="words")


def _term(rising: Rising, end: date) -> None:
    """The weeks of one word, and the complaints it stands in."""
    shown = scope.current()
    term = st.selectbox(_("Word or phrase"), rising.terms["term"].to_list(), key=f"term_{end}_{rising.window.start}")
    weeks = weeks_of_term(shown.store, shown.viewer, end, shown.filters, term)
    figure = charts_emerging.course(weeks, _("Complaints with it, a week"))
    st.plotly_chart(figure, key=f"term_weeks_{end}_{term}_{hash(shown.filters)}", config=CHART, alt=term)
    behind(figure, "term_weeks")
    title = _("Complaints that say {term}").format(term=words.quoted(term))
    if st.button(show.plain(title), key="rows_term", icon=":material/table_rows:"):
        read = partial(open_term, found=rising, term=term)
        cases.rows_dialog(title, read, rising.window, shown.filters, "emerging_term")


def _codes(found: Emerging) -> None:
    shown = scope.current()
    title = _("New codes")
    with show.section(title):
        if found.codes is None or found.codes.is_empty():
            st.caption(words.no_codes(found.codes))
            return
        tables.plain(words.codes_table(found.codes, shown.label))
        rows = found.codes.select("dimension", "code").rows()
        named = [f"{text.column(name)} – {shown.label(name, code)}" for name, code in rows]
        place = st.selectbox(_("Code"), range(len(rows)), format_func=lambda each: named[each], key="new_code")
        label = _("Complaints with the new code")
        if st.button(label, key="rows_code", icon=":material/table_rows:"):
            dimension, code = rows[place]
            weeks = Period(found.end - timedelta(days=7 * NEW_WEEKS), found.end)
            read = partial(open_code, dimension=dimension, code=code)
            cases.rows_dialog(label, read, weeks, shown.filters, "emerging_code")
        files.button(title, [_section(title, found.codes, _year(found.end))], key="codes")


def _year(end: date) -> Period:
    return Period(week_ends(end, LEVEL_WEEKS + WEEKS + 1)[0], end)


def _flat(terms: pl.DataFrame) -> pl.DataFrame:
    return terms.with_columns(pl.col("also").list.join(", "))


def _section(title: str, frame: pl.DataFrame, period: Period) -> Section:
    verdicts = {code: _(said) for code, said in words.VERDICTS.items()}
    spoken = frame.with_columns(pl.col("verdict").replace(verdicts)) if "verdict" in frame.columns else frame
    return Section(title, spoken, words.headers(), period)


def _whole(found: Emerging) -> list[Section]:
    sections = []
    if found.growth is not None:
        sections.append(_section(_("Kinds of complaints that grow"), found.growth, _year(found.end)))
    if isinstance(found.words, Rising):
        sections.append(_section(_("Words and phrases that rise"), _flat(found.words.terms), found.words.window))
    if found.codes is not None:
        sections.append(_section(_("New codes"), found.codes, _year(found.end)))
    return sections
