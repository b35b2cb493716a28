"""Step 2: which table a file fills, and what each of its columns means."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl
import streamlit as st

from data_access.imports.code_words import KINDS
from data_access.imports.draft import Draft, choose
from data_access.imports.first_draft import for_table
from data_access.imports.kept_mappings import read_mappings
from data_access.schema import KIND, TABLES
from pages.ui import load, notices, scope
from pages.ui.notices import plain
from pages.ui.own_data import values_view, wizard
from pages.ui.own_data.wizard import Wizard
from reports import column_words, text
from reports.own_data import column_names, upload_words
from reports.text import _

SAMPLES, LETTERS = 3, 28


def columns(held: Wizard, file: Path, bad: dict[str, list[str]]) -> None:
    """Everything about one file.

    Args:
        bad: by column of the file, values of the sample that do not fit.
    """
    draft = held.drafts[file]
    st.caption(plain(upload_words.read(draft.sample)))
    if draft.known_as:
        words = _("Recognised: its columns are those of the mapping “{name}”, which was taken.")
        st.success(plain(words.format(name=draft.known_as)), icon=":material/bookmark_check:")
    if draft.sample.doubled:
        words = _("Left out, as the header names them more than once: {names}").format(
            names=text.listed(draft.sample.doubled)
        )
        st.warning(plain(words), icon=":material/content_copy:")
    _which(held, file, draft)
    if draft.lacking:
        names = text.listed(column_words.column(each) for each in draft.lacking)
        st.warning(plain(_("Still to be said: which column is {names}?").format(names=names)), icon=":material/help:")
    _misnamed(draft)
    placed = [each for each in draft.sample.columns if draft.column_for(each)]
    left = [each for each in draft.sample.columns if each not in placed]
    for each in placed:
        _one(held, file, draft, each, bad.get(each, []))
    if left:
        opened = bool(draft.lacking) or not placed
        with st.expander(_("Columns that are left out: {count}").format(count=text.number(len(left))), expanded=opened):
            for each in left:
                _one(held, file, draft, each, [])


def _misnamed(draft: Draft) -> None:
    """Columns whose names are known and whose values are something else."""
    for column, unlike in draft.misnamed.items():
        words = _("“{column}” is left out: it is named like {meaning}, but values such as {values} do not fit that.")
        meaning, values = column_words.column(unlike.column), text.listed(map(_short, unlike.values))
        told = words.format(column=column, meaning=meaning, values=values)
        st.warning(plain(told), icon=":material/help:")


def _which(held: Wizard, file: Path, draft: Draft) -> None:
    """Sheet, table, and how rows become records."""
    key = f"{held.id} {file.name} {text.language.get()}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(draft.sample.sheets) > 1:
            sheets = list(draft.sample.sheets)
            chosen = f"own_sheet {draft.sample.sheet} {key}"
            st.selectbox(
                _("Sheet"), sheets, sheets.index(draft.sample.sheet or sheets[0]), key=chosen,
                on_change=_resheet, args=(file, chosen), width=260,
            )  # fmt: skip
        tables = list(TABLES)
        chosen = f"own_table {draft.table} {key}"
        st.selectbox(
            _("What each row is"), tables, tables.index(draft.table), format_func=column_names.table, key=chosen,
            on_change=_retable, args=(file, chosen), width=340,
        )  # fmt: skip
        if draft.rows != "records" or draft.table in ("agents", "teams", "customers"):
            values_view.repeats(held, file, draft)
    if others := [each for each in draft.sample.sheets if each != draft.sample.sheet]:
        words = _(
            "One sheet is imported at a time, now “{sheet}”. Left out: {others}. To import one of these as well, "
            "drop the workbook again afterwards and choose it."
        )
        told = words.format(sheet=draft.sample.sheet, others=text.listed(others))
        st.info(plain(told), icon=":material/tab:")


def _resheet(file: Path, key: str) -> None:
    """For callbacks."""
    with notices.explained():
        kept = read_mappings(load.state(), scope.current().viewer)
        wizard.look_at_sheet(file, scope.typed(key), kept)


def _retable(file: Path, key: str) -> None:
    """For callbacks."""
    table = scope.typed(key)
    wizard.redraft(file, lambda draft: for_table(draft.sample, table))


def _one(held: Wizard, file: Path, draft: Draft, column: str, bad: Sequence[str]) -> None:
    """One column of the file: its name, some values, what it means, and how its values are read."""
    canonical = draft.column_for(column)
    told = draft.proposed.get(column)
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="top")
        left.markdown(f"**{plain(column)}**  \n{plain(_samples(draft, column))}")
        options = [None, *choices(draft.table)]
        key = f"own_column {held.id} {file.name} {column} {draft.table} {canonical} {text.language.get()}"
        right.selectbox(
            _("Meaning of {column}").format(column=column), options, options.index(canonical), key=key,
            format_func=partial(_spoken, draft.table), label_visibility="collapsed", on_change=_rename,
            args=(file, column, key),
        )  # fmt: skip
        if told is not None and told.column == canonical:
            right.caption(plain(upload_words.proposed(told)))
        if canonical is not None:
            values_view.reading(held, file, draft, column, canonical)
        if bad:
            words = _("{count} different values of the sample do not fit, such as: {values}")
            told_bad = words.format(count=text.number(len(bad)), values=text.listed(bad[:SAMPLES]))
            st.caption(f":orange[:material/warning: {plain(told_bad)}]")


def choices(table: str) -> list[str]:
    """What a column may mean: the columns of the table, needed ones first; of daily figures each kind as well."""
    names = sorted(TABLES[table].c, key=lambda each: not column_names.choice(table, each.name).startswith("★"))
    kinds = [KIND + each for each in KINDS] if table == "volumes" else []
    return [*(each.name for each in names), *kinds]


def _spoken(table: str, name: str | None) -> str:
    return _("– leave out –") if name is None else column_names.choice(table, name)


def _rename(file: Path, column: str, key: str) -> None:
    """For callbacks."""
    canonical = scope.typed(key)
    wizard.redraft(file, lambda draft: choose(draft, column, canonical))


def _samples(draft: Draft, column: str) -> str:
    return " · ".join(map(_short, draft.values(column)[:SAMPLES])) or "–"


def _short(value: str) -> str:
    told = value.strip()
    return told if len(told) <= LETTERS else told[:LETTERS] + "…"


def unfit(listed: pl.DataFrame) -> dict[str, list[str]]:
    """The different values of each column of the file that do not fit, from a list of rejects."""
    told = (
        listed.filter(pl.col("value").is_not_null())
        .group_by("column", maintain_order=True)
        .agg(pl.col("value").unique())
    )
    found: dict[str, list[str]] = {}
    for columns_told, values in told.iter_rows():
        for each in (columns_told or "").split(" + "):
            found[each] = values
    return found
