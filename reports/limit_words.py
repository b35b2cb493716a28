"""Which groups lie beyond what chance explains, in a sentence."""

from collections.abc import Callable

import polars as pl

from metrics.fair import Comparison
from metrics.metric import AnyMetric, Better
from reports import text
from reports.text import _


def beyond_chance(found: Comparison, metric: AnyMetric, group: str, label: Callable[[str | None], str]) -> str:
    """Which groups lie outside of the wide limits of a funnel, and on which side."""
    far = found.groups.filter(pl.col("outside") == "alarm")
    if far.is_empty():
        return _("None of {count} groups lies outside of the solid lines.").format(
            count=text.number(found.groups.height)
        )
    above, below = (
        text.listed([label(each) for each in far.filter(side)[group]])
        for side in (pl.col("adjusted") > found.overall, pl.col("adjusted") <= found.overall)
    )
    words = {
        Better.HIGHER: (_("Better than chance explains: {names}."), _("Worse than chance explains: {names}.")),
        Better.LOWER: (_("Worse than chance explains: {names}."), _("Better than chance explains: {names}.")),
        Better.NEITHER: (_("Higher than chance explains: {names}."), _("Lower than chance explains: {names}.")),
    }[metric.better]
    said = [sentence.format(names=names) for sentence, names in zip(words, (above, below), strict=True) if names]
    return text.paragraph(said)
