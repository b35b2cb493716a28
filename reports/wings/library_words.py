"""Cases to learn from in words: what each teaches, and what the customer said."""

import polars as pl

from reports import text
from reports.printed import Block
from reports.text import N_, _

VERDICTS = {True: N_("to copy"), False: N_("to learn from")}


def caption(row: dict) -> str:
    """Whether to copy it, which case it is, and who flagged it."""
    verdict = _(VERDICTS[row["is_good"]])
    return f"{verdict} · {text.code(row['kind'])} {row['case_id']} · {text.person(row['made_by'])}"


def customer(row: dict) -> str | None:
    """The customer's words; None where none are recorded."""
    return text.pseudonyms(row["text"]) if row["text"] else None


def blocks(pack: pl.DataFrame) -> list[Block]:
    """A case pack to print.

    Args:
        pack: as `data_access.wings.examples.open_pack` gives it.
    """
    return [Block(row["words"], quoted=customer(row), note=caption(row)) for row in pack.iter_rows(named=True)]
