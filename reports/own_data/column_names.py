"""What the logical tables and their columns are called where a person says which column of a file is which."""

from data_access.imports.draft import KIND
from data_access.schema import REQUIRED
from reports import column_words, text
from reports.column_words import TABLES
from reports.text import N_, _

KINDS = {
    "offered": N_("Calls offered"),
    "answered": N_("Calls answered"),
    "abandoned": N_("Calls given up"),
    "answered_in_time": N_("Calls answered in time"),
    "orders": N_("Orders"),
    "active_customers": N_("Active customers"),
    "shipments": N_("Shipments"),
    "delayed_shipments": N_("Delayed shipments"),
    "inspected": N_("Inspected"),
    "passed": N_("Passed inspection"),
    "sold": N_("Sold"),
    "returned": N_("Returned"),
}


def table(name: str) -> str:
    return _(TABLES[name])


def column(name: str) -> str:
    """A column of the logical tables, or a kind of daily figures."""
    if name.startswith(KIND):
        kind = name.removeprefix(KIND)
        return text.labelled(_("Daily figure"), _(KINDS[kind]) if kind in KINDS else kind)
    return column_words.column(name)


def choice(table_name: str, name: str) -> str:
    """As it stands in a list to choose from: those that the table needs are marked."""
    return f"★ {column(name)}" if name in REQUIRED[table_name] else column(name)


def needed(place: str) -> str:
    """A table, or table.column, that a metric needs; of alternatives the first."""
    first, dot, name = place.split(" or ", maxsplit=1)[0].partition(".")
    whole = _(TABLES[first]) if first in TABLES else first
    return text.labelled(whole, column(name)) if dot else whole
