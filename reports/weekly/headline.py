"""The headline in three sentences: what moved most, how the targets stand, and what to do next."""

import polars as pl

from data_access.wings.blind_spots import Looked
from metrics.catalogue import CATALOGUE
from metrics.spc import Variation
from reports import text
from reports.text import N_, _
from reports.watch import control_words
from reports.weekly import pieces
from reports.weekly.results import Results
from reports.weekly.wings import blind_spots
from reports.wings import blind_words

USUAL = {
    "day": N_("No key figure moved by more than it usually does from day to day."),
    "week": N_("No key figure moved by more than it usually does from week to week."),
    "month": N_("No key figure moved by more than it usually does from month to month."),
}


def headline(found: Results) -> tuple[str, str, str]:
    """Three sentences from the results that the chapters are made of."""
    return moved_most(found), on_target(found), next_step(found)


def moved_most(found: Results) -> str:
    """The clearest move that is more than chance and more than usual."""
    if found.moved.height:
        return pieces.moved(found.moved.row(0, named=True), found.period)
    if found.within_usual.height:
        return _(USUAL[found.grain.value])
    return _("Taken together, none of these figures moved more than chance explains.")


def on_target(found: Results) -> str:
    """How many targets are surely kept and surely missed, and the one to begin with."""
    judged = found.figures.drop_nulls("kept")
    counts = {answer: int((judged["kept"] == answer).sum()) for answer in ("yes", "no", "open")}
    told = {name: text.number(count) for name, count in counts.items()} | {"count": text.number(judged.height)}
    if not judged.height:
        return _("No key figure can be held against a target.")
    if not counts["no"]:
        return _("Targets: of {count}, {yes} surely kept, none surely missed; {open} cannot be told.").format_map(told)
    first = first_missed(found, judged.filter(pl.col("kept") == "no"))
    metric = CATALOGUE[first["metric"]]
    return _(
        "Targets: of {count}, {yes} surely kept and {no} surely missed – first of all {metric} with {value} ({target})."
    ).format(
        **told,
        metric=pieces.named(first, found.period),
        value=text.value(first["value"], metric.unit),
        target=text.target(first["target"], metric),
    )


def first_missed(found: Results, missed: pl.DataFrame) -> dict:
    """Of the missed targets the one whose figure is the most urgent, or else the first of the key figures."""
    order = {each.metric.id: place for place, each in enumerate(found.urgent)}
    rows = missed.rows(named=True)
    return min(rows, key=lambda row: (order.get(row["metric"], len(order)), rows.index(row)))


def next_step(found: Results) -> str:
    """What to do: about the most urgent figure, or else where QA looks away."""
    if found.urgent:
        first = found.urgent[0]
        return _("Next: {metric} – {action}").format(metric=_(first.metric.name), action=control_words.action(first))
    looked = blind_spots(found) if "wings" in found.contents.chapters else None
    advice = _advice(looked, found) if looked is not None else ""
    if advice:
        return advice
    if all(each.variation is Variation.UNKNOWN for each in found.watched.values()):
        return _("Next: too few weeks are on record to tell what needs attention; go on as planned.")
    return _("Next: no key figure needs more than the usual attention; go on as planned.")


def _advice(looked: Looked, found: Results) -> str:
    return blind_words.advice(looked, looked.found, found.label) if looked.found is not None else ""
