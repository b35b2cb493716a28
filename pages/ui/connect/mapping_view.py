"""The mapping in editable grids: tables, columns and codes; tried on the database, and downloaded as its file."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from data_access.connecting.checking import Check, check, reach
from data_access.connecting.drafting import mapping_text
from data_access.connecting.editing import Cell, Grid, grid_of, mapping_of
from data_access.connecting.opened import Proposed
from data_access.connecting.place import Place
from data_access.connecting.source_mapping import SourceMapping
from data_access.connecting.source_schema import SourceTable
from data_access.schema import TABLES
from data_access.viewer import Viewer
from metrics.errors import ServiceQualityError
from pages.ui import load, notices, scope
from pages.ui.connect import found_view
from reports import connect_words, text
from reports.text import N_, _

CHECKED = "connect_checked"
KINDS = {"column": N_("column"), "expression": N_("expression"), "value": N_("one value for all")}
FROM_FILE, FROM_PROPOSAL = "file", "proposal"


def mapping(
    place: Place,
    tables: Sequence[SourceTable],
    proposed: Proposed | None,
    in_file: SourceMapping | None,
    viewer: Viewer,
) -> None:
    """The grids of the mapping in use, or of the proposal; then what it comes to, and its file."""
    grid = _chosen(proposed, in_file)
    st.caption(
        _("Nothing is taken over silently: look through what is proposed, correct it, try it, and download the file. "
          "The administrator puts it beside secrets.toml; then every page reads by it.")
    )  # fmt: skip
    if proposed and proposed.proposal.unplaced:
        names = text.listed(f"{each.table}.{each.name}" for each in proposed.proposal.unplaced)
        st.caption(notices.plain(_("Not placed: {columns}.").format(columns=names)))
    edited = _edited(grid, tables)
    try:
        made = mapping_of(edited, in_file or (proposed.mapping if proposed else None))
    except ServiceQualityError as failure:
        st.error(notices.plain(text.paragraph(text.explained(failure))), icon=":material/report:")
        return
    with st.container(horizontal=True):
        is_tried = st.button(_("Try this mapping"), type="primary", icon=":material/play_arrow:")
        st.download_button(
            _("Download the mapping"),
            mapping_text(made),
            file_name=place.mapping.name if place.mapping else "warehouse.toml",
            mime="application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
    if is_tried:
        with st.spinner(_("Asking the database")):
            scope.note(CHECKED, (made.print, _tried(place, made, viewer)))
    noted = scope.noted(CHECKED)
    if noted is not None:
        if noted[0] != made.print:
            st.caption(_("The mapping has been changed since it was tried."))
        found_view.found(noted[1])


def _chosen(proposed: Proposed | None, in_file: SourceMapping | None) -> Grid:
    """What stands in the grids at first: the mapping in use, or the proposal."""
    proposal = proposed.proposal if proposed else None
    drafted = proposed.mapping if proposed else None
    if in_file is None:
        return grid_of(drafted, proposal, FROM_PROPOSAL)
    spoken = {FROM_FILE: _("the file in use"), FROM_PROPOSAL: _("the proposal")}
    start = st.segmented_control(
        _("Start from"), list(spoken), default=FROM_FILE, format_func=lambda each: spoken[each], required=True
    )
    return grid_of(in_file if start == FROM_FILE else drafted, proposal, start or FROM_FILE)


def _edited(grid: Grid, tables: Sequence[SourceTable]) -> Grid:
    """The grids as they stand on the screen."""
    source, site = st.columns(2)
    zones = (
        source.text_input(_("Clock of the source"), grid.zones[0], key=f"connect_zone {grid.key}").strip(),
        site.text_input(
            _("Clock of the reports"), grid.zones[1], key=f"connect_site {grid.key}", placeholder=_("the same")
        ).strip(),
    )
    st.subheader(_("Tables"))
    given = _tables(grid, [each.full for each in tables])
    st.subheader(_("Columns"))
    st.caption(
        _("A column of the source table, an SQL expression over its columns in the database's own words, or one value "
          "for all rows. Rows without an entry stay empty.")
    )  # fmt: skip
    cells = _columns(grid, given)
    st.subheader(_("Codes"))
    st.caption(_("What words of the source mean. Flags take true and false; words not listed stay as they are."))
    return Grid(grid.name, grid.start, given, cells, _codes(grid), zones)


def _tables(grid: Grid, known: Sequence[str]) -> dict[str, tuple[str, str]]:
    rows = [
        {
            "table": name,
            "source": grid.tables.get(name, ("", ""))[0] or None,
            "where": grid.tables.get(name, ("", ""))[1],
            "why": _why(grid, name, ""),
        }
        for name in TABLES
    ]
    options = sorted({*known, *(source for source, _where in grid.tables.values() if source)})
    shown = st.data_editor(
        pl.DataFrame(rows, schema=dict.fromkeys(("table", "source", "where", "why"), pl.String)),
        hide_index=True,
        placeholder="",
        disabled=["table", "why"],
        key=f"connect_tables {grid.key}",
        column_config={
            "table": st.column_config.TextColumn(_("Logical table")),
            "source": st.column_config.SelectboxColumn(_("Source table"), options=options),
            "where": st.column_config.TextColumn(_("Only rows where"), help=_("An SQL condition over its columns.")),
            "why": st.column_config.TextColumn(_("Proposed because"), width="large"),
        },
    )
    return {each["table"]: (each["source"], each["where"] or "") for each in shown.to_dicts() if each["source"]}


def _columns(grid: Grid, tables: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], Cell]:
    rows = [
        {
            "table": name, "column": column.name, "kind": grid.cells.get((name, column.name), Cell()).kind,
            "words": grid.cells.get((name, column.name), Cell()).words,
            "unit": grid.cells.get((name, column.name), Cell()).unit if column.name.endswith("_seconds") else None,
            "why": _why(grid, name, column.name),
        }
        for name, table in TABLES.items() if name in tables for column in table.c
    ]  # fmt: skip
    kinds = {each: _(word) for each, word in KINDS.items()}
    shown = st.data_editor(
        pl.DataFrame(rows, schema=dict.fromkeys(("table", "column", "kind", "words", "unit", "why"), pl.String)),
        hide_index=True,
        placeholder="",
        disabled=["table", "column", "why"],
        key=f"connect_columns {grid.key} {' '.join(tables)}",
        column_config={
            "table": st.column_config.TextColumn(_("Logical table")),
            "column": st.column_config.TextColumn(_("Column")),
            "kind": st.column_config.SelectboxColumn(
                _("Filled by"), options=list(kinds), format_func=lambda each: kinds[str(each)], required=True
            ),
            "words": st.column_config.TextColumn(_("Column or expression"), width="medium"),
            "unit": st.column_config.SelectboxColumn(
                _("Unit"), options=["seconds", "milliseconds", "minutes", "hours"], help=_("Of durations only.")
            ),
            "why": st.column_config.TextColumn(_("Proposed because"), width="large"),
        },
    )
    return {
        (each["table"], each["column"]): Cell(each["kind"], each["words"].strip(), each["unit"] or "seconds")
        for each in shown.to_dicts()
        if (each["words"] or "").strip()
    }


def _why(grid: Grid, table: str, column: str) -> str:
    """How sure the proposal is, and its reason."""
    found = grid.why.get((table, column))
    if found is None:
        return ""
    told = [connect_words.certain(found.certainty)] if found.certainty else []
    told.append(connect_words.reason(found.reason))
    told += [_("or: {names}").format(names=text.listed(found.others))] if found.others else []
    return " · ".join(told)


def _codes(grid: Grid) -> list[tuple[str, str, str]]:
    """(table.column, word, meaning) of each row that is filled."""
    frame = pl.DataFrame(grid.codes, schema=dict.fromkeys(("column", "word", "meaning"), pl.String), orient="row")
    columns = [f"{name}.{column.name}" for name, table in TABLES.items() for column in table.c]
    shown = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=f"connect_codes {grid.key}",
        column_config={
            "column": st.column_config.SelectboxColumn(_("Column"), options=columns, required=True),
            "word": st.column_config.TextColumn(_("Word in the source"), required=True),
            "meaning": st.column_config.TextColumn(_("Means"), required=True),
        },
    )
    return [tuple(row) for row in shown.drop_nulls().iter_rows()]


def _tried(place: Place, made: SourceMapping, viewer: Viewer) -> Check:
    engine, steps = reach(place.url)
    if engine is None:
        return Check(tuple(steps))
    found = check(engine, viewer, made, connect_words.here(), load.rules(), steps)
    engine.dispose()
    return found
