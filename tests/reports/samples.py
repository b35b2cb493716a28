"""Files of a page of the demo for docs/samples, to be looked at: `python -m tests.reports.samples`."""

import os
import tempfile
from pathlib import Path

from data_access.opening import open_store
from data_access.snapshots.records import read_snapshots
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.rules import Rules
from reports.document.frozen import thawed
from reports.document.pack import WRITERS
from reports.text import speaking
from tests.demo_home import demo_home
from tests.pages.visiting import opened

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "samples"
LARGEST = 300 * 1024  # bytes of one file
PAGE = "first_contact_resolution"
CONTACTS = 200_000  # as a manager's month has them


def main() -> None:
    """A week of a page, frozen in both languages and written as files."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TWINWING_HOME"] = folder
        open_store(demo_home(Path(folder), CONTACTS), Rules()).warehouse.engine.dispose()
        for language in ("zh", "en"):
            page = opened(PAGE, language)
            page.button(key="freeze_now").click().run()
            snapshot = read_snapshots(open_state(), LOCAL)[0]
            with speaking(language):
                document = thawed(open_state(), LOCAL, snapshot)
                for kind in ("pdf", "pptx", "xlsx"):
                    content = WRITERS[kind](document)
                    if len(content) > LARGEST:
                        raise SystemExit(f"{PAGE}_{language}.{kind} has {len(content):,} bytes")
                    (FOLDER / f"{PAGE}_{language}.{kind}").write_bytes(content)


if __name__ == "__main__":
    main()
