"""What is said of complaints that come back."""

from collections.abc import Callable

import polars as pl

from data_access.desk.repeats import Repeats
from metrics.desk.repeats import Gaps, Share
from metrics.metric import Unit
from metrics.rules import Rules
from reports import text
from reports.text import _
from reports.wings.charts_forest import Row

Label = Callable[[str, str | None], str]


def percent(value: float | None) -> str:
    return text.value(value, Unit.PERCENT)


def share(found: Share) -> str:
    """17.5 % (14.0 % to 21.7 %)."""
    if found.value is None:
        return "–"
    return _("{value} ({low} to {high})").format(
        value=percent(found.value), low=percent(found.low), high=percent(found.high)
    )


def lead(found: Repeats, rules: Rules) -> str:
    """How many customers complain of the same again."""
    days = text.period(found.period)
    twice, thrice = found.customers[2], found.customers[3]
    if not twice.n:
        return _("In {days} no customer whom we know complained.").format(days=days)
    return _(
        "Of {n} customers who complained in {days}, {twice} complained of the same again within {wait} days: {share}; "
        "{thrice} did so at least three times: {share_3}."
    ).format(
        n=text.number(twice.n), days=days, twice=text.number(twice.count), share=share(twice),
        wait=text.number(rules.repeat_complaint_days), thrice=text.number(thrice.count), share_3=share(thrice),
    )  # fmt: skip


def unknown(found: Repeats) -> str:
    """What cannot be in a chain."""
    return _("{count} complaints name no customer or no issue: they are in no chain.").format(
        count=text.number(found.unknown)
    )


def between(found: Gaps, days: int) -> str:
    """How long it takes until a customer is back."""
    came = len(found.days)
    if not came:
        return _("Of {n} complaints none was followed by another about the same within {days} days.").format(
            n=text.number(found.complaints), days=text.number(days)
        )
    ends = [text.number(each, 1) for each in found.middle]
    interval = _("{value} days ({low} to {high})").format(value=ends[0], low=ends[1], high=ends[2])
    return _(
        "After {came} of {n} complaints whose {days} days are over the customer complained of the same again; in the "
        "middle case after {middle}."
    ).format(
        came=text.number(came), n=text.number(found.complaints), days=text.number(days),
        middle=ends[0] if "–" in ends else interval,
    )  # fmt: skip


def resolved(found: pl.DataFrame, by: str, label: Label) -> str:
    """Which group comes back more than the others after it was resolved."""
    n, again = int(found["resolved"].sum()), int(found["again"].sum())
    if not n:
        return _("No complaint of a known customer was resolved long enough ago.")
    usual = percent(100 * again / n)
    named = found.filter("is_named")
    if named.is_empty():
        return _(
            "Of {n} resolved complaints {again} came back ({usual}). No group comes back more often than the others by "
            "more than chance."
        ).format(n=text.number(n), again=text.number(again), usual=usual)
    names = [
        _("{name} ({share} of {n})").format(
            name=label(by, row[by]), share=percent(row["value"]), n=text.number(row["resolved"])
        )
        for row in named.iter_rows(named=True)
    ]
    return _(
        "Of {n} resolved complaints {again} came back ({usual}). More often than the others by more than chance: "
        "{names}."
    ).format(n=text.number(n), again=text.number(again), usual=usual, names=text.listed(names))


def forest_rows(found: pl.DataFrame, by: str, label: Label) -> list[Row]:
    """A line a group that is large enough to judge."""
    return [
        Row(
            row[by] or "", label(by, row[by]), row["value"], row["low"], row["high"],
            "apart" if row["is_named"] else "inside",
            [
                _("{again} of {resolved} came back").format(
                    again=text.number(row["again"]), resolved=text.number(row["resolved"])),
                _("95 % interval: {low} to {high}").format(low=percent(row["low"]), high=percent(row["high"])),
            ],
        )
        for row in found.filter(~pl.col("is_few")).iter_rows(named=True)
    ]  # fmt: skip


def table(found: pl.DataFrame, by: str, label: Label) -> pl.DataFrame:
    """A row a group in the reader's words."""
    return pl.DataFrame(
        [
            {
                text.dimension(by): label(by, row[by]),
                _("Resolved complaints"): row["resolved"],
                _("Came back"): row["again"],
                _("Share that came back"): _("too few") if row["is_few"] else _("{value} ({low} to {high})").format(
                    **{name: percent(row[name]) for name in ("value", "low", "high")}),
                _("Verdict"): "–" if row["is_few"] else
                _("more than chance") if row["is_named"] else _("within chance"),
            }
            for row in found.iter_rows(named=True)
        ]
    )  # fmt: skip


def headers() -> dict[str, str]:
    """Of columns in files."""
    return {
        "resolved": _("Resolved complaints"), "again": _("Came back"), "value": _("Share that came back, %"),
        "is_named": _("more than chance"), "is_few": _("too few"), "number": _("Chain"), "place": _("Complaint number"),
        "length": _("Complaints in the chain"), "gap_days": _("Days since the one before"), "week": _("Week after"),
        "complaints": _("Came back"), "customers": _("Customers"), "least": _("Complaints at least"),
        "n": _("Customers who complained"), "count": _("Of these"),
    }  # fmt: skip
