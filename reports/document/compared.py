"""Two documents of the same thing: which numbers differ, which rows are new or gone; what changed between meetings."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import polars.selectors as cs

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric
from reports import text
from reports.document.cells import GRAINS, cell
from reports.document.numbers import drawn_columns, numbers_hash
from reports.document.parts import Chart, Document, Part, Table
from reports.export import Section
from reports.text import _

SMALLEST = 5e-7  # half of the last decimal that files give: what differs less is the same number
NO_KEYS = ("covers", "status", "needs", "verdict", "old_status")  # words about a value, not what it is of
Row = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What differs. `table` has a row for each number that does: where, of what, before, after, and how far."""

    is_same: bool
    compared: int  # numbers that both have
    changed: int
    new: int  # rows
    gone: int
    table: pl.DataFrame

    def said(self) -> str:
        """The whole of it in a sentence or two."""
        if self.is_same:
            return _("The numbers are the same: both have one fingerprint.")
        if not (self.changed or self.new or self.gone):
            told = text.number(self.compared)
            return _("All {compared} numbers of the tables are the same; words differ.").format(compared=told)
        counts = {"changed": self.changed, "compared": self.compared, "new": self.new, "gone": self.gone}
        told = {name: text.number(each) for name, each in counts.items()}
        said = _("{changed} of {compared} numbers differ. New rows: {new}; rows that are gone: {gone}.")
        return said.format(**told)


def compare_documents(old: Document, new: Document, *, is_translated: bool = False) -> Comparison:
    """Tables are the same by their title, rows by their words and days, numbers by their column.

    Args:
        is_translated: they are of one page in two languages, in which the same tables have other titles.
    """
    before, after = _tables(old), _tables(new)
    if is_translated and not set(before) & set(after) and len(before) == len(after):
        after = dict(zip(before, after.values(), strict=True))
    found = [each for title in before | after for each in _differences(title, before.get(title), after.get(title))]
    rows = [each for each, _kind in found if each is not None]
    kinds = [kind for _row, kind in found]
    same, changed, gained, gone = (kinds.count(each) for each in ("same", "changed", "new", "gone"))
    is_same = numbers_hash(old) == numbers_hash(new) and not (changed or gained or gone)
    headers = [
        _("Table"),
        _("Row"),
        _("Figure"),
        _("Before, in the older one"),
        _("Now, in the newer one"),
        _("Difference"),
    ]
    table = pl.DataFrame(rows, schema=dict.fromkeys(headers, pl.String), orient="row")
    return Comparison(is_same, same + changed, changed, gained, gone, table)


def _tables(document: Document) -> dict[tuple[str, int], Section]:
    """Tables, and the charts that no table of the same title stands beside, by title and how manyth of that title."""
    found: dict[tuple[str, int], Section] = {}
    for chapter in document.chapters:
        tabled = {each.section.title for each in chapter.parts if isinstance(each, Table)}
        for part in chapter.parts:
            section = _section(part)
            if section is not None and (isinstance(part, Table) or section.title not in tabled):
                found[section.title, sum(title == section.title for title, _place in found)] = section
    return found


def _section(part: Part) -> Section | None:
    if isinstance(part, Table):
        return part.section
    if isinstance(part, Chart):
        names = dict(zip(part.values, part.names, strict=True))
        return Section(part.title, part.frame.select(drawn_columns(part)), names)
    return None


def _differences(title: tuple[str, int], old: Section | None, new: Section | None) -> Iterator[tuple[Row | None, str]]:
    """Each number that differs, each row that only one has; numbers that are the same are only counted."""
    shown = old or new
    if shown is None:
        return
    before, after = (_rows(each) if each else {} for each in (old, new))
    for key in before | after:
        first, second = before.get(key), after.get(key)
        if first is None or second is None:
            values = first or second or {}
            name, value = next(iter(values.items()), ("", None))
            told = _told(value, None)
            sides = (told, "–") if second is None else ("–", told)
            row = (
                title[0],
                text.listed(key[:-1]),
                text.column(name),
                *sides,
                _("gone") if second is None else _("new"),
            )
            yield row, "gone" if second is None else "new"
            continue
        metric = CATALOGUE.get(key[-1])
        for name in first:
            one, other = first[name], second.get(name)
            if _same(one, other):
                yield None, "same"
                continue
            header = shown.names.get(name) or text.column(name)
            unit = metric if name in {"value", "old", "low", "high"} else None
            far = _far(one, other, unit)
            yield (title[0], text.listed(key[:-1]), header, _told(one, unit), _told(other, unit), far), "changed"


def _rows(section: Section) -> dict[tuple[str, ...], dict[str, float | None]]:
    """The numbers of each row by what it is of: its words and days, and last the metric's id where there is one."""
    frame = section.frame
    numbers = [name for name in cs.expand_selector(frame, cs.numeric()) if not _is_key(name)]
    keys = _keys(frame)
    found: dict[tuple[str, ...], dict[str, float | None]] = {}
    times: Counter[tuple[str, ...]] = Counter()
    for place, row in enumerate(frame.iter_rows(named=True)):
        said = [_of_key(name, row[name]) for name in keys] or [text.number(place + 1)]
        times[*said] += 1
        said += [f"({times[*said]})"] if times[*said] > 1 else []  # the second row of the same words, and so on
        found[*said, str(row.get("metric", ""))] = {name: row[name] for name in numbers}
    return found


def _keys(frame: pl.DataFrame) -> list[str]:
    """Columns of words, and the period of a series; other days tell about a row, where words say which one it is."""
    words = [name for name, kind in frame.schema.items() if kind == pl.String and name not in NO_KEYS]
    days = [name for name, kind in frame.schema.items() if kind.is_temporal() and (name in GRAINS or not words)]
    return [name for name in frame.columns if name in {*words, *days}]


def _is_key(name: str) -> bool:
    """Numbers that say which row it is."""
    return name in {"hour", "weekday", "year", "period", "lag"}


def _of_key(name: str, value: object) -> str:
    if name == "metric" and (metric := CATALOGUE.get(str(value))):
        return _(metric.name)
    return text.code(value) if value is None or isinstance(value, str) else cell(value)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or abs(one - other) < SMALLEST or (one != one and other != other)  # noqa: PLR0124 NaN


def _told(value: float | None, metric: AnyMetric | None) -> str:
    if value is None or metric is not None:
        return text.value(value, metric.unit) if metric else "–"
    return text.number(value, 0 if float(value).is_integer() else 3)


def _far(one: float | None, other: float | None, metric: AnyMetric | None) -> str:
    if one is None or other is None:
        return "–"
    if metric is not None:
        return text.change(one, other, metric.unit)
    return text.signed(other - one, 0 if float(other - one).is_integer() else 3)
