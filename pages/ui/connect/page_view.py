"""The parts of the Connect page, one below the other, also when the warehouse does not open."""

from dataclasses import dataclass

import polars as pl
import streamlit as st
from sqlalchemy import Engine

from data_access.connecting.checking import Step, reach
from data_access.connecting.faults import shown_address
from data_access.connecting.opened import Proposed, proposed, rows_of, tables_of
from data_access.connecting.place import Place, connected_place
from data_access.connecting.source_mapping import SourceMapping, read_source_mapping
from data_access.connecting.source_schema import SourceTable, type_name
from data_access.schema import TABLES
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.errors import MappingError
from pages.ui import load, notices, scope, show, tables
from pages.ui.connect import mapping_view
from reports import connect_words, text
from reports.text import N_, _

SOURCES = {"demo": N_("demo"), "import": N_("imported files"), "connected": N_("connected")}
SERVERS = ("postgresql", "mysql", "mariadb")  # whose dialects tell the version of what they are connected to
FOUND = "connect_found"
SECRETS = """[warehouse]
url = "postgresql+psycopg://reader:PASSWORD@host/database"
mapping = "warehouse.toml"
"""


@dataclass(frozen=True, eq=False)
class Found:
    """What the last test of the connection brought, for as long as the session lasts."""

    url: str
    steps: tuple[Step, ...]
    tables: tuple[SourceTable, ...] = ()
    proposed: Proposed | None = None


def page(viewer: Viewer) -> None:
    """The status of what is in use; then, where a warehouse is named, its test, its tables and its mapping."""
    with show.section(_("In use now")):
        _status()
    place = connected_place()
    with show.section(_("Connection")):
        if place is None:
            _how_to()
            return
        _named(place)
        if st.button(_("Test the connection"), type="primary", icon=":material/cable:"):
            with st.spinner(_("Asking the database")):
                scope.note(FOUND, _tested(place, viewer))
        found = scope.noted(FOUND)
        if not isinstance(found, Found) or found.url != place.url:
            st.caption(_("The test reads the names of tables and columns, and the first rows of each, to propose."))
            return
        _steps(found.steps)
    if found.tables:
        _known(place, found, viewer)


def _status() -> None:
    opened = load.kept()
    if opened is None:
        st.info(_("No warehouse is open."), icon=":material/cloud_off:")
        return
    warehouse = opened.store.warehouse
    cells = {
        _("Name"): _("Demo: an invented contact centre") if warehouse.source == "demo" else warehouse.name,
        _("Kind"): f"{_(SOURCES[warehouse.source])} · {warehouse.engine.dialect.name}",
        _("Version"): _version(warehouse),
        _("Clock of the source"): warehouse.source_zone,
        _("Clock of the reports"): warehouse.site_zone,
    }
    with st.grid("auto", min_column_width=180, border=True) as grid:
        for name, value in cells.items():
            with grid.cell():
                st.caption(name)
                st.text(value)
    rows = [
        {
            _("Table"): name,
            _("Columns"): f"{len(warehouse.columns.get(name, ()))} / {len(table.c)}",
            _("Not there"): text.listed(each.name for each in table.c if not warehouse.has(name, each.name))
            if warehouse.has(name)
            else _("the whole table"),
        }
        for name, table in TABLES.items()
    ]
    with st.expander(_("What it has"), icon=":material/table:"):
        st.dataframe(pl.DataFrame(rows), hide_index=True)


def _version(warehouse: Warehouse) -> str:
    """Of the database's server where it told one, else of the data."""
    told = getattr(warehouse.engine.dialect, "server_version_info", None)
    is_server = warehouse.engine.dialect.name in SERVERS
    if warehouse.source == "connected":
        return ".".join(map(str, told)) if told and is_server else "–"
    return warehouse.version


def _how_to() -> None:
    st.markdown(
        _("No warehouse of your own is named. An administrator writes its address into `.streamlit/secrets.toml` on "
          "the machine that runs Twinwing, for a user of the database that may only read, and starts Twinwing anew. "
          "Addresses and passwords are never entered here.")
    )  # fmt: skip
    st.code(SECRETS, language=None, wrap_lines=True)
    st.caption(_("The mapping may be left out at first: this page then proposes one. See docs/connecting.md."))


def _named(place: Place) -> None:
    mapping = place.mapping.name if place.mapping else _("none")
    said = _("{address}, named by {place}; mapping: {mapping}.")
    address = shown_address(place.url)
    st.text(said.format(address=address, place=place.told_by, mapping=mapping))


def _tested(place: Place, viewer: Viewer) -> Found:
    engine, steps = reach(place.url)
    if engine is None:
        return Found(place.url, tuple(steps))
    tables = tables_of(engine, viewer)
    name = place.mapping.stem if place.mapping else engine.url.database or engine.dialect.name
    drafted = proposed(engine, viewer, tables, name.rsplit("/", 1)[-1])
    engine.dispose()
    return Found(place.url, tuple(steps), tuple(tables), drafted)


def _steps(steps: tuple[Step, ...]) -> None:
    for step in steps:
        line = connect_words.step_line(step)
        if step.failure is None:
            st.markdown(f":green[:material/check_circle:] {notices.plain(line)}")
        else:
            st.error(notices.plain(line), icon=":material/report:")


def _known(place: Place, found: Found, viewer: Viewer) -> None:
    """The tables of a database that answers, and the mapping of them."""
    with show.section(_("Tables of the database")):
        _browser(place, found, viewer)
    with show.section(_("Mapping")):
        mapping_view.mapping(place, found.tables, found.proposed, _in_file(place), viewer)


def _in_file(place: Place) -> SourceMapping | None:
    """The mapping that is in use; one that is wrong is told, and the proposal stands in for it."""
    if place.mapping is None:
        return None
    try:
        return read_source_mapping(place.mapping)
    except MappingError as failure:
        st.error(notices.plain(text.paragraph(text.explained(failure))), icon=":material/report:")
        return None


def _browser(place: Place, found: Found, viewer: Viewer) -> None:
    by_name = {each.full: each for each in found.tables}
    chosen = st.selectbox(_("Table of the database"), list(by_name), index=None, placeholder=_("Choose one"), width=480)
    st.caption(_("{count} tables and views that this user may see.").format(count=text.number(len(by_name))))
    if chosen is None:
        return
    table = by_name[chosen]
    kinds = [{_("Column"): name, _("Type"): type_name(kind)} for name, kind in table.columns.items()]
    st.dataframe(pl.DataFrame(kinds), hide_index=True, width=480)
    engine, steps = reach(place.url)
    if engine is None:
        _steps(tuple(steps))
        return
    _first_rows(engine, viewer, table)
    engine.dispose()


def _first_rows(engine: Engine, viewer: Viewer, table: SourceTable) -> None:
    if not viewer.is_cleared:
        st.caption(_("You see names and texts masked, so no row of the source is shown to you."))
        return
    st.dataframe(tables.seen(rows_of(engine, viewer, table)), hide_index=True)
