"""Freezing a document: it is put away as it is, with what tells it from others, and can be taken out again."""

from datetime import datetime

from sqlalchemy import Engine

from data_access.snapshots.records import Snapshot, put_away, read_content
from data_access.viewer import Viewer
from metrics.scope import Scope
from reports import text
from reports.document import said
from reports.document.kept import packed, unpacked
from reports.document.numbers import numbers_hash, row_counts
from reports.document.parts import Document
from reports.links import FORECAST_OF, METRIC_OF, RHYTHM_OF
from reports.version import VERSION


def freeze(
    state: Engine,
    viewer: Viewer,
    document: Document,
    about: Scope,
    page: str,
    query: dict[str, str | list[str]],
    note: str,
    now: datetime,
) -> Snapshot:
    """Keep the document as a snapshot, in the language that is spoken.

    Args:
        about: the period and filters of its numbers.
        page: the address of the page that it is of.
        query: with which the page shows the same scope again.

    Raises:
        InvalidSettings: the note is too long or the document too large.
        SourceUnavailable: it cannot be written.
    """
    told = Snapshot(
        title=document.title,
        note=note,
        about=said.in_short(document),
        page=page,
        query=query,
        language=text.language.get(),
        first=about.period.start,
        last=about.period.last,
        filters={name: list(values) for name, values in about.filters},
        data_until=document.as_of.isoformat(sep=" ", timespec="seconds"),
        version_of_product=VERSION,
        numbers_hash=numbers_hash(document),
        rows=sum(count for _title, count in row_counts(document)),
    )
    return put_away(state, viewer, told, packed(document), now)


def subject(snapshot: Snapshot) -> tuple[str | list[str], ...]:
    """What it is of: its page and, where one page shows many things, which of them. Only what is of one is compared."""
    return snapshot.page, *(snapshot.query.get(name, "") for name in (METRIC_OF, FORECAST_OF, RHYTHM_OF))


def thawed(state: Engine, viewer: Viewer, snapshot: Snapshot) -> Document:
    """The document as it was frozen.

    Raises:
        NotAllowed, SourceUnavailable: see `read_content`.
    """
    return unpacked(read_content(state, viewer, snapshot.id))
