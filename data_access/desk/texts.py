"""What customers wrote in complaints, cut into words: masked before, bounded, and kept beside the roll-ups."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlalchemy import select

from data_access.case_part import Days
from data_access.masking import blanked
from data_access.read import read_pieces
from data_access.redaction import ALIKE, names_pattern
from data_access.warehouse import Warehouse

PART = "cases/texts"
WRITTEN = pl.Schema({"complaint_id": pl.String(), "day": pl.Date(), "words": pl.String(), "print": pl.UInt32()})
MOST_DAYS = 728  # two years: looked back on for a year, from where a year before counts
MOST_A_DAY = 100  # texts: masking one takes a millisecond, and shares of a few hundred a week are exact enough
ROWS_HELD = 200_000  # of the texts read, of which few stay
OWN = ("complaint_id", "contact_id", "customer_id", "agent_id")  # what a text may call its row's people and cases
OF_COMPLAINTS = (*OWN, "received_at")  # what has to be known of a complaint whose text is cut
LONGEST = 300  # characters: what a complaint is about stands at its beginning
BREAK = "|"  # between two clauses: no phrase reaches over it
MASK = re.compile(r"\[[a-z]+ [a-z0-9]+\]")  # as data_access/masking.py writes it
APART = re.compile(r"[^\w]|[\d_]")  # what is no letter parts words


@dataclass(frozen=True, slots=True)
class Cut:
    """Texts as they were cut before.

    Attributes:
        rows: WRITTEN.
        people: names that were looked for.
        changed: days on which any complaint is not as it was.
    """

    rows: pl.DataFrame
    people: frozenset[str]
    changed: frozenset[date]


def names_in(names: pl.DataFrame) -> frozenset[str]:
    """Whom texts are searched for: `dimension code name` without the teams."""
    return frozenset(names.filter(pl.col("dimension") != "team_id")["name"].drop_nulls())


def texts(warehouse: Warehouse, complaints: pl.DataFrame, people: frozenset[str], before: Cut | None) -> pl.DataFrame:
    """WRITTEN: the newest texts, of which only those are read and masked anew that days that changed reach."""
    if not warehouse.has("complaints", "text"):
        return pl.DataFrame(schema=WRITTEN)
    told = complaints.drop_nulls("received_at").select(*OWN, pl.col("received_at").dt.date().alias("day"))
    last = told["day"].max()
    if not isinstance(last, date):
        return pl.DataFrame(schema=WRITTEN)
    near = told.filter(pl.col("day") > last - timedelta(days=MOST_DAYS))
    if before is None:
        return cut_up(_chosen(warehouse, near), pl.DataFrame(schema=WRITTEN), people)
    first = before.rows["day"].min()
    is_new = pl.col("day").is_in(before.changed) | (pl.col("day") < pl.lit(first, pl.Date)).fill_null(value=True)
    if people != before.people:  # all are read, and those cut anew that name somebody who came or went
        found = _chosen(warehouse, near)
        pattern = names_pattern(people ^ before.people)
        named = [bool(pattern and pattern.search(each.translate(ALIKE))) for each in found["text"]]
        others = found.filter(~pl.Series(named, dtype=pl.Boolean)).select("complaint_id")
        return cut_up(found, before.rows.join(others, on="complaint_id", how="semi"), people)
    stay = before.rows.filter(~is_new, pl.col("day") > last - timedelta(days=MOST_DAYS))
    fresh = cut_up(_chosen(warehouse, near.filter(is_new)), before.rows, people)
    return pl.concat([stay, fresh]).sort("complaint_id")


def _chosen(warehouse: Warehouse, near: pl.DataFrame) -> pl.DataFrame:
    """The texts of some days, of each at most MOST_A_DAY, the same ones at every call; with what rows call people.

    Args:
        near: OWN and `day` of every complaint of these days.

    Returns:
        `complaint_id day text print`, and the columns that point to people and cases.
    """
    near = near.drop_nulls("complaint_id")
    if near.is_empty():
        return near.with_columns(text=pl.lit(None, pl.String), print=pl.lit(None, pl.UInt32))
    drawn = pl.Series("drawn", [zlib.crc32(each.encode()) for each in near["complaint_id"]])
    order = pl.struct("drawn", "complaint_id").rank("ordinal").over("day")
    few = near.with_columns(drawn).filter(order <= MOST_A_DAY).drop("drawn")
    table, column = warehouse.table("complaints"), warehouse.column
    days = Days.of(set(near["day"].unique()))
    query = select(table.c.complaint_id, column("complaints", "text").label("text"))
    query = query.where(days.hold(warehouse, table.c.received_at), table.c.text.is_not(None))
    arriving = read_pieces(warehouse.engine, query, ROWS_HELD)
    texts = pl.concat([each.join(few, on="complaint_id", how="semi") for each in arriving])
    texts = texts.unique("complaint_id", keep="any")
    found = few.join(texts, on="complaint_id").with_columns(pl.col("text").str.slice(0, LONGEST)).sort("complaint_id")
    told = found.select(pl.concat_str("text", *OWN, separator="\0", ignore_nulls=True)).to_series()
    return found.with_columns(pl.Series("print", [zlib.crc32(each.encode()) for each in told], pl.UInt32))


def cut_up(found: pl.DataFrame, before: pl.DataFrame, people: Iterable[str]) -> pl.DataFrame:
    """WRITTEN: what was cut before and has not changed is taken from there.

    Args:
        found: `complaint_id day text print` and OWN.
        people: names that are looked for.
    """
    known = found.select("complaint_id", "day", "print").join(
        before.select("complaint_id", "words", "print"), on=["complaint_id", "print"]
    )
    fresh = found.join(known, on="complaint_id", how="anti")
    cut = _with_words(fresh, people)
    return pl.concat([known.select(WRITTEN.names()), cut.select(WRITTEN.names())]).cast(WRITTEN).sort("complaint_id")


def _with_words(fresh: pl.DataFrame, people: Iterable[str]) -> pl.DataFrame:
    """Texts with their `words`: what many wrote alike is masked once, unless it names its own row's people or case."""
    own = [pl.col("text").str.contains(pl.col(name), literal=True).fill_null(value=False) for name in OWN]
    told = fresh.with_columns(pl.when(pl.any_horizontal(own)).then("complaint_id").alias("named_in"))
    same = ["text", "named_in"]
    distinct = told.unique(same, keep="any")
    words = [words_of(each) for each in blanked(distinct, people)]
    cut = distinct.select(*same, pl.Series("words", words, pl.String))
    return told.join(cut, on=same, nulls_equal=True)


def words_of(text: str) -> str:
    """A masked text as its words with a blank between them and BREAK between clauses: 安装 师傅 爽约 两次 | 没有 发票.

    What was masked is left out, and parts clauses.
    """
    import rjieba  # loads its dictionary, which only a refresh needs

    pieces = []
    for each in rjieba.cut(MASK.sub(BREAK, text)):
        word = each.strip().lower()
        if word and not APART.search(word):
            pieces.append(word)
        elif word and pieces and pieces[-1] != BREAK:
            pieces.append(BREAK)
    return " ".join(pieces).removesuffix(f" {BREAK}").removesuffix(BREAK)
