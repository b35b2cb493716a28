"""Which metrics the columns of a warehouse allow, before it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from data_access.warehouse import Warehouse
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules


def joined_columns(
    drafted: Iterable[tuple[str, frozenset[str]]], in_use: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The columns of each table when files are added to those in use."""
    columns = dict(in_use)
    for table, names in drafted:
        columns[table] = columns.get(table, frozenset()) | names
    return columns


def lacking(warehouse: Warehouse, columns: Mapping[str, frozenset[str]], rules: Rules) -> dict[str, tuple[str, ...]]:
    """What each metric still needs, by its id; nothing for those that can be computed."""
    planned = replace(warehouse, columns=dict(columns))
    return {name: planned.missing(metric.under(rules).needs) for name, metric in CATALOGUE.items()}
