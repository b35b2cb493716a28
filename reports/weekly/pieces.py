"""Building pieces of chapters: metrics beside the period before as a table, and what is said of them."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Status
from metrics.scope import Period
from reports import counted as sums
from reports import sentences, text
from reports.document.parts import Paragraph, Points, Table
from reports.export import Section
from reports.text import N_, _
from reports.weekly.results import Results


def metric_table(found: Results, title: str, metrics: Sequence[AnyMetric]) -> list[Table]:
    """Metrics that have a value: now, before, how they moved, and the target; nothing where none has one."""
    rows = found.rows(metrics)
    if rows.is_empty():
        return []
    return [table(title, [_cells(row, found.period) for row in rows.iter_rows(named=True)])]


def table(title: str, rows: Sequence[Mapping[str, object]]) -> Table:
    """Rows whose headers and cells are in the reader's words."""
    return Table(Section(title, pl.DataFrame(rows, infer_schema_length=None)))


def _cells(row: dict, period: Period) -> dict[str, str]:
    metric = CATALOGUE[row["metric"]]
    return {
        _("Metric"): named(row, period),
        _("Value"): valued(row),
        _("95 % interval"): interval(row),
        "n": counted(row),
        _("Period before"): text.value(row["old"], metric.unit),
        _("Moved by"): change(row),
        _("Target"): bound(row),
    }


def _other_days(row: dict, period: Period) -> Period | None:
    """The days that a row is about, where they are not those of the report.

    What looks ahead, as repeats do, is told of the latest days that are final.
    """
    about = Period(row["start"], row["end"])
    return None if about == period else about


def named(row: dict, period: Period) -> str:
    """The metric, with its days where they are not those of the report."""
    name, about = _(CATALOGUE[row["metric"]].name), _other_days(row, period)
    return _("{metric} ({days})").format(metric=name, days=text.period(about, period)) if about else name


def moved(row: dict, period: Period) -> str:
    """How a metric moved, with its days where they are not those of the report."""
    told, about = sentences.moved(CATALOGUE[row["metric"]], row), _other_days(row, period)
    return text.paragraph([told, _("This is of {days}.").format(days=text.period(about)) if about else ""])


def valued(row: dict) -> str:
    """The value, and why it may not be judged."""
    metric = CATALOGUE[row["metric"]]
    said = text.value(row["value"], metric.unit)
    if row["status"] == Status.TOO_FEW:
        return _("{value} (too few)").format(value=said)
    return said if row["mature"] else _("{value} (not final)").format(value=said)


def doubt(row: dict) -> str:
    """Why the value may not be judged, where it stands large and without it; nothing where it may be."""
    if row["status"] == Status.TOO_FEW:
        return _("too few to judge")
    return "" if row["mature"] else _("not final")


def interval(row: dict) -> str:
    """From where to where it may lie."""
    if row["low"] is None or row["high"] is None:
        return "–"
    unit = CATALOGUE[row["metric"]].unit
    said = f"{text.value(row['low'], unit)} – {text.value(row['high'], unit)}"
    return _("{interval} (approximate)").format(interval=said) if sentences.coverage(row) else said


def counted(row: dict) -> str:
    """What it stands on: a number of cases, or hours worked."""
    return sums.stands_on(CATALOGUE[row["metric"]], row["denominator"]).removeprefix("n = ")


def change(row: dict) -> str:
    """Absolute and relative, and whether that is more than chance; a dash where there was too little to compare."""
    if row["difference"] is None:
        return "–"
    said = text.moved(row["old"], row["value"], CATALOGUE[row["metric"]].unit)
    return f"{said} · {verdict(row)}" if row["verdict"] else said


def judged_change(row: dict) -> str:
    """The same, and why the value may not be judged."""
    told = [each for each in (change(row), doubt(row)) if each not in {"", "–"}]
    return " · ".join(told) or "–"


def verdict(row: dict) -> str:
    """Better, worse, changed, or within chance; of what is sure only taken by itself, that; a dash for no verdict."""
    if not row["verdict"]:
        return "–"
    said = _(sentences.VERDICTS[row["verdict"]])
    return (
        said if row["is_sure"] or row["verdict"] == "unclear" else _("{verdict}, taken by itself").format(verdict=said)
    )


def target(row: dict) -> str:
    """The target with its direction, and whether it is kept."""
    return _judged(row, text.target, sentences.TARGETS)


def bound(row: dict) -> str:
    """The same below the header of a column that says what it is."""
    return _judged(row, text.bound, BELOW_TARGET)


#: Whether it is kept, below a header that says that it is about targets.
BELOW_TARGET = {"yes": N_("kept"), "no": N_("missed"), "open": N_("cannot tell yet")}


def _judged(row: dict, spoken: Callable[[float, AnyMetric], str], words: Mapping[str, str]) -> str:
    if row["target"] is None:
        return "–"
    said = spoken(row["target"], CATALOGUE[row["metric"]])
    return f"{said} · {_(words[row['kept']])}" if row["kept"] else said


def said(*sentences: str) -> list[Paragraph | Points]:
    """One sentence as a paragraph, several as a list; nothing for none."""
    told = tuple(each for each in sentences if each)
    if not told:
        return []
    return [Paragraph(told[0])] if len(told) == 1 else [Points(told)]
