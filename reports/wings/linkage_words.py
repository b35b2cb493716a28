"""How the data join, in words: the steps, what is lost at each and why, and what to do about it."""

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from data_access.wings.linkage import Linked
from metrics.metric import Unit
from reports import text
from reports.text import N_, _

STEPS = {
    "complaints": N_("Complaints received"),
    "reviews": N_("Reviews by people"),
    "named": N_("name a contact"),
    "known": N_("the contact is on record"),
    "counted": N_("it counts"),
    "fit": N_("it is fit for review"),
    "reviewed": N_("people reviewed it"),
    "found": N_("a finding was opened"),
    "trained": N_("all findings trained"),
    "closed": N_("all findings closed"),
}
LOSSES = {
    "no_contact_id": N_("no contact number was written down"),
    "unknown_contact": N_("the number is not among the contacts"),
    "excluded_contact": N_("the contact is left out: test, spam, merged, campaign"),
    "unfit_contact": N_("not answered, or too short to review"),
    "not_reviewed": N_("nobody reviewed the contact"),
    "no_finding": N_("nothing to correct was found, or no finding was opened"),
    "not_trained": N_("training is still to come"),
    "finding_open": N_("a finding is still open"),
}


def step(name: str) -> str:
    return _(STEPS[name])


def loss(name: str) -> str:
    return _(LOSSES[name]) if name else ""


def worst(rows: pl.DataFrame) -> dict | None:
    """The step at which most is lost; None where nothing is. A review that finds nothing to correct is no loss."""
    lost = rows.filter(pl.col("lost") > 0, pl.col("loss") != "no_finding").sort("lost", descending=True)
    return lost.row(0, named=True) if lost.height else None


def complaints(linked: Linked) -> str:
    """How far complaints join, in one sentence with its numbers."""
    rows = {row["step"]: row for row in linked.chain.iter_rows(named=True)}
    if not rows["complaints"]["count"]:
        return ""
    joined, reviewed, closed = rows["counted"]["count"], rows["reviewed"]["count"], rows["closed"]["count"]
    return _(
        "Of {complaints} complaints {joined} join to a contact that counts, people reviewed {reviewed} of these "
        "contacts, and in {closed} every finding is closed."
    ).format(
        complaints=text.number(rows["complaints"]["count"]),
        joined=text.number(joined),
        reviewed=text.number(reviewed),
        closed=text.number(closed),
    )


def most_lost(linked: Linked) -> str:
    """Where most is lost, and how sure the share is."""
    row = worst(linked.chain)
    if row is None:
        return ""
    return _(
        "Most is lost here: {reason} ({lost} of {before}; {share} get further, 95 % interval: {low} to {high})."
    ).format(
        reason=loss(row["loss"]),
        lost=text.number(row["lost"]),
        before=text.number(row["before"]),
        share=text.value(row["share"], Unit.PERCENT),
        low=text.value(row["low"], Unit.PERCENT),
        high=text.value(row["high"], Unit.PERCENT),
    )


def table(chain: pl.DataFrame) -> pl.DataFrame:
    """A chain in the reader's words: how many get how far, and what is lost and why."""
    return pl.DataFrame(
        [
            {
                _("Step"): step(row["step"]),
                _("Count"): text.number(row["count"]),
                _("Lost"): text.number(row["lost"]) if row["loss"] else "–",
                _("Of the step before"): _interval(row) if row["loss"] else "–",
                _("Why"): loss(row["loss"]),
            }
            for row in chain.iter_rows(named=True)
        ]
    )


def _interval(row: dict) -> str:
    """A share with its interval and n; a refusal where there is nothing to divide by."""
    if row["share"] is None:
        return _("nothing gets here")
    ends = [row[name] for name in ("share", "low", "high")]
    return text.estimated(ends, partial(text.value, unit=Unit.PERCENT), row["before"])


#: What is told by team and month: title, wing, step, step before.
SHARES: Sequence[tuple[str, str, str, str]] = (
    (N_("Complaints joined to a contact"), "complaints", "counted", "complaints"),
    (N_("Complained contacts reviewed"), "complaints", "reviewed", "fit"),
    (N_("Reviews joined to a contact"), "reviews", "counted", "reviews"),
    (N_("Reviews with a finding"), "reviews", "found", "fit"),
    (N_("Findings closed"), "reviews", "closed", "found"),
)


def groups(found: dict[str, pl.DataFrame], dimension: str, label: Callable[[object], str], least: int) -> pl.DataFrame:
    """A row for each team or month and a column for each share, with intervals; «too few» below the least number."""
    every = {key for frame in found.values() for key in frame["group"]}
    keys = [*sorted(every - {None}, key=str), *([None] if None in every else [])]
    cells = {title: {row["group"]: row for row in frame.iter_rows(named=True)} for title, frame in found.items()}
    return pl.DataFrame(
        [
            {
                text.dimension(dimension): label(key),
                **{_(title): _cell(rows.get(key), least) for title, rows in cells.items()},
            }
            for key in keys
        ]
    )


def _cell(row: dict | None, least: int) -> str:
    if row is None or not row["before"]:
        return "–"
    if row["before"] < least:
        return _("too few ({part} of {whole})").format(part=text.number(row["count"]), whole=text.number(row["before"]))
    return _interval(row)
