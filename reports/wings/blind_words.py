"""What is said of blind spots: whole sentences, made from the map."""

from functools import partial

import polars as pl

from data_access.wings.blind_spots import Looked
from metrics.metric import Unit
from metrics.wings.blind_spots import BlindSpots, Verdict
from reports import text
from reports.text import N_, _

MARKS = {Verdict.BLIND: "▲", Verdict.IDLE: "▽", Verdict.USUAL: "", Verdict.FEW: ""}
VERDICTS = {
    Verdict.BLIND: N_("blind spot"),
    Verdict.IDLE: N_("QA without a reason"),
    Verdict.USUAL: N_("no blind spot"),
    Verdict.FEW: N_("too few to judge"),
}


def place(row: dict, looked: Looked, label: text.Label) -> str:
    """What a cell, or a row or column taken whole, is called."""
    first = label(looked.row, row["row"]) if row["row"] is not None else ""
    second = label(looked.column, row["column"]) if looked.column and row["column"] is not None else ""
    return " · ".join(each for each in (first, second) if each)


def verdict(row: dict) -> str:
    return _(VERDICTS[Verdict(row["verdict"])])


def lead(looked: Looked, found: BlindSpots, label: text.Label) -> str:
    """The finding in one sentence, with its numbers and how sure they are."""
    blind = found.of(Verdict.BLIND)
    if blind.is_empty():
        tested = found.places.height
        if not tested:
            return _("No place has enough contacts to be judged: look at a longer time, or take filters off.")
        return _(
            "Nothing stands out: in none of {count} places are there both more complaints and fewer reviews than "
            "elsewhere by more than chance explains."
        ).format(count=text.number(tested))
    row = blind.row(0, named=True)
    return _(
        "{place}: {rate} of 1,000 contacts end in a complaint (95 % interval: {low} to {high}; elsewhere {other}), and "
        "people review {coverage} of them ({coverage_low} to {coverage_high}; elsewhere {other_coverage}). Chance "
        "explains neither."
    ).format(
        place=place(row, looked, label),
        rate=text.number(row["complaint_rate"], 1),
        low=text.number(row["complaint_low"], 1),
        high=text.number(row["complaint_high"], 1),
        other=text.number(row["other_complaint_rate"], 1),
        coverage=text.value(row["coverage"], Unit.PERCENT),
        coverage_low=text.value(row["coverage_low"], Unit.PERCENT),
        coverage_high=text.value(row["coverage_high"], Unit.PERCENT),
        other_coverage=text.value(row["other_coverage"], Unit.PERCENT),
    )


def counted(found: BlindSpots) -> str:
    """Of how many places the blind ones are counted, and how many rows and columns are blind as a whole besides."""
    wholes = found.of(Verdict.BLIND).height - found.counted(Verdict.BLIND)
    told = [_("of {count} places with enough contacts").format(count=text.number(found.places.height))]
    if wholes:
        told.append(_("rows and columns that are blind as a whole: {count}").format(count=text.number(wholes)))
    return text.joined(told)


def advice(looked: Looked, found: BlindSpots, label: text.Label) -> str:
    """How many reviews would end it; empty where nothing stands out."""
    blind = found.of(Verdict.BLIND)
    if blind.is_empty():
        return ""
    row = blind.row(0, named=True)
    weeks = max(1, round(looked.period.days / 7))
    return _(
        "To be looked at as often as the rest, {place} would have needed {lacking} more reviews in these {weeks} "
        "weeks, about {weekly} a week. The sampling plan takes them up."
    ).format(
        place=place(row, looked, label),
        lacking=text.number(round(row["lacking"])),
        weeks=text.number(weeks),
        weekly=text.number(max(1, round(row["lacking"] / weeks))),
    )


def hover(row: dict, looked: Looked, label: text.Label) -> str:
    """What a cell says: both figures with intervals and counts."""
    complaints = _("{rate} of 1,000 end in a complaint ({low} to {high}; {count} of {contacts})").format(
        rate=text.number(row["complaint_rate"], 1),
        low=text.number(row["complaint_low"], 1),
        high=text.number(row["complaint_high"], 1),
        count=text.number(row["complained"]),
        contacts=text.number(row["contacts"]),
    )
    reviews = _("{share} reviewed by people ({low} to {high}; {count} of {contacts})").format(
        share=text.value(row["coverage"], Unit.PERCENT),
        low=text.value(row["coverage_low"], Unit.PERCENT),
        high=text.value(row["coverage_high"], Unit.PERCENT),
        count=text.number(row["reviewed"]),
        contacts=text.number(row["eligible"]),
    )
    name = place(row, looked, label).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<br>".join([f"<b>{name}</b>", complaints, reviews, verdict(row)])


def table(rows: pl.DataFrame, looked: Looked, label: text.Label, *, blind: bool) -> pl.DataFrame:
    """Ranked places in the reader's words: figures with intervals and n, and what is at stake."""
    told = [
        {
            text.dimension(looked.row): label(looked.row, row["row"]) if row["row"] is not None else _("all"),
            **_column(row, looked, label),
            _("Complaints per 1,000"): _interval(row, "complaint_rate", "complaint_low", "complaint_high", "contacts"),
            _("elsewhere"): text.number(row["other_complaint_rate"], 1),
            _("Share reviewed"): _interval(row, "coverage", "coverage_low", "coverage_high", "eligible", Unit.PERCENT),
            _("Reviewed elsewhere"): text.value(row["other_coverage"], Unit.PERCENT),
            **_stake(row, blind=blind),
        }
        for row in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(told)


def _column(row: dict, looked: Looked, label: text.Label) -> dict[str, str]:
    if looked.column is None:
        return {}
    return {
        text.dimension(looked.column): label(looked.column, row["column"]) if row["column"] is not None else _("all")
    }


def _stake(row: dict, *, blind: bool) -> dict[str, str]:
    if blind:
        return {
            _("Complaints more than elsewhere"): text.number(round(row["excess"])),
            _("Reviews lacking"): text.number(round(row["lacking"])),
        }
    faults = f"{text.value(row['fault_rate'], Unit.PERCENT)} (n = {text.number(row['reviewed'])})"
    return {_("Reviews to spare"): text.number(round(row["spare"])), _("Reviews with a fault"): faults}


def _interval(row: dict, value: str, low: str, high: str, n: str, unit: Unit | None = None) -> str:
    spoken = partial(text.number, digits=1) if unit is None else partial(text.value, unit=unit)
    return text.estimated([row[each] for each in (value, low, high)], spoken, row[n])


#: Headers of the map's columns in a file.
NAMES = {
    "level": N_("Taken whole: row, column or cell"),
    "contacts": N_("Contacts"),
    "complained": N_("Contacts with a complaint"),
    "eligible": N_("Contacts fit for review"),
    "reviewed": N_("Contacts reviewed by people"),
    "faulty": N_("Reviewed contacts with a fault"),
    "complaint_rate": N_("Contacts with a complaint per 1,000"),
    "complaint_low": N_("Complaints: 95 % interval from"),
    "complaint_high": N_("Complaints: 95 % interval to"),
    "coverage": N_("Reviewed, %"),
    "coverage_low": N_("Reviewed: 95 % interval from"),
    "coverage_high": N_("Reviewed: 95 % interval to"),
    "fault_rate": N_("Reviews with a fault, %"),
    "other_complaint_rate": N_("Contacts with a complaint per 1,000 elsewhere"),
    "other_coverage": N_("Reviewed elsewhere, %"),
    "excess": N_("Complaints more than elsewhere"),
    "lacking": N_("Reviews lacking"),
    "verdict": N_("Verdict"),
}


def file_frame(looked: Looked, found: BlindSpots) -> tuple[pl.DataFrame, dict[str, str]]:
    """The whole map for a file, and the headers of its columns."""
    names = {name: _(said) for name, said in NAMES.items()}
    dimensions = {"row": text.dimension(looked.row)}
    dimensions |= {"column": text.dimension(looked.column)} if looked.column else {}
    spoken = {str(key): _(said) for key, said in VERDICTS.items()}
    levels = {"row": _("row"), "column": _("column"), "cell": _("cell")}
    frame = found.cells.sort("gap", descending=True).select(*dimensions, *NAMES)
    told = frame.with_columns(pl.col("verdict").replace_strict(spoken), pl.col("level").replace_strict(levels))
    return told, names | dimensions
