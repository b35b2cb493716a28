"""Is a file of a kind that was imported before? Then its columns mean what they meant; else they are proposed."""

from collections.abc import Iterable, Iterator, Sequence

from data_access.imports.draft import Draft, drafted
from data_access.imports.first_draft import begin
from data_access.imports.kept_mappings import LONGEST, KeptMapping
from data_access.imports.mapping import Mapping
from data_access.imports.sampling import Sample
from metrics.errors import MappingError

LONGEST_STEM, LONGEST_SHEET = 40, 31  # characters; no spreadsheet program takes a longer name of a sheet


def looked_at(sample: Sample, kept: Sequence[KeptMapping]) -> Draft:
    """A draft of the file by the mapping that its header is known by, or anew."""
    known = known_mapping(sample, kept)
    return begin(sample) if known is None else drafted(sample, known)


def known_mapping(sample: Sample, kept: Sequence[KeptMapping]) -> Mapping | None:
    """The mapping that was kept of a file with this header; of several that of the same sheet before the others."""
    fitting = _readable(each for each in kept if each.fits(sample.columns))
    return min(fitting, key=lambda each: each.sheet != sample.sheet, default=None)


def name_at_first(sample: Sample, kept: Sequence[KeptMapping]) -> str:
    """What a file's mapping is called: as it is known, else by the file's name without its date, and by its sheet.

    The mapping of another sheet of the same workbook keeps its name for itself.
    """
    known = known_mapping(sample, kept)
    if known is not None and (known.sheet == sample.sheet or known.sheet not in sample.sheets):
        return known.name
    words = "".join(" " if each.isdigit() or each in "_-." else each for each in sample.file.stem)
    stem = (" ".join(words.split()) or sample.file.stem)[:LONGEST_STEM]
    if len(sample.sheets) < 2 or sample.sheet is None:
        return stem
    sheet = " ".join(sample.sheet.split())[:LONGEST_SHEET]
    return f"{stem[: LONGEST - len(sheet) - 1]} {sheet}".strip()


def _readable(kept: Iterable[KeptMapping]) -> Iterator[Mapping]:
    for each in kept:
        try:
            yield each.mapping
        except MappingError:
            continue  # kept by another version of the program
