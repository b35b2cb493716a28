"""Office files whose bytes depend on what is in them alone: no clock of the machine that wrote them."""

import re
import zipfile
from datetime import datetime
from io import BytesIO

CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP archive can tell


def settled(content: bytes, made_at: datetime) -> bytes:
    """The same file as if it had been made at that moment, workbooks inside it included."""
    memory = BytesIO()
    stamp = made_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as made:
        for each in given.infolist():
            data = given.read(each)
            if each.filename.endswith("docProps/core.xml"):
                data = CREATED.sub(rb"\g<1>" + stamp + rb"\g<3>", data)
            elif each.filename.endswith(".xlsx"):
                data = settled(data, made_at)
            entry = zipfile.ZipInfo(each.filename, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, data)
    return memory.getvalue()
