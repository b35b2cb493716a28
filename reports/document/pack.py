"""A snapshot as a person takes it along: every kind of file of one document, one by one or all in one ZIP."""

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

from reports.document.book import workbook_of
from reports.document.flat import csv_of
from reports.document.parts import Document
from reports.document.pdf import pdf_of
from reports.document.settled import EARLIEST
from reports.document.slides import slides_of

WRITERS: Mapping[str, Callable[[Document], bytes]] = {
    "csv": csv_of,
    "xlsx": workbook_of,
    "pdf": pdf_of,
    "pptx": slides_of,
}
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
}


def pack_of(document: Document, name: str) -> bytes:
    """All four files in one; equal input, equal bytes.

    Args:
        name: of the files, without what their kind adds.

    Raises:
        FontMissing, TemplateUnusable: one of them cannot be written.
    """
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as file:
        for kind, write in WRITERS.items():
            entry = zipfile.ZipInfo(f"{name}.{kind}", EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, write(document))
    return memory.getvalue()
