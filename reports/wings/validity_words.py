"""What is said of scores and what customers feel, and of items that tell nobody apart."""

from functools import partial

import polars as pl

from metrics.wings.validity import WHOLE, Says, telling_nothing, wholes
from reports import text
from reports.text import N_, _
from reports.wings.charts_forest import Row

OUTCOMES = {
    "csat": N_("Satisfaction"),
    "stayed_away": N_("Solved at first contact"),
    "uncomplained": N_("No complaint"),
}
BY = {
    "section": N_("Section"),
    "item": N_("Item"),
    "form": N_("Form"),
    "level": N_("Level"),
    "reviewer_id": N_("Reviewer"),
}
SAYS = {
    Says.MEASURES: N_("measures it"),
    Says.WEAK: N_("measures a little of it"),
    Says.AGAINST: N_("points the wrong way"),
    Says.NOTHING: N_("measures nothing of it"),
    Says.UNCLEAR: N_("cannot tell"),
    Says.FEW: N_("too few"),
}
LEAD = {
    Says.MEASURES: N_("{outcome}: the QA score goes with it, ρ {value} ({low} to {high}) over {count} reviews."),
    Says.WEAK: N_("{outcome}: the QA score goes with it, but weakly, ρ {value} ({low} to {high}) over {count} "
                  "reviews."),
    Says.AGAINST: N_("{outcome}: higher QA scores go with worse, ρ {value} ({low} to {high}) over {count} reviews."),
    Says.NOTHING: N_("{outcome}: the QA score says next to nothing of it, ρ {value} ({low} to {high}) over {count} "
                     "reviews."),
    Says.UNCLEAR: N_("{outcome}: whether the QA score says anything of it cannot be told yet, ρ {value} ({low} to "
                     "{high}) over {count} reviews."),
    Says.FEW: N_("{outcome}: too few reviews know of it ({count})."),
}  # fmt: skip
NEVER = N_("“{item}” never failed in {count} reviews with {form} (at most {end} % in truth): it tells nobody apart.")
ALWAYS = N_(
    "“{item}” failed in all {count} reviews with {form} (at least {end} % in truth): either nobody can keep it or "
    "nobody knows it."
)
STATES = {Says.MEASURES: "good", Says.WEAK: "good", Says.AGAINST: "apart"}
MOST_SILENT = 3  # items told in whole sentences; the table has all of them


def lead(found: pl.DataFrame) -> list[str]:
    """What the whole score goes with: a sentence an outcome."""
    return [
        _(LEAD[Says(row["says"])]).format(
            outcome=_(OUTCOMES[row["outcome"]]), count=text.number(row["reviews"]),
            **{name: _signed(row[name]) for name in ("value", "low", "high")},
        )
        for row in wholes(found)
    ]  # fmt: skip


def _signed(amount: float | None) -> str:
    return "–" if amount is None else text.signed(amount, 2)


def silent_items(items: pl.DataFrame) -> list[str]:
    """Items that always fail or never do, some of them and how many more there are; or that all tell contacts apart."""
    told = []
    never, always = (telling_nothing(items, always=each) for each in (False, True))
    for rows_, end, words in ((always, "low", ALWAYS), (never, "high", NEVER)):
        for row in rows_.head(MOST_SILENT - len(told)).iter_rows(named=True):
            named = {"item": text.code(row["item"]), "form": _form(row["form"]), "count": text.number(row["judged"])}
            told.append(_(words).format(end=text.number(row[end], 1), **named))
    more = never.height + always.height - len(told)
    if more:
        told.append(_("{count} more items tell nobody apart: see the table.").format(count=text.number(more)))
    enough = items.filter("is_enough")
    if told or enough.is_empty():
        return told or [_("Too few reviews to tell which items never fail.")]
    least, most = enough.row(0, named=True), enough.row(-1, named=True)
    return [
        _("Every item fails sometimes: from {low} % of reviews (“{least}”) to {high} % (“{most}”).").format(
            low=text.number(least["share"], 1), least=text.code(least["item"]), high=text.number(most["share"], 1),
            most=text.code(most["item"]))
    ]  # fmt: skip


def _form(form: str | None) -> str:
    return form or _("Not recorded")


def rows(found: pl.DataFrame, by: str, outcome: str, label: text.Label) -> list[Row]:
    """Groups with enough reviews, the best measure on top."""
    own = found.filter(pl.col("by").is_in([by, WHOLE]), pl.col("outcome") == outcome).drop_nulls("value")
    whole_first = own.sort(pl.col("by") == WHOLE, "value", "code", descending=[True, True, False])
    return [
        Row(
            f"{row['by']} {row['code']}", name(row, label), row["value"], row["low"], row["high"],
            STATES.get(Says(row["says"]), "inside"),
            [
                _("ρ {value} ({low} to {high})").format(
                    **{each: _signed(row[each]) for each in ("value", "low", "high")}
                ),
                _("n = {count} reviews").format(count=text.number(row["reviews"])),
                _(SAYS[Says(row["says"])]),
            ],
        )
        for row in whole_first.iter_rows(named=True)
    ]  # fmt: skip


def name(row: dict, label: text.Label) -> str:
    return _("The whole score") if row["by"] == WHOLE else label(row["by"], row["code"])


def table(found: pl.DataFrame, by: str, label: text.Label) -> pl.DataFrame:
    """One row a group, a column an outcome, in the reader's words."""
    own = found.filter(pl.col("by") == by)
    told = []
    for (code,), group in own.partition_by("code", as_dict=True).items():
        cells = {row["outcome"]: row for row in group.iter_rows(named=True)}
        row: dict[str, str] = {_(BY[by]): label(by, str(code))}
        told.append(row | {_(said): _cell(cells[outcome]) for outcome, said in OUTCOMES.items()})
    return pl.DataFrame(told)


def _cell(row: dict) -> str:
    told = text.estimated([row[each] for each in ("value", "low", "high")], _signed, row["reviews"])
    return told if row["value"] is None else text.labelled(told, _(SAYS[Says(row["says"])]))


def item_table(items: pl.DataFrame) -> pl.DataFrame:
    """How often each item fails, in the reader's words."""
    return pl.DataFrame(
        [
            {
                text.column("item"): text.code(row["item"]),
                text.column("section"): text.code(row["section"]),
                text.column("form_id"): _form(row["form"]),
                _("Judged"): row["judged"],
                _("Failed"): row["failed"],
                _("Failed, %"): text.estimated(
                    [row[each] if row["is_enough"] else None for each in ("share", "low", "high")],
                    partial(text.number, digits=1),
                ),
            }
            for row in items.iter_rows(named=True)
        ]
    )
