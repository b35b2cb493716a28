"""How the values of a column are read: the form of dates, the unit of durations, the meaning of words."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl
import streamlit as st

from data_access.imports.code_words import are_words, known_codes
from data_access.imports.date_forms import clock_form
from data_access.imports.draft import Draft, correct, is_duration, is_instant, is_of_words, with_clock
from data_access.imports.mapping import ColumnSource
from data_access.schema import TABLES
from pages.ui import scope
from pages.ui.notices import plain
from pages.ui.own_data import wizard
from pages.ui.own_data.wizard import Wizard
from reports import text
from reports.own_data import upload_words
from reports.text import _


def reading(held: Wizard, file: Path, draft: Draft, column: str, canonical: str) -> None:
    """What a person may have to say about the values of a column."""
    if canonical not in TABLES[draft.table].c:
        return  # a kind of daily figures: numbers
    source = draft.sources[canonical]
    key = f"{held.id} {file.name} {canonical} {column} {text.language.get()}"
    if source.format:
        _dates(file, draft, canonical, key)
    elif is_duration(draft.table, canonical):
        units = list(upload_words.UNITS)
        chosen = f"own_unit {source.unit} {key}"
        st.selectbox(
            _("Durations are in"), units, units.index(source.unit), format_func=upload_words.unit, key=chosen,
            on_change=_reunit, args=(file, canonical, chosen), width=320,
        )  # fmt: skip
    elif are_words(draft.table, canonical, draft.values(column)):
        _codes(file, draft, column, canonical, key)


def _dates(file: Path, draft: Draft, canonical: str, key: str) -> None:
    source, forms = draft.sources[canonical], draft.dates.get(canonical)
    if forms is not None and forms.is_asked:
        options = [*forms.forms[:1], *forms.others]
        shown = source.format[0].partition(" ")[0] if len(source.column) > 1 else source.format[0]
        chosen = f"own_form {shown} {key}"
        st.radio(
            _("The values fit more than one way of writing dates. How is 30 November written?"), options,
            options.index(shown) if shown in options else 0, format_func=upload_words.form, key=chosen,
            horizontal=True, on_change=_reform, args=(file, canonical, chosen),
        )  # fmt: skip
    else:
        written = text.listed(map(upload_words.form, source.format))
        st.caption(plain(_("30 November 2026, 14:05 is written: {written}").format(written=written)))
    if forms is not None and not forms.has_clock and is_instant(draft.table, canonical):
        _clock(file, draft, canonical, key)


def _clock(file: Path, draft: Draft, canonical: str, key: str) -> None:
    """A date without a clock time may have it in another column."""
    source = draft.sources[canonical]
    held = source.column[1] if len(source.column) > 1 else None
    free = [each for each in draft.sample.columns if draft.column_for(each) is None and clock_form(draft.values(each))]
    options = [None, *dict.fromkeys([*([held] if held else []), *free])]
    if len(options) > 1:
        chosen = f"own_clock {held} {key}"
        st.selectbox(
            _("The time of day stands in"), options, options.index(held), key=chosen, width=320,
            format_func=lambda each: each or _("no column: midnight"), on_change=_reclock,
            args=(file, canonical, chosen),
        )  # fmt: skip


def _codes(file: Path, draft: Draft, column: str, canonical: str, key: str) -> None:
    """Each word of the column and what it means; a table to be edited."""
    source = draft.sources[canonical]
    words = draft.values(column)
    told = {each: upload_words.meaning(code) for each, code in source.codes.items()}
    meanings = {
        upload_words.meaning(each): each for each in (*known_codes(draft.table, canonical), *source.codes.values())
    }
    unsaid = sum(each.strip() not in source.codes for each in words)
    label = _("What the words mean: {known} of {count}").format(
        known=text.number(len(words) - unsaid), count=text.number(len(words))
    )
    with st.expander(label, icon=":material/translate:"):
        frame = pl.DataFrame(
            {_("Word"): [each.strip() for each in words], _("Meaning"): [told.get(each.strip()) for each in words]},
            schema={_("Word"): pl.String, _("Meaning"): pl.String},
        )
        chosen = f"own_codes {sorted(told.items())} {key}"
        st.data_editor(
            frame, hide_index=True, key=chosen, disabled=[_("Word")], on_change=_recode,
            args=(file, canonical, chosen, frame, meanings),
            column_config={_("Meaning"): st.column_config.SelectboxColumn(options=list(meanings))},
        )  # fmt: skip
        st.caption(
            _("Words without a meaning stay as they are in columns of words; elsewhere their value is left out.")
        )


def repeats(held: Wizard, file: Path, draft: Draft) -> None:
    """How rows become records, where the key comes again; and what tells which row is the last."""
    key = f"{held.id} {file.name} {text.language.get()}"
    options = list(upload_words.ROWS)
    chosen = f"own_rows {draft.rows} {key}"
    st.selectbox(
        _("Rows and records"), options, options.index(draft.rows), format_func=upload_words.rows, key=chosen,
        on_change=_rerows, args=(file, chosen), width=420,
    )  # fmt: skip
    if draft.rows == "events" and draft.last_by is not None:
        words = _("The last row is told by the column {column}.").format(column=draft.last_by.column[0])
        st.caption(plain(words))


def _reunit(file: Path, canonical: str, key: str) -> None:
    """For callbacks."""
    wizard.redraft(file, partial(correct, canonical=canonical, unit=scope.typed(key)))


def _reform(file: Path, canonical: str, key: str) -> None:
    """For callbacks."""
    wizard.redraft(file, partial(_with_form, canonical=canonical, form=scope.typed(key)))


def _with_form(draft: Draft, canonical: str, form: str) -> Draft:
    source: ColumnSource = draft.sources[canonical]
    clock = source.format[0].removeprefix(source.format[0].partition(" ")[0]) if len(source.column) > 1 else ""
    return correct(draft, canonical, format=(form + clock,))


def _reclock(file: Path, canonical: str, key: str) -> None:
    """For callbacks."""
    wizard.redraft(file, partial(with_clock, canonical=canonical, clock=scope.typed(key)))


def _recode(file: Path, canonical: str, key: str, frame: pl.DataFrame, meanings: dict[str, object]) -> None:
    """For callbacks."""
    edited = scope.typed(key)["edited_rows"]
    words, column = frame[_("Word")].to_list(), _("Meaning")
    told = {words[place]: meanings.get(row.get(column)) for place, row in edited.items() if column in row}

    def recoded(draft: Draft) -> Draft:
        codes = {**draft.sources[canonical].codes, **told}
        kept = {word: code for word, code in codes.items() if code is not None}
        is_words = is_of_words(draft.table, canonical)
        return correct(draft, canonical, codes=kept, other="keep" if kept and is_words else "reject")

    wizard.redraft(file, recoded)


def _rerows(file: Path, key: str) -> None:
    """For callbacks."""
    rows = scope.typed(key)
    wizard.redraft(file, lambda draft: replace(draft, rows=rows))
