"""Early warning in words: what alarms, how sure that is, and what the other wing sees of it."""

from collections.abc import Callable
from functools import partial

import polars as pl

from metrics.wings.clusters import Lead
from reports import text
from reports.text import N_, _

SIDES = {"complaints": N_("Complaints"), "quality": N_("QA")}
KINDS = {
    "batch": N_("Batch and issue"),
    "item": N_("Batch and failed item"),
    "issue": N_("Issue"),
}
SELDOM = 0.001  # expected by chance: beyond it every number says «hardly ever»
Label = Callable[[str, str | None], str]


def name(cell: dict, label: Label) -> str:
    """Texture, Face cream, b07; an issue's whole type by its own name; a batch by itself where no item is told."""
    told = [each for each in ("subtype", "issue_type", "item") if cell.get(each) is not None][:1]
    parts = [label(each, cell[each]) for each in told]
    parts += [label(each, cell[each]) for each in ("product", "batch") if each in cell]
    return text.listed(parts)


def kind(code: str, rows: pl.DataFrame) -> str:
    """What clusters are looked for by, with how many of them alarm at the end of the period."""
    return f"{_(KINDS[code])} · {text.number(rows.height)}" if rows.height else _(KINDS[code])


def weeks(count: int) -> str:
    return _("1 week") if count == 1 else _("{count} weeks").format(count=text.number(count))


def usual(expected: float | None) -> str:
    """How many would be usual: with a digit where they are few."""
    return text.number(expected, 0 if expected is not None and expected >= 9.95 else 1)


def chance(by_chance: float) -> str:
    """How often chance alone would look like it."""
    if by_chance < SELDOM:
        return _("by chance less than once in 1,000 weeks")
    return _("by chance once in {count} weeks").format(count=text.number(1 / by_chance))


def sentence(row: dict, kind: str, label: Label) -> str:
    """One cluster as a person would tell it."""
    told = {
        ("complaints", "batch"): _(
            "{cluster}: {count} customers complained in {weeks}; by the batch's share of its product's contacts"
            " {usual} would be usual ({chance})."
        ),
        ("complaints", "issue"): _(
            "{cluster}: {count} customers complained in {weeks}; by what came before and the contacts about it"
            " {usual} would be usual ({chance})."
        ),
        ("quality", "batch"): _(
            "{cluster}: QA reviewed {count} contacts about it in {weeks}; by the batch's share of its product's"
            " contacts {usual} would be usual ({chance})."
        ),
        ("complaints", "item"): _(
            "{cluster}: {count} customers complained in {weeks}, of whatever; by the batch's share of its product's"
            " contacts {usual} would be usual ({chance})."
        ),
        ("quality", "item"): _(
            "{cluster}: failed in {count} reviewed contacts in {weeks}; by its share of all reviews and what is usual"
            " for its product {usual} would be usual ({chance})."
        ),
        ("quality", "issue"): _(
            "{cluster}: {count} reviews failed in {weeks}; by what came before {usual} would be usual ({chance})."
        ),
    }[row["side"], kind]
    filled = told.format(
        cluster=name(row, label), count=text.number(row["observed"]), weeks=weeks(row["weeks"]),
        usual=usual(row["expected"]), chance=chance(row["by_chance"]),
    )  # fmt: skip
    return text.paragraph([filled, *_other(row)])


def _other(row: dict) -> list[str]:
    """What the other wing has of the same weeks."""
    if row["other_observed"] is None:
        return []
    if row["other_since"] is not None:
        told = {
            "complaints": _("Both wings alarm: complaints since {since}, QA since {other}."),
            "quality": _("Both wings alarm: QA since {since}, complaints since {other}."),
        }[row["side"]]
        return [told.format(since=text.day(row["since"]), other=text.day(row["other_since"]))]
    told = {
        "complaints": _("QA does not alarm on it: in the same weeks it counts {count}."),
        "quality": _("Complaints do not alarm on it yet: in the same weeks they count {count}."),
    }[row["side"]]
    return [told.format(count=text.number(row["other_observed"]))]


def table(rows: pl.DataFrame, label: Label) -> pl.DataFrame:
    """The clusters that alarm, in the reader's words."""
    return pl.DataFrame(
        [
            {
                _("Cluster"): name(row, label),
                _("Alarm of"): _(SIDES[row["side"]]),
                _("Alarm since"): text.day(row["since"]),
                _("Window"): weeks(row["weeks"]),
                _("Counted"): text.number(row["observed"]),
                _("Usual"): usual(row["expected"]),
                _("Times the usual"): times(row),
                _("As strong by chance"): chance(row["by_chance"]),
                _("The other wing counts"): text.number(row["other_observed"]),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def times(row: dict) -> str:
    """11.2 (7.3 – 16.4); a dash where nothing is usual."""
    if row["ratio"] is None:
        return "–"
    return text.estimated([row[each] for each in ("ratio", "low", "high")], partial(text.number, digits=1))


def quiet(count: int) -> str:
    """No alarm."""
    return _(
        "Nothing alarms: no cluster of complaints or reviews stands out from its usual size more than chance allows."
        " Looked at: {count} cells."
    ).format(count=text.number(count))


def lead(found: Lead) -> str:
    """What the past says of how far one wing is ahead of the other."""
    alone = _("Clusters on which only complaints alarmed: {complaints}; only QA: {quality}.").format(
        complaints=text.number(found.complaints_only), quality=text.number(found.quality_only)
    )
    middle, n = found.median_days, found.clusters.height
    if middle is None:
        return text.paragraph([_("No cluster so far alarmed in both wings, so no lead time can be told."), alone])
    if n == 1:
        one = _("QA was ahead by {days} days on the one cluster that alarmed in both wings.")
        other = _("Complaints were ahead by {days} days on the one cluster that alarmed in both wings.")
        return text.paragraph([(one if middle >= 0 else other).format(days=text.number(abs(middle))), alone])
    ahead = _("Of {n} clusters that alarmed in both wings QA was ahead by {days} days in the middle case.")
    behind = _("Of {n} clusters that alarmed in both wings complaints were ahead by {days} days in the middle case.")
    told = (ahead if middle >= 0 else behind).format(n=text.number(n), days=text.number(abs(middle)))
    return text.paragraph([told, alone])
