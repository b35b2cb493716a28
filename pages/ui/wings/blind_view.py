"""Blind spots on the screen: the finding, the map, the places to act on, and the cases of a cell."""

import streamlit as st

from data_access.wings.blind_spots import Looked, days_looked, missing, read_blind_spots, read_complained, rows_of
from metrics.metric import Unit
from metrics.wings.blind_spots import BlindSpots, Verdict
from pages.ui import cases, controls, files, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import behind
from pages.ui.shown import Shown
from pages.ui.wings import looks
from reports import text
from reports.export import Section
from reports.text import N_, _
from reports.wings import blind_words as words
from reports.wings import charts_blind

WEEKS = (13, 26, 52)
USUAL_WEEKS = 26  # fewer hold too few complaints to tell cells apart
WAYS = {"map": N_("Map"), "scatter": N_("Scatter")}


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    lacking = missing(shown.store)
    rows = rows_of(shown.store)
    if lacking or not rows:
        needed(lacking or ["contacts.scenario"])
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spoken = {each: text.dimension(each) for each in rows}
        row = controls.segments(_("Rows"), "by.blind", rows, rows[0], lambda each: spoken[each], labelled=True)
        weeks = _weeks()
    days = days_looked(shown.store, shown.scope.period, weeks)
    looked = read_blind_spots(shown.store, shown.viewer, days, shown.filters, row)
    if not _is_any(shown):
        show.empty()
        return
    if looked.found is None:
        st.info(_("No contact of these days was complained of, or none reviewed: there is nothing to hold together."))
        return
    _found(shown, looked, looked.found)


def _weeks() -> int:
    spoken = {each: _("{weeks} weeks").format(weeks=each) for each in WEEKS}
    asked = controls.segments(
        _("Days looked at, at least"), "weeks", WEEKS, USUAL_WEEKS, lambda each: spoken[each], labelled=True
    )
    return int(asked)


def _is_any(shown: Shown) -> bool:
    """Is there a contact in the scope itself?"""
    return any(
        read_blind_spots(shown.store, shown.viewer, shown.scope.period, shown.filters, row).contacts
        for row in rows_of(shown.store)[:1]
    )


def _found(shown: Shown, looked: Looked, found: BlindSpots) -> None:
    label = shown.label
    st.markdown(f"**{plain(words.lead(looked, found, label))}**")
    if advice := words.advice(looked, found, label):
        st.markdown(plain(advice))
    st.caption(
        plain(
            _("Contacts that began in {period}; later ones may still be complained of or reviewed.").format(
                period=text.period(looked.period)
            )
        )
    )
    _tiles(looked, found)
    _chart(looked, found)
    _places(looked, found)
    frame, names = words.file_frame(looked, found)
    section = Section(_("Complaints and reviews by cell"), frame, names, period=looked.period)
    files.button(_("Blind spots"), [section], key="blind_spots")


def _tiles(looked: Looked, found: BlindSpots) -> None:
    rows = found.cells.filter(found.cells["level"] == "row")
    counts = {name: int(rows[name].sum()) for name in ("contacts", "complained", "eligible", "reviewed")}
    grid = st.grid("auto", min_column_width=225, border=True)
    told = (
        (_("Complaints per 1,000 contacts"), text.number(found.complained * 1_000, 1), counts["complained"],
         counts["contacts"]),
        (_("Reviewed by people"), text.value(found.covered * 100, Unit.PERCENT), counts["reviewed"],
         counts["eligible"]),
    )  # fmt: skip
    for name, value, part, whole in told:
        with grid.cell():
            st.metric(name, value)
            st.caption(_("{part} of {whole}").format(part=text.number(part), whole=text.number(whole)))
    with grid.cell():
        st.metric(_("Blind spots"), text.number(found.counted(Verdict.BLIND)))
        st.caption(words.counted(found))
    with grid.cell():
        st.metric(_("Reviews lacking there"), text.number(round(found.lacking)))
        st.caption(_("to be looked at as often as the rest"))


@scope.fragment
def _chart(looked: Looked, found: BlindSpots) -> None:
    shown = scope.current()
    st.subheader(_("Complaints against QA"))
    way = controls.segments(_("Chart"), "as.blind", list(WAYS), "map", lambda each: _(WAYS[each]))
    drawn = {"map": charts_blind.blind_map, "scatter": charts_blind.blind_scatter}[way]
    name = f"blind_{way}_{looked.row}_{hash(looked.period)}"
    figure = drawn(looked, found, shown.label)
    if picked := looks.clickable(figure, name, _("Complaints against QA")):
        _open_cases(looked, *picked)
    behind(figure, "blind")
    if way == "map":
        st.caption(
            _("The number in a cell is how many of 1,000 contacts end in a complaint; its colour sets that against QA. "
              "▲ blind spot, ▽ QA without a reason, · too few to judge. Click a cell to see its cases.")
        )  # fmt: skip
    else:
        st.caption(_("Each point is a cell, as large as its contacts; the lines are all together. Click a point to see "
                     "its cases."))  # fmt: skip


def _open_cases(looked: Looked, row: str, column: str) -> None:
    """The contacts of a cell of which a complaint came."""
    shown = scope.current()
    narrowed = shown.scope.narrowed(looked.row, (row,))
    if column and looked.column:
        narrowed = narrowed.narrowed(looked.column, (column,))
    title = _("Contacts with a complaint: {place}").format(
        place=words.place({"row": row, "column": column or None}, looked, shown.label)
    )
    cases.rows_dialog(title, read_complained, looked.period, narrowed.filters, "cases_blind_spots")


def _places(looked: Looked, found: BlindSpots) -> None:
    """What to act on: blind spots, and where QA could be spared."""
    label = scope.current().label
    blind, idle = found.of(Verdict.BLIND), found.of(Verdict.IDLE)
    st.subheader(_("Many complaints, little QA"))
    if blind.is_empty():
        st.caption(_("No place is complained of more and reviewed less than the rest by more than chance explains."))
    else:
        tables.plain(words.table(blind, looked, label, blind=True))
    st.subheader(_("QA effort without a reason"))
    if idle.is_empty():
        st.caption(_("No place is reviewed more and complained of less than the rest by more than chance explains."))
    else:
        tables.plain(words.table(idle, looked, label, blind=False))
    st.caption(
        _("Named is what differs in both by half as much again at least and by more than chance explains; of all that "
          "is named, at most one in twenty is expected to be chance.")
    )  # fmt: skip
