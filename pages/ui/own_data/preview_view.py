"""Step 3: the first rows as they will be loaded, and what of a sample does not fit."""

from pathlib import Path

import polars as pl
import streamlit as st

from data_access.imports.table_rows import TableRows, table_rows
from data_access.imports.typed_rows import EVENT_ORDER
from pages.ui import tables
from pages.ui.own_data.wizard import Wizard
from reports import column_words, text
from reports.own_data import upload_words
from reports.text import _

ROWS = 20


def checked(held: Wizard, file: Path) -> TableRows | None:
    """The sample as it would be loaded; None while required columns are not said."""
    draft = held.drafts[file]
    return None if draft.lacking else table_rows(draft.table, held.mapping(file), [draft.sample.source])


def preview(held: Wizard, file: Path, rows: TableRows) -> None:
    """The first rows, and the rejects of the sample with their reasons."""
    shown = rows.frame.drop(EVENT_ORDER, strict=False).head(ROWS)
    names = {each: column_words.column(each) for each in shown.columns}
    count = rows.count
    words = _("Of {read} rows of the sample {loaded} would be loaded and {rejected} rejected.")
    st.caption(
        words.format(
            read=text.number(count.read), loaded=text.number(count.loaded), rejected=text.number(count.rejected)
        )
    )
    told = shown.with_columns(
        pl.col(each).replace_strict({code: text.code(code) for code in shown[each].unique()})
        for each, source in held.drafts[file].sources.items()
        if source.codes and each in shown.columns and shown.schema[each] == pl.String
    )
    tables.plain(told.rename(names))
    if rows.rejects.height:
        label = _("What does not fit: {count}").format(count=text.number(rows.rejects.height))
        with st.expander(label, icon=":material/report:"):
            tables.plain(upload_words.rejects(rows.rejects))
