"""Responsibility in words: how often claims are right, which are wrong most often, and what QA passed."""

from collections.abc import Callable

import polars as pl

from metrics.metric import Unit
from reports import text
from reports.text import N_, _

VERDICTS = {
    "more": N_("wrong more often than the rest"),
    "less": N_("wrong less often than the rest"),
    "alike": N_("as the rest"),
    "too_few": N_("too few"),
}
CLAIMED, ESTABLISHED = "claimed_cause", "established_cause"
Label = Callable[[str, str | None], str]


def share(amount: float | None) -> str:
    return text.value(amount, Unit.PERCENT)


def interval(row: dict) -> str:
    return f"{share(row['low'])} – {share(row['high'])}"


def established(code: str | None) -> str:
    """A cause, or that none is established yet."""
    return _("Not yet established") if code is None else text.code(code)


def headline(right: dict, wrong: pl.DataFrame, pending: int, count: int) -> str:
    """How often claims are right, and which one is wrong most often."""
    if not right["judged"]:
        return _("Of {count} complaints none has both a claimed and an established cause.").format(
            count=text.number(count)
        )
    told = _(
        "In {share} of {judged} complaints the cause was what the customer claimed (95 %: {interval});"
        " {pending} of {count} are not yet established."
    )
    said = told.format(
        share=share(right["share"]), judged=text.number(right["judged"]), interval=interval(right),
        pending=text.number(pending), count=text.number(count),
    )  # fmt: skip
    return text.paragraph([said, _worst(wrong)])


def _worst(wrong: pl.DataFrame) -> str:
    standing_out = wrong.filter(pl.col("verdict") == "more")
    if standing_out.is_empty():
        return _("No claim is wrong more often than the others beyond chance.")
    row = standing_out.row(0, named=True)
    told = _("Wrong most often is the claim «{cause}»: {share} of {judged} turned out to be something else.")
    return told.format(cause=text.code(row[CLAIMED]), share=share(row["share"]), judged=text.number(row["judged"]))


def matrix_table(cells: pl.DataFrame) -> tuple[pl.DataFrame, list[str | None], dict[str, str | None]]:
    """A row for each claim, a column for each established cause; which claims and causes they are."""
    claims = cells[CLAIMED].unique(maintain_order=True).to_list()
    causes = order_of_causes(cells)
    known = {(row[CLAIMED], row[ESTABLISHED]): row for row in cells.iter_rows(named=True)}
    rows = [
        {_("Claimed, then established"): text.code(claim)}
        | {established(cause): _cell(known.get((claim, cause))) for cause in causes}
        for claim in claims
    ]
    return pl.DataFrame(rows), claims, {established(cause): cause for cause in causes}


def order_of_causes(cells: pl.DataFrame) -> list[str | None]:
    """Established causes in the order of the claims, others after them, what is not established last."""
    claims = [each for each in cells[CLAIMED].unique(maintain_order=True) if each is not None]
    found = set(cells[ESTABLISHED].to_list())
    order: list[str | None] = [each for each in claims if each in found]
    order += sorted(each for each in found if each is not None and each not in claims)
    return [*order, None] if None in found else order


def _cell(row: dict | None) -> str:
    return "–" if row is None else f"{share(row['share'])} ({text.number(row['count'])})"


def wrong_table(wrong: pl.DataFrame) -> pl.DataFrame:
    """Claims with how often they were wrong."""
    return pl.DataFrame(
        [
            {
                text.column(CLAIMED): text.code(row[CLAIMED]),
                _("Established otherwise"): share(row["share"]),
                _("95 % interval"): interval(row),
                _("Wrong / established"): f"{text.number(row['wrong'])} / {text.number(row['judged'])}",
                _("Verdict"): _(VERDICTS[row["verdict"]]),
            }
            for row in wrong.iter_rows(named=True)
        ]
    )


def missed(passed: int, reviewed: int, rows: dict, count: int) -> str:
    """Of how many complaints QA passed the contact, whenever it was reviewed."""
    if not reviewed:
        return _("Of {count} complaints none came of a contact that people reviewed.").format(count=text.number(count))
    told = _(
        "Of {reviewed} complaints whose contact people reviewed, QA passed the contact in {share}"
        " (95 %: {interval}; {passed} complaints)."
    )
    return told.format(
        share=share(rows["share"]), reviewed=text.number(reviewed), interval=interval(rows), passed=text.number(passed)
    )


def missed_table(rows: pl.DataFrame, dimension: str, label: Label) -> pl.DataFrame:
    """Causes, teams or forms with how often QA had passed what was complained of."""
    return pl.DataFrame(
        [
            {
                text.column(dimension): named(dimension, row[dimension], label),
                _("Passed by QA"): share(row["share"]) if row["is_enough"] else _("too few"),
                _("95 % interval"): interval(row),
                _("Passed / reviewed"): f"{text.number(row['passed'])} / {text.number(row['reviewed'])}",
                _("Complaints"): text.number(row["complaints"]),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def named(dimension: str, code: str | None, label: Label) -> str:
    return established(code) if dimension == ESTABLISHED else label(dimension, code)
