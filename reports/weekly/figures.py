"""The chapter of key figures: how they stand, whether they vary more than usual, and whether they meet the target."""

import polars as pl

from data_access.numbers import VALUE_TYPES
from data_access.watch.control import Watched
from metrics.catalogue import CATALOGUE
from metrics.scope import Period
from metrics.spc import ControlChart
from reports import counted, sentences, text
from reports.document.parts import Chapter, Chart, Figure, Figures, Shape, Tone
from reports.export import UNITS
from reports.palette import QA, QUIET
from reports.text import _
from reports.watch import board_words, control_words
from reports.weekly import pieces
from reports.weekly.results import Results

LARGE = 6  # figures that stand large
TONES = {"better": Tone.GOOD, "worse": Tone.BAD}
MOST_CHARTS = 2
LIMITS = ("centre", "lower", "upper")


def chapter(found: Results) -> Chapter | None:
    """None where no key figure has a value."""
    if found.is_empty:
        return None
    rows = found.figures.rows(named=True)
    parts = [
        Figures(tuple(_figure(row, found.period) for row in rows[:LARGE])),
        pieces.table(_("All key figures"), [_cells(row, found) for row in rows]),
        *pieces.said(*(control_words.headline(each) for each in found.urgent[:3])),
        *(_chart(each, drawn) for each, drawn in charted(found)),
    ]
    told = tuple((_(each.name), text.definition(each, found.store.rules)) for each in _given(found))
    return Chapter(_("Key figures"), message(found), tuple(parts), told)


def _given(found: Results) -> list:
    return [CATALOGUE[each] for each in found.figures["metric"]]


def message(found: Results) -> str:
    """How many key figures need attention, and why."""
    return board_words.lead(found.urgent, len(found.watched))


def charted(found: Results) -> list[tuple[Watched, ControlChart]]:
    """The most urgent figures that have a control chart; without any urgent one the first of all."""
    chosen = found.urgent or list(found.watched.values())[:1]
    kept = [(each, each.controlled.chart) for each in chosen]
    return [(each, drawn) for each, drawn in kept if isinstance(drawn, ControlChart)][:MOST_CHARTS]


def _figure(row: dict, period: Period) -> Figure:
    metric = CATALOGUE[row["metric"]]
    note = sentences.interval(row, metric.unit)
    return Figure(
        pieces.named(row, period),
        text.value(row["value"], metric.unit),  # large, it has no room for words of doubt
        pieces.change(row),
        "" if row["target"] is None else pieces.target(row),
        text.joined([*filter(None, [pieces.doubt(row)]), note, counted.stands_on(metric, row["denominator"])]),
        TONES.get(row["verdict"], Tone.NEUTRAL) if row["is_sure"] else Tone.NEUTRAL,
    )


def _cells(row: dict, found: Results) -> dict[str, str]:
    metric, watched = CATALOGUE[row["metric"]], found.watched[row["metric"]]
    return {
        _("Metric"): pieces.named(row, found.period),
        _("Value"): text.value(row["value"], metric.unit),  # beside it stands why it may not be judged
        "n": pieces.counted(row),
        _("Period before"): text.value(row["old"], metric.unit),
        _("Moved by"): pieces.judged_change(row),
        _("Target"): pieces.bound(row),
        _("Variation"): control_words.variation(watched),
        _("Will the target be met?"): control_words.assurance(watched),
    }


def _chart(found: Watched, drawn: ControlChart) -> Chart:
    """The control chart of a figure: its points, the centre and both limits."""
    metric, grain = found.metric, found.controlled.grain.value
    points = drawn.points.select(pl.col("period").alias(grain), "value", *LIMITS)
    lines = [] if found.target is None else [(text.target(found.target, metric), found.target)]
    said = _("{metric}: {variation}").format(metric=_(metric.name), variation=control_words.variation(found))
    names = [_(metric.name), _("Centre"), _("Lower limit"), _("Upper limit")]
    colours = (QA, QUIET, QUIET, QUIET)
    unit = _(UNITS[metric.unit])
    return Chart(said, Shape.LINE, points, grain, ["value", *LIMITS], names, unit, lines=lines, colours=colours)


def numbers(found: Results) -> pl.DataFrame:
    """Every figure of the report as a number, in its metric's unit, for files that people compute with."""
    kept = VALUE_TYPES
    more = ("start", "end", "old", "difference", "difference_low", "difference_high", "relative", "verdict", "target")
    # Of what is sure by itself only, a bare verdict would say more than the report does.
    sure = pl.when(pl.col("is_sure") | (pl.col("verdict") == "unclear")).then(pl.col("verdict")).alias("verdict")
    return found.rows(found.metrics).with_columns(sure).select(*kept, *more)
