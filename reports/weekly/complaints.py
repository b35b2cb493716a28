"""The chapter of complaints: type, channel, department, deadlines, escalation."""

import polars as pl

from data_access.desk import deadlines, defence
from data_access.numbers import Grain, read_complaint_counts, read_complaint_shares
from metrics.complaint import COMPLAINT_RATE
from metrics.metric import Source, Unit
from metrics.scope import reach
from reports import text
from reports.desk import deadline_words, defence_words
from reports.document.parts import Chapter, Chart, Part, Shape
from reports.text import N_, _
from reports.weekly import pieces, results
from reports.weekly.results import Results

#: By what complaints are told apart, as the source asks for by name.
SPLITS = {
    "issue_type": N_("Complaints by issue type"),
    "channel": N_("Complaints by channel"),
    "responsible_department": N_("Complaints by responsible department"),
}
MOST_BARS = 8
REACHED = {Grain.DAY: 28, Grain.WEEK: 182, Grain.MONTH: 730}


def chapter(found: Results) -> Chapter | None:
    """None where no complaint came in the period and the one before it."""
    counts = count(found)
    if counts is None:
        return None
    parts: list[Part] = [*_over_time(found), *_shares(found)]
    parts += pieces.metric_table(found, _("Complaints"), results.COMPLAINTS)
    parts += pieces.metric_table(found, _("Deadlines"), results.DEADLINES)
    parts += pieces.said(*_standing(found))
    parts += pieces.metric_table(found, _("Escalation"), results.ESCALATION)
    return Chapter(_("Complaints"), message(found), tuple(parts))


def count(found: Results) -> tuple[int, int | None] | None:
    """Complaints of the period and of the one before it (None: not on record); None where there is none of either."""
    rows = found.rows([COMPLAINT_RATE])
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    now, then = round(row["numerator"]), row["old_numerator"]
    return (now, None if then is None else round(then)) if now or then else None


def message(found: Results) -> str:
    """How many came, against before, and the rate: a count says nothing of a rate, so both are told."""
    row = found.rows([COMPLAINT_RATE]).row(0, named=True)
    now, then = round(row["numerator"]), row["old_numerator"]
    rate = text.value(row["value"], COMPLAINT_RATE.unit)
    if then is None:
        return _("{count} complaints, {rate} of contacts.").format(count=text.number(now), rate=rate)
    return _(
        "{count} complaints against {before} before ({change}); {rate} of contacts against {old}: {verdict}."
    ).format(
        count=text.number(now),
        before=text.number(then),
        change=text.relative(then, now),
        rate=rate,
        old=text.value(row["old"], COMPLAINT_RATE.unit),
        verdict=pieces.verdict(row) if row["verdict"] else _("cannot be judged"),
    )


def _over_time(found: Results) -> list[Chart]:
    """Complaints received by day, week or month up to the end of the period."""
    if not _can(found):
        return []
    grain = found.grain
    days = reach(found.period, REACHED[grain])
    frame = read_complaint_counts(found.store, found.viewer, days, found.filters, grain).filter("whole")
    if frame.height < 2:
        return []
    return [
        Chart(_("Complaints received"), Shape.COLUMN, frame.select(grain.value, "count"), grain.value, ["count"],
              [_("Complaints")], _("complaints"))
    ]  # fmt: skip


def _can(found: Results) -> bool:
    """Can complaints be narrowed as the report is?"""
    return all(found.store.can_split(Source.COMPLAINTS, name) for name, _values in found.filters)


def _shares(found: Results) -> list[Chart]:
    """Where complaints come from, the most first."""
    drawn = []
    for dimension, title in SPLITS.items():
        if not _can(found) or not found.store.can_split(Source.COMPLAINTS, dimension):
            continue
        frame = read_complaint_shares(found.store, found.viewer, found.period, found.filters, dimension)
        if frame.height < 2:
            continue
        rows = frame.sort("count", descending=True).head(MOST_BARS)
        across = text.dimension(dimension)
        names = pl.Series(across, [found.label(dimension, each) for each in rows[dimension]], pl.String)
        top = rows.row(0, named=True)
        said = _("{title}: {group} first, {share}").format(
            title=_(title), group=names[0], share=text.value(top["share"], Unit.PERCENT)
        )
        shown = rows.select(names, "count")
        drawn.append(Chart(said, Shape.BAR, shown, across, ["count"], [_("Complaints")], _("complaints")))
    return drawn


def _standing(found: Results) -> list[str]:
    """How open cases stand, as the data stand now."""
    store = found.store
    if not found.is_latest or not _can(found):
        return []
    told = []
    if store.warehouse.has("complaints", "resolved_at"):
        due = deadlines.read_due(store, found.viewer, found.filters)
        told.append(deadline_words.headline(due, store.rules))
    if not defence.needs(store) and defence.has_cases(store, found.viewer, found.filters):
        opened = defence.read_open(store, found.viewer, found.filters, found.house)
        told.append(defence_words.lead(opened, found.house, store.rules, found.label))
        gone = defence.read_chances(store, found.viewer, found.period, found.filters)
        days = text.period(defence.days_told(found.period))
        told.append(defence_words.missed(gone, days, store.rules.look_back_days))
    return told
