"""The chapter of SOP changes: what was changed, and did it work?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from data_access.change_rows import Change
from data_access.changes import changes_touching
from data_access.judging import happened, judge, suited_grain
from metrics.errors import ServiceQualityError
from metrics.intervention import VerdictCode
from metrics.scope import Period, months_before
from reports import evaluated, text
from reports.change_words import named
from reports.document.parts import Chapter, Part, Points
from reports.text import _
from reports.weekly import pieces
from reports.weekly.results import Results

MONTHS = 12  # changes that began longer ago are told on their own page
MOST_JUDGED = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """A change with its verdict, also in words."""

    change: Change
    code: VerdictCode
    words: str


def chapter(found: Results) -> Chapter | None:
    """None where no change of the last year is on record that had begun by the end of the period."""
    told = verdicts(found)
    if not told:
        return None
    points = Points(tuple(text.labelled(text.change_name(each.change.name), each.words) for each in told))
    parts: list[Part] = [pieces.table(_("SOP changes and their verdicts"), [_cells(each) for each in told]), points]
    return Chapter(_("SOP changes"), message(told, len(recent(found))), tuple(parts))


def recent(found: Results) -> list[Change]:
    """The changes of the last year that had begun and touch what the report is about, the newest first."""
    year = Period(months_before(found.period.end, MONTHS), found.period.end)
    begun = changes_touching(found.changes, year, found.filters)
    return sorted(begun, key=lambda each: (each.start, each.name), reverse=True)


def verdicts(found: Results) -> list[Verdict]:
    """The newest, each judged on all that is on record."""
    return [_judged(found, each) for each in recent(found)[:MOST_JUDGED]]


def _judged(found: Results, change: Change) -> Verdict:
    grain, beside = suited_grain(found.store, change), happened(found.changes, change, found.events)
    try:
        result = judge(found.store, found.viewer, change, grain, beside).result
    except ServiceQualityError as failure:
        return Verdict(change, VerdictCode.NOT_ESTIMABLE, text.paragraph(text.explained(failure)))
    known = named(result, change, found.label)
    return Verdict(change, evaluated.code(known), evaluated.headline(known))


def message(told: Sequence[Verdict], count: int) -> str:
    """How many worked, and what became of the others.

    Args:
        count: of all changes, of which the newest are judged.
    """
    counts = Counter(each.code for each in told)
    said = [
        text.labelled(_(words), text.number(counts[code])) for code, words in evaluated.SHORT.items() if counts[code]
    ]
    values = {"count": text.number(count), "judged": text.number(len(told)), "verdicts": text.listed(said)}
    if count > len(told):
        words = _("Of {count} changes of the last twelve months, the newest {judged} – {verdicts}.")
        return words.format_map(values)
    return _("Of {count} changes of the last twelve months – {verdicts}.").format_map(values)


def _cells(told: Verdict) -> dict[str, str]:
    change = told.change
    later = [text.day(day) for day in change.check_dates]
    return {
        _("Change"): text.change_name(change.name),
        _("First day"): text.day(change.start),
        _("Verdict"): _(evaluated.SHORT[told.code]),
        _("Owner"): change.owner or "–",
        _("To be checked on"): text.listed(later) or "–",
    }
