"""What is said of reviewers: who drifts, who is mild, on what they agree least; and the tables of it."""

from collections import Counter
from functools import partial

import polars as pl

from data_access.wings.calibration import Calibration
from metrics.metric import Unit
from metrics.scope import Period
from metrics.wings.drift import Drift, Reviewer
from metrics.wings.leniency import Leniency
from reports import text
from reports.text import N_, _
from reports.wings.charts_forest import Row

UNRELIABLE = 0.667  # Krippendorff (2004): below it one cannot rely on what was judged
DRIFTS = {
    False: N_("{reviewer} takes off fewer and fewer points: {first} of what others take off such contacts at first, "
              "{last} at the end of {period} ({yearly} a year, 95 % sure of {low} to {high}, {count} reviews)."),
    True: N_("{reviewer} takes off more and more points: {first} of what others take off such contacts at first, "
             "{last} at the end of {period} ({yearly} a year, 95 % sure of {low} to {high}, {count} reviews)."),
}  # fmt: skip


def lead(found: Calibration) -> list[str]:
    """The findings in words, drift first: at least one sentence."""
    drift = found.drift
    if not isinstance(drift, Drift):
        said = _(
            "There are too few reviews to tell whether a reviewer drifts: two reviewers of one level need {count} "
            "reviews each, in six months at least."
        )
        return [said.format(count=text.number(drift.values["reviews"]))]
    drifting = drift.reviewers.filter(pl.col("is_drifting"))
    names = reviewers(drift)
    told = [_drifts(row, names, found.years) for row in drifting.head(3).iter_rows(named=True)]
    tested = drift.reviewers.drop_nulls("p").height
    if not told:
        told = [_("Of {count} reviewers none drifts by more than chance explains in {period}.").format(
            count=text.number(tested), period=text.period(found.years))]  # fmt: skip
    elif drifting.height > len(told):
        told.append(_("{count} of {all} reviewers drift; the others are in the table.").format(
            count=text.number(drifting.height), all=text.number(tested)))  # fmt: skip
    return told


def reviewers(found: Drift) -> dict[Reviewer, str]:
    """What each reviewer is called: who reviews on several levels with the level, on each of which he stands alone."""
    levels = Counter(found.reviewers["reviewer_id"])
    return {
        (name, level): text.code(name) if levels[name] == 1 else f"{text.code(name)} · {text.code(level)}"
        for name, level in found.reviewers.select("reviewer_id", "level").iter_rows()
    }


def _drifts(row: dict, names: dict[Reviewer, str], period: Period) -> str:
    return _(DRIFTS[row["yearly"] > 0]).format(
        reviewer=names[row["reviewer_id"], row["level"]],
        first=text.value(row["first"], Unit.PERCENT),
        last=text.value(row["last"], Unit.PERCENT),
        period=text.period(period),
        yearly=_percent(row["yearly"]),
        low=_percent(row["low"]),
        high=_percent(row["high"]),
        count=text.number(row["reviews"]),
    )


def _percent(amount: float) -> str:
    return f"{text.signed(amount)} %" if text.language.get() == "en" else f"{text.signed(amount)}%"


def mildest(found: Leniency) -> str:
    """Who is milder or stricter than like reviewers, or that nobody is."""
    apart = found.reviewers.filter(pl.col("is_apart"), pl.col("is_enough")).sort("leniency", descending=True)
    if apart.is_empty():
        return _("Reviewers differ by no more than chance explains once their contacts are allowed for.")
    told = {
        True: N_("{reviewer} gives {points} points more than others would ({low} to {high}, {count} reviews)."),
        False: N_("{reviewer} gives {points} points fewer than others would ({low} to {high}, {count} reviews)."),
    }
    ends = apart.head(1) if apart.height == 1 else pl.concat([apart.head(1), apart.tail(1)])
    return text.paragraph(
        _(told[row["leniency"] > 0]).format(
            reviewer=row["reviewer_id"],
            points=text.number(abs(row["leniency"]), 1),
            low=text.signed(row["low"], 1),
            high=text.signed(row["high"], 1),
            count=text.number(row["reviews"]),
        )
        for row in ends.iter_rows(named=True)
    )


def least_agreed(items: pl.DataFrame) -> str:
    """On which item people agree least, as α tells; or that too little was reviewed twice."""
    known = items.drop_nulls("alpha").sort("alpha", "item")
    if known.is_empty():
        return _("Too few contacts were reviewed twice to tell on which items reviewers agree.")
    row = known.row(0, named=True)
    return _("They agree least on “{item}”: α {value} ({low} to {high}) over {count} contacts reviewed twice. "
             "From 0.80 on one can rely on it, below 0.667 one cannot.").format(
        item=text.code(row["item"]), value=text.number(row["alpha"], 2), low=text.number(row["alpha_low"], 2),
        high=text.number(row["alpha_high"], 2), count=text.number(row["pairs"]))  # fmt: skip


def leniency_rows(found: Leniency) -> list[Row]:
    """Reviewers with enough reviews, the mildest on top."""
    shown = found.reviewers.filter(pl.col("is_enough")).sort("leniency", "reviewer_id", descending=[True, False])
    return [
        Row(
            row["reviewer_id"], row["reviewer_id"], row["leniency"], row["low"], row["high"],
            "apart" if row["is_apart"] else "inside",
            [
                _("{points} points against like reviewers").format(points=text.signed(row["leniency"], 1)),
                _interval(row, 1),
                _("as scored {value}").format(value=text.number(row["rating"], 1)),
                _("n = {count} reviews").format(count=text.number(row["reviews"])),
            ],
        )
        for row in shown.iter_rows(named=True)
    ]  # fmt: skip


def drift_rows(found: Drift) -> list[Row]:
    """Reviewers who were tested, by how clearly they drift."""
    names = reviewers(found)
    return [
        Row(
            row["reviewer_id"], names[row["reviewer_id"], row["level"]], row["yearly"], row["low"], row["high"],
            "apart" if row["is_drifting"] else "inside",
            [
                _("{change} a year in points taken off").format(change=_percent(row["yearly"])),
                _("95 % interval: {low} to {high}").format(low=_percent(row["low"]), high=_percent(row["high"])),
                _("n = {count} reviews").format(count=text.number(row["reviews"])),
            ],
        )
        for row in found.reviewers.drop_nulls("p").iter_rows(named=True)
    ]  # fmt: skip


def item_rows(items: pl.DataFrame, statistic: str) -> list[Row]:
    """Items with enough contacts reviewed twice, the least agreed on top."""
    known = items.drop_nulls(statistic).sort(statistic, "item")
    limit = UNRELIABLE if statistic != "agreement" else 0.0
    return [
        Row(
            row["item"], text.code(row["item"]), row[statistic], row[f"{statistic}_low"], row[f"{statistic}_high"],
            "apart" if row[f"{statistic}_high"] < limit else "inside",
            [
                _interval({"low": row[f"{statistic}_low"], "high": row[f"{statistic}_high"]}, 2),
                _("n = {count} contacts reviewed twice").format(count=text.number(row["pairs"])),
            ],
        )
        for row in known.iter_rows(named=True)
    ]  # fmt: skip


def item_states(statistic: str) -> dict[str, str]:
    """What the chart's legend calls items that agree too little for sure, and the others."""
    if statistic == "agreement":
        return {"inside": _("Agreement, %")}
    return {"apart": _("surely below 0.667"), "inside": _("not surely below 0.667")}


def _interval(row: dict, digits: int) -> str:
    low, high = text.number(row["low"], digits), text.number(row["high"], digits)
    return _("95 % interval: {low} to {high}").format(low=low, high=high)


def estimate(row: dict, name: str, digits: int = 2) -> str:
    """0.72 (0.50 – 0.88), or that there are too few."""
    return text.estimated([row[f"{name}{end}"] for end in ("", "_low", "_high")], partial(text.number, digits=digits))


def reviewer_table(found: Calibration) -> pl.DataFrame:
    """One row a reviewer in the reader's words: level of severity, drift, agreement with others, disputes."""
    frames = [found.against.rename({"pairs": "twice"}), found.disputes.rename({"reviews": "disputable"})]
    if isinstance(found.leniency, Leniency):
        ends = {"low": "leniency_low", "high": "leniency_high"}
        frames.insert(0, found.leniency.reviewers.rename(ends))
    if isinstance(found.drift, Drift):
        ends = {"low": "yearly_low", "high": "yearly_high", "reviews": "drift_reviews"}
        frames.append(found.drift.reviewers.rename(ends).unique("reviewer_id", keep="first", maintain_order=True))
    joined = frames[0]
    for each in frames[1:]:
        joined = joined.join(each, on="reviewer_id", how="full", coalesce=True)
    return pl.DataFrame([_reviewer(row) for row in joined.sort("reviewer_id").iter_rows(named=True)])


def _reviewer(row: dict) -> dict[str, str | float | None]:
    told: dict[str, str | float | None] = {text.column("reviewer_id"): row["reviewer_id"]}
    if "leniency" in row:
        enough = row["is_enough"]
        told |= {
            _("Reviews"): row["reviews"],
            _("Mean score, %"): row["rating"] and round(row["rating"], 1),
            _("Milder than others, points"): estimate(row, "leniency", 1) if enough else _("too few"),
        }
    if "yearly" in row:
        told[_("Points taken off, % a year")] = estimate(row, "yearly", 0)
    return told | {
        _("Reviewed twice"): row["twice"],
        _("Agreement, %"): estimate(row, "agreement", 1),
        "AC1": estimate(row, "ac1"),
        _("Scores above the others’, points"): estimate(row, "difference", 1),
        _("Disputed, %"): estimate(row, "rate", 1),
        _("Disputes upheld, %"): estimate(row, "upheld_rate", 0),
    }


def item_table(items: pl.DataFrame) -> pl.DataFrame:
    """One row an item in the reader's words."""
    return pl.DataFrame(
        [
            {
                text.column("item"): text.code(row["item"]),
                _("Reviewed twice"): row["pairs"],
                "α": estimate(row, "alpha"),
                "κ": estimate(row, "kappa"),
                "AC1": estimate(row, "ac1"),
                _("Agreement, %"): estimate(row, "agreement", 1),
            }
            for row in items.iter_rows(named=True)
        ]
    )


def pair_table(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row a pair of reviewers in the reader's words."""
    return pl.DataFrame(
        [
            {
                text.column("reviewer_id"): row["reviewer_id"],
                text.column("other_reviewer_id"): row["other_reviewer_id"],
                _("Reviewed by both"): row["pairs"],
                "κ": estimate(row, "kappa"),
                "AC1": estimate(row, "ac1"),
                _("Agreement, %"): estimate(row, "agreement", 1),
                _("First above the second, points"): estimate(row, "difference", 1),
            }
            for row in pairs.iter_rows(named=True)
        ]
    )
