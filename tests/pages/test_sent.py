"""What goes to the browser for a table holds what its cells show, and nothing that they showed before."""

from datetime import date

import polars as pl
import pytest
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes, convert_pandas_df_to_arrow_bytes

from pages.ui.operating.sent import sent
from pages.ui.operating.unlocked import _by_arrow
from tests.rights.cells import behind_nulls

WITHHELD, AMOUNT = "team_of_others", 1_234_567_890_123
IS_OWN = pl.col("team") == "team_own"


@pytest.fixture
def masked() -> pl.DataFrame:
    """Two teams, of which the figures and the name of one were made null, as masking does."""
    known = pl.DataFrame({"team": ["team_own", WITHHELD], "cases": [7, AMOUNT]})
    return known.with_columns(pl.when(IS_OWN).then("cases").alias("cases"), pl.when(IS_OWN).then("team").alias("team"))


def test_polars_keeps_what_stood_in_a_cell(masked: pl.DataFrame):
    """The reason for all this; where it fails, `sent` may go."""
    assert _is_in(convert_arrow_table_to_arrow_bytes(masked.to_arrow()))
    assert behind_nulls(masked.to_arrow().cast(sent(masked).schema)) == ["team", "cases"]


def test_a_cell_made_null_is_sent_empty(masked: pl.DataFrame):
    assert sent(masked).to_pydict() == {"team": ["team_own", None], "cases": [7, None]}
    assert not _is_in(convert_arrow_table_to_arrow_bytes(sent(masked)))
    assert behind_nulls(sent(masked)) == []


def test_tables_that_streamlit_turns_itself_are_sent_the_same_way(masked: pl.DataFrame):
    assert not _is_in(convert_pandas_df_to_arrow_bytes(_by_arrow(masked)))


def test_kinds_of_columns_stay_and_no_number_is_null():
    frame = pl.DataFrame({"day": [date(2026, 11, 2)], "share": [float("nan")], "none": [None], "kind": ["a"]})
    found = sent(frame.with_columns(pl.col("kind").cast(pl.Categorical)))
    assert found.to_pydict() == {"day": [date(2026, 11, 2)], "share": [None], "none": [None], "kind": ["a"]}
    assert [str(each) for each in found.schema.types] == ["date32[day]", "double", "null", "large_string"]


def _is_in(sent_bytes: bytes) -> bool:
    return WITHHELD.encode() in sent_bytes or AMOUNT.to_bytes(8, "little") in sent_bytes
