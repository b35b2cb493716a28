"""A document as CSV: all rows of every table and chart, under lines that say what they are."""

import polars as pl

from reports import export, text
from reports.document import said
from reports.document.numbers import drawn_columns
from reports.document.parts import Chart, Document, Figures, Part, Table, meanings
from reports.export import Section
from reports.text import _


def csv_of(document: Document) -> bytes:
    """The document as CSV, with all rows of all tables; equal input, equal bytes.

    Its form is that of reports/export.py.
    """
    told = [(_("Title"), document.title), *((_("Headline"), each) for each in document.lead)]
    known = [each for each in said.about(document) if each[0] != _("Title")]
    sections = [each for chapter in document.chapters for part in chapter.parts for each in _of_part(part)]
    return export.flat([text.labelled(*each) for each in [*told, *known, *meanings(document)]], sections)


def _of_part(part: Part) -> list[Section]:
    match part:
        case Table(section):
            return [section]
        case Chart():
            names = dict(zip(part.values, part.names, strict=True))
            if part.interval:
                names |= dict(zip(part.interval, (_("95 % interval from"), _("95 % interval to")), strict=True))
            return [Section(part.title, part.frame.select(drawn_columns(part)), names)]
        case Figures(figures):
            rows = [(each.name, each.value, each.change, each.target, each.note) for each in figures]
            headers = [_("Key figure"), _("Value"), _("Difference"), _("Target"), _("Note")]
            return [Section(_("Key figures"), pl.DataFrame(rows, schema=headers, orient="row"))]
    return []
