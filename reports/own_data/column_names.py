"""What the logical tables and their columns are called where a person says which column of a file is which."""

from data_access.schema import REQUIRED
from reports import text
from reports.column_words import TABLES, column
from reports.text import _


def table(name: str) -> str:
    return _(TABLES[name])


def choice(table_name: str, name: str) -> str:
    """As it stands in a list to choose from: those that the table needs are marked."""
    return f"★ {column(name)}" if name in REQUIRED[table_name] else column(name)


def needed(place: str) -> str:
    """A table, or table.column, that a metric needs; of alternatives the first."""
    first, dot, name = place.split(" or ", maxsplit=1)[0].partition(".")
    whole = _(TABLES[first]) if first in TABLES else first
    return text.labelled(whole, column(name)) if dot else whole
