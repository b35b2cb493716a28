"""What is said of failed items and the complaints that follow, and of complaints that QA did not see."""

import math
from functools import partial

import polars as pl

from data_access.wings.precursors import Preceded
from metrics.metric import Unit
from metrics.wings.precursors import ANY, LEAST_EXPECTED, Precursors
from reports import text
from reports.text import N_, _
from reports.wings.charts_forest import Row

MOST = 3
FOLLOWS = {
    True: N_(
        "Where “{item}” failed, a complaint followed {lift} times as often as where it was passed ({low} to {high}): "
        "{complained} of {failed} contacts, against {expected} expected."
    ),
    False: N_(
        "Where “{item}” failed, a complaint about {kind} followed {lift} times as often as where it was passed ({low} "
        "to {high}): {complained} of {failed} contacts, against {expected} expected."
    ),
}


def kind(code: str) -> str:
    """A complaint type, or all of them."""
    return _("Any complaint") if code == ANY else text.code(code)


def lead(found: Precursors) -> list[str]:
    """The clearest findings in words, or why there is none."""
    named = found.cells.filter("is_named").sort("p", "item", "issue_type")
    if named.height:
        return [_follows(row) for row in named.head(MOST).iter_rows(named=True)]
    if found.cells["p"].is_null().all():
        return [
            _("Too few complaints followed reviews to tell which failed items go before them: {complained} of {count} "
              "contacts.").format(complained=text.number(found.complained), count=text.number(found.contacts))
        ]  # fmt: skip
    return [
        _("No failed item goes before complaints more than chance explains: {complained} of {count} contacts were "
          "complained of after their review.").format(
            complained=text.number(found.complained), count=text.number(found.contacts))
    ]  # fmt: skip


def _follows(row: dict) -> str:
    return _(FOLLOWS[row["issue_type"] == ANY]).format(
        item=text.code(row["item"]),
        kind=kind(row["issue_type"]),
        complained=text.number(row["complained"]),
        failed=text.number(row["failed"]),
        expected=text.number(row["expected"], 1),
        **{name: text.number(row[name], 1) for name in ("lift", "low", "high")},
    )


def any_rows(found: Precursors) -> list[Row]:
    """Items with enough complaints of whatever type after them, the largest lift on top."""
    known = (
        found.cells.filter(pl.col("issue_type") == ANY).drop_nulls("p").sort("lift", "item", descending=[True, False])
    )
    return [
        Row(
            row["item"], text.code(row["item"]), row["lift"], row["low"], row["high"],
            "apart" if row["is_named"] else "inside",
            [
                _("{lift} times as often (95 % interval: {low} to {high})").format(
                    **{name: text.number(row[name], 1) for name in ("lift", "low", "high")}
                ),
                _("failed: {count} contacts, {complained} of them complained of").format(
                    count=text.number(row["failed"]), complained=text.number(row["complained"])
                ),
            ],
        )
        for row in known.iter_rows(named=True)
    ]  # fmt: skip


def nearest(found: Precursors) -> str:
    """Why no single type of complaint can be told, and how many reviews would tell the one that comes nearest."""
    said = _(
        "Of no single type did enough complaints follow reviews to tell: at least {least} would have to be expected "
        "where the item failed."
    ).format(least=text.number(LEAST_EXPECTED))
    lacking = pl.col("p").is_null() & pl.col("expected").is_between(0, LEAST_EXPECTED, closed="none")
    singles = found.cells.filter(pl.col("issue_type") != ANY, lacking).sort("expected", descending=True)
    if singles.is_empty():
        return said
    row = singles.row(0, named=True)
    more = _(
        "Nearest is {kind} after a failed “{item}” with {expected}: about {contacts} reviewed contacts would be "
        "enough, of which there are {count}."
    ).format(
        kind=kind(row["issue_type"]),
        item=text.code(row["item"]),
        expected=text.number(row["expected"], 1),
        contacts=text.number(_rounded(found.contacts * LEAST_EXPECTED / row["expected"])),
        count=text.number(found.contacts),
    )
    told = found.cells.filter(pl.col("issue_type") == ANY)["p"].is_not_null().any()
    until = _("Until then the figures of any complaint are the level to look at.") if told else ""
    return text.paragraph([said, more, until])


def _rounded(count: float) -> float:
    """To two figures, upwards: it is an estimate."""
    step = 10 ** max(0, math.floor(math.log10(count)) - 1)
    return math.ceil(count / step) * step


def caution(found: Precursors) -> str:
    """Which reviews could not count, and why."""
    return _(
        "{count} contacts were reviewed only after their complaint had arrived. They are left out: such reviews are "
        "chosen because of the complaint, or made by people who know of it, and find what it says."
    ).format(count=text.number(found.left_out))


def unseen(found: pl.DataFrame, least: int) -> list[str]:
    """Types of which QA passed much that was upheld: which items should there be?"""
    total, clean = int(found["reviewed"].sum()), int(found["unseen"].sum())
    if not total:
        return [_("No upheld complaint about service came of a contact that people reviewed.")]
    share = text.value(100 * clean / total, Unit.PERCENT)
    told = [
        _("Of {total} upheld complaints about service whose contact people reviewed, QA passed {clean} without failing "
          "an item ({share}): nothing on the form caught what went wrong there.").format(
            total=text.number(total), clean=text.number(clean), share=share)
    ]  # fmt: skip
    for row in found.filter(pl.col("unseen") > 0, pl.col("reviewed") >= least).head(MOST).iter_rows(named=True):
        told.append(
            _("{kind}: {unseen} of {reviewed}, most of all {subtypes}. An item on that should exist, or be judged more "
              "strictly.").format(
                kind=kind(row["issue_type"] or ""), unseen=text.number(row["unseen"]),
                reviewed=text.number(row["reviewed"]), subtypes=_subtypes(row["subtypes"], 2))
        )  # fmt: skip
    return told


def _subtypes(found: list[dict], most: int) -> str:
    told = [f"{text.code(each['subtype'])} ({text.number(each['count'])})" for each in found[:most]]
    return text.listed(told) or _("Not recorded")


def table(found: Precursors) -> pl.DataFrame:
    """Cells in which something can be told, the clearest first, in the reader's words."""
    told = found.cells.drop_nulls("p").sort("p", "item", "issue_type")
    return pl.DataFrame(
        [
            {
                text.column("item"): text.code(row["item"]),
                _("Complaint followed"): kind(row["issue_type"]),
                _("Contacts that failed it"): row["failed"],
                _("Complained of"): row["complained"],
                _("Expected"): text.number(row["expected"], 1),
                _("Times as often"): _tenths(row, "lift"),
                _("Verdict"): _("more than chance") if row["is_named"] else _("within chance"),
            }
            for row in told.iter_rows(named=True)
        ]
    )


def unseen_table(found: pl.DataFrame, least: int) -> pl.DataFrame:
    """One row a complaint type in the reader's words."""
    return pl.DataFrame(
        [
            {
                _("Complaint type"): kind(row["issue_type"] or ""),
                _("Upheld, contact reviewed"): row["reviewed"],
                _("Passed by QA"): row["passed"],
                _("No item failed"): row["unseen"],
                _("Share, %"): _("too few") if row["reviewed"] < least else _tenths(row, "share"),
                _("Most of all"): _subtypes(row["subtypes"], 3),
            }
            for row in found.iter_rows(named=True)
        ]
    )


def _tenths(row: dict, name: str) -> str:
    return text.estimated([row[name], row["low"], row["high"]], partial(text.number, digits=1))


def file_frames(found: Preceded) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The cells, and the types with their subtypes as words, for a file."""
    spoken = None
    if found.missed is not None:
        words = [_subtypes(each, 99) for each in found.missed["subtypes"].to_list()]
        spoken = found.missed.with_columns(pl.Series("subtypes", words, pl.String))
    return found.found.cells, spoken
