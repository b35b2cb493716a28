"""Answer consistency in words, and what the demo's answers are called."""

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from metrics.metric import Unit
from metrics.results import Estimate
from reports import text
from reports.text import N_, _

VARIANTS = {
    "standard": N_("Standard answer"),
    "older_rule": N_("By the older rule"),
    "own_words": N_("In own words"),
}
OF_RETURNS = {
    "returns_7_days": N_("Return within 7 days"),
    "returns_15_days": N_("Return within 15 days"),
    "returns_30_days": N_("Return within 30 days"),
}
VERDICTS = {"other": N_("answers otherwise"), "alike": N_("like the others"), "too_few": N_("too few")}
Label = Callable[[str, str | None], str]


def answer(code: str, issue: str) -> str:
    """An answer as a person reads it; a code of the user's own as it is."""
    if code in OF_RETURNS:
        return _(OF_RETURNS[code])
    variant = code.removeprefix(f"{issue}_")
    return _(VARIANTS[variant]) if variant != code and variant in VARIANTS else text.code(code)


def spoken(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases with the answers that were given as a person reads them."""
    if not {"answer_code", "issue_type"} <= set(cases.columns):
        return cases
    given = zip(cases["answer_code"], cases["issue_type"], strict=True)
    words = [code and answer(code, issue or "") for code, issue in given]
    return cases.with_columns(pl.Series("answer_code", words, pl.String))


def share(amount: float | None) -> str:
    return text.value(amount, Unit.PERCENT)


def headline(found: Estimate | None, types: pl.DataFrame, label: Label) -> str:
    """How alike all answers are, and about what least."""
    if found is None:
        return _("Too few answers were noted to compare any.")
    told = _(
        "Two contacts about the same issue type got the same answer in {value} of pairs"
        " (95 %: {low} to {high}; {n} answers noted)."
    )
    said = told.format(
        value=share(found.value),
        low=share(found.low),
        high=share(found.high),
        n=text.number(int(types["answered"].sum())),
    )
    least = types.row(0, named=True)
    if types.height < 2 or least["value"] is None:
        return said
    worst = _("Least alike are the answers about {issue}: {value} of pairs.")
    least_alike = worst.format(issue=label("issue_type", least["issue_type"]), value=share(least["value"]))
    return text.paragraph([said, least_alike])


def otherwise(rows: pl.DataFrame, group: str, label: Label) -> str:
    """Who answers otherwise: the clearest case, and how many there are."""
    other = rows.filter(pl.col("verdict") == "other")
    judged = rows.filter(pl.col("verdict") != "too_few").height
    if not judged:
        return _("Nobody has enough noted answers to be compared; a longer period has more.")
    if other.is_empty():
        return _("Of {count} comparisons none stands out: nobody answers otherwise than the rest.").format(
            count=text.number(judged)
        )
    row = other.row(0, named=True)
    told = _("{who} answers otherwise about {issue}: «{answer}» in {share} of its {n} answers, the others in {others}.")
    said = told.format(
        who=label(group, row[group]), issue=label("issue_type", row["issue_type"]),
        answer=answer(row["answer_code"], row["issue_type"]), share=share(row["share"]),
        n=text.number(row["answered"]), others=share(row["others_share"]),
    )  # fmt: skip
    counted = _("Standing out: {other} of {judged} comparisons.").format(
        other=text.number(other.height), judged=text.number(judged)
    )
    return text.paragraph([said, counted])


def types_table(types: pl.DataFrame, label: Label) -> pl.DataFrame:
    """Issue types with how alike their answers are."""
    return pl.DataFrame(
        [
            {
                text.dimension("issue_type"): label("issue_type", row["issue_type"]),
                _("Same answer, of pairs"): share(row["value"]),
                _("95 % interval"): f"{share(row['low'])} – {share(row['high'])}",
                _("Usual answer"): f"{answer(row['usual'], row['issue_type'])} ({share(row['usual_share'])})",
                _("Different answers"): text.number(row["answers"]),
                _("Answers noted"): text.number(row["answered"]),
            }
            for row in types.iter_rows(named=True)
        ]
    )


def others_table(rows: Sequence[dict], group: str, label: Label) -> pl.DataFrame:
    """People or teams against the others."""
    return pl.DataFrame(
        [
            {
                text.dimension(group): label(group, row[group]),
                text.dimension("issue_type"): label("issue_type", row["issue_type"]),
                _("Verdict"): _(VERDICTS[row["verdict"]]),
                _("Answer given more often"): answer(row["answer_code"], row["issue_type"]),
                _("Own share"): f"{share(row['share'])} ({text.number(row['given'])}/{text.number(row['answered'])})",
                _("The others"): f"{share(row['others_share'])} ({text.number(row['others'])})",
                _("Difference, points"): _points(row),
            }
            for row in rows
        ]
    )


def _points(row: dict) -> str:
    return text.estimated([row[name] for name in ("difference", "low", "high")], partial(text.signed, digits=1))
