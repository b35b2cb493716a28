"""What the columns said so far are good for: which metrics can be computed, and what the others still need."""

import streamlit as st

from data_access.imports.gains import joined_columns, lacking
from pages.ui import scope, tables
from pages.ui.notices import plain
from pages.ui.own_data.wizard import Wizard
from reports import text
from reports.own_data import upload_words
from reports.text import _


def gains(held: Wizard) -> None:
    """Under the columns, up to date with every correction."""
    store = scope.current().store
    in_use = store.warehouse.columns if held.is_adding else {}
    drafted = [(draft.table, draft.canonical) for draft in held.drafts.values() if not draft.lacking]
    needs = lacking(store.warehouse, joined_columns(drafted, in_use), store.site_rules)
    before = lacking(store.warehouse, in_use, store.site_rules)
    possible = [name for name, missing in needs.items() if not missing]
    gained = [name for name in possible if before[name]]
    sentence = _("{possible} of {count} metrics can be computed with these columns.")
    if held.is_adding:
        sentence = _("{possible} of {count} metrics can be computed with these columns, {gained} of them only now.")
    words = sentence.format(
        possible=text.number(len(possible)), count=text.number(len(needs)), gained=text.number(len(gained))
    )
    with st.expander(words, icon=":material/query_stats:"):
        if possible:
            names = upload_words.metrics(gained if held.is_adding else possible)
            st.markdown(plain(names))
        rest = sorted(((name, missing) for name, missing in needs.items() if missing), key=lambda each: len(each[1]))
        tables.plain(upload_words.lacking(rest))
