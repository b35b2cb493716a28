"""Why a row or a value was left out, in the reader's language: the list itself, a file, has it in English."""

import re

from reports.text import N_, _

#: As data_access/imports writes them, with names for what is filled in.
REASONS = (
    N_("not a date of the form {form}"),
    N_("not a number"),
    N_("not a whole number"),
    N_("not a duration of the form {form}"),
    N_("neither true nor false"),
    N_("a code that the mapping does not list"),
    N_("missing, and the table needs it"),
    N_("the quotes do not close where they should"),
    N_("holds bytes that are not {encoding}"),
    N_("{found} fields instead of {width}"),
    N_("the cell holds an error of the workbook"),
    N_("the key of line {line} of {file} again"),
)
PATTERNS = {each: re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(each)), re.DOTALL) for each in REASONS}


def reason(told: str) -> str:
    """One reason of a list of rejects."""
    for sentence, pattern in PATTERNS.items():
        found = pattern.fullmatch(told)
        if found:
            return _(sentence).format(**{name: _short(name, each) for name, each in found.groupdict().items()})
    return told


def _short(name: str, value: str) -> str:
    return value.rpartition("/")[2] if name == "file" else value
