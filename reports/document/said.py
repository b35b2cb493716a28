"""What every file says about itself: scope, data time, rows, definitions, and the fingerprint of its numbers."""

from reports import text
from reports.document.numbers import numbers_hash, row_counts
from reports.document.parts import Document
from reports.text import _
from reports.version import PRODUCT, VERSION

SHORT = 12  # characters of the fingerprint at the foot of a page


def about(document: Document) -> list[tuple[str, str]]:
    """The document's facts, then how many rows its tables have, the product, and the fingerprint of its numbers."""
    known = dict(document.facts)
    told = [each for each in document.facts if each[0] != _("Product")]
    rows = text.joined(f"{title} ({text.number(count)})" for title, count in row_counts(document))
    told += [(_("Row counts"), rows)] if rows else []
    told.append((_("Product"), known.get(_("Product"), f"{PRODUCT} {VERSION}")))
    return [*told, (_("Fingerprint of the numbers (SHA-256)"), numbers_hash(document))]


def in_short(document: Document) -> str:
    """Period and data time in one line, as far as they are told."""
    known = dict(document.facts)
    told = [known[name] for name in (_("Period"), _("Filters")) if name in known]
    told += [text.labelled(name, known[name]) for name in (_("Data up to"),) if name in known]
    return " · ".join(each for each in told if each != _("none"))


def foot(document: Document) -> str:
    """What stands at the foot of each page and slide."""
    short = numbers_hash(document)[:SHORT]
    return f"{PRODUCT} {VERSION} · {text.labelled(_('Fingerprint'), short)}"
