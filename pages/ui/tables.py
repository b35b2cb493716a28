"""Tables on a page: frames in the reader's words."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

import polars as pl
import polars.selectors as cs
import streamlit as st

from pages.ui import scope
from pages.ui.operating.sent import sent
from reports import text
from reports.codes import CODED
from reports.export import judged
from reports.visible import on_screen, width

INSTANT = "YYYY-MM-DD HH:mm"
LETTER, MARGIN = 7, 20  # pixels of a letter, and around a cell's words
BROADEST = 500  # pixels, as the browser has it for columns that it measures itself
MEASURED = 10  # rows by which the browser chooses how wide a column is
SHORT = 9  # letters of a header that fit into a narrow column


def coded(
    frame: pl.DataFrame,
    names: Mapping[str, str] | None = None,
    height: int | Literal["auto"] = "auto",
    decimals: int = 2,
    picks: tuple[str, Callable[[], None]] | None = None,
) -> None:
    """A frame with headers in the reader's language, codes by their names, dates as dates.

    Args:
        names: headers, in the reader's language, of columns that have none of their own.
        decimals: of numbers that are no counts.
        picks: key of the table and what is called when a row is picked; none: its rows cannot be.
    """
    shown = scope.current()
    # Polars may run a Python function in a thread of its own, where the reader's language is not known.
    named = {name: {each: shown.label(name, each) for each in frame[name].unique()} for name in _coded(frame)}
    spoken = judged(frame).with_columns(pl.col(name).replace_strict(known) for name, known in named.items())
    if "text" in frame.columns:
        words = [None if each is None else text.pseudonyms(each) for each in frame["text"]]
        spoken = spoken.with_columns(pl.Series("text", words, pl.String))
    headers = {name: text.column(name) for name in frame.columns if text.column(name) != name} | {
        name: said for name, said in (names or {}).items() if name in frame.columns
    }
    spoken = seen(spoken.rename(headers))
    day, instant = st.column_config.DateColumn(format="YYYY-MM-DD"), st.column_config.DatetimeColumn(format=INSTANT)
    config = {
        **dict.fromkeys(spoken.select(cs.date()).columns, day),
        **dict.fromkeys(spoken.select(cs.datetime()).columns, instant),
        **dict.fromkeys(spoken.select(cs.float()).columns, st.column_config.NumberColumn(format=f"%.{decimals}f")),
        **dict.fromkeys(_whole(spoken), st.column_config.NumberColumn(format="localized")),
    }
    draw = partial(st.dataframe, sent(spoken), hide_index=True, column_config=config, height=height, placeholder="–")
    if picks is None:
        draw()
        return
    key, act = picks
    draw(key=key, on_select=act, selection_mode="single-row")


def _whole(frame: pl.DataFrame) -> list[str]:
    """Columns of whole numbers, counts that are kept as floats among them."""
    floats = [name for name in frame.select(cs.float()).columns if (frame[name].drop_nulls() % 1 == 0).all()]
    return [*frame.select(cs.integer()).columns, *floats]


def plain(
    frame: pl.DataFrame,
    height: int | Literal["auto", "content"] = "auto",
    figures: Sequence[str] = (),
    named: str = "",
) -> None:
    """A frame whose headers and cells are in the reader's words already.

    Args:
        figures: columns of numbers in words, such as 82.3 % (n = 130): they end where numbers do.
        named: the column of names, which is wide enough for the longest of them in a table of many columns.
    """
    day = st.column_config.DateColumn(format="YYYY-MM-DD")
    instant = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss")
    number = st.column_config.NumberColumn(format="localized")
    short = st.column_config.NumberColumn(format="localized", width="small")
    config = {
        **{name: st.column_config.TextColumn(width=_broad(frame[name])) for name in _late(frame)},
        **dict.fromkeys(frame.select(cs.date()).columns, day),
        **dict.fromkeys(frame.select(cs.datetime()).columns, instant),
        **{name: short if width(name) <= SHORT else number for name in frame.select(cs.integer()).columns},
        **dict.fromkeys(figures, st.column_config.TextColumn(alignment="right")),
        **({named: st.column_config.TextColumn(width=_broad(frame[named]))} if named else {}),
    }
    st.dataframe(sent(seen(frame)), hide_index=True, column_config=config, height=height, placeholder="–")


def seen(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its texts as people can see them."""
    texts = [frame[name] for name in frame.select(cs.string()).columns]
    spoken = [[each and on_screen(each) for each in words] for words in texts]
    other = [pl.Series(words.name, said) for words, said in zip(texts, spoken, strict=True) if said != words.to_list()]
    return frame.with_columns(other) if other else frame


def _late(frame: pl.DataFrame) -> list[str]:
    """Columns whose longest words stand below the rows by which the browser measures how wide they are."""
    texts = [frame[name].fill_null("") for name in frame.select(cs.string()).columns] if frame.height > MEASURED else []
    longest = [(each.name, [width(words) for words in each]) for each in texts]
    return [name for name, found in longest if max(found) > max(width(name), *found[:MEASURED])]


def _broad(names: pl.Series) -> int:
    """Pixels that the longest of some names takes."""
    return min(MARGIN + LETTER * max((width(each or "") for each in names), default=0), BROADEST)


def _coded(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name in CODED and frame.schema[name] == pl.String]
