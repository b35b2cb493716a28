"""The chapter of what moved and why: figures that moved by more than usual, each taken apart."""

import polars as pl

from data_access.compared import days_compared, days_shown
from data_access.why import can_explain, read_decompositions
from metrics.catalogue import CATALOGUE
from metrics.decomposition import Decomposition, explaining_most, standing_out
from metrics.metric import AnyMetric, Metric
from reports import text, why
from reports.document.parts import Chapter, Chart, Paragraph, Part, Points, Shape
from reports.export import UNITS
from reports.text import _
from reports.weekly import headline, pieces
from reports.weekly.results import Results

MOST_EXPLAINED = 2
MOST_NAMED = 4
MOST_BARS = 8


def chapter(found: Results) -> Chapter | None:
    """None where nothing can be compared."""
    if found.figures["verdict"].is_null().all():
        return None
    parts: list[Part] = []
    if found.moved.height:
        parts.append(Points(tuple(pieces.moved(row, found.period) for row in found.moved.iter_rows(named=True))))
    for row in found.moved.head(MOST_EXPLAINED).iter_rows(named=True):
        parts += _explained(found, CATALOGUE[row["metric"]])
    if found.within_usual.height:
        parts.append(Paragraph(_usual(found)))
    return Chapter(_("What moved, and why"), headline.moved_most(found), tuple(parts)) if parts else None


def _usual(found: Results) -> str:
    """What moved by more than chance, and yet no more than it always does."""
    names = [_(CATALOGUE[each].name) for each in found.within_usual["metric"]]
    return _(
        "More than the chance of single cases, but no more than these figures usually move, or against a longer run of "
        "theirs: {names}. By themselves such moves call for nothing."
    ).format(names=text.listed(names))


def _explained(found: Results, metric: AnyMetric) -> list[Part]:
    """By what group a figure moved, in sentences and as a chart; nothing where it cannot be taken apart."""
    against = days_compared(found.store, metric, found.scope)
    if against is None or not isinstance(metric, Metric) or not can_explain(metric):
        return []
    now = days_shown(found.store, metric, found.period)
    apart = read_decompositions(found.store, found.viewer, metric, now, against, found.filters)
    if not apart:
        return []
    stands_out = standing_out(apart)[:MOST_NAMED]
    best = apart[stands_out[0].dimension if stands_out else explaining_most(apart)]
    told = [text.labelled(_(metric.name), why.summary(best, metric))]
    told += why.contributors(stands_out, apart, metric, found.label)
    return [Points(tuple(told)), *_effects(found, best, metric)]


def _effects(found: Results, best: Decomposition, metric: AnyMetric) -> list[Chart]:
    """What each group of the dimension that tells most adds to the change."""
    rows = best.groups.head(MOST_BARS)
    names = [found.label(best.dimension, each) for each in rows[best.dimension]]
    title = _("{metric}: what moved it, by {dimension}").format(
        metric=_(metric.name), dimension=text.dimension(best.dimension)
    )
    across = text.dimension(best.dimension)
    frame = rows.select(pl.Series(across, names, pl.String), pl.col("effect").alias("value"))
    told = _("What it adds to the change")
    return [Chart(title, Shape.BAR, frame, across, ["value"], [told], _(UNITS[metric.unit]))]
