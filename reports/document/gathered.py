"""A document of what a page shows: key figures, and for each of its tables the chart that its columns ask for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl

from data_access.numbers import VALUE_TYPES
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Unit
from reports import counted, sentences, text
from reports.document.cells import GRAINS, has_values, is_compared
from reports.document.parts import Chapter, Chart, Document, Figure, Figures, Part, Shape, Table, Tone
from reports.export import UNITS, Section
from reports.palette import COMPLAINTS, QA, QUIET
from reports.text import _

MOST_FIGURES, MOST_SENTENCES = 8, 3
FEWEST = 2  # points or groups that make a chart
VERDICTS = {"better": Tone.GOOD, "worse": Tone.BAD}
TIMES = ((2 * 86_400, 86_400, "days"), (2 * 3600, 3600, "hours"), (120, 60, "minutes"))  # from so many seconds on


def gathered(
    title: str,
    sections: Iterable[Section],
    facts: Sequence[tuple[str, str]],
    definitions: Sequence[tuple[str, str]],
    as_of: datetime,
) -> Document:
    """Sections of a page as a document; each is a chapter, key figures first stand as such.

    Args:
        definitions: names and meanings of what the sections show.
    """
    given = list(sections)
    chapters = tuple(Chapter(each.title, message(each), _parts(each)) for each in given)
    lead = tuple(sentence for each in given if is_compared(each.frame) for sentence in _headline(each.frame))
    return Document(title, lead, tuple(facts), chapters, tuple(definitions), as_of)


def _headline(frame: pl.DataFrame) -> list[str]:
    """What moved by more than chance, at most three sentences; that nothing did where nothing did."""
    moved = frame.filter(pl.col("verdict").is_in(list(VERDICTS))).sort(
        pl.col("relative").abs(), descending=True, nulls_last=True
    )
    if not moved.height:
        return (
            [_("No key figure that can be judged moved by more than chance.")]
            if frame["verdict"].is_not_null().any()
            else []
        )
    said = {"better": _("{metric} is better: {value}, {moved}."), "worse": _("{metric} is worse: {value}, {moved}.")}
    told = []
    for row in moved.head(MOST_SENTENCES).iter_rows(named=True):
        metric = CATALOGUE[row["metric"]]
        far = text.moved(row["old"], row["value"], metric.unit)
        value = text.value(row["value"], metric.unit)
        told.append(said[row["verdict"]].format(metric=_(metric.name), value=value, moved=far))
    return told


def _parts(section: Section) -> tuple[Part, ...]:
    if is_compared(section.frame):
        found = [_figure(row) for row in section.frame.iter_rows(named=True) if row["value"] is not None]
        shown = (Figures(tuple(found[:MOST_FIGURES])),) if found else ()
        return (*shown, Table(section))
    chart = chart_of(section)
    return (chart, Table(section)) if chart else (Table(section),)


def _figure(row: dict) -> Figure:
    metric = CATALOGUE[row["metric"]]
    interval = f"{text.value(row['low'], metric.unit)} – {text.value(row['high'], metric.unit)}"
    note = [interval] if row["low"] is not None and row["high"] is not None else []
    note += [counted.stands_on(metric, row["denominator"])] if row["denominator"] is not None else []
    note += [] if row["mature"] else [_("not final")]
    note += sentences.coverage(row)
    change = "" if row["difference"] is None else text.moved(row["old"], row["value"], metric.unit)
    tone = VERDICTS.get(row["verdict"] or "", Tone.NEUTRAL)
    return Figure(_(metric.name), text.value(row["value"], metric.unit), change, note=text.listed(note), tone=tone)


def message(section: Section) -> str:
    """What a table of one metric comes to, as a sentence of its numbers; nothing for others."""
    frame, metric = section.frame, _one_metric(section.frame)
    if metric is None or is_compared(frame):
        return ""
    known = frame.filter(pl.col("value").is_not_null() & pl.col("mature") & (pl.col("status") == "ok"))
    if known.height < FEWEST:
        return ""
    grain = next((each for each in GRAINS if each in frame.columns), None)
    if grain:
        before, last = known.tail(2).iter_rows(named=True)
        if {before[grain], last[grain]} != {*frame[grain].unique().sort().tail(2)}:  # one that cannot be judged between
            return ""
        said = _("{value} from {day} on, after {before} in the period before.")
        shown, old = (text.value(each["value"], metric.unit) for each in (last, before))
        return said.format(value=shown, day=text.day(last[grain]), before=old)
    by = _groups(frame)
    if len(by) != 1:
        return ""
    low, high = (known.sort("value", descending=turned).row(0, named=True) for turned in (False, True))
    said = _("From {low} ({least}) to {high} ({most}).")
    ends = {"low": text.value(low["value"], metric.unit), "high": text.value(high["value"], metric.unit)}
    return said.format(**ends, least=text.code(low[by[0]]), most=text.code(high[by[0]]))


def chart_of(section: Section) -> Chart | None:
    """The chart that a section's columns ask for, where there is one.

    One metric over time is a line with its interval, and by groups it is bars with theirs; counts are columns or bars.
    """
    frame, metric = section.frame, _one_metric(section.frame)
    grain = next((each for each in GRAINS if each in frame.columns), None)
    if metric is not None and has_values(frame):
        known = frame.filter(pl.col("value").is_not_null())
        if known.height < FEWEST:
            return None
        if grain and not _groups(frame):
            return _line(section.title, _in_time_units(frame, metric), metric, grain)
        if not grain and len(_groups(frame)) == 1:
            return _bars(section.title, known, metric, _groups(frame)[0])
        return None
    if "count" in frame.columns and frame.height >= FEWEST:
        return _counts(section, grain)
    return None


def _line(title: str, scaled: tuple[pl.DataFrame, str], metric: AnyMetric, grain: str) -> Chart:
    """Values that are not final yet are a line of their own, so that nobody takes the last one for a fall."""
    frame, unit = scaled
    shown = frame.with_columns(
        pl.when("mature").then("value").alias("final"), pl.when(~pl.col("mature")).then("value").alias("open")
    )
    values = ["final", "open"] if shown["open"].null_count() < shown.height else ["final"]
    names = [_(metric.name), _("not final")][: len(values)]
    return Chart(title, Shape.LINE, shown, grain, values, names, unit, "low", "high", (), (_colour(metric), QUIET))


def _bars(title: str, known: pl.DataFrame, metric: AnyMetric, by: str) -> Chart | None:
    """Groups from the highest to the lowest; those with too few cases are not ranked."""
    usable = known.filter(pl.col("status") == "ok").sort("value", by, descending=[True, False])
    if usable.height < FEWEST:
        return None
    frame, unit = _in_time_units(usable, metric)
    few = known.height - usable.height
    said = _("Groups with too few cases, not drawn: {count}.").format(count=text.number(few)) if few else ""
    ends, colours = ("low", "high"), (_colour(metric),)
    return Chart(title, Shape.BAR, frame, by, ["value"], [_(metric.name)], unit, *ends, (), colours, said)


def _counts(section: Section, grain: str | None) -> Chart | None:
    across = grain or next((name for name, kind in section.frame.schema.items() if kind == pl.String), None)
    if across is None or section.frame[across].n_unique() < section.frame.height:
        return None
    shape = Shape.COLUMN if grain else Shape.BAR
    name = text.column("count")
    return Chart(section.title, shape, section.frame, across, ["count"], [name], name, colours=(COMPLAINTS,))


def _in_time_units(frame: pl.DataFrame, metric: AnyMetric) -> tuple[pl.DataFrame, str]:
    """Seconds as minutes, hours or days where they are that long, and what the axis is called."""
    longest = frame["value"].max()
    if metric.unit is not Unit.SECONDS or not isinstance(longest, float):
        return frame, _(UNITS[metric.unit])
    names = {"days": _("days"), "hours": _("hours"), "minutes": _("minutes")}
    for least, length, name in TIMES:
        if longest >= least:
            return frame.with_columns(pl.col("value", "low", "high") / length), names[name]
    return frame, _(UNITS[metric.unit])


def _one_metric(frame: pl.DataFrame) -> AnyMetric | None:
    if not has_values(frame) or frame["metric"].n_unique() != 1:
        return None
    return CATALOGUE.get(frame["metric"][0])


def _groups(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in (*VALUE_TYPES, *GRAINS)]


def _colour(metric: AnyMetric) -> str:
    return COMPLAINTS if "complaint" in metric.id else QA
