"""A change of the tables in one sentence: what it was, what suffers from it, and what to do."""

from metrics.data_quality.check import suffering
from metrics.data_quality.drift import Drift, Turn
from metrics.rules import Rules
from reports import text
from reports.text import N_, _

MOST_NAMED = 3
WHOLE = {
    Turn.GONE: N_("The table {place} is gone; without it: {metrics}. Put it back, or map another one in its place."),
    Turn.NEW: N_("The table {place} is new and is read from now on; it is needed for: {metrics}."),
}
COLUMN = {
    Turn.GONE: N_("The column {place} is gone; without it: {metrics}. Put it back, or map another one in its place."),
    Turn.NEW: N_("The column {place} is new; what can be made of it: {metrics}."),
    Turn.TYPE: N_(
        "The column {place} was of the type {was} and is {now}; made of it: {metrics}. "
        "See that its values are still those that are meant, or change the type back."
    ),
}


def sentence(drift: Drift) -> str:
    """What changed, what is made of it, and what to do."""
    known = WHOLE if not drift.column else COLUMN
    return _(known[drift.turn]).format(
        place=drift.place, was=drift.was.lower(), now=drift.became.lower(), metrics=suffers((drift.place,))
    )


def suffers(spoils: tuple[str, ...]) -> str:
    """The metrics that are made of these tables or columns: a few by name, and how many in all."""
    found = [_(metric.name) for metric in suffering(spoils, Rules())]
    if not found:
        return _("no metric")
    if len(found) <= MOST_NAMED:
        return text.listed(found)
    named = text.listed(found[:MOST_NAMED])
    return _("{named} and {count} more metrics").format(named=named, count=text.number(len(found) - MOST_NAMED))
