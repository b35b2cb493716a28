"""Tables in the reader's words: how wide their columns are."""

import json

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import polars as pl

    from pages.ui import tables

    words = [None, *["short"] * 12, "words that stand below the rows by which the browser measures " * 20]
    tables.plain(pl.DataFrame({"Reason": words, "Line": range(len(words))}))


def test_a_column_with_gaps_and_long_words_far_down_is_drawn_and_no_wider_than_a_screen():
    app = AppTest.from_function(_page).run()
    assert not app.exception
    (table,) = app.dataframe
    assert table.value["Reason"].isna().sum() == 1
    assert 500 in [each.get("width") for each in json.loads(table.proto.columns).values()]
