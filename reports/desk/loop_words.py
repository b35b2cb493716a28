"""Closing the loop in words: what became of resolved complaints, and through how many hands they went."""

from collections.abc import Callable
from functools import partial

import polars as pl

from data_access.desk.loop import Loop
from metrics.desk.loop import MOST_HANDS
from metrics.metric import Unit
from metrics.scope import Period
from reports import text
from reports.text import N_, _

STEP_NAMES = {
    "resolved": N_("Resolved, follow-up due"),
    "followed_up": N_("Followed up"),
    "rated": N_("Gave a score"),
    "dissatisfied": N_("Dissatisfied"),
    "reopened": N_("Reopened for them"),
    "ended_again": N_("Ended again"),
}
Label = Callable[[str | None], str]


def headline(found: Loop, period: Period) -> str:
    """How far the loop was closed, in two sentences."""
    rows = {row["step"]: row for row in found.steps.iter_rows(named=True)}
    said = [
        _("Of {resolved} complaints resolved in {period}, {share} ({low} to {high}) were followed up.").format(
            resolved=text.number(rows["resolved"]["count"]), period=text.period(period), **_shares(rows["followed_up"])
        )
    ]
    angry = rows["dissatisfied"]["count"]
    if angry:
        said.append(
            _("Of {dissatisfied} dissatisfied customers’ cases {reopened} were reopened and {left} were not.").format(
                dissatisfied=text.number(angry),
                reopened=text.number(rows["reopened"]["count"]),
                left=text.number(found.left),
            )
        )
    return text.paragraph(said)


def _shares(row: dict) -> dict[str, str]:
    return {name: text.value(row[name], Unit.PERCENT) for name in ("share", "low", "high")}


def step_table(found: Loop) -> pl.DataFrame:
    """Each step, out of the one before."""
    rows = [
        {
            _("Step"): _(STEP_NAMES[row["step"]]),
            _("Complaints"): row["count"],
            _("Out of the step before"): interval(row, "share", "low", "high"),
        }
        for row in found.steps.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def interval(row: dict, value: str, low: str, high: str) -> str:
    """91.2 % (88.0 % – 94.1 %)."""
    if row[value] is None:
        return "–"
    return text.estimated([row[name] for name in (value, low, high)], partial(text.value, unit=Unit.PERCENT))


def hands_sentence(found: Loop) -> str:
    """First-owner responsibility."""
    row = found.whole.row(0, named=True)
    said = [
        _("{share} ({low} to {high}) of {count} complaints were handed on by their first owner.").format(
            count=text.number(row["complaints"]), **_shares(row)
        )
    ]
    if row["hands_low"] is not None:
        said.append(
            _("On the mean a complaint went through {mean} hands ({low} to {high}).").format(
                mean=text.number(row["mean_hands"], 2),
                low=text.number(row["hands_low"], 2),
                high=text.number(row["hands_high"], 2),
            )
        )
    if found.without:
        said.append(_("{count} have no steps on record and are left out.").format(count=text.number(found.without)))
    return text.paragraph(said)


def hands_name(hands: int) -> str:
    """1, 2, 3, 4 or more."""
    return _("{count} or more").format(count=hands) if hands == MOST_HANDS else str(hands)


def group_table(frame: pl.DataFrame, dimension: str, label: Label, least: int) -> pl.DataFrame:
    """Who hands on how often; a group with too few complaints is not judged."""
    rows = [
        {
            text.column(dimension): label(row[dimension]),
            _("Complaints"): row["complaints"],
            _("Handed on"): interval(row, "share", "low", "high")
            if row["complaints"] >= least
            else _("too few (n = {count})").format(count=text.number(row["complaints"])),
            _("Hands, mean"): text.number(row["mean_hands"], 2) if row["complaints"] >= least else "–",
        }
        for row in frame.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def names() -> dict[str, str]:
    """Headers of the list of cases and of frames that are taken along."""
    return {
        "follow_up_at": _("Followed up"),
        "follow_up_score": _("Score at the follow-up"),
        "closed_at": _("Closed at"),
        "hands": _("Hands"),
        "complaints": _("Complaints"),
        "handed_on": _("Handed on"),
        "mean_hands": _("Hands, mean"),
        "hands_low": _("Hands: 95 % interval from"),
        "hands_high": _("Hands: 95 % interval to"),
    }
