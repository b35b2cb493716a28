"""What the board says around its entries: quadrants, what became of an entry, how things stand."""

from data_access.swot.editions import Edition
from metrics.swot.arranged import Arranged, Item
from metrics.swot.editions import Compared, Moved, Standing
from metrics.swot.evidence import Quadrant, SizeUnit
from reports import text
from reports.swot import words
from reports.text import N_, Label, _

NAMES: dict[Quadrant, str] = {
    Quadrant.STRENGTH: N_("Strengths"),
    Quadrant.WEAKNESS: N_("Weaknesses"),
    Quadrant.OPPORTUNITY: N_("Opportunities"),
    Quadrant.THREAT: N_("Threats"),
}
SIDES: dict[Quadrant, str] = {
    Quadrant.STRENGTH: N_("Internal, now · helpful"),
    Quadrant.WEAKNESS: N_("Internal, now · harmful"),
    Quadrant.OPPORTUNITY: N_("External or ahead · helpful"),
    Quadrant.THREAT: N_("External or ahead · harmful"),
}
EMPTY: dict[Quadrant, str] = {
    Quadrant.STRENGTH: N_(
        "No number proves a strength of these days. A longer period, or fewer filters, gives the analyses more to see."
    ),
    Quadrant.WEAKNESS: N_(
        "No number proves a weakness of these days. That is worth a sentence in the meeting; what could not be looked "
        "at stands below the board."
    ),
    Quadrant.OPPORTUNITY: N_(
        "No number shows an opportunity yet. Changes that worked in one team, and teams that lie apart, would stand "
        "here."
    ),
    Quadrant.THREAT: N_(
        "No number shows a threat. Growing issues, forecasts beyond a limit and peaks of the calendar would stand here."
    ),
}
UNITS: dict[SizeUnit, str] = {
    SizeUnit.CASES: N_("{size} cases a month"),
    SizeUnit.CONTACTS: N_("{size} contacts a month"),
    SizeUnit.CUSTOMERS: N_("{size} customers a month"),
    SizeUnit.MONEY: N_("{size} a month in money"),
    SizeUnit.WORTH: N_("as much as {size} cases a month"),
}
#: What a size counts, as a column of a file says it.
COUNTED: dict[SizeUnit, str] = {
    SizeUnit.CASES: N_("cases"),
    SizeUnit.CONTACTS: N_("contacts"),
    SizeUnit.CUSTOMERS: N_("customers"),
    SizeUnit.MONEY: N_("money"),
    SizeUnit.WORTH: N_("cases’ worth"),
}
STANDINGS: dict[Standing, str] = {
    Standing.NEW: N_("New"),
    Standing.STRONGER: N_("Stronger"),
    Standing.WEAKER: N_("Weaker"),
    Standing.SAME: N_("As before"),
}
SIGNS = {Standing.NEW: "★", Standing.STRONGER: "▲", Standing.WEAKER: "▼", Standing.SAME: "＝"}


def name(quadrant: Quadrant) -> str:
    return _(NAMES[quadrant])


def said(item: Item, label: Label) -> str:
    """The sentence of an entry: as people reworded it, else as its numbers make it."""
    if item.edit.words or item.evidence is None:
        return item.edit.words
    return words.sentence(item.evidence, label)


def size(amount: float, unit: SizeUnit) -> str:
    """340 contacts a month; a single digit with one after the point."""
    return _(UNITS[unit]).format(size=text.number(amount, 1 if amount < 10 else 0))


def standing(moved: Moved) -> str:
    """▲ Stronger: 280 → 340 contacts a month."""
    head = f"{SIGNS[moved.standing]} {_(STANDINGS[moved.standing])}"
    if moved.standing not in {Standing.STRONGER, Standing.WEAKER} or moved.size_unit is None:
        return head
    old, new = moved.old_size or 0.0, moved.new_size or 0.0
    told = f"{text.number(old, 1 if old < 10 else 0)} → {size(new, moved.size_unit)}"
    return text.labelled(head, told)


def stood(weeks: int) -> str:
    """For how long an entry has been on the board; empty for less than a week."""
    if weeks < 1:
        return ""
    return _("on the board for {count} weeks").format(count=text.number(weeks)) if weeks > 1 else _("for one week")


def facts(item: Item) -> list[str]:
    """How sure it is, on how many cases it stands, since when."""
    if item.evidence is None:
        return []
    evidence = item.evidence
    return [
        _("{percent} % sure").format(percent=text.number(_floor(100 * evidence.confidence))),
        _("{count} cases looked at").format(count=text.number(evidence.n)),
        _("since {day}").format(day=text.day(evidence.since)),
    ]


def _floor(percent: float) -> int:
    """Never surer than it is: 99.7 is 99."""
    return int(percent) if percent < 100 else 99


def marks(item: Item) -> list[str]:
    """What people did to an entry."""
    edit = item.edit
    told = [_("📌 pinned")] if edit.is_pinned and item.evidence is not None else []
    if item.evidence is None:
        told.append(_("✎ added by {who}, not proved by a number").format(who=text.person(edit.author)))
    elif edit.words:
        told.append(_("✎ reworded by hand"))
    return told


def with_it(item: Item, label: Label) -> list[str]:
    """The sentences of what stands in an entry besides its own."""
    merged = [words.sentence(each, label) for each in item.merged]
    return [*merged, *(said(each, label) for each in item.joined)]


def headline(board: Arranged) -> str:
    """How many entries each quadrant has."""
    told = {str(quadrant): text.number(len(board.shown[quadrant])) for quadrant in Quadrant}
    return _(
        "Strengths: {strength}; weaknesses: {weakness}; opportunities: {opportunity}; threats: {threat}."
    ).format_map(told)


def changed(found: Compared, before: Edition) -> str:
    """What became of the entries since an edition."""
    return _("Since the edition of {day}: {new} new, {stronger} stronger, {weaker} weaker, {gone} gone.").format(
        day=text.day(before.period.last),
        new=text.number(found.count(Standing.NEW)),
        stronger=text.number(found.count(Standing.STRONGER)),
        weaker=text.number(found.count(Standing.WEAKER)),
        gone=text.number(len(found.gone)),
    )


def edition(kept: Edition, zone: str) -> str:
    """As it stands in the list: the last day that it is about, who froze it and when."""
    at = "" if kept.made_at is None else text.moment(text.at_site(kept.made_at, zone))
    return _("Up to {day} · kept by {who} on {moment}").format(
        day=text.day(kept.period.last), who=text.person(kept.made_by), moment=at
    )
