"""The report as a file of each kind."""

from collections.abc import Callable

from data_access.subscriptions.subscriptions import Format
from reports.document.book import workbook_of
from reports.document.flat import csv_of
from reports.document.parts import Document

MIMES: dict[Format, str] = {
    Format.PDF: "application/pdf",
    Format.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv",
}


def written(document: Document, kind: Format) -> bytes:
    """The document's bytes.

    Raises:
        ServiceQualityError: what the kind needs, such as a font for every character, is not there.
    """
    return WRITERS[kind](document)


def _pdf(document: Document) -> bytes:
    from reports.document.pdf import pdf_of

    return pdf_of(document)


def _slides(document: Document) -> bytes:
    from reports.document.slides import slides_of  # every command that writes none would wait for it

    return slides_of(document)


WRITERS: dict[Format, Callable[[Document], bytes]] = {
    Format.PDF: _pdf,
    Format.PPTX: _slides,
    Format.XLSX: workbook_of,
    Format.CSV: csv_of,
}
