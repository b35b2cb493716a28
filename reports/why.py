"""Why a metric moved, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from metrics.decomposition import Contributor, Decomposition
from metrics.metric import AnyMetric, Unit
from reports import text
from reports.text import N_, _

OWN = N_("{change} from {dimension} “{group}”: its own figure went from {old} to {new}.")
SHARE = N_(
    "{change} because {dimension} “{group}” went from {old_share} to {new_share} of all, and its figure lies elsewhere."
)
NOTHING = N_(
    "No group stands out: none of the {groups} groups in {dimensions} dimensions moved otherwise than the rest, more "
    "than chance explains."
)
SUMMARY = N_("{metric} {change} from {old} to {new}: {rate} because groups changed, {mix} because their mix changed.")


def summary(found: Decomposition, metric: AnyMetric) -> str:
    """The change, and how much of it is rate and how much mix, by one dimension."""
    return _(SUMMARY).format(
        metric=_(metric.name),
        change=text.change(found.old, found.new, metric.unit),
        old=text.value(found.old, metric.unit),
        new=text.value(found.new, metric.unit),
        rate=text.change(0.0, found.rate, metric.unit),
        mix=text.change(0.0, found.mix, metric.unit),
    )


def effects(found: Decomposition) -> pl.DataFrame:
    """Every group of a dimension with what it adds to the change, its columns in the reader's words."""
    percent = [pl.col(name) * 100 for name in ("old_share", "new_share")]
    told = found.groups.select(found.dimension, "old_value", "new_value", *percent, "rate", "mix", "effect", "p")
    words = (
        _("Compared value"), _("Value"), _("Compared share, %"), _("Share, %"), _("Through its own figure"),
        _("Through its share"), _("Both together"), "p",
    )  # fmt: skip
    return told.rename(dict(zip(told.columns[1:], words, strict=True)))


def contributors(
    named: Sequence[Contributor], found: dict[str, Decomposition], metric: AnyMetric, label: text.Label
) -> list[str]:
    """A sentence for each group that stands out; or the one that says that none does."""
    if not named:
        groups = sum(each.groups.height for each in found.values())
        return [_(NOTHING).format(groups=text.number(groups), dimensions=len(found))]
    return [_said(each, found[each.dimension], metric, label) for each in named]


def _said(one: Contributor, found: Decomposition, metric: AnyMetric, label: text.Label) -> str:
    row = next(each for each in found.groups.iter_rows(named=True) if each[one.dimension] == one.group)
    return contributor(one, row, metric, label)


def contributor(one: Contributor, row: Mapping[str, Any], metric: AnyMetric, label: text.Label) -> str:
    """What one group adds to the change; `row` has its values and shares, `old_` and `new_`."""
    values = {
        "change": text.change(0.0, one.effect, metric.unit),
        "dimension": text.dimension(one.dimension),
        "group": label(one.dimension, one.group),
    }
    if abs(one.rate) >= abs(one.mix):
        ends = {name: text.value(row[f"{name}_value"], metric.unit) for name in ("old", "new")}
        return _(OWN).format(**values, **ends)
    shares = {f"{name}_share": text.value(row[f"{name}_share"] * 100, Unit.PERCENT) for name in ("old", "new")}
    return _(SHARE).format(**values, **shares)
