"""Causes in words: the vital few, what was upheld and paid, what is coded, and which causes problems share."""

from collections.abc import Callable

import polars as pl

from data_access.desk.coding import PastMapping
from metrics.desk.causes import MOST
from metrics.desk.coding import MAPPED, OTHER, OWN_NAME, UNMAPPED
from metrics.metric import Unit
from reports import text
from reports.text import N_, _

HOW = {
    MAPPED: N_("mapped"),
    OWN_NAME: N_("called like a standard kind"),
    UNMAPPED: N_("not mapped"),
}
MOST_NAMED = 4
Label = Callable[[str | None], str]


def share(amount: float | None) -> str:
    return text.value(amount, Unit.PERCENT)


def headline(few: pl.DataFrame, rows: pl.DataFrame, whole: dict, name: str, label: Label) -> str:
    """The vital few, and what became of all complaints.

    Args:
        few: the first rows of `rows`, by the column `name`.
        whole: one row of a Pareto table over all complaints.
    """
    told = _("{few} of {all} kinds make {share} of {count} complaints: {names}.").format(
        few=text.number(few.height), all=text.number(rows.height), share=share(few["cumulative"][-1]),
        count=text.number(whole["count"]), names=text.listed([label(each) for each in few[name].head(MOST_NAMED)]),
    )  # fmt: skip
    return text.paragraph([told, upheld(whole), redress(whole)])


def upheld(row: dict) -> str:
    """How many were right to complain."""
    if not row["decided"]:
        return _("None of them has a finding yet.")
    return _("{share} of the {count} with a finding were upheld wholly or partly (95 %: {low} to {high}).").format(
        share=share(row["upheld_share"]), count=text.number(row["decided"]),
        low=share(row["upheld_low"]), high=share(row["upheld_high"]),
    )  # fmt: skip


def redress(row: dict) -> str:
    """What was paid."""
    if not row["redressed"]:
        return _("No redress was paid.")
    return _("Redress was paid in {count}, {median} in the middle case, {total} in all.").format(
        count=text.number(row["redressed"]), median=text.number(row["redress_median"], 2),
        total=text.number(row["redress_total"], 2),
    )  # fmt: skip


def about() -> str:
    return _(
        "Valid complaints received in the period; full colour: the kinds that together make {most} % of them. Upheld is"
        " of those closed with a finding; redress in the money of the source, in the middle case of those paid at all."
    ).format(most=text.number(MOST))


def table(rows: pl.DataFrame, name: str, header: str, label: Label) -> pl.DataFrame:
    """A Pareto table in the reader's words."""
    return pl.DataFrame(
        [
            {
                header: label(row[name]),
                _("Complaints"): row["count"],
                _("Share"): f"{share(row['share'])} ({share(row['low'])} – {share(row['high'])})",
                _("Cumulative"): share(row["cumulative"]),
                _("Upheld"): _upheld(row),
                _("With redress"): row["redressed"],
                _("Redress, middle case"): text.number(row["redress_median"], 2),
                _("Redress in all"): text.number(row["redress_total"], 2),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def _upheld(row: dict) -> str:
    if not row["decided"]:
        return "–"
    return _("{share} of {count} ({low} – {high})").format(
        share=share(row["upheld_share"]), count=text.number(row["decided"]),
        low=share(row["upheld_low"]), high=share(row["upheld_high"]),
    )  # fmt: skip


def coding(unmapped: int, other: int, count: int) -> str:
    """How much of the period speaks the standard language."""
    return _(
        "{unmapped} of {count} complaints ({share}) have a code that stands for no standard kind, and {other}"
        " ({others}) are coded «{name}»."
    ).format(
        unmapped=text.number(unmapped), count=text.number(count), share=share(100 * unmapped / count),
        other=text.number(other), others=share(100 * other / count), name=text.code(OTHER),
    )  # fmt: skip


def raw(row: dict) -> str:
    """A raw code: Refund – Refund slow."""
    parts = [text.code(row["issue_type"]), *([text.code(row["subtype"])] if row["subtype"] else [])]
    return " – ".join(parts)


def raw_table(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                _("Raw code"): raw(row),
                _("Stands for"): "–" if row["standard"] is None else text.code(row["standard"]),
                _("How it is known"): _(HOW[row["how"]]),
                _("Complaints"): row["count"],
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def past_table(past: list[PastMapping], zone: str) -> pl.DataFrame:
    """What was ever said of codes, and when by the clock of this zone."""
    return pl.DataFrame(
        [
            {
                _("Raw code"): raw({"issue_type": each.mapping.issue_type, "subtype": each.mapping.subtype}),
                _("Stands for"): text.code(each.mapping.standard),
                _("Set by"): text.person(each.mapping.made_by),
                _("Set on"): each.mapping.made_at and text.at_site(each.mapping.made_at, zone),
                _("Until"): each.removed_at and text.at_site(each.removed_at, zone),
                _("Taken back by"): text.person(each.removed_by),
            }
            for each in past
        ],
        infer_schema_length=None,
    )


def shared_table(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                _("Root cause"): row["cause"],
                _("Trees"): row["trees"],
                _("Complaint types"): text.listed([text.code(each) for each in row["kinds"]]) or "–",
                _("Complaints of these types"): row["complaints"],
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def headers() -> dict[str, str]:
    """Of the columns in files that have no header of their own."""
    return {
        "count": _("Complaints"), "share": _("Share, %"), "cumulative": _("Cumulative, %"),
        "decided": _("Closed with a finding"), "upheld": _("Upheld"), "upheld_share": _("Upheld, %"),
        "upheld_low": _("Upheld, lower end, %"), "upheld_high": _("Upheld, upper end, %"),
        "redressed": _("With redress"), "redress_median": _("Redress, middle case"),
        "redress_total": _("Redress in all"), "standard": _("Standard kind"), "how": _("How it is known"),
        "cause": _("Root cause"), "trees": _("Trees"), "kinds": _("Complaint types"),
        "complaints": _("Complaints of these types"),
    }  # fmt: skip
