"""What a coaching sheet says: guidance rather than deductions, with the numbers that it stands on."""

from functools import partial

import polars as pl

from data_access.wings.coaching import Sheet
from metrics.catalogue import CATALOGUE
from metrics.metric import Status, Unit
from metrics.wings.coaching import LEAST_JUDGED
from reports import text
from reports.printed import Block
from reports.text import _


def opening(sheet: Sheet) -> str:
    """How much the sheet stands on, and since when there was a talk."""
    if not sheet.advice.is_enough:
        return _(
            "{count} reviews in the last half-year: at least {least} are needed before items are talked about."
        ).format(count=sheet.advice.reviews, least=LEAST_JUDGED)
    strong, habits = len(sheet.advice.strengths), len(sheet.advice.habits)
    said = _(
        "{count} reviews: {strong} things to keep doing, {habits} to try out. Praise first, then one habit at a time."
    )
    return said.format(count=sheet.advice.reviews, strong=strong, habits=habits)


def strength(row: dict) -> str:
    """An item that the agent does better than peers."""
    said = _("{item}: kept in {kept} of {judged} reviews; peers keep it in {usual}.")
    return said.format(
        item=text.code(row["item"]),
        kept=row["judged"] - row["failed"],
        judged=row["judged"],
        usual=text.value(100 - row["usual"], Unit.PERCENT),
    )


def habit(row: dict) -> str:
    """An item worth working on, with how sure that is."""
    sure = _(
        "{item}: {kept} of {judged} reviews kept it, peers {usual}. Listen to an example together and agree on one "
        "sentence to try."
    )
    unsure = _(
        "{item}: {kept} of {judged} reviews kept it, peers {usual}; that may be chance. Keep an eye on it together."
    )
    return (sure if row["is_sure"] else unsure).format(
        item=text.code(row["item"]),
        kept=row["judged"] - row["failed"],
        judged=row["judged"],
        usual=text.value(100 - row["usual"], Unit.PERCENT),
    )


def figures(sheet: Sheet) -> pl.DataFrame:
    """Customers' answers of the agent beside those of peers, with intervals."""
    rows = []
    for name in sheet.figures["metric"].unique(maintain_order=True):
        metric = CATALOGUE[name]
        told = {row["who"]: row for row in sheet.figures.filter(metric=name).iter_rows(named=True)}
        cells = {_("This agent"): told.get("agent"), _("Peers"): told.get("peers")}
        rows.append({_("Metric"): _(metric.name), **{who: _figure(row, metric.unit) for who, row in cells.items()}})
    return pl.DataFrame(rows)


def _figure(row: dict | None, unit: Unit) -> str:
    if row is None or row["value"] is None:
        return "–"
    ends = [None if row["status"] == Status.TOO_FEW else row[name] for name in ("value", "low", "high")]
    return text.estimated(ends, partial(text.value, unit=unit), row["denominator"])


def progress(sheet: Sheet) -> pl.DataFrame:
    """Items since the last session beside the half-year before it: how often they were kept."""
    rows = [
        {
            text.column("item"): text.code(row["item"]),
            _("Half-year before"): _kept(row["judged_before"], row["failed_before"]),
            _("Since"): _kept(row["judged"], row["failed"]),
        }
        for row in sheet.since.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def blocks(sheet: Sheet) -> list[Block]:
    """The sheet to print, with room to write down what is agreed."""
    praised = [strength(row) for row in sheet.advice.strengths]
    tried = [habit(row) for row in sheet.advice.habits]
    found = [
        Block(_("What goes well"), praised),
        Block(_("Habits to try"), tried),
        Block(_("What customers say"), table=figures(sheet)),
        Block(_("Contacts to be proud of"), table=sheet.good),
        Block(_("Contacts to listen to together"), table=sheet.learn),
    ]
    held = [f"{text.day(each.day)} {each.words} ({text.person(each.made_by)})" for each in sheet.sessions]
    none = _("None yet: progress is told from the first one on.")
    found.append(Block(_("Sessions on record"), held, note="" if held else none))
    if sheet.since.height:
        found.append(Block(_("Progress since the last session"), table=progress(sheet)))
    told = [each for each in found if each.said or each.note or (each.table is not None and each.table.height)]
    return [*told, Block(_("What was agreed?"), lines=4)]


def _kept(judged: int, failed: int) -> str:
    return _("{kept} of {judged} kept").format(kept=judged - failed, judged=judged)
