"""What customers wrote in complaints, cut into words: masked before, bounded, and kept beside the roll-ups."""

import re
import zlib
from datetime import timedelta

import polars as pl
from sqlalchemy import select

from data_access.contacts import between
from data_access.masking import masked
from data_access.read import read
from data_access.rollup_files import Manifest, Part, RollupFiles
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse

PART = "cases/texts"
WRITTEN = pl.Schema({"complaint_id": pl.String(), "day": pl.Date(), "words": pl.String(), "print": pl.UInt32()})
MOST_DAYS = 728  # two years: looked back on for a year, from where a year before counts
MOST_A_DAY = 100  # texts: masking one takes a millisecond, and shares of a few hundred a week are exact enough
OWN = ("complaint_id", "contact_id", "customer_id", "agent_id")  # what a text may call its row's people and cases
LONGEST = 300  # characters: what a complaint is about stands at its beginning
BREAK = "|"  # between two clauses: no phrase reaches over it
NOBODY = Viewer("nobody")  # without clearance: whatever is personal gives way
MASK = re.compile(r"\[[a-z]+ [a-z0-9]+\]")  # as data_access/masking.py writes it
APART = re.compile(r"[^\w]|[\d_]")  # what is no letter parts words


def part(warehouse: Warehouse, files: RollupFiles, old: Manifest | None, complaints: Part, names: pl.DataFrame) -> Part:
    """The part of the texts: only those that came or changed since are masked and cut anew.

    A text that changes while its complaint does not is seen with the next complaint that comes.

    Args:
        old: the parts as they lie there.
        complaints: what is known of complaints without their texts.
        names: `dimension code name` of the people whom texts are searched for.
    """
    kept = old.parts.get(PART) if old else None
    sound = kept is not None and files.is_sound(kept)
    if old and kept and sound and old.parts.get("cases/complaints") == complaints:
        return kept
    if not warehouse.has("complaints", "text"):
        return files.write(pl.DataFrame(schema=WRITTEN))
    before = files.read(kept) if kept and sound else pl.DataFrame(schema=WRITTEN)
    people = names.filter(pl.col("dimension") != "team_id")["name"].drop_nulls().to_list()
    return files.write(_cut_up(_chosen(warehouse, files.read(complaints)), before, people))


def _chosen(warehouse: Warehouse, complaints: pl.DataFrame) -> pl.DataFrame:
    """The newest texts, of each day at most MOST_A_DAY, the same ones at every call; with what their rows call people.

    Returns:
        `complaint_id day text print`, and the columns that point to people and cases.
    """
    told = complaints.drop_nulls("received_at").select(*OWN, pl.col("received_at").dt.date().alias("day"))
    if told.is_empty():
        return told.with_columns(text=pl.lit(None, pl.String), print=pl.lit(None, pl.UInt32))
    last = told["day"].max()
    start, end = last - timedelta(days=MOST_DAYS - 1), last + timedelta(days=1)  # ty: ignore[unsupported-operator]
    drawn = pl.Series("drawn", [zlib.crc32(each.encode()) for each in told["complaint_id"]])
    near = told.with_columns(drawn).filter(pl.col("day") >= start)
    few = near.filter(pl.col("drawn").rank("ordinal").over("day") <= MOST_A_DAY).drop("drawn")
    table, column = warehouse.table("complaints"), warehouse.column
    # A day more on each side: the site's days are not those of the warehouse's clock.
    within = between(warehouse, table.c.received_at, start - timedelta(days=1), end + timedelta(days=1))
    query = select(table.c.complaint_id, column("complaints", "text").label("text")).where(within)
    texts = read(warehouse.engine, query.where(table.c.text.is_not(None))).unique("complaint_id", keep="any")
    found = few.join(texts, on="complaint_id").with_columns(pl.col("text").str.slice(0, LONGEST)).sort("complaint_id")
    prints = [zlib.crc32(each.encode()) for each in found["text"]]
    return found.with_columns(pl.Series("print", prints, pl.UInt32))


def _cut_up(found: pl.DataFrame, before: pl.DataFrame, people: list[str]) -> pl.DataFrame:
    """WRITTEN: what was cut before and has not changed is taken from there."""
    known = found.select("complaint_id", "day", "print").join(
        before.select("complaint_id", "words", "print"), on=["complaint_id", "print"]
    )
    fresh = found.join(known, on="complaint_id", how="anti")
    cut = _with_words(fresh, people)
    return pl.concat([known.select(WRITTEN.names()), cut.select(WRITTEN.names())]).cast(WRITTEN).sort("complaint_id")


def _with_words(fresh: pl.DataFrame, people: list[str]) -> pl.DataFrame:
    """Texts with their `words`: what many wrote alike is masked once, unless it names its own row's people or case."""
    own = [pl.col("text").str.contains(pl.col(name), literal=True).fill_null(value=False) for name in OWN]
    told = fresh.with_columns(pl.when(pl.any_horizontal(own)).then("complaint_id").alias("named_in"))
    same = ["text", "named_in"]
    distinct = told.unique(same, keep="any")
    words = [words_of(each) for each in masked(distinct, NOBODY, people)["text"]]
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
