"""The appendix: the key figures as numbers, definitions, the quality of the data, and what was left out and why."""

from collections.abc import Mapping

import polars as pl

from data_access.data_quality.facts import read_shares
from data_access.source_days import days_of
from metrics.catalogue import CATALOGUE
from metrics.metric import Source
from reports import counted, sentences, text
from reports.data_quality import words as checks
from reports.document.parts import Chapter, Part, Table
from reports.export import Section
from reports.text import N_, _
from reports.weekly import figures, pieces
from reports.weekly.results import Results

#: What a chapter is called, and why it is left out where it has nothing to tell.
TITLES = {
    "figures": N_("Key figures"),
    "moved": N_("What moved, and why"),
    "complaints": N_("Complaints"),
    "quality": N_("Quality control"),
    "wings": N_("Two wings"),
    "changes": N_("SOP changes"),
    "swot": N_("SWOT board"),
    "actions": N_("Improvement actions"),
    "ahead": N_("What is ahead"),
}
REASONS = {
    "figures": N_("no key figure has a value"),
    "moved": N_("nothing moved by more than chance, or nothing can be compared"),
    "complaints": N_("no complaint is on record, or complaints cannot be counted against contacts"),
    "quality": N_("no review is on record"),
    "wings": N_("complaints and reviews do not name the contacts that they are about"),
    "changes": N_("no change of the last twelve months is on record"),
    "swot": N_("the board has no entry"),
    "actions": N_("no action is due"),
    "ahead": N_("newer data are there, or too little is on record to foretell anything"),
}
SOURCES = {
    Source.CONTACTS: N_("Contacts"),
    Source.COMPLAINTS: N_("Complaints"),
    Source.REVIEWS: N_("QA reviews"),
    Source.FINDINGS: N_("QA findings and their repair"),
    Source.VOLUMES: N_("Volumes"),
    Source.HOURS: N_("Hours worked"),
}


def chapter(found: Results, made: Mapping[str, Chapter | None]) -> Chapter:
    """What the other chapters stand on.

    Args:
        made: the chapters that were asked for, None where one was left out.
    """
    left_out = [name for name, each in made.items() if each is None]
    parts: list[Part] = [
        Table(Section(_("All figures as numbers"), figures.numbers(found), {"target": _("Target")})),
        *pieces.said(*quality(found)),
        *pieces.said(*(_("{chapter} – left out: {reason}.").format(chapter=_(TITLES[name]), reason=_(REASONS[name]))
                       for name in left_out)),
        *pieces.said(*without_value(found)),
    ]  # fmt: skip
    return Chapter(_("Definitions and data"), _message(found), tuple(parts))


def _message(found: Results) -> str:
    return _("Data up to {moment}; product rules and targets are those in force today.").format(
        moment=text.moment(found.store.as_of)
    )


def quality(found: Results) -> list[str]:
    """How far the data reach, and what is not counted."""
    told = []
    for source, name in SOURCES.items():
        known = days_of(found.store, (source,)) if _has(found, source) else None
        if known is not None:
            told.append(_("{source}: on record for {period}.").format(source=_(name), period=text.period(known)))
    told += checked(found)
    told += dict.fromkeys(words for metric in found.metrics for words in counted.left_out(metric))
    if found.viewer.teams is not None:
        names = text.listed([found.label("team_id", each) for each in found.viewer.teams])
        told.append(_("Only the teams that its reader may see: {teams}.").format(teams=names))
    if not found.viewer.is_cleared:
        told.append(_("People stand under pseudonyms, as its reader's rights ask for."))
    return told


def checked(found: Results) -> list[str]:
    """What the checks of the data find in the period, as their page does: a headline, and each in trouble."""
    rows = checks.ordered(read_shares(found.store, found.viewer, found.period))
    told = [_("Data quality: {sentence}").format(sentence=checks.lead(rows, ()))] if rows else []
    return [*told, *(checks.one(row) for row in rows if row["state"] == "sure")]


def _has(found: Results, source: Source) -> bool:
    table = {
        Source.CONTACTS: "contacts", Source.COMPLAINTS: "complaints", Source.REVIEWS: "qa_reviews",
        Source.FINDINGS: "findings", Source.VOLUMES: "volumes", Source.HOURS: "agent_hours",
    }[source]  # fmt: skip
    return found.store.warehouse.has(table)


def without_value(found: Results) -> list[str]:
    """Metrics that have no value here, each with the reason."""
    rows = found.compared.filter(pl.col("value").is_null())
    return [
        text.labelled(_(CATALOGUE[row["metric"]].name), sentences.refusal(row)) for row in rows.iter_rows(named=True)
    ]
