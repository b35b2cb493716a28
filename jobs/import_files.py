"""`python -m jobs import MAPPING.toml FILE…`: load CSV and XLSX files into a new warehouse and put it in use."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from data_access.home import Home
from data_access.imports.adding import Added
from data_access.imports.import_files import Imported, import_files
from data_access.imports.mapping_check import read_mapping
from data_access.imports.table_rows import TableCount
from reports.text import _, number

#: From here on the summary says so: a source that changed its form shows first in a few per cent of rejects.
WARN_ABOVE = 0.05
COUNTS = ("read", "loaded", "rejected", "superseded", "repeated", "without_key", "keys", "emptied")


def run(mapping: Path, files: list[Path], home: Home, *, add: bool) -> Imported:
    """Import the files as the mapping says, show progress on stderr, and print a summary on stdout.

    Raises:
        MappingError: the mapping file is wrong.
        ImportFailed: a file cannot be imported; the warehouse in use stays as it is.
    """
    told = read_mapping(mapping)
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        imported = import_files(
            told, files, home, lambda share, step: bar.update(task, completed=share, description=_(step)), add=add
        )
    for line in (*_given_again(files), *summary(imported)):
        print(line)
    return imported


def _given_again(files: list[Path]) -> Iterator[str]:
    for file, times in Counter(files).items():
        if times > 1:
            yield _("File {file} was given {times} times and read once.").format(file=file, times=number(times))


def summary(imported: Imported) -> Iterator[str]:
    """What was imported, line by line, ending with the command to type next."""
    yield _("Imported: {name}. A running dashboard shows it at the next click.").format(name=imported.name)
    for read in imported.files:
        sentence = _("File {file}: {rows} rows read, encoding {encoding}, {blank} blank lines.")
        yield sentence.format(
            file=read.file, rows=number(read.rows), encoding=read.encoding.upper(), blank=number(read.blank)
        )
    for count, added in zip(imported.tables, imported.added, strict=True):
        yield from _table(count)
        if imported.is_added:
            yield _added(added)
    if imported.rejects:
        yield _("What does not fit, with line numbers and reasons: {path}").format(path=imported.rejects)
    yield _("Next: {command}").format(command="make run")
    first, last = _period(imported.tables)
    if first and last:
        command = f"python -m jobs metrics --from {first} --to {last}"
        yield _("Or, for the figures without a screen: {command}").format(command=command)


def _table(count: TableCount) -> Iterator[str]:
    counts = {name: number(getattr(count, name)) for name in COUNTS}
    if count.rows == "events":
        sentence = _(
            "Table {table}: {read} events of {keys} records; {loaded} loaded from their last events,"
            " {superseded} earlier events, {rejected} events rejected."
        )
    elif count.rows == "repeated":
        sentence = _(
            "Table {table}: {read} rows; {loaded} different ones loaded, {repeated} repeated them,"
            " {without_key} named none, {rejected} rejected."
        )
    else:
        sentence = _("Table {table}: {read} rows; {loaded} loaded, {rejected} rejected.")
    yield sentence.format(table=count.table, **counts)
    if count.emptied:
        sentence = _("Table {table}: {emptied} values did not fit and were left empty; their rows were kept.")
        yield sentence.format(table=count.table, **counts)
    if count.rejected > WARN_ABOVE * count.read:
        sentence = _("Warning: {share} % of the rows for {table} were rejected.")
        yield sentence.format(share=number(100 * count.rejected / count.read, 1), table=count.table)
    if count.first and count.last:
        yield _("Table {table}: from {first} to {last}.").format(table=count.table, first=count.first, last=count.last)


def _added(added: Added) -> str:
    counts = {name: number(getattr(added, name)) for name in ("new", "changed", "same", "older", "rows")}
    sentence = _("Table {table}: {new} new, {changed} changed, {same} as they were; {rows} rows now.")
    if added.older:
        sentence = _(
            "Table {table}: {new} new, {changed} changed, {same} as they were, {older} older than what was known;"
            " {rows} rows now."
        )
    return sentence.format(table=added.table, **counts)


def _period(counts: tuple[TableCount, ...]) -> tuple[str | None, str | None]:
    """First day and the day after the last of the first table that has a time: periods end before their `--to`."""
    for count in counts:
        if count.first and count.last:
            days = [moment.date() if isinstance(moment, datetime) else moment for moment in (count.first, count.last)]
            return days[0].isoformat(), (days[1] + timedelta(days=1)).isoformat()
    return None, None
